import { expect, test } from 'vitest'
import {
  assembleTrajectory,
  createRedactor,
  snapshotEvent,
  toEvents,
  type EnvironmentEntry,
  type JournalEntry,
} from '../../src/index.ts'
import { hole, journal, sha256, step, type Event } from '../journal.ts'

type PageEventFields = { kind: string } & Record<string, unknown>

const fold = (...items: Parameters<typeof journal>) => assembleTrajectory(journal(...items))
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
const told = (fields: PageEventFields, source?: string): Event =>
  ({ type: 'page_event', url: 'http://shop.test/', pageId: 'p1', ...(source ? { source } : {}), ...fields }) as Event
const console = (text: string, second: number, more: object = {}): Event =>
  told({ kind: 'console', level: 'log', text, at: at(second), ...more })
const began = (second: number, more: object = {}): Event => step('click', { startedAt: at(second), ...more })
const response = (more: object): Event =>
  told({
    kind: 'response',
    method: 'GET',
    requestUrl: 'http://shop.test/api',
    resourceType: 'fetch',
    status: 200,
    statusText: 'OK',
    durationMs: 0,
    ...more,
  })
const textsOf = (events: readonly EnvironmentEntry[] = []): unknown[] =>
  events.map((event) => (event.kind === 'console' ? event.text : event.kind))
const byStep = (...items: Parameters<typeof journal>) => {
  const { initialEnvironment, steps } = fold(...items)
  return [textsOf(initialEnvironment), ...steps.map(({ environment }) => textsOf(environment))]
}

test('an event belongs to the step that had begun last when it happened, whenever it arrives', () => {
  const steps = [began(10), began(20)]
  const events = [console('before', 9), console('first', 10), console('thinking', 19), console('second', 25)]
  for (const run of [
    [...events, ...steps],
    [...steps, ...events],
    [events[0]!, steps[0]!, events[3]!, steps[1]!, events[1]!, events[2]!],
  ]) {
    expect(byStep(...run)).toEqual([['before'], ['first', 'thinking'], ['second']])
  }
})

test('an event that names a step belongs to it, or where that never was, to the one before it', () => {
  const events = [0, 1, 7].map((stepIndex) => console(`of ${stepIndex}`, 1, { stepIndex }))
  expect(byStep(...events, step('a', { stepIndex: 1 }), step('b', { stepIndex: 3 }))).toEqual([
    ['of 0'],
    ['of 1'],
    ['of 7'],
  ])
  expect(byStep(...events)).toEqual([['of 0', 'of 1', 'of 7']])
})

test('steps that do not say when they began have begun when they arrived', () => {
  expect(byStep(console('1', 50), step('a'), console('2', 1), step('b'), console('3', 2))).toEqual([
    ['1'],
    ['2'],
    ['3'],
  ])
  const untimed = told({ kind: 'console', level: 'log', text: 'when?', at: 'yesterday' })
  expect(byStep(began(10), untimed, began(20))).toEqual([[], ['when?'], []])
})

test('an event without a time of its own happened when it was recorded', () => {
  const [first, entry, second] = journal(began(10), told({ kind: 'page_closed' }), began(20))
  const { steps } = assembleTrajectory([first!, { ...entry, at: at(12) } as JournalEntry, second!])
  expect(steps[0]?.environment).toEqual([{ kind: 'page_closed', url: 'http://shop.test/', pageId: 'p1', at: at(12) }])
})

test('events of two tabs belong to the steps of their own captures; those of none to the steps of none', () => {
  const run = [
    began(10, { source: 'a' }),
    began(20, { source: 'b' }),
    console('of a', 25, { source: 'a' }),
    console('of b before its first', 15, { source: 'b' }),
    console('of b', 25, { source: 'b' }),
    console('of no capture', 15),
    console('of one without steps', 15, { source: 'c' }),
  ]
  expect(byStep(...run)).toEqual([
    ['of b before its first', 'of one without steps'],
    ['of a', 'of no capture'],
    ['of b'],
  ])
  expect(byStep(...run, began(12))).toEqual([
    ['of b before its first'],
    ['of a'],
    ['of b'],
    ['of no capture', 'of one without steps'],
  ])
})

test('an answer belongs to the step during which it came, and says in which it was asked for', () => {
  const { steps } = fold(
    began(10),
    began(20),
    response({ at: at(21), durationMs: 2_000 }),
    response({ at: at(21), durationMs: 500 }),
    response({ at: at(21), durationMs: 60_000 }),
  )
  const [first, second] = steps.map(({ environment }) => environment)
  expect(first).toBeUndefined()
  expect(second?.map((event) => 'startedInStep' in event && event.startedInStep)).toEqual([0, false, false])
})

test('a hole in the journal clears nothing of what the page did', () => {
  expect(byStep(began(10), console('before', 11), hole, console('after', 12))).toEqual([[], ['before', 'after']])
})

test('equal neighbours are one with a count and the time of the first', () => {
  const { steps } = fold(began(1), console('x', 2), console('x', 3, { count: 4 }), console('y', 4), console('x', 5))
  expect(steps[0]?.environment).toMatchObject([
    { text: 'x', count: 5, at: at(2) },
    { text: 'y' },
    { text: 'x', at: at(5) },
  ])
  expect(steps[0]?.environment?.[1]).not.toHaveProperty('count')
})

