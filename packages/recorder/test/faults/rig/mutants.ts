import type { Io, IoFile } from '../../../src/io/io.ts'
import type { Mutation } from '../power-loss.ts'
import { ticks } from './sim-disk.ts'

/** A way to get the write protocol wrong, as a disk that quietly does not do what it is asked. */
export interface Mutant {
  readonly name: string
  readonly mutate: Mutation
}

/** Each of these must be found by the exploration of crashes, or the exploration proves nothing. */
export const mutants: readonly Mutant[] = [
  { name: 'the journal is not synced', mutate: withoutDatasync(isJournal) },
  { name: 'frames are not synced', mutate: withoutDatasync((path) => path.includes('/blobs/')) },
  { name: 'trajectory.json is not synced', mutate: withoutDatasync((path) => path.includes('/trajectory.json')) },
  { name: 'folders are not synced', mutate: (io) => ({ ...methods(io), syncDirectory: async () => undefined }) },
  { name: 'the folder of the run is not synced', mutate: withoutSyncOf((path) => path.endsWith('/run')) },
  { name: 'the folder of the task is not synced', mutate: withoutSyncOf((path) => path.endsWith('/run/task')) },
  { name: 'the folder of frames is not synced', mutate: withoutSyncOf((path) => path.endsWith('/blobs')) },
  { name: 'attachments are not synced', mutate: withoutDatasync((path) => path.includes('/attachments/')) },
  { name: 'the folder of attachments is not synced', mutate: withoutSyncOf((path) => path.endsWith('/attachments')) },
  { name: 'frames are written in place, without a rename', mutate: framesInPlace },
  { name: 'the line is written before its frame', mutate: lineBeforeFrame },
  { name: 'derived files are written in place, without a rename', mutate: derivedInPlace },
  { name: 'a failed fsync is tried again', mutate: retriedFsync },
  { name: 'a failed write is tried again on the unclean journal', mutate: retriedWrite },
  { name: 'the last step clears before names are linked', mutate: clearedTooEarly },
]

/** A good disk on which lines take so long that the frames of the next lines are there before them. */
export const withSlowJournal: Mutation = (io) =>
  withFiles(io, isJournal, (file) => ({
    write: async (bytes) => {
      await ticks(200)
      return file.write(bytes)
    },
  }))

/** The operations of a disk, to change some of them. */
export function methods(io: Io): Io {
  return {
    open: (path, how) => io.open(path, how),
    mkdir: (path) => io.mkdir(path),
    rename: (from, to) => io.rename(from, to),
    link: (from, to) => io.link(from, to),
    unlink: (path) => io.unlink(path),
    rmdir: (path) => io.rmdir(path),
    readdir: (path) => io.readdir(path),
    lstat: (path) => io.lstat(path),
    syncDirectory: (path) => io.syncDirectory(path),
  }
}

function wrapFile(file: IoFile, changes: Partial<IoFile>): IoFile {
  return {
    write: (bytes) => file.write(bytes),
    read: (buffer, position) => file.read(buffer, position),
    datasync: () => file.datasync(),
    stat: () => file.stat(),
    close: () => file.close(),
    ...changes,
  }
}

/** A disk some of whose files do something else. */
function withFiles(io: Io, applies: (path: string) => boolean, changesOf: (file: IoFile) => Partial<IoFile>): Io {
  return {
    ...methods(io),
    async open(path, how) {
      const file = await io.open(path, how)
      return applies(path) ? wrapFile(file, changesOf(file)) : file
    },
  }
}

function isJournal(path: string): boolean {
  return path.endsWith('/core.log')
}

function withoutDatasync(applies: (path: string) => boolean): Mutation {
  return (io) => withFiles(io, applies, () => ({ datasync: async () => undefined }))
}

function withoutSyncOf(applies: (path: string) => boolean): Mutation {
  return (io) => ({
    ...methods(io),
    syncDirectory: async (path) => (applies(path) ? undefined : io.syncDirectory(path)),
  })
}

/** Bytes for a temporary name are written under the final one, which is not known before the rename. */
function framesInPlace(io: Io): Io {
  return {
    ...methods(io),
    async rename(from, to) {
      if (!to.includes('/blobs/')) return io.rename(from, to)
      const source = await io.open(from, 'read')
      const bytes = new Uint8Array((await source.stat()).sizeBytes)
      await source.read(bytes, 0)
      await source.close()
      const target = await io.open(to, 'create')
      await target.write(bytes)
      await target.close()
      await io.unlink(from)
    },
  }
}

function derivedInPlace(io: Io): Io {
  return {
    ...methods(io),
    async rename(from, to) {
      if (!to.endsWith('.json')) return io.rename(from, to)
      const source = await io.open(from, 'read')
      const bytes = new Uint8Array((await source.stat()).sizeBytes)
      await source.read(bytes, 0)
      await source.close()
      await io.unlink(to).catch(() => undefined)
      const target = await io.open(to, 'create')
      await target.write(bytes)
      await target.close()
      await io.unlink(from)
    },
  }
}

/** Frames reach the disk only when the line that names them has been synced. */
function lineBeforeFrame(io: Io): Io {
  const late: (() => Promise<void>)[] = []
  return {
    ...withFiles(io, isJournal, (file) => ({
      async datasync() {
        await file.datasync()
        for (const rename of late.splice(0)) await rename()
      },
    })),
    async rename(from, to) {
      if (!to.includes('/blobs/')) return io.rename(from, to)
      late.push(() => io.rename(from, to))
    },
  }
}

/** The kernel drops what it could not write and then reports success: the second fsync is a lie. */
function retriedFsync(io: Io): Io {
  let count = 0
  return withFiles(io, isJournal, (file) => ({
    async datasync() {
      // The third sync of the journal fails once; the retry succeeds without the data.
      if (++count === 3) return
      await file.datasync()
    },
  }))
}

/** Half of a batch was written when the disk failed; the writer does not give up and writes the batch after it. */
function retriedWrite(io: Io): Io {
  let count = 0
  return withFiles(io, isJournal, (file) => ({
    async write(bytes) {
      if (++count === 3) await file.write(bytes.subarray(0, bytes.byteLength / 2))
      return file.write(bytes)
    },
  }))
}

/** Blobs go while the names that should replace them are not durable yet. */
function clearedTooEarly(io: Io): Io {
  return {
    ...methods(io),
    async link(from, to) {
      await io.link(from, to)
      await io.unlink(from)
      await io.syncDirectory(from.slice(0, from.lastIndexOf('/')))
    },
  }
}
