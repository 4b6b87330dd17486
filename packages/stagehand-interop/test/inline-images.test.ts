import { createHash } from 'node:crypto'
import {
  buildAgentEvidenceFromStepFinished,
  collectInlineImagePayloads,
  redactInlineImagePayloads,
  REDACTED_INLINE_IMAGE,
} from '@browserbasehq/stagehand/lib/v3/verifier/evidenceNormalization.js'
import { normalizeRubric } from '@browserbasehq/stagehand/lib/v3/verifier/trajectory.js'
import {
  assembleTrajectory,
  collectFrames,
  liftInlineImages,
  redactedInlineImage,
  redactFrames,
  Rubric,
  snapshotEvent,
  toPlainValue,
  type JournalEntry,
} from '@contrail/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jpeg, png } from './pictures.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Our form of a result: its JSON without the images, and the bytes of the images in order. */
function ours(value: unknown, actionName: string): { json: unknown; images: Buffer[] } {
  const bytesOf = new Map<string, Buffer>()
  const lift = liftInlineImages(actionName, (bytes, mediaType) => {
    bytesOf.set(sha256(bytes), Buffer.from(bytes))
    return { $frame: sha256(bytes), mediaType, sizeBytes: bytes.byteLength }
  })
  const plain = toPlainValue(value, { lift })
  const images = collectFrames(plain).map(({ $frame }) => bytesOf.get($frame) as Buffer)
  return { json: redactFrames(plain), images }
}

function theirs(value: unknown, actionName: string): { json: unknown; images: Buffer[] } {
  const images = collectInlineImagePayloads(value, actionName).map((text) => Buffer.from(text, 'base64'))
  return { json: redactInlineImagePayloads(value, actionName), images }
}

const base64 = fc.constantFrom(png('a'), png('b'), jpeg('c')).map((bytes) => bytes.toString('base64'))
// Stagehand's copy of a key called __proto__ sets the prototype.
const key = fc
  .oneof(fc.constantFrom('screenshotBase64', 'base64', 'note', 'list'), fc.string())
  .filter((name) => name !== '__proto__')

/** Results as tools give them: JSON, with real pictures in base64 wherever Stagehand looks for them. */
const results = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }).chain((record) =>
      fc.record({ at: fc.constantFrom('screenshotBase64', 'base64'), base64 }).map(({ at, base64: text }) => ({
        ...withoutPlainText(record),
        [at]: text,
      })),
    ),
  ),
})).value

/** Text that is no base64 under a key for images is one of the differences below. */
function withoutPlainText(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).filter(
      ([name, value]) => !(typeof value === 'string' && (name === 'screenshotBase64' || name === 'base64')),
    ),
  )
}

const escaped = /"\$+(?:frame|type|truncated)"/

test('the images of a result, their order and the redacted rest are what Stagehand makes of it', () => {
  fc.assert(
    fc.property(results, fc.constantFrom('screenshot', 'extract'), (result, actionName) => {
      fc.pre(!escaped.test(JSON.stringify(result)))
      expect(ours(result, actionName)).toStrictEqual(theirs(result, actionName))
    }),
    { numRuns: 2_000 },
  )
})

test('the text that stands for an image is the same', () => {
  expect(redactedInlineImage).toBe(REDACTED_INLINE_IMAGE)
})

function ourEvidence(event: Parameters<typeof buildAgentEvidenceFromStepFinished>[0]): unknown {
  const snapshot = snapshotEvent('step_finished', event, { sha256 })
  const { actionName, toolOutput } = event
  const entry = { seq: 0, at: '', mono: 0, type: snapshot.type, step: 0, action: actionName, ok: toolOutput.ok }
  const { steps } = assembleTrajectory([{ ...entry, event: snapshot.event } as unknown as JournalEntry])
  const bytesOf = new Map(snapshot.frames.map((frame) => [frame.sha256, Buffer.from(frame.bytes)]))
  return steps[0]?.agentEvidence.modalities.map((modality) =>
    modality.type === 'image' ? { type: 'image', bytes: bytesOf.get(modality.image.sha256) } : modality,
  )
}

