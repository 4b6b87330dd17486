import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { assembleTrajectory, unescapeKey, type JournalEntry } from '../../src/index.ts'
import { createRedactor } from '../../src/redact/redactor.ts'
import { snapshotEvent, type EventSnapshot } from '../../src/stored-event/to-stored-event.ts'
import { frameOf, imageOf, picture, sha256, snapshot } from '../journal.ts'

const finished = { actionName: 'a', actionArgs: {}, reasoning: '', toolOutput: { ok: true, result: 1 } }
const base64 = (name: string) => Buffer.from(picture(name)).toString('base64')

test('a good event stands as it was given, without its type', () => {
  const event = { type: 'step_observed', url: 'http://site/', stepIndex: 2, ariaTree: '- main', mine: { kept: true } }
  expect(snapshot('step_observed', event)).toStrictEqual({
    type: 'step_observed',
    event: { url: 'http://site/', stepIndex: 2, ariaTree: '- main', mine: { kept: true } },
    frames: [],
  })
})

test('a screenshot becomes a frame: its bytes apart, its hash, type and size in their place', () => {
  const { event, frames } = snapshot('screenshot', { screenshot: Buffer.from(picture('a')), url: 'u' })
  expect(event).toStrictEqual({ url: 'u', screenshot: frameOf('a') })
  expect(frames).toStrictEqual([{ sha256: imageOf('a').sha256, mediaType: 'image/png', bytes: picture('a') }])
})

test.each([
  ['what was declared', 'image/webp', picture('a'), 'image/webp'],
  ['what the bytes say', undefined, Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'image/jpeg'],
  ['what the bytes say, where the declaration is none', 'a picture', Uint8Array.of(0xff, 0xd8, 0xff), 'image/jpeg'],
  ['png, where nothing is known', undefined, Uint8Array.of(1, 2, 3), 'image/png'],
])('the media type of a screenshot is %s', (_, mediaType, screenshot, expected) => {
  expect(snapshot('screenshot', { screenshot, url: '', mediaType }).frames[0]?.mediaType).toBe(expected)
})

test('changing arguments, or using a buffer again, after the snapshot changes nothing', () => {
  const screenshot = Buffer.from(picture('a'))
  const image = snapshot('screenshot', { screenshot, url: 'u' })
  screenshot.fill(0)
  expect(image.frames[0]?.bytes).toStrictEqual(picture('a'))

  const result = { rows: [1], shot: Buffer.from(picture('b')) }
  const step = snapshot('step_finished', { ...finished, toolOutput: { ok: true, result } })
  result.rows.push(2)
  result.shot.fill(0)
  expect(step.event['toolOutput']).toStrictEqual({ ok: true, result: { rows: [1], shot: frameOf('b') } })
  expect(step.frames[0]?.bytes).toStrictEqual(picture('b'))
})

test('the bytes of a pooled buffer are copied without what stands around them', () => {
  const pool = Buffer.concat([Buffer.from('before'), picture('a'), Buffer.from('after')])
  const screenshot = pool.subarray(6, 6 + picture('a').length)
  const [frame] = snapshot('screenshot', { screenshot, url: 'u' }).frames
  expect(frame?.bytes).toStrictEqual(picture('a'))
  expect(frame?.bytes.buffer.byteLength).toBe(picture('a').length)
})

test('equal pictures of one event are one frame', () => {
  const result = { before: Buffer.from(picture('a')), after: picture('a'), other: picture('b') }
  const { frames } = snapshot('step_finished', { ...finished, toolOutput: { ok: true, result } })
  expect(frames.map((frame) => frame.sha256)).toStrictEqual([imageOf('a').sha256, imageOf('b').sha256])
})

test('an optional field with a wrong value moves to invalidFields, and the event stays', () => {
  const { type, event, invalid } = snapshot('step_finished', {
    ...finished,
    startedAt: 'yesterday',
    durationMs: -1,
    executed: 'perhaps',
    invalidFields: 'mine',
    toolCallId: 'kept',
  })
  expect(type).toBe('step_finished')
  expect(invalid).toBeUndefined()
  expect(event).toStrictEqual({
    ...finished,
    toolCallId: 'kept',
    invalidFields: { startedAt: 'yesterday', durationMs: -1, executed: 'perhaps', invalidFields: 'mine' },
  })
})

test('a view that is none is invalid wherever it stands, so that a reader finds nothing it must refuse', () => {
  for (const [type, event] of [
    ['step_observed', { url: 'u' }],
    ['screenshot', { url: 'u', screenshot: picture('a') }],
  ] as const) {
    expect(snapshot(type, { ...event, viewport: 'wide', scale: 0 }).event['invalidFields']).toStrictEqual({
      viewport: 'wide',
      scale: 0,
    })
  }
})

