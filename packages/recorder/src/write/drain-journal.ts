import { join } from 'node:path'
import { journalName } from '../directory/names.ts'
import { withBlockingFile, writeAllBlocking } from '../io/blocking-files.ts'
import type { BlockingFile, BlockingIo } from '../io/blocking-io.ts'
import { errnoOf, systemError } from '../io/io.ts'

const chunkBytes = 1_000_000

/** A journal as it stands when its process ends. */
export interface JournalState {
  readonly directory: string
  /** The number of bytes of it that are certainly there, whole lines all of them. */
  readonly sizeBytes: number
  /** True where a write may be under way, of which nobody can say any more whether and when it happens. */
  readonly isUncertain: boolean
}

/**
 * Bring the last lines of a journal to the disk at the end of a process, durably.
 *
 * The order is the promise. A write that was handed to the thread pool can land before, between or after everything that
 * is done here, whole or in part, and cannot be called back. So while one may be under way, the journal is never
 * touched: a NEW file gets the bytes that are certain, then the lines, fdatasync, and the name of the journal. Whatever
 * still lands, lands in the old file, which has no name any more; before the rename the old file is what it was. The
 * lines that may have landed stand in the new file at the same offsets with the same bytes, so a reader that has
 * followed the old one goes on in the new. With no write under way there is only one writer left, and it appends.
 *
 * @param lines all lines that are not certainly in the journal, in order
 * @param isLate whether the time is over; asked while what is certain is copied
 * @throws an error of the system, ETIMEDOUT when it is late; the journal is then as it was, or has a torn tail
 */
export function drainJournal(io: BlockingIo, state: JournalState, lines: Uint8Array, isLate: () => boolean): void {
  const journal = join(state.directory, journalName)
  const finish = (file: BlockingFile): void => {
    writeAllBlocking(file, lines)
    file.datasync()
  }
  if (!state.isUncertain) return withBlockingFile(io, journal, 'append', finish)
  const temporary = `${journal}.tmp`
  removeIfThere(io, temporary)
  withBlockingFile(io, temporary, 'create', (file) => {
    if (state.sizeBytes > 0) copyStart(io, journal, file, state.sizeBytes, isLate)
    finish(file)
  })
  io.rename(temporary, journal)
  io.syncDirectory(state.directory)
}

function copyStart(io: BlockingIo, from: string, to: BlockingFile, sizeBytes: number, isLate: () => boolean): void {
  withBlockingFile(io, from, 'read', (file) => {
    for (let position = 0; position < sizeBytes;) {
      if (isLate()) throw systemError('ETIMEDOUT', 'the journal is too long to be copied in time')
      const chunk = new Uint8Array(Math.min(chunkBytes, sizeBytes - position))
      const count = file.read(chunk, position)
      if (count === 0) throw systemError('EIO', 'the journal is shorter than it was')
      writeAllBlocking(to, chunk.subarray(0, count))
      position += count
    }
  })
}

function removeIfThere(io: BlockingIo, path: string): void {
  try {
    io.unlink(path)
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw cause
  }
}
