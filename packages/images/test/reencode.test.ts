import type { Reencoded } from '@contrail/core'
import fc from 'fast-check'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { bySize } from '../../../scripts/test-size.ts'
import { reencode } from '../src/reencode.ts'
import { loadSharp } from '../src/decode.ts'
import { colourTypes, pagePixels, pngFile, rgbaPng } from './png-file.ts'

beforeAll(loadSharp)

/** The content of an image, told by a decoder whose every setting is its default. */
async function pixelsOf(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes).ensureAlpha().raw().toBuffer()
}

function encoded(result: Reencoded): Extract<Reencoded, { bytes: Uint8Array }> {
  if ('kept' in result) throw new Error(`expected other bytes, got kept: ${result.kept}`)
  return result
}

test('a page becomes a WebP of less than half the bytes, with the very same pixels', async () => {
  const data = pagePixels(640, 400)
  const original = await sharp(data, { raw: { width: 640, height: 400, channels: 4 } })
    .png()
    .toBuffer()
  const { bytes, mediaType } = encoded(await reencode(original))
  expect(mediaType).toBe('image/webp')
  expect(bytes.byteLength).toBeLessThan(original.byteLength / 2)
  expect((await pixelsOf(bytes)).equals(data)).toBe(true)
})

test(
  'random pixels come back as they were, colours under full transparency included',
  { timeout: 120_000 },
  async () => {
    let [smaller, all] = [0, 0]
    const sample = fc.oneof(
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
      { weight: 2, arbitrary: fc.constantFrom(0, 1, 127, 254, 255) },
    )
    const picture = fc
      .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) })
      .chain(({ width, height }) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          opaque: fc.boolean(),
          colours: fc.array(fc.tuple(sample, sample, sample, sample), { minLength: 1, maxLength: 12 }),
          picks: fc.array(fc.nat(11), { minLength: width * height, maxLength: width * height }),
        }),
      )
    await fc.assert(
      fc.asyncProperty(picture, async ({ width, opaque, colours, picks }) => {
        const data = Buffer.from(
          picks.flatMap((pick) => {
            const [red, green, blue, alpha] = colours[pick % colours.length] as [number, number, number, number]
            return [red, green, blue, opaque ? 255 : alpha]
          }),
        )
        const original = rgbaPng(data, width)
        const result = await reencode(original)
        all++
        if ('kept' in result) return result.kept === 'not_smaller'
        smaller++
        return result.bytes.byteLength < original.byteLength && (await pixelsOf(result.bytes)).equals(data)
      }),
      { numRuns: bySize({ fast: 100, faults: 300, long: 1_000 }) },
    )
    // Enough of them were written anew that the claim says something.
    expect(smaller).toBeGreaterThan(all / 2)
  },
)

test('what is encoded is what is encoded again: the same bytes every time', async () => {
  const original = rgbaPng(pagePixels(200, 100), 200)
  const [one, other] = [encoded(await reencode(original)), encoded(await reencode(original))]
  expect(Buffer.from(one.bytes).equals(other.bytes)).toBe(true)
  expect(await reencode(one.bytes)).toEqual({ kept: 'not_png' })
})

test('palettes, grey, single bits and a transparent colour become what they show', async () => {
  const row = (length: number, value: (at: number) => number) => Uint8Array.from({ length }, (_, at) => value(at))
  const rows = (length: number, value: (at: number, y: number) => number) =>
    Array.from({ length: 64 }, (_, y) => row(length, (at) => value(at, y)))
  const palette = { name: 'PLTE', data: Buffer.from([255, 0, 0, 0, 255, 0, 1, 2, 3, 9, 9, 9]) }
  const square = { width: 64, height: 64 }
  const kinds: [string, Buffer, (x: number, y: number) => number[]][] = [
    [
      'palette with transparency',
      pngFile(
        { ...square, colourType: colourTypes.palette },
        rows(64, (x, y) => (x + y) % 4),
        { before: [palette, { name: 'tRNS', data: Buffer.from([255, 0, 128]) }] },
      ),
      (x, y) =>
        [
          [255, 0, 0, 255],
          [0, 255, 0, 0],
          [1, 2, 3, 128],
          [9, 9, 9, 255],
        ][(x + y) % 4] ?? [],
    ],
    [
      'grey of one bit',
      pngFile(
        { ...square, bitDepth: 1, colourType: colourTypes.grey },
        rows(8, () => 0b10110010),
      ),
      (x) => {
        const shade = (0b10110010 >> (7 - (x % 8))) & 1 ? 255 : 0
        return [shade, shade, shade, 255]
      },
    ],
    [
      'grey and alpha',
      pngFile(
        { ...square, colourType: colourTypes.greyAlpha },
        rows(128, (at, y) => (at % 2 ? y * 4 : (at * 3) % 256)),
      ),
      (x, y) => [(x * 6) % 256, (x * 6) % 256, (x * 6) % 256, y * 4],
    ],
    [
      'one colour that stands for transparency',
      pngFile(
        { ...square, colourType: colourTypes.rgb },
        rows(192, (at) => (Math.floor(at / 3) % 2 ? 7 : 8)),
        { before: [{ name: 'tRNS', data: Buffer.from([0, 7, 0, 7, 0, 7]) }] },
      ),
      (x) => (x % 2 ? [7, 7, 7, 0] : [8, 8, 8, 255]),
    ],
  ]
  for (const [kind, original, shows] of kinds) {
    const expected = Buffer.from(Array.from({ length: 64 * 64 }, (_, at) => shows(at % 64, Math.floor(at / 64))).flat())
    const result = await reencode(original)
    const bytes = 'kept' in result ? original : result.bytes
    const isSame = (await pixelsOf(bytes)).equals(expected)
    expect([kind, isSame, 'kept' in result ? result.kept : 'smaller']).not.toEqual([kind, true, 'not_exact'])
    expect([kind, isSame]).toEqual([kind, true])
  }
})

