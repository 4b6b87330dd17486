import type { JournalEntry, JournalHole } from '@contrail/core'

/** More entries than these have no step of their own; they are events without end. */
const mostEntries = 200

/**
 * Find the entries of a journal that a step was made of: those that name it, and those between the end of the step before it
 * and the end of the next.
 *
 * @param step its index, from 0
 */
export async function entriesOfStep(
  journal: AsyncIterable<JournalEntry | JournalHole>,
  step: number,
): Promise<(JournalEntry | JournalHole)[]> {
  const found: (JournalEntry | JournalHole)[] = []
  let next = 0
  for await (const entry of journal) {
    const named = entry.type === 'hole' ? undefined : (entry.event as { stepIndex?: unknown }).stepIndex
    const isNear =
      next === step || (next === step + 1 && entry.type !== 'step_finished' && entry.type !== 'turn_finished')
    if (named === undefined ? isNear : named === step) found.push(entry)
    if (entry.type === 'step_finished') next = Math.max(next, entry.step + 1)
    if (found.length >= mostEntries) break
  }
  return found
}
