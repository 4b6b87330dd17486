import type { JournalEntry, SameTree } from '../trajectory/journal-entry.ts'

/** The aria tree that an entry holds or refers to, `undefined` where it has none. */
export function treeOf(entry: JournalEntry): string | SameTree | undefined {
  if (entry.type === 'step_observed') return entry.event.ariaTree
  return entry.type === 'final_answer' ? entry.event.observation?.ariaTree : undefined
}

/** An entry that has an aria tree, with another in its place. */
export function withTree(entry: JournalEntry, ariaTree: string | SameTree): JournalEntry {
  if (entry.type === 'step_observed') return { ...entry, event: { ...entry.event, ariaTree } }
  if (entry.type !== 'final_answer' || !entry.event.observation) return entry
  return { ...entry, event: { ...entry.event, observation: { ...entry.event.observation, ariaTree } } }
}

/**
 * Make what puts trees in the place of references. It is given the entries of one journal in order, and holds every
 * different tree.
 *
 * @returns the entry with its tree; as it is where it refers to no tree, or to one whose line is not there
 */
export function createTreeResolver(): (entry: JournalEntry) => JournalEntry {
  const trees = new Map<number, string>()
  return (entry) => {
    const tree = treeOf(entry)
    if (tree === undefined) return entry
    if (typeof tree === 'string') {
      trees.set(entry.seq, tree)
      return entry
    }
    const same = trees.get(tree.$sameAs)
    return same === undefined ? entry : withTree(entry, same)
  }
}
