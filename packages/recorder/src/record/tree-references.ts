import { treeOf, withTree, type JournalEntry } from '@contrail/core'
import { sha256 } from '../system.ts'

/** A shorter tree takes hardly more room than what would stand for it, and reads better. In UTF-16 units. */
const shortestReferred = 32

/**
 * Lets equal aria trees stand once in the journal of a run: the second entry refers to the line that holds the tree. It
 * remembers hashes, not texts, about 150 bytes for each different tree.
 */
export class TreeReferences {
  private readonly seqs = new Map<string, number>()

  /** @param entry as it was redacted and cut, on its way into the journal */
  refer(entry: JournalEntry): JournalEntry {
    const tree = treeOf(entry)
    // Lone surrogates have no UTF-8 of their own: trees that differ in them alone would have one hash.
    if (typeof tree !== 'string' || tree.length < shortestReferred || !tree.isWellFormed()) return entry
    const hash = sha256(tree)
    const $sameAs = this.seqs.get(hash)
    if ($sameAs !== undefined) return withTree(entry, { $sameAs })
    this.seqs.set(hash, entry.seq)
    return entry
  }
}
