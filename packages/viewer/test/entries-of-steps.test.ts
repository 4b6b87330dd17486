import { expect, test } from 'vitest'
import { entriesOfStep, entriesOfSteps } from '../src/view/entries-of-steps.ts'
import { at, fold, journalOf, observed, step, type Told } from './trajectory.ts'

const turn = (turnId: string): Told => ({ type: 'turn_finished', turnId })
const page = (pageId: string, more: Record<string, unknown>): Told => ({
  type: 'page_event',
  kind: 'page_opened',
  url: 'http://shop.test/',
  pageId,
  ...more,
})

/** For each step the turns, or the events of pages, that its entries tell of, which are the same where one step is asked for. */
async function toldOf(key: 'turnId' | 'pageId', ...events: Told[]): Promise<unknown[][]> {
  const type = key === 'turnId' ? 'turn_finished' : 'page_event'
  const { steps } = fold(...events)
  const read = async function* () {
    yield* journalOf(...events)
  }
  const all = await entriesOfSteps(read(), steps)
  expect(await Promise.all(steps.map((_, index) => entriesOfStep(read(), steps, index)))).toEqual(all)
  return all.map((ofStep) =>
    ofStep.flatMap((entry) => (entry.type === type ? [(entry.event as Record<string, unknown>)[key]] : [])),
  )
}

test.each([
  [
    'after the steps that it chose',
    [step({ turnId: 'a' }), step({ turnId: 'a' }), turn('a'), step({ turnId: 'b' }), turn('b')],
  ],
  ['before them', [turn('a'), step({ turnId: 'a' }), step({ turnId: 'a' }), turn('b'), step({ turnId: 'b' })]],
  [
    'among the looks at them',
    [step({ turnId: 'a' }), observed(), turn('a'), step({ turnId: 'a' }), turn('b'), step({ turnId: 'b' })],
  ],
])('a turn that ends %s is shown at each of them and at no other', async (_, events) => {
  expect(await toldOf('turnId', ...events)).toEqual([['a'], ['a'], ['b']])
})

test('a turn that chose no step is shown at the next', async () => {
  const events = [step({ turnId: 'a' }), turn('a'), turn('idle'), step(), turn('last')]
  expect(await toldOf('turnId', ...events)).toEqual([['a'], ['idle']])
})

test('what a page did by itself is shown at the step during which it did, as the trajectory binds it', async () => {
  const events = [
    page('first', { at: at(5) }),
    step({ source: 'one', startedAt: at(10), finishedAt: at(20) }),
    page('after the first', { source: 'one', at: at(25) }),
    page('during the next', { source: 'one', at: at(35) }),
    page('told late', { source: 'one', at: at(12) }),
    page('of another', { source: 'two', at: at(55) }),
    step({ source: 'one', startedAt: at(30), finishedAt: at(60) }),
    step({ source: 'two', startedAt: at(50), finishedAt: at(70) }),
    page('named', { stepIndex: 1, at: at(80) }),
    // Of two that ran at once the one that ended last had begun first.
    step({ source: 'one', startedAt: at(100), finishedAt: at(120) }),
    page('at once', { source: 'one', at: at(110) }),
    step({ source: 'one', startedAt: at(90), finishedAt: at(130) }),
    step({ source: 'three', startedAt: undefined }),
    page('of no time', { source: 'three', at: at(1) }),
  ]
  const { initialEnvironment = [], steps } = fold(...events)
  const bound = steps.map(({ environment = [] }, index) => [...(index === 0 ? initialEnvironment : []), ...environment])
  const pages = bound.map((ofStep) => ofStep.flatMap((event) => ('pageId' in event ? [event.pageId] : [])))
  expect(await toldOf('pageId', ...events)).toEqual(pages)
  expect(pages).toEqual([
    ['first', 'after the first', 'told late'],
    ['during the next', 'named'],
    ['of another'],
    ['at once'],
    [],
    ['of no time'],
  ])
})