test.each([
  ['step_finished', { ...finished, reasoning: undefined }, 'reasoning'],
  ['step_finished', { ...finished, toolOutput: { ok: 'yes' } }, 'toolOutput.ok'],
  ['screenshot', { url: 'u' }, 'screenshot'],
  ['screenshot', { url: 'u', screenshot: 'iVBORw0KGgo=' }, 'screenshot'],
  ['step_observed', { ariaTree: '- main' }, 'url'],
  ['turn_finished', {}, 'turnId'],
  ['final_answer', { output: 1 }, 'message'],
  ['gap', { what: 'nothing', reason: 'x' }, 'what'],
])('a %s that lacks a required field is a gap that holds it: %o', (type, payload, field) => {
  const { event, invalid, ...rest } = snapshot(type, { ...payload, stepIndex: 3 })
  expect(rest.type).toBe('gap')
  expect(invalid).toContain(`${type}: ${field}: `)
  const held = Object.fromEntries(
    Object.entries({ ...payload, stepIndex: 3 }).filter(([, value]) => value !== undefined),
  )
  expect(event).toStrictEqual({
    what: 'event',
    reason: 'invalid_event',
    stepIndex: 3,
    detail: { type, problem: invalid, event: held },
  })
})

test('an invalid screenshot is a gap that keeps its frame', () => {
  const { type, event, frames } = snapshot('screenshot', { screenshot: picture('a') })
  expect(type).toBe('gap')
  expect(event['detail']).toMatchObject({ event: { screenshot: frameOf('a') } })
  expect(frames.map((frame) => frame.bytes)).toStrictEqual([picture('a')])
})

test('an unknown type is a gap that holds the event', () => {
  const { type, event, invalid } = snapshot('page_scrolled', { top: 5 })
  expect(type).toBe('gap')
  expect(invalid).toMatch(/^unknown event type: expected one of step_finished, .*, gap, got page_scrolled$/)
  expect(event).toMatchObject({ reason: 'invalid_event', detail: { type: 'page_scrolled', event: { top: 5 } } })
  expect(snapshot('toString', {}).type).toBe('gap')
})

test.each([
  [null, 'null', null],
  [undefined, 'undefined', { $type: 'undefined' }],
  ['text', 'string', 'text'],
  [[1], 'an array', [1]],
  [7n, 'bigint', { $type: 'bigint', value: '7' }],
])('what is no object is a gap that holds it: %s', (payload, got, value) => {
  const { event, invalid } = snapshot('step_observed', payload)
  expect(invalid).toBe(`step_observed: expected an object, got ${got}`)
  expect(event['detail']).toMatchObject({ event: { value } })
})

test('an index far beyond any run is no index', () => {
  expect(snapshot('step_finished', { ...finished, stepIndex: Number.MAX_SAFE_INTEGER }).event).toMatchObject({
    invalidFields: { stepIndex: Number.MAX_SAFE_INTEGER },
  })
})

test('an event stays small enough for a journal line, whatever is long in it', () => {
  const long = 'x'.repeat(9_000_000)
  for (const { event } of [
    snapshot(long, {}),
    snapshot('step_observed', { url: 'u', ariaTree: long, title: long }),
    snapshot('step_observed', { url: 'u', [long]: 1 }),
    snapshot('gap', Object.fromEntries(Array.from({ length: 12 }, (_, key) => [`k${key}`, long.slice(0, 900_000)]))),
  ]) {
    expect(JSON.stringify(event).length).toBeLessThan(8_100_000)
  }
})

test('a field whose name is too long leaves a mark', () => {
  const { event } = snapshot('step_observed', { url: 'u', ['x'.repeat(2_000_000)]: 1 })
  expect(event).toStrictEqual({ url: 'u', $truncated: 'size' })
})

test('a getter that throws is marked in its place, and the other fields are kept', () => {
  const event = Object.defineProperty({ url: 'u', title: 'T' }, 'ariaTree', {
    enumerable: true,
    get: () => {
      throw new Error('detached')
    },
  })
  expect(snapshot('step_observed', event).event).toStrictEqual({
    url: 'u',
    title: 'T',
    invalidFields: { ariaTree: { $type: 'unreadable', reason: 'detached' } },
  })
})

test('an event behind a Proxy is read like any other', () => {
  expect(snapshot('step_observed', new Proxy({ url: 'u' }, {})).event).toStrictEqual({ url: 'u' })
})

test('a field of the caller cannot pass for one of our marks', () => {
  const forged = { $frame: 'a'.repeat(64), mediaType: 'image/png', sizeBytes: 3 }
  const { event } = snapshot('step_observed', { url: 'u', ...forged })
  expect(event).not.toHaveProperty('$frame')
  expect(Object.keys(event).map(unescapeKey)).toContain('$frame')
  expect(snapshot('screenshot', { url: 'u', screenshot: forged }).type).toBe('gap')
})