test('an interlaced picture becomes the same picture', async () => {
  const data = pagePixels(150, 90)
  const original = await sharp(data, { raw: { width: 150, height: 90, channels: 4 } })
    .png({ progressive: true, compressionLevel: 0 })
    .toBuffer()
  expect(original[28]).toBe(1)
  const { bytes } = encoded(await reencode(original))
  expect((await pixelsOf(bytes)).equals(data)).toBe(true)
})

test('a page that is too long for WebP becomes a PNG', async () => {
  const data = pagePixels(20, 17_000)
  const { bytes, mediaType } = encoded(await reencode(rgbaPng(data, 20)))
  expect(mediaType).toBe('image/png')
  expect((await pixelsOf(bytes)).equals(data)).toBe(true)
})

test('what is more than eight bits of red, green, blue and alpha is left as it is', async () => {
  const data = pagePixels(32, 32)
  const chunk = (name: string, text = 'x') => ({ name, data: Buffer.from(text) })
  const raw = { raw: { width: 32, height: 32, channels: 4 } } as const
  const others: Record<string, Buffer> = {
    'sixteen bits': pngFile(
      { width: 32, height: 32, bitDepth: 16, colourType: colourTypes.rgb },
      Array.from({ length: 32 }, (_, y) => Buffer.alloc(192, y)),
    ),
    'a colour profile': await sharp(data, raw).withIccProfile('p3').png().toBuffer(),
    'an orientation': await sharp(data, raw).withMetadata({ orientation: 6 }).png().toBuffer(),
    'a gamma': rgbaPng(data, 32, { before: [{ name: 'gAMA', data: Buffer.from([0, 0, 0xb1, 0x8f]) }] }),
    chromaticities: rgbaPng(data, 32, { before: [{ name: 'cHRM', data: Buffer.alloc(32, 1) }] }),
    words: rgbaPng(data, 32, { after: [chunk('tEXt', 'Comment\0seen by the model')] }),
    'a chunk that nobody knows': rgbaPng(data, 32, { before: [chunk('prVt')] }),
    'frames of an animation': rgbaPng(data, 32, {
      before: [{ name: 'acTL', data: Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]) }],
    }),
    'bytes behind its end': rgbaPng(data, 32, { trailing: Buffer.from('and more') }),
  }
  for (const [what, original] of Object.entries(others)) {
    expect([what, await reencode(original)]).toEqual([what, { kept: 'not_exact' }])
  }
})

test('pictures that are no PNG, moving ones included, are left as they are', async () => {
  const image = sharp(pagePixels(64, 64), { raw: { width: 64, height: 64, channels: 4 } })
  const moving = await sharp(pagePixels(64, 128), { raw: { width: 64, height: 128, channels: 4, pageHeight: 64 } })
    .webp({ lossless: true })
    .toBuffer()
  for (const original of [
    await image.clone().jpeg().toBuffer(),
    await image.clone().webp().toBuffer(),
    await image.clone().gif().toBuffer(),
    moving,
  ]) {
    expect(await reencode(original)).toEqual({ kept: 'not_png' })
  }
})

test('what is as small as can be is left as it is', async () => {
  const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .webp({ lossless: true })
    .toBuffer()
  expect(await reencode(dot)).toEqual({ kept: 'not_png' })
  const { bytes } = encoded(await reencode(rgbaPng(pagePixels(20, 17_000), 20)))
  expect(await reencode(bytes)).toEqual({ kept: 'not_smaller' })
})
