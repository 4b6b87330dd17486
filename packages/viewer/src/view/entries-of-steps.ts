import type { JournalEntry, JournalHole } from '@contrail/core'

type Entry = JournalEntry | JournalHole

/** More entries than these have no step of their own; they are events without end. */
const mostEntries = 200

/**
 * Find the entries of a journal that a step was made of: those that name it, and those between the end of the step before it
 * and the end of the next.
 *
 * @param step its index, from 0
 */
export async function entriesOfStep(journal: AsyncIterable<Entry>, step: number): Promise<Entry[]> {
  const found: Entry[] = []
  for await (const { entry, steps } of entriesWithSteps(journal)) {
    if (steps.includes(step)) found.push(entry)
    if (found.length >= mostEntries) break
  }
  return found
}

/** Find them for the first `count` steps in one reading. */
export async function entriesOfSteps(journal: AsyncIterable<Entry>, count: number): Promise<Entry[][]> {
  const found = Array.from({ length: count }, (): Entry[] => [])
  for await (const { entry, steps } of entriesWithSteps(journal)) {
    for (const step of steps) if ((found[step]?.length ?? mostEntries) < mostEntries) found[step]!.push(entry)
  }
  return found
}

/** Each entry with the indexes of the steps that it belongs to. */
async function* entriesWithSteps(journal: AsyncIterable<Entry>): AsyncGenerator<{ entry: Entry; steps: number[] }> {
  let next = 0
  for await (const entry of journal) {
    const named = entry.type === 'hole' ? undefined : (entry.event as { stepIndex?: unknown }).stepIndex
    const isOfLast = entry.type !== 'step_finished' && entry.type !== 'turn_finished'
    const near = isOfLast ? [next - 1, next].filter((step) => step >= 0) : [next]
    yield { entry, steps: typeof named === 'number' ? [named] : near }
    if (entry.type === 'step_finished') next = Math.max(next, entry.step + 1)
  }
}
