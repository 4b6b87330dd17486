import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assembleTrajectory, createRedactor, snapshotEvent, toEvents } from '../../src/index.ts'
import { imageOf, journal, observed, probeFrame, sha256, step, type Event } from '../journal.ts'
import { webAddress } from '../../../../scripts/arbitraries.ts'

const fold = (...items: Parameters<typeof journal>) => assembleTrajectory(journal(...items))
const looksOf = (...items: Event[]) => fold(...items).steps.map(({ probeEvidence }) => probeEvidence)
const open = { type: 'confirm', message: 'Delete all orders?' }
const answered = { ...open, answered: 'accepted' as const }
const told = (dialogs: object[], more: object = {}): Event =>
  ({ type: 'step_observed', url: 'http://site/d', dialogs, ...more }) as Event
const page = { url: 'http://site/1', screenshot: imageOf('1'), ariaTree: '- heading "1"' }

test('the look of the step that opened a dialog holds it, and the first look after it was answered says how', () => {
  expect(looksOf(step('click'), told([open]), step('answer'), observed('1', { dialogs: [answered] }))).toEqual([
    { url: 'http://site/d', dialogs: [open] },
    { url: 'http://site/1', ariaTree: '- heading "1"', dialogs: [answered] },
  ])
})

test.each([
  ['by its source', { source: 'tab' }],
  ['by its step', { stepIndex: 0 }],
])(
  'a dialog that opens when the step is long over is added to its observation, and replaces nothing: %s',
  (_, more) => {
    const shown = [step('click'), probeFrame('1'), observed('1')].map((event) => ({ ...event, source: 'tab' }))
    expect(fold(...shown, told([open], more))).toMatchObject({
      steps: [{ probeEvidence: { ...page, dialogs: [open] } }],
      gaps: [],
    })
  },
)

test('named dialogs and the rest of a look may come in any order', () => {
  const events = [step('click', { stepIndex: 0 }), observed('1', { stepIndex: 0 }), told([open], { stepIndex: 0 })]
  for (const run of [events, events.toReversed()]) {
    expect(looksOf(...run)).toEqual([{ url: 'http://site/1', ariaTree: '- heading "1"', dialogs: [open] }])
    expect(fold(...run).gaps).toEqual([])
  }
  expect(looksOf(step('click'), observed('1'), told([open], { stepIndex: 0 }))[0]).toMatchObject({
    url: 'http://site/1',
  })
  expect(looksOf(step('click'), told([open], { stepIndex: 0 }))).toEqual([{ url: 'http://site/d', dialogs: [open] }])
})

test('of one dialog told open and then answered stays the answer; two dialogs stay two', () => {
  const [look] = looksOf(step('click'), observed('1'), told([open]), told([open]), told([answered]))
  expect(look?.dialogs).toEqual([answered, open])
})

test('one dialog told again with the time that it opened at is one, and another of the same words, of another time or page, is another', () => {
  const first = { ...open, pageId: 'p1', openedAt: '2026-01-01T00:00:00.000Z' }
  const second = { ...first, openedAt: '2026-01-01T00:00:01.000Z' }
  const beside = { ...second, pageId: 'p2' }
  const late = { ...first, ...answered, answeredAt: second.openedAt }
  const [look] = looksOf(step('click'), observed('1', { dialogs: [first, second, beside] }), told([late, second, late]))
  expect(look?.dialogs).toEqual([late, second, beside])
})

test('dialogs before the first step are of the page before it; with no step to belong to they are a gap that names them', () => {
  expect(fold(observed('start'), told([open]), step('a')).initialObservation).toMatchObject({
    url: 'http://site/start',
    dialogs: [open],
  })
  const lost = fold(step('a'), told([open], { source: 'other' }), told([open], { stepIndex: 7 }))
  expect(lost.gaps).toMatchObject([
    { reason: 'no_step', detail: { dialogs: [open] } },
    { reason: 'unknown_step', stepIndex: 7, detail: { dialogs: [open] } },
  ])
})

test('dialogs of any observation are the same after they were written as events', () => {
  const dialog = fc.record(
    {
      type: fc.string(),
      message: fc.constantFrom('a', 'b'),
      answered: fc.constantFrom('accepted' as const, 'dismissed' as const),
    },
    { requiredKeys: ['type', 'message'], noNullPrototype: true },
  )
  const look = fc.record(
    { url: webAddress, title: fc.string(), dialogs: fc.array(dialog) },
    { requiredKeys: [], noNullPrototype: true },
  )
  fc.assert(
    fc.property(look, look, look, (first, probeEvidence, finalObservation) => {
      const base = fold(step('a'))
      const steps = [{ ...base.steps[0]!, probeEvidence }]
      const trajectory = { ...base, initialObservation: first, finalObservation, steps }
      expect(assembleTrajectory(toEvents(trajectory))).toStrictEqual(trajectory)
    }),
  )
})

test('what a dialog says and what was typed into it are redacted, and what a prompt for a password got is remembered', () => {
  const redactor = createRedactor({ fingerprint: () => '0'.repeat(8), secrets: ['known-secret-1'] })
  const take = (type: string, payload: object): string =>
    JSON.stringify(snapshotEvent(type, payload, { sha256, redactor }).event)
  const prompt = { type: 'prompt', message: 'Your password?', defaultValue: 'old horse 77', text: 'staple battery' }
  const prose = { type: 'confirm', message: 'Send known-secret-1?', defaultValue: 'known-secret-1', text: 'a comment' }
  const event = take('step_observed', { url: 'u', dialogs: [prompt, prose] })
  expect(event).not.toMatch(/horse|staple|known-secret/)
  expect(event).toContain('"message":"Your password?"')
  expect(event).toContain('"text":"a comment"')
  expect(take('step_observed', { url: 'u', title: 'it was staple battery' })).not.toContain('staple')
  const observation = { url: 'u', dialogs: [{ ...prompt, text: 'other words' }] }
  expect(take('final_answer', { message: 'done', observation })).not.toContain('other words')
})
