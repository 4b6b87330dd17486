import { basename, dirname, join } from 'node:path'
import { ContrailError, isContrailError, messageOf } from '@contrail/core'
import { encodeIdentifier } from './identifier.ts'
import { makeDirectoriesBlocking } from '../io/blocking-files.ts'
import type { BlockingIo } from '../io/blocking-io.ts'
import { cureFor } from '../io/disk-error.ts'
import { makeDirectories, makeDirectory } from '../io/files.ts'
import { errnoOf, type Io } from '../io/io.ts'
import { releaseLock, takeLock } from './lock.ts'
import { ignoreByGit, ignoreByGitBlocking } from './root.ts'

/** The number of recordings of one task that a run may hold. */
const maxAttempts = 10_000

/** Makes the directory of a recording. */
export interface Reservation {
  /**
   * @param made hears the directory as soon as it is there, before it is locked and durable
   * @param begin writes the first that is to stand in it: where that cannot be, there is no recording
   * @throws {ContrailError} DIRECTORY_UNAVAILABLE
   */
  take(made: (directory: string) => void, begin: (directory: string) => Promise<void>): Promise<void>
  /**
   * The same at the end of a process, when nothing can be awaited. There is no lock: its owner is as good as gone.
   *
   * @throws an error of the system
   */
  takeBlocking(io: BlockingIo): string
}

/**
 * Reserve the directory of a new recording: `<root>/<runId>/<taskId>/`, or `<taskId>-2`, `-3`, ... where it is taken.
 * A folder made without recursion is the reservation, so no two processes ever share one; the lock is in it at once.
 * All folders that were made are durable when it is taken.
 */
export function createReservation(io: Io, root: string, runId: string, taskId: string): Reservation {
  const runDirectory = join(root, encodeIdentifier(runId))
  const leaf = join(runDirectory, encodeIdentifier(taskId))
  return {
    async take(made, begin) {
      let reserved: string | undefined
      const hear = (directory: string): void => made((reserved = directory))
      try {
        await begin(await reserve(io, root, runDirectory, leaf, hear))
      } catch (cause) {
        // Who has come between and locked it keeps the lock.
        if (reserved !== undefined && errnoOf(cause) !== 'EEXIST') await giveBack(io, reserved)
        if (isContrailError(cause) && cause.code !== 'FILE_UNREADABLE') throw cause
        const errno = isContrailError(cause) ? (cause.details['errno'] as string) : errnoOf(cause)
        const cures = [cureFor(errno), 'choose another outputRoot'].filter((cure) => cure !== undefined)
        throw new ContrailError(
          'DIRECTORY_UNAVAILABLE',
          `cannot make a recording below ${root} (${messageOf(cause)}): ${cures.join(', or ')}`,
          { cause, details: { root, runId, taskId, errno } },
        )
      }
    },
    takeBlocking(blocking) {
      const made = makeDirectoriesBlocking(blocking, runDirectory)
      ignoreByGitBlocking(blocking, root, basename(runDirectory))
      const directory = reserveLeafBlocking(blocking, leaf)
      for (const folder of new Set([runDirectory, root, ...made.map((path) => dirname(path))])) {
        blocking.syncDirectory(folder)
      }
      return directory
    },
  }
}

async function reserve(
  io: Io,
  root: string,
  runDirectory: string,
  leaf: string,
  made: (directory: string) => void,
): Promise<string> {
  const madeRoot = await makeDirectories(io, root)
  await ignoreByGit(io, root)
  const folders = [...madeRoot, ...(await makeDirectories(io, runDirectory))]
  const directory = await reserveLeaf(io, leaf)
  made(directory)
  await takeLock(io, directory)
  for (const folder of new Set([directory, runDirectory, root, ...folders.map((path) => dirname(path))])) {
    await io.syncDirectory(folder)
  }
  return directory
}

/** Clear away a directory in which nothing stands. What such a disk lets stay is a folder without a recording. */
async function giveBack(io: Io, directory: string): Promise<void> {
  await releaseLock(io, directory).catch(() => undefined)
  await io.rmdir(directory).catch(() => undefined)
}

async function reserveLeaf(io: Io, path: string): Promise<string> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const candidate = attempt === 1 ? path : `${path}-${attempt}`
    if (await isReserved(io, candidate)) return candidate
  }
  throw new ContrailError('DIRECTORY_UNAVAILABLE', `${path} and ${maxAttempts} names after it are taken`, {
    details: { path },
  })
}

function reserveLeafBlocking(io: BlockingIo, path: string): string {
  for (let attempt = 1; ; attempt++) {
    const candidate = attempt === 1 ? path : `${path}-${attempt}`
    try {
      io.mkdir(candidate)
      return candidate
    } catch (cause) {
      if (errnoOf(cause) !== 'EEXIST' || attempt === maxAttempts) throw cause
    }
  }
}

async function isReserved(io: Io, path: string): Promise<boolean> {
  try {
    // Another process may remove the last recording of this run, and the folder of the run with it: it is made again.
    await makeDirectory(io, path)
    return true
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST') return false
    throw cause
  }
}