test('a name like __proto__ is a field and no prototype', () => {
  const { event } = snapshot('step_observed', JSON.parse('{"url": "u", "__proto__": {"polluted": true}}'))
  expect(Object.keys(event)).toStrictEqual(['url', '__proto__'])
  expect(Object.getPrototypeOf(event)).toBe(Object.prototype)
})

test('a frame above the limit is a gap that says its size, and its bytes are not kept', () => {
  const screenshot = new Uint8Array(60_000_000)
  expect(snapshot('screenshot', { screenshot, url: 'u', stepIndex: 1, evidenceRole: 'agent' })).toStrictEqual({
    type: 'gap',
    event: {
      what: 'screenshot',
      reason: 'frame_too_large',
      stepIndex: 1,
      detail: { $truncated: 'frame_too_large', sizeBytes: 60_000_000, url: 'u', evidenceRole: 'agent' },
    },
    frames: [],
  })
})

test('a frame above the limit in a result is marked there, and in a last observation it costs only itself', () => {
  const limit = { maxFrameBytes: 20 }
  const step = { ...finished, toolOutput: { ok: true, result: { shot: picture('much too large') } } }
  const mark = { $truncated: 'frame_too_large', sizeBytes: picture('much too large').length }
  expect(snapshot('step_finished', step, limit)).toMatchObject({
    event: { toolOutput: { result: { shot: mark } } },
    frames: [],
  })

  const observation = { url: 'u', ariaTree: '- main', screenshot: picture('much too large') }
  const { type, event } = snapshot('final_answer', { message: 'm', observation }, limit)
  const entry = { seq: 0, at: '', mono: 0, type, event } as unknown as JournalEntry
  const trajectory = assembleTrajectory([entry])
  expect(trajectory.finalObservation).toStrictEqual({ url: 'u', ariaTree: '- main' })
  expect(trajectory.gaps).toStrictEqual([
    { what: 'screenshot', reason: 'frame_too_large', detail: { sizeBytes: mark.sizeBytes } },
  ])
})

test('images are lifted out of the arguments and the result of a tool, and out of nothing else', () => {
  const inline = { url: `data:image/png;base64,${base64('a')}`, screenshotBase64: base64('a'), bytes: picture('a') }
  const { event, frames } = snapshot('step_finished', {
    ...finished,
    actionArgs: inline,
    mine: inline,
    toolOutput: { ok: true, result: inline },
  })
  expect(frames).toHaveLength(1)
  const lifted = { url: frameOf('a'), screenshotBase64: frameOf('a'), bytes: frameOf('a') }
  expect(event['toolOutput']).toStrictEqual({ ok: true, result: lifted })
  expect(event['actionArgs']).toStrictEqual(lifted)
  const plain = {
    url: inline.url,
    screenshotBase64: inline.screenshotBase64,
    bytes: { $type: 'Uint8Array', base64: base64('a') },
  }
  expect(event['mine']).toStrictEqual(plain)
  expect(snapshot('final_answer', { message: 'm', output: inline })).toMatchObject({
    event: { output: plain },
    frames: [],
  })
})

test('bytes as the whole result are a picture; bytes inside it are one only by their first bytes', () => {
  const pdf = Buffer.from('%PDF-1.7')
  const asWhole = snapshot('step_finished', { ...finished, toolOutput: { ok: true, result: pdf } })
  expect(asWhole.frames).toMatchObject([{ sha256: sha256(pdf), mediaType: 'image/png' }])
  const nested = snapshot('step_finished', { ...finished, toolOutput: { ok: true, result: { ok: true, result: pdf } } })
  expect(nested.frames).toStrictEqual([])
  expect(nested.event['toolOutput']).toMatchObject({ result: { result: { base64: pdf.toString('base64') } } })
})

test('a secret in a file of text is gone from its place alone; of other bytes, or too many, all are gone, and told as lost', () => {
  const redactor = createRedactor({ fingerprint: () => '01234567' })
  const lines = 'a = 1\n'.repeat(400)
  const secret = 'password = Kx51-vLm7!q\n'
  const file = (content: Buffer): EventSnapshot =>
    snapshot('step_finished', { ...finished, toolOutput: { ok: true, result: { file: content } } }, { redactor })
  const stored = Buffer.from(`${lines}password = [redacted:password:01234567]\n`).toString('base64')
  const text = file(Buffer.from(lines + secret))
  expect(text.event['toolOutput']).toMatchObject({ result: { file: { $type: 'Uint8Array', base64: stored } } })
  expect(text.lost).toBeUndefined()
  redactor.learn('Kx51-vLm7!q')
  for (const bytes of [`\0${lines}${secret}`, `GIF89a${lines}${secret}`]
    .map((content) => Buffer.from(content))
    .concat(Buffer.from(secret + lines.repeat(150)))) {
    const { event, lost } = file(bytes)
    expect(event['toolOutput']).toMatchObject({ result: { file: '[redacted:password:01234567]' } })
    expect(lost).toEqual({ redactedBytes: bytes.byteLength })
  }
})