function theirEvidence(event: Parameters<typeof buildAgentEvidenceFromStepFinished>[0]): unknown {
  return buildAgentEvidenceFromStepFinished(event).modalities.map((modality) =>
    modality.type === 'image' ? { type: 'image', bytes: modality.bytes } : modality,
  )
}

test('the evidence of a step is what Stagehand makes of it, modality by modality', () => {
  const scalar = fc.oneof(
    fc.constantFrom(undefined, null, '', 0, true, false, 10n ** 30n, png('whole')),
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
  )
  const events = fc.record({
    type: fc.constant('step_finished' as const),
    actionName: fc.constantFrom('screenshot', 'extract'),
    actionArgs: fc.constant({}),
    reasoning: fc.string(),
    toolOutput: fc.record({ ok: fc.boolean(), result: fc.oneof(scalar, results) }),
  })
  fc.assert(
    fc.property(events, (event) => {
      fc.pre(!escaped.test(JSON.stringify(event.toolOutput.result, withoutBigInt) ?? ''))
      expect(ourEvidence(event)).toStrictEqual(theirEvidence(event))
    }),
    { numRuns: 1_000 },
  )
})

function withoutBigInt(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

test('difference: text that is no base64 is no picture of nothing, and is not lost', () => {
  const result = { screenshotBase64: 'not available', other: { screenshotBase64: '' } }
  expect(theirs(result, 'act').images.map((bytes) => bytes.length)).toStrictEqual([9, 0])
  expect(ours(result, 'act')).toStrictEqual({ json: result, images: [] })
})

test('difference: pictures are found where Anthropic, MCP, the AI SDK and OpenAI put them', () => {
  const text = png('a').toString('base64')
  for (const result of [
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: text } },
    { content: [{ type: 'image', data: text, mimeType: 'image/png' }] },
    { type: 'content', value: [{ type: 'media', data: text, mediaType: 'image/png' }] },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${text}` } },
  ]) {
    expect(theirs(result, 'act').images).toStrictEqual([])
    expect(JSON.stringify(theirs(result, 'act').json)).toContain(text)
    expect(ours(result, 'act').images).toStrictEqual([png('a')])
    expect(JSON.stringify(ours(result, 'act').json)).not.toContain(text)
  }
})

test('difference: bytes, dates, maps and errors are told, and not emptied or spelt out as a list of numbers', () => {
  const result = {
    picture: new Uint8Array(png('a')),
    data: Uint8Array.of(1, 2),
    at: new Date(0),
    seen: new Map([['a', 1]]),
    failure: new Error('no such page'),
  }
  expect(theirs(result, 'act').json).toMatchObject({ data: { 0: 1, 1: 2 }, at: {}, seen: {}, failure: {} })
  expect(ours(result, 'act')).toMatchObject({
    images: [png('a')],
    json: {
      picture: redactedInlineImage,
      data: { $type: 'Uint8Array', base64: 'AQI=' },
      at: { $type: 'date', value: '1970-01-01T00:00:00.000Z' },
      seen: { $type: 'map', entries: [['a', 1]] },
      failure: { $type: 'error', message: 'no such page' },
    },
  })
})

test('difference: a circular result is recorded, and does not cost the step', () => {
  const circular: Record<string, unknown> = { title: 'Shop' }
  circular['self'] = circular
  expect(() => theirs(circular, 'act')).toThrow(RangeError)
  expect(ours(circular, 'act').json).toStrictEqual({ title: 'Shop', self: { $type: 'circular', path: '$' } })
})

test('a rubric of a data set is what Stagehand makes of it, and keeps what else is said', () => {
  const items = [
    { criterion: 'a', description: 'b', max_points: 3, justification: '', earned_points: '' as const },
    { criterion: 'c', description: 'd', maxPoints: 2, condition: 'if there is one' },
  ]
  expect(Rubric.parse({ items })).toMatchObject(normalizeRubric({ items }) ?? {})
  for (const wrong of [
    {},
    { items: [{ criterion: '', description: 'd', max_points: 1 }] },
    { items: [{ criterion: 'c', description: 'd' }] },
  ]) {
    expect(() => normalizeRubric(wrong)).toThrow(TypeError)
    expect(Rubric.safeParse(wrong).success).toBe(false)
  }
})
