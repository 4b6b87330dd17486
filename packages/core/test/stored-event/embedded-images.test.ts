import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { assembleTrajectory } from '../../src/fold/assemble.ts'
import { createRedactor } from '../../src/redact/redactor.ts'
import { snapshotEvent, type EventSnapshot } from '../../src/stored-event/to-stored-event.ts'
import { redactedInlineImage } from '../../src/trajectory/frame-reference.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A grey picture of 40 by 40, whole but for its checksums. */
function picture(): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const size = Buffer.alloc(4)
    size.writeUInt32BE(data.length)
    return Buffer.concat([size, Buffer.from(name), data, Buffer.alloc(4)])
  }
  const header = Buffer.from('00000028000000280800000000', 'hex')
  const pixels = Buffer.concat(
    Array.from({ length: 40 }, (_, row) => Buffer.from([0, ...Array(40).keys()].map((x) => (x * row) % 251))),
  )
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const png = picture()
const base64 = png.toString('base64')
const frame = { $frame: sha256(png), mediaType: 'image/png', sizeBytes: png.byteLength }
const redactor = createRedactor({ fingerprint: () => '01234567' })
const take = (fields: object): EventSnapshot =>
  snapshotEvent(
    'step_finished',
    { actionName: 'act', actionArgs: {}, reasoning: '', toolOutput: { ok: true }, ...fields },
    { sha256, redactor },
  )

describe('an image inside a text is lifted out of it', () => {
  test.each<[string, string, string]>([
    [
      'HTML',
      `<img src="data:image/png;base64,${base64}" alt="x">`,
      `<img src="data:image/png;base64,${redactedInlineImage}" alt="x">`,
    ],
    [
      'JSON',
      JSON.stringify({ type: 'image', data: base64, mimeType: 'image/png' }),
      JSON.stringify({ type: 'image', data: redactedInlineImage, mimeType: 'image/png' }),
    ],
    [
      'Markdown',
      `seen: ![a](data:image/png;base64,${base64})`,
      `seen: ![a](data:image/png;base64,${redactedInlineImage})`,
    ],
    ['a log', `saw ${base64} password=opensesame`, `saw ${redactedInlineImage} password=[redacted:password:01234567]`],
  ])('of %s, in a result and in arguments', (_, text, rest) => {
    const lifted = { $type: 'text', text: rest, images: [frame] }
    const inResult = take({ toolOutput: { ok: true, result: text } })
    expect(inResult.event['toolOutput']).toMatchObject({ result: lifted })
    expect(inResult.frames.map(({ bytes }) => Buffer.from(bytes))).toEqual([png])
    const inArguments = take({ actionArgs: { note: [text] } })
    expect(inArguments.event['actionArgs']).toEqual({ note: [lifted] })
    expect(inArguments.frames).toHaveLength(1)
  })

  test('several of them, each once', () => {
    const { event, frames } = take({ toolOutput: { ok: true, result: `${base64} and ${base64}` } })
    expect(event['toolOutput']).toMatchObject({ result: { images: [frame, frame] } })
    expect(frames).toHaveLength(1)
  })

  test('and what only begins like one stays, and so does what an error says', () => {
    for (const text of [`iVBORw0KGgo ${'a'.repeat(300)}`, `R0lGOD${'*'.repeat(300)}`, `/9j/${'-'.repeat(300)}`])
      expect(take({ toolOutput: { ok: true, result: text } }).event['toolOutput']).toMatchObject({ result: text })
    for (const error of [`no: ${base64}`, `data:image/png;base64,${base64}`])
      expect(take({ toolOutput: { ok: false, result: null, error } }).event['toolOutput']).toMatchObject({ error })
  })
})

test('an image of arguments is lifted out as one of a result is', () => {
  const { event, frames } = take({ actionArgs: { file: `data:image/png;base64,${base64}` } })
  expect(event['actionArgs']).toEqual({ file: frame })
  expect(frames).toHaveLength(1)
})

test('the fold gives images of arguments, then the text of a result with its images', () => {
  const { event } = take({
    actionArgs: { file: `data:image/png;base64,${base64}` },
    toolOutput: { ok: true, result: `saw ${base64}` },
  })
  const entry = {
    seq: 0,
    at: '2026-01-01T00:00:00.000Z',
    mono: 0,
    type: 'step_finished' as const,
    step: 0,
    action: 'act',
    ok: true,
    event,
  }
  const { steps } = assembleTrajectory([entry as never])
  const image = { type: 'image', image: { sha256: frame.$frame, mediaType: 'image/png', sizeBytes: png.byteLength } }
  expect(steps[0]?.agentEvidence.modalities).toEqual([
    image,
    image,
    { type: 'text', content: `saw ${redactedInlineImage}` },
  ])
})
