import { lstatSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { maxAttachmentBytes, type AttachmentReference } from '@contrail/core'
import { sha256 } from '../system.ts'
import { fromTreePath, toTreePath, type Tree } from './tree.ts'

/**
 * The files that an episode's agent works on, as far as the episode knows them: hashes of the workspace at its start,
 * and later changes.
 */
export class KnownFiles {
  private readonly workspace: string | undefined
  private readonly atStart: Tree | undefined
  private readonly changed = new Map<string, AttachmentReference | null>()

  constructor(workspace?: string, atStart?: Tree) {
    this.workspace = workspace
    this.atStart = atStart
  }

  /** The file at a path; null where there is none, or nobody knows. */
  find(path: string): AttachmentReference | null {
    const key = keyOf(path)
    const changed = this.changed.get(key)
    if (changed !== undefined) return changed
    const file = this.atStart?.get(toTreePath(key))
    return file ? { ...file, mediaType: 'application/octet-stream' } : null
  }

  /** Note what a step has made of a file. */
  change(path: string, after: AttachmentReference | null): void {
    this.changed.set(keyOf(path), after)
  }

  /**
   * The bytes of a file that is still what it was at the start: a step that is recorded before it is done. Undefined for
   * all others; who needs them has only the hash.
   */
  readUntouched(path: string): Uint8Array | undefined {
    const key = toTreePath(keyOf(path))
    const file = this.atStart?.get(key)
    if (!file || this.workspace === undefined || this.changed.has(keyOf(path))) return undefined
    const place = fromTreePath(this.workspace, key)
    try {
      const stat = lstatSync(place)
      if (!stat.isFile() || stat.size !== file.sizeBytes || stat.size > maxAttachmentBytes) return undefined
      const bytes = readFileSync(place)
      return sha256(bytes) === file.sha256 ? bytes : undefined
    } catch {
      // It has gone meanwhile: its hash is still known.
      return undefined
    }
  }
}

/** `./src//cart.py` and `src/cart.py` are one file. */
function keyOf(path: string): string {
  return posix.normalize(path)
}
