import { expect, test } from 'vitest'
import { assembleTrajectory, createTreeResolver, JournalEntry, treeOf } from '../../src/index.ts'
import { hole, journal, observed, runStarted, snapshot, step, type Event } from '../journal.ts'

const tree = '- main:\n  - button "Buy"\n  - link "All lamps"'

/** Steps that are each followed by an observation, all of one page; trees but the first are referred to. */
function run(): JournalEntry[] {
  const events = [step('a'), observed('1', { ariaTree: tree }), step('b'), observed('2'), step('c'), observed('3')]
  return journalOf(events).map((entry) => (entry.seq === 2 ? entry : withReference(entry, 2)))
}

function journalOf(events: readonly Event[]): JournalEntry[] {
  return journal(runStarted, ...events).filter((entry) => entry.type !== 'hole')
}

const treesOf = (entries: Parameters<typeof assembleTrajectory>[0]) =>
  assembleTrajectory(entries).steps.map(({ probeEvidence }) => probeEvidence.ariaTree)

test('an entry that refers to a tree has the tree of the line it names, in the fold and in a journal that is read', () => {
  expect(run().map((entry) => JournalEntry.safeParse(entry).success)).not.toContain(false)
  expect(treesOf(run())).toEqual([tree, tree, tree])
  expect(run().map(createTreeResolver()).map(treeOf)).toEqual([
    undefined,
    undefined,
    tree,
    undefined,
    tree,
    undefined,
    tree,
  ])
})

test('a final look may refer to the tree of a step', () => {
  const entries = journalOf([
    step('a'),
    observed('1', { ariaTree: tree }),
    { type: 'final_answer', message: 'done', observation: { url: 'u' } },
  ])
  const referring = entries.map((entry) =>
    entry.type === 'final_answer'
      ? { ...entry, event: { ...entry.event, observation: { url: 'u', ariaTree: { $sameAs: 2 } } } }
      : entry,
  )
  expect(assembleTrajectory(referring).finalObservation).toStrictEqual({ url: 'u', ariaTree: tree })
})

test.each([
  ['stood in a hole', (entries: JournalEntry[]) => [...entries.slice(0, 2), hole, ...entries.slice(3)]],
  ['stands later', (entries: JournalEntry[]) => entries.map((entry) => withReference(entry, 6))],
  ['stands in a line of another type', (entries: JournalEntry[]) => entries.map((entry) => withReference(entry, 1))],
])('a tree that %s is a gap, and never another tree', (_, change) => {
  const entries = change(run())
  const { gaps } = assembleTrajectory(entries)
  expect(treesOf(entries).slice(1)).toEqual([undefined, undefined])
  const missing = gaps.filter(({ reason }) => reason === 'aria_missing')
  expect(missing).toMatchObject([
    { what: 'probe', stepIndex: 1 },
    { what: 'probe', stepIndex: 2 },
  ])
})

test("an object of the agent's in the place of a tree is no reference, whatever its keys", () => {
  const hostile = { url: 'u', ariaTree: { $sameAs: 2 }, mine: { ariaTree: { $sameAs: 2 } } }
  expect(snapshot('step_observed', hostile).event).toEqual({
    url: 'u',
    mine: { ariaTree: { $sameAs: 2 } },
    invalidFields: { ariaTree: { $sameAs: 2 } },
  })
  const answer = snapshot('final_answer', { message: 'm', observation: { url: 'u', ariaTree: { $sameAs: 2 } } })
  expect(answer.event).toEqual({
    message: 'm',
    invalidFields: { observation: { url: 'u', ariaTree: { $sameAs: 2 } } },
  })
})

function withReference(entry: JournalEntry, $sameAs: number): JournalEntry {
  if (entry.type !== 'step_observed' || entry.seq === 2) return entry
  return { ...entry, event: { ...entry.event, ariaTree: { $sameAs } } }
}
