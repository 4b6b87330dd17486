import { join } from 'node:path'
import { isAbsent, unreadable } from '../io/disk-error.ts'
import type { Io } from '../io/io.ts'

/** The files below a directory: bytes by an identity that two names of one file share. */
export type DiskUsage = ReadonlyMap<string, number>

/**
 * Measure the files below a directory, each once however many names it has. Links are not followed; what is removed
 * meanwhile takes nothing.
 *
 * @throws {ContrailError} FILE_UNREADABLE
 */
export async function measureDisk(io: Io, directory: string): Promise<DiskUsage> {
  const files = new Map<string, number>()
  const visit = async (path: string): Promise<void> => {
    try {
      const { kind, inode, sizeBytes } = await io.lstat(path)
      // The size is part of it: file systems below one root may give one number twice.
      if (kind !== 'directory') files.set(`${inode}:${sizeBytes}`, sizeBytes)
      else for (const name of await io.readdir(path)) await visit(join(path, name))
    } catch (cause) {
      if (!isAbsent(cause)) throw unreadable(path, cause)
    }
  }
  await visit(directory)
  return files
}

/** Adds up what directories take together: a file that several of them share counts until the last of them has gone. */
export class SharedDisk {
  private readonly owners = new Map<string, number>()
  /** Of all that was added and not taken away. */
  sizeBytes = 0

  add(usage: DiskUsage): void {
    for (const [file, sizeBytes] of usage) {
      const owners = this.owners.get(file) ?? 0
      if (owners === 0) this.sizeBytes += sizeBytes
      this.owners.set(file, owners + 1)
    }
  }

  /** @returns how many bytes that frees */
  remove(usage: DiskUsage): number {
    let freedBytes = 0
    for (const [file, sizeBytes] of usage) {
      const owners = this.owners.get(file) ?? 0
      if (owners === 1) freedBytes += sizeBytes
      this.owners.set(file, owners - 1)
    }
    this.sizeBytes -= freedBytes
    return freedBytes
  }
}
