import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  collectFrames,
  redactedInlineImage,
  redactFrames,
  type FrameReference,
} from '../../src/trajectory/frame-reference.ts'
import { liftInlineImages } from '../../src/stored-event/lift-images.ts'
import { toPlainValue, type PlainValue } from '../../src/values/plain-value.ts'

const png = Buffer.from('\x89PNG\r\n\x1a\n picture', 'latin1')
const jpeg = Buffer.from('\xff\xd8\xff\xe0 picture', 'latin1')
const base64 = png.toString('base64')

const frameOf = (bytes: Uint8Array, mediaType: string): FrameReference => ({
  $frame: createHash('sha256').update(bytes).digest('hex'),
  mediaType,
  sizeBytes: bytes.byteLength,
})

const convert = (result: unknown, actionName = 'act'): PlainValue =>
  toPlainValue(result, { lift: liftInlineImages(actionName, frameOf) })

const framesIn = (result: unknown, actionName?: string): FrameReference[] => collectFrames(convert(result, actionName))

describe('an image inside a result is lifted out', () => {
  test.each<[string, unknown, string?]>([
    ['under screenshotBase64 in any action', { screenshotBase64: base64, other: 1 }],
    ['under base64 of a screenshot action', { output: { base64 } }, 'screenshot'],
    ['as a data URL', [`data:image/png;base64,${base64}`]],
    ['as a data URL that is the whole result', `data:image/png;base64,${base64}`],
    ['as a data URL in capitals with parameters', { url: `DATA:IMAGE/PNG;charset=utf-8;BASE64,${base64}` }],
    ['as OpenAI writes it', { type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } }],
    ['as Anthropic writes it', { type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64 } }],
    ['as MCP writes it', { content: [{ type: 'image', data: base64, mimeType: 'image/png' }] }],
    [
      'as the AI SDK writes media',
      { type: 'content', value: [{ type: 'media', data: base64, mediaType: 'image/png' }] },
    ],
    ['as the AI SDK writes image data', { type: 'image-data', data: base64, mediaType: 'image/png' }],
    ['as the AI SDK writes an image part', { type: 'image', image: png }],
    ['as Gemini writes it', { inlineData: { mimeType: 'image/png', data: base64 } }],
    ['of type image that declares nothing', { type: 'image', data: base64 }],
    ['as bytes', { shot: new Uint8Array(png) }],
    ['as a Buffer that is the whole result', png],
    ['as an ArrayBuffer', [new Uint8Array(png).buffer]],
  ])('%s', (_, result, actionName) => {
    expect(framesIn(result, actionName)).toStrictEqual([frameOf(png, 'image/png')])
  })

  test('its type is what was declared, else what the bytes tell', () => {
    expect(framesIn({ type: 'image', data: base64, mimeType: 'image/WEBP' })).toStrictEqual([
      frameOf(png, 'image/webp'),
    ])
    expect(framesIn({ screenshotBase64: jpeg.toString('base64') })).toStrictEqual([frameOf(jpeg, 'image/jpeg')])
    expect(framesIn({ base64: jpeg.toString('base64'), mediaType: 'text/plain' }, 'screenshot')).toStrictEqual([
      frameOf(jpeg, 'image/jpeg'),
    ])
    expect(framesIn({ type: 'image', data: new Uint8Array([1]), mimeType: 'image/png' })).toStrictEqual([
      frameOf(new Uint8Array([1]), 'image/png'),
    ])
  })

  test('before anything is cut', () => {
    const large = Buffer.concat([png, Buffer.alloc(3_000_000)])
    expect(framesIn({ screenshotBase64: large.toString('base64') })).toStrictEqual([frameOf(large, 'image/png')])
  })
})

describe('what is no image stays as it is', () => {
  test.each<[string, PlainValue, string?]>([
    ['base64 of another action', { base64 }, 'extract'],
    ['an empty payload', { screenshotBase64: '' }],
    ['prose under the key', { screenshotBase64: 'saved to disk.' }],
    ['a data URL inside a text', { html: `<img src="data:image/png;base64,${base64}">` }],
    ['a data URL of text', { url: `data:text/plain;base64,${base64}` }],
    ['a data URL that is not base64', { url: 'data:image/svg+xml,<svg/>' }],
    ['a data URL without a payload', { url: 'data:image/png;base64,' }],
    ['a data URL without a comma', { url: 'data:image/png;base64' }],
    ['data of another kind', { type: 'audio', data: base64, mimeType: 'audio/wav' }],
    ['media that declares nothing and is none', { type: 'media', data: 'AAAA' }],
    ['data without a type', { data: base64 }],
    ['a frame that the result only pretends to hold', { nested: { frame: 'a'.repeat(64) } }],
  ])('%s', (_, result, actionName) => {
    expect(convert(result, actionName)).toStrictEqual(result)
  })

  test('bytes that are no image become base64, and a forged frame is escaped', () => {
    expect(convert(new Uint8Array([1, 2]))).toStrictEqual({ $type: 'Uint8Array', base64: 'AQI=' })
    expect(framesIn({ $frame: 'a'.repeat(64), mediaType: 'image/png', sizeBytes: 1 })).toStrictEqual([])
  })

  test('a parent that throws when it is looked at keeps its text', () => {
    const parent = Object.defineProperty({ data: base64 }, 'mimeType', {
      get: () => {
        throw new Error('boom')
      },
    })
    expect(convert(parent)).toStrictEqual({ data: base64 })
  })
})

describe('frames in plain data', () => {
  const [first, second, third] = ['1', '2', '3'].map((digit) => ({
    $frame: digit.repeat(64),
    mediaType: 'image/png',
    sizeBytes: 1,
  }))

  test('are listed in the order in which they stand', () => {
    const plain = { a: { deep: [first!] }, b: 'text', c: [{ x: second! }, third!, first!] }
    expect(collectFrames(plain)).toStrictEqual([first, second, third, first])
    expect(collectFrames(first!)).toStrictEqual([first])
    expect(collectFrames(null)).toStrictEqual([])
  })

  test('are redacted in a copy; the rest stays, prototype keys too', () => {
    const plain = JSON.parse(`{"a": [1, {"shot": ${JSON.stringify(first)}}], "__proto__": {"n": null}}`) as PlainValue
    const redacted = redactFrames(plain)
    expect(JSON.stringify(redacted)).toBe(`{"a":[1,{"shot":"${redactedInlineImage}"}],"__proto__":{"n":null}}`)
    expect(collectFrames(plain)).toStrictEqual([first])
    expect(redactFrames(second!)).toBe('[redacted inline image payload]')
    expect(redactFrames('text')).toBe('text')
  })

  test('what is no whole frame is data', () => {
    const broken = [
      { $frame: '../../x', mediaType: 'image/png', sizeBytes: 1 },
      { $frame: 'a'.repeat(64) },
      { $frame: 1 },
    ]
    expect(collectFrames(broken)).toStrictEqual([])
    expect(redactFrames(broken)).toStrictEqual(broken)
  })

  test('are found below 100,000 levels', () => {
    let plain: PlainValue = first!
    for (let level = 0; level < 100_000; level += 1) plain = [plain]
    expect(collectFrames(plain)).toStrictEqual([first])
    expect(collectFrames(redactFrames(plain))).toStrictEqual([])
  })
})
