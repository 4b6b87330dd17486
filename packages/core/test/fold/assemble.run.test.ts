import { expect, test } from 'vitest'
import { assembleTrajectory, type JournalEntry } from '../../src/index.ts'
import { agentFrame, journal, observed, runFinished, runStarted, step, type Event } from '../journal.ts'

const fold = (...items: Parameters<typeof journal>) => assembleTrajectory(journal(...items))

test('a journal without its last line was killed', () => {
  expect(fold(runStarted, step('a')).status).toBe('killed')
  expect(fold().status).toBe('killed')
  expect(fold(runStarted, step('a'), runFinished({ status: 'stalled' })).status).toBe('stalled')
})

test('an empty journal is an empty trajectory', () => {
  expect(fold()).toStrictEqual({
    formatVersion: 1,
    runId: '',
    task: { id: 'unknown', instruction: '' },
    status: 'killed',
    steps: [],
    turns: [],
    gaps: [],
    timing: {},
    usage: { input_tokens: 0, output_tokens: 0 },
  })
})

test('the first line names run, task and tool, and the last line ends the clock', () => {
  const started = { ...runStarted, event: { ...runStarted.event, tool: { name: 'x', version: '1' } } } as JournalEntry
  const trajectory = fold(started, step('a'), runFinished({ status: 'complete' }))
  expect(trajectory).toMatchObject({ runId: 'run', task: { id: 'task', instruction: 'do it' }, tool: { name: 'x' } })
  expect(trajectory.timing).toStrictEqual({
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T01:00:00.000Z',
    durationMs: 3_600_000,
  })
})

const turn = (turnId: string, more: Partial<Extract<Event, { type: 'turn_finished' }>> = {}): Event => ({
  type: 'turn_finished',
  turnId,
  ...more,
})

test('usage is the sum of the turns, unless finish() was told', () => {
  const turns = [
    turn('1', { usage: { input_tokens: 10, output_tokens: 2, reasoning_tokens: 1 } }),
    turn('2', { usage: { input_tokens: 5, cached_input_tokens: 3, inference_time_ms: 7.5 } }),
    turn('3'),
  ]
  expect(fold(...turns).usage).toStrictEqual({
    input_tokens: 15,
    output_tokens: 2,
    reasoning_tokens: 1,
    cached_input_tokens: 3,
    inference_time_ms: 7.5,
  })
  const told = { input_tokens: 1, output_tokens: 1 }
  expect(fold(...turns, runFinished({ status: 'complete', usage: told })).usage).toStrictEqual(told)
  expect(fold(step('a')).usage).toStrictEqual({ input_tokens: 0, output_tokens: 0 })
})

test('the final answer that finish() was told beats the one of the event, even when it is empty', () => {
  const answer: Event = { type: 'final_answer', message: 'from the event', output: { price: 3 } }
  expect(fold(answer)).toMatchObject({ finalAnswer: 'from the event', finalOutput: { price: 3 } })
  expect(fold(answer, runFinished({ status: 'complete', finalAnswer: 'told' })).finalAnswer).toBe('told')
  expect(fold(answer, runFinished({ status: 'complete', finalAnswer: '' })).finalAnswer).toBe('')
  expect(fold(answer, runFinished({ status: 'complete' })).finalAnswer).toBe('from the event')
})

test('the last final answer counts, and an earlier one is a gap', () => {
  const run: Event[] = [
    { type: 'final_answer', message: 'first' },
    { type: 'final_answer', message: 'second' },
  ]
  expect(fold(...run).finalAnswer).toBe('second')
  expect(fold(...run).gaps).toMatchObject([{ what: 'event', reason: 'superseded', detail: { type: 'final_answer' } }])
})

test('the observation of the final answer is the final observation, and no probe of a step', () => {
  const trajectory = fold(step('a'), {
    type: 'final_answer',
    message: 'done',
    observation: { url: 'http://site/end', screenshot: new Uint8Array([1, 2, 3]), ariaTree: '- main', title: 'End' },
  })
  expect(trajectory.finalObservation).toMatchObject({
    url: 'http://site/end',
    ariaTree: '- main',
    title: 'End',
    screenshot: { sizeBytes: 3, mediaType: 'image/png' },
  })
  expect(trajectory.steps[0]?.probeEvidence).toStrictEqual({})
})

test('a turn lists the steps that carry its id, and a turn without a tool call is one too', () => {
  const { turns } = fold(
    step('a', { turnId: 't1' }),
    step('b', { turnId: 't1' }),
    turn('t1', { text: 'both', model: 'm', startedAt: '2026-01-01T00:00:00Z', durationMs: 12, at: 'later' }),
    step('c', { turnId: 't3' }),
    turn('t2', { text: 'only words' }),
  )
  expect(turns).toMatchObject([
    { turnId: 't1', steps: [0, 1], text: 'both', model: 'm', durationMs: 12, finishedAt: 'later' },
    { turnId: 't2', steps: [], text: 'only words' },
  ])
})

test('unknown fields of steps and turns are kept as extra', () => {
  const foreign = { agentEvidence: 'mine', imported: { id: 'x' } }
  const more = { steps: 'mine', cost: 3 }
  const { steps, turns } = fold({ ...step('a'), ...foreign }, { ...turn('t'), ...more })
  expect(steps[0]).toMatchObject({ id: 's0', extra: foreign })
  expect(steps[0]?.agentEvidence).toStrictEqual({ modalities: [] })
  expect(turns[0]).toMatchObject({ steps: [], extra: more })
})

test('a step has the id of its tool call, else that of its place', () => {
  const { steps } = fold(step('a'), step('b', { toolCallId: 'call_7' }))
  expect(steps.map(({ id }) => id)).toStrictEqual(['s0', 'call_7'])
})

test('the trajectory is frozen to its leaves', () => {
  const trajectory = fold(agentFrame('1'), step('a', { actionArgs: { deep: [{ er: 1 }] } }), observed('1'))
  const unfrozen: unknown[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if (!Object.isFrozen(value)) unfrozen.push(value)
    Object.values(value).forEach(visit)
  }
  visit(trajectory)
  expect(unfrozen).toStrictEqual([])
})