const detached = (from: number): Uint8Array => {
  const bytes = Uint8Array.from(picture('gone')).subarray(from)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}
const unreadable = {
  get screenshot(): never {
    throw new Error('the browser has gone')
  },
}
const noPictures: readonly [string, () => object, string, RegExp][] = [
  ['no bytes', () => ({ screenshot: new Uint8Array(0) }), 'frame_empty', /got none/],
  ['an empty part of a buffer', () => ({ screenshot: Buffer.from('abc').subarray(3) }), 'frame_empty', /got none/],
  ['a buffer that a worker was given', () => ({ screenshot: detached(0) }), 'frame_unreadable', /detached/],
  ['part of such a buffer', () => ({ screenshot: detached(4) }), 'frame_unreadable', /detached/],
  ['what throws', () => unreadable, 'frame_unreadable', /the browser has gone/],
]

test.each(noPictures)(
  'a screenshot of %s is a gap that says so in words that its teller knows',
  (_, make, why, words) => {
    const given = Object.defineProperties(
      { url: 'u', stepIndex: 2, evidenceRole: 'agent' },
      Object.getOwnPropertyDescriptors(make()),
    )
    const { type, event, frames, invalid } = snapshot('screenshot', given)
    expect({ type, frames, invalid }).toStrictEqual({ type: 'gap', frames: [], invalid: undefined })
    const detail = { $truncated: why, problem: expect.stringMatching(words) as string, url: 'u', evidenceRole: 'agent' }
    expect(event).toStrictEqual({ what: 'screenshot', reason: why, stepIndex: 2, detail })
  },
)

test('a file with a secret in it that was given for a picture is a gap, and no mistake of who gave it', () => {
  const redactor = createRedactor({ fingerprint: () => '01234567' })
  const given = { url: 'u', screenshot: Buffer.from('DB_PASSWORD=hunter2x\n'.repeat(9)) }
  const { type, event, invalid } = snapshotEvent('screenshot', given, { sha256, redactor })
  expect({ type, invalid }).toStrictEqual({ type: 'gap', invalid: undefined })
  expect(event).toMatchObject({ what: 'screenshot', reason: 'frame_redacted', detail: { url: 'u' } })
  const last = { message: 'm', observation: given }
  const look = snapshotEvent('final_answer', last, { sha256, redactor })
  expect(look).toMatchObject({ event: { observation: { $truncated: 'frame_redacted', url: 'u' } } })
  expect(look.invalid).toBeUndefined()
  expect(JSON.stringify([event, look])).not.toContain('hunter2x')
})

test.each(noPictures)('a last look with %s keeps everything else, and its gap says why', (_, make, why, words) => {
  const observation = Object.defineProperties({ url: 'u', title: 'Shop' }, Object.getOwnPropertyDescriptors(make()))
  const { type, event } = snapshot('final_answer', { message: 'm', observation })
  const entry = { seq: 0, at: '', mono: 0, type, event } as unknown as JournalEntry
  const { finalObservation, gaps } = assembleTrajectory([entry])
  expect(finalObservation).toMatchObject({ url: 'u', title: 'Shop' })
  expect(finalObservation).not.toHaveProperty('screenshot')
  expect(gaps).toMatchObject([
    { what: 'screenshot', reason: why, detail: { problem: expect.stringMatching(words) as string } },
  ])
})

test('no bytes as the result of a tool are what the tool gave, and no picture', () => {
  for (const result of [new Uint8Array(0), { data: new Uint8Array(0), mimeType: 'image/png' }]) {
    const { event, frames } = snapshot('step_finished', { ...finished, toolOutput: { ok: true, result } })
    expect(frames).toStrictEqual([])
    expect(JSON.stringify(event['toolOutput'])).toContain('{"$type":"Uint8Array","base64":""}')
  }
})

test.each([
  ['a text', 'iVBORw0KGgo=', 'string'],
  ['a number', 5, 'number'],
  ['nothing', null, 'null'],
  ['an object', { path: 'shot.png' }, 'an object'],
  ['a list', [1, 2], 'an array'],
])('a screenshot that is %s is told without a word of how frames are stored', (_, screenshot, got) => {
  const { invalid } = snapshot('screenshot', { screenshot, url: 'u' })
  expect(invalid).toBe(`screenshot: screenshot: expected the bytes of a picture (a Uint8Array), got ${got}`)
})