test('a step keeps 200 events and 64 KB, what failed before all else, and counts the rest in a last entry', () => {
  const many = Array.from({ length: 300 }, (_, index) => console(`line ${index}`, 2))
  const { steps } = fold(
    began(1),
    ...many,
    response({ status: 503, at: at(3) }),
    told({ kind: 'omitted', counts: { console: 7 } }),
  )
  const [{ environment = [] } = {}] = steps
  expect(environment).toHaveLength(201)
  expect(environment[199]).toMatchObject({ kind: 'response', status: 503 })
  expect(environment[200]).toEqual({ kind: 'omitted', counts: { console: 300 - 199 + 7 } })

  const long = Array.from({ length: 30 }, (_, index) => console(`${index} ${'é'.repeat(2_000)}`, 2))
  const kept = fold(began(1), ...long).steps[0]?.environment ?? []
  expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(66_000)
  expect(kept.length).toBeGreaterThan(14)
  expect(kept.at(-1)).toEqual({ kind: 'omitted', counts: { console: 30 - (kept.length - 1) } })
})

test('an event of an unknown kind is kept whole, and is a gap once a step', () => {
  const fields = { kind: 'battery_low', at: at(2), percent: 3 }
  const { steps, gaps } = fold(began(1), told(fields), told({ ...fields, percent: 2 }), began(9))
  expect(steps[0]?.environment).toEqual(
    [3, 2].map((percent) => ({
      kind: 'unknown',
      url: 'http://shop.test/',
      pageId: 'p1',
      at: at(2),
      extra: { url: 'http://shop.test/', pageId: 'p1', ...fields, percent },
    })),
  )
  expect(gaps).toMatchObject([{ what: 'event', reason: 'unknown_kind', stepIndex: 0, detail: { kind: 'battery_low' } }])
})

test('an event that lacks a field of its kind is a gap that holds it; a wrong optional field is put aside', () => {
  const snapshot = (fields: object) => snapshotEvent('page_event', fields, { sha256 })
  const page = { url: 'u', pageId: 'p1' }
  expect(snapshot({ kind: 'response', ...page, status: 200 }).invalid).toContain('method')
  expect(snapshot({ kind: 'console', ...page, level: 'log', text: 'a', location: 'here' }).event).toMatchObject({
    text: 'a',
    invalidFields: { location: 'here' },
  })
  expect(snapshot({ kind: 'page_closed', ...page, at: 'yesterday' }).event).toMatchObject({
    invalidFields: { at: 'yesterday' },
  })
})

test('what the page did is the same after it was written as events', () => {
  const recorded = fold(
    console('before', 0),
    began(1),
    console('x', 2, { count: 3 }),
    told({ kind: 'battery_low', at: at(2) }),
    ...Array.from({ length: 220 }, (_, index) => console(`line ${index}`, 3)),
    began(10),
    response({ at: at(11), durationMs: 5_000 }),
  )
  expect(assembleTrajectory(toEvents(recorded))).toStrictEqual(recorded)
  const strange = [
    [],
    [{ kind: 'omitted', counts: {} }],
    [
      { kind: 'console', text: 'a' },
      { kind: 'console', text: 'a' },
    ],
  ]
  for (const environment of strange) {
    const imported = { ...recorded, steps: [{ ...recorded.steps[0]!, environment: environment as EnvironmentEntry[] }] }
    expect(assembleTrajectory(toEvents(imported))).toStrictEqual(imported)
  }
})

test('secrets in addresses, texts and names of downloads are replaced; words and numbers of the schema stay', () => {
  const redactor = createRedactor({ fingerprint: () => '0'.repeat(8), secrets: ['known-secret-1'] })
  const take = (fields: object): Record<string, unknown> =>
    snapshotEvent(
      'page_event',
      { url: 'http://shop.test/?token=known-secret-1', pageId: 'p1', ...fields },
      { sha256, redactor },
    ).event
  const all = [
    take({
      kind: 'navigation',
      from: 'http://a/?password=hunter2x99',
      to: 'http://a/#known-secret-1',
      sameDocument: true,
    }),
    take({
      kind: 'console',
      level: 'error',
      text: 'known-secret-1 is wrong',
      location: { url: 'http://a/known-secret-1' },
    }),
    take({ kind: 'page_error', message: 'no known-secret-1', stack: 'at known-secret-1' }),
    take({ kind: 'download', requestUrl: 'http://a/known-secret-1', suggestedName: 'known-secret-1.pdf' }),
    take({ kind: 'battery', word: 'known-secret-1' }),
  ]
  expect(JSON.stringify(all)).not.toMatch(/known-secret-1|hunter2/)
  const kept = {
    kind: 'response',
    at: at(1),
    method: 'POST',
    requestUrl: 'http://shop.test/cart',
    resourceType: 'fetch',
    status: 503,
    statusText: 'Service Unavailable',
    durationMs: 4111111111111111,
    sizeBytes: 4111111111111111,
    mediaType: 'text/html',
    startedInStep: 0,
  }
  expect(take(kept)).toMatchObject(kept)
  const hash = sha256('a file')
  expect(take({ kind: 'download', requestUrl: 'http://a/', suggestedName: 'a.pdf', sha256: hash })).toMatchObject({
    sha256: hash,
  })
})

test('the page of a look and the tabs beside it belong to the observation, also after it was written as events', () => {
  const tabs = [{ pageId: 'p1', url: 'http://a/', title: 'A', active: true }]
  const look = { url: 'http://a/', pageId: 'p1', tabs }
  const trajectory = fold(
    step('a'),
    { type: 'step_observed', ...look },
    {
      type: 'final_answer',
      message: 'done',
      observation: look,
    },
  )
  expect(trajectory).toMatchObject({ steps: [{ probeEvidence: look }], finalObservation: look })
  expect(assembleTrajectory(toEvents(trajectory))).toStrictEqual(trajectory)
})
