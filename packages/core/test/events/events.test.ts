import { expect, test } from 'vitest'
import { busKeys } from '../../src/events/delivery.ts'
import { eventSchemas } from '../../src/events/events.ts'
import { ToldUsage, Usage, type EvidenceEvent, type EvidenceEvents, type EvidenceSink } from '../../src/index.ts'

const step = { actionName: 'a', actionArgs: {}, reasoning: '', toolOutput: { ok: true } }

test('every event type has a schema and a bus key of its own', () => {
  expect(Object.keys(eventSchemas)).toStrictEqual(Object.keys(busKeys))
  expect(new Set(Object.values(busKeys)).size).toBe(7)
})

test('fields that the schema does not name are kept, at every depth', () => {
  const event = { ...step, mine: 1, target: { role: 'button', xpath: '//a' }, toolOutput: { ok: true, cost: 2 } }
  expect(eventSchemas.step_finished.parse(event)).toStrictEqual(event)
})

test('the result of a tool may be absent, or anything', () => {
  expect(eventSchemas.step_finished.safeParse(step).success).toBe(true)
  expect(eventSchemas.step_finished.safeParse({ ...step, toolOutput: { ok: false, result: null } }).success).toBe(true)
})

test.each([
  ['step_finished', { ...step, stepIndex: -1 }],
  ['step_finished', { ...step, stepIndex: 1.5 }],
  ['step_finished', { ...step, actionArgs: [] }],
  ['step_finished', { ...step, startedAt: '2026-01-01' }],
  ['step_finished', { ...step, startedAt: '2026-01-01T00:00:00' }],
  ['step_finished', { ...step, durationMs: -1 }],
  ['step_finished', { ...step, durationMs: Number.NaN }],
  ['step_finished', { ...step, toolOutput: { ok: true, error: new Error('x') } }],
  ['step_finished', { ...step, episode: { testPassRate: 2 } }],
  ['screenshot', { url: 'u', screenshot: [1, 2] }],
  ['screenshot', { url: 'u', screenshot: new Uint8Array(1), evidenceRole: 'both' }],
  ['screenshot', { url: 'u', screenshot: new Uint8Array(1), scale: 0 }],
  ['step_observed', { url: null }],
  ['turn_finished', { turnId: 't', usage: { input_tokens: -1 } }],
  ['final_answer', { message: null }],
  ['gap', { what: 'page', reason: 'x' }],
] as const)('a %s like %o is refused', (type, event) => {
  expect(eventSchemas[type].safeParse(event).success).toBe(false)
})

test.each(['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.123456Z', '2026-01-01T02:00:00+02:00'])(
  'a time with its offset is one: %s',
  (startedAt) => expect(eventSchemas.step_finished.safeParse({ ...step, startedAt }).success).toBe(true),
)

test.each([
  ['the AI SDK', { inputTokens: 9, outputTokens: 2, reasoningTokens: 1, cachedInputTokens: 4, totalTokens: 11 }],
  [
    'the API of OpenAI',
    { prompt_tokens: 9, completion_tokens: 2, reasoning_tokens: 1, cached_input_tokens: 4, totalTokens: 11 },
  ],
  ['an event', { input_tokens: 9, output_tokens: 2, reasoningTokens: 1, cached_input_tokens: 4, totalTokens: 11 }],
])('usage as %s spells it is told in one spelling, of a turn and of a run', (_, usage) => {
  const told = { input_tokens: 9, output_tokens: 2, reasoning_tokens: 1, cached_input_tokens: 4, totalTokens: 11 }
  expect(eventSchemas.turn_finished.parse({ turnId: 't', usage }).usage).toStrictEqual(told)
  expect(ToldUsage.parse(usage)).toStrictEqual(told)
})

test('what counts nothing is no count, and one by its usual name is not displaced', () => {
  const usage = { promptTokens: Number.NaN, completionTokens: 3, output_tokens: 5, inputTokens: { total: 9 } }
  expect(eventSchemas.turn_finished.parse({ turnId: 't', usage }).usage).toStrictEqual({
    completionTokens: 3,
    output_tokens: 5,
    inputTokens: { total: 9 },
  })
})

test('usage of a run counts from 0; what a turn does not say stays absent', () => {
  expect(Usage.parse({})).toStrictEqual({ input_tokens: 0, output_tokens: 0 })
  expect(eventSchemas.turn_finished.parse({ turnId: 't', usage: { output_tokens: 3 } }).usage).toStrictEqual({
    output_tokens: 3,
  })
})

test('the callback form and the bus form carry the same payloads', () => {
  const viaCallback = (event: EvidenceEvent): EvidenceEvents[keyof EvidenceEvents] => event
  const sink: EvidenceSink = (event) => void viaCallback(event)
  interface CustomStep {
    type: 'step_finished'
    actionName: string
    actionArgs: { url: string }
    reasoning: string
    toolOutput: { ok: boolean; result: unknown }
  }
  const custom: CustomStep = {
    type: 'step_finished',
    ...step,
    actionArgs: { url: 'u' },
    toolOutput: { ok: true, result: 1 },
  }
  expect(sink(custom)).toBeUndefined()
  // @ts-expect-error a misspelt type
  expect(sink({ type: 'step_finish', ...step })).toBeUndefined()
})
