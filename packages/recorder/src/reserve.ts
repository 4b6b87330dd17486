import { dirname, join } from 'node:path'
import { ContrailError, encodeIdentifier } from '@contrail/core'
import { sha256 } from './environment.ts'
import { createFile, makeDirectories, makeDirectory } from './files.ts'
import { errnoOf, type Io } from './io.ts'
import { takeLock } from './lock.ts'

/** How many recordings of one task a run may hold. */
const maxAttempts = 10_000

/**
 * Reserve the directory of a new recording: `<root>/<runId>/<taskId>/`, or `<taskId>-2`, `-3`, ... where it is taken.
 * A folder made without recursion is the reservation, so no two processes ever share one; the lock is in it at once.
 * All folders that were made are durable when this resolves.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE
 */
export async function reserveDirectory(io: Io, root: string, runId: string, taskId: string): Promise<string> {
  try {
    const runDirectory = join(root, encodeIdentifier(runId, sha256))
    const madeRoot = await makeDirectories(io, root)
    await ignoreByGit(io, root)
    const made = [...madeRoot, ...(await makeDirectories(io, runDirectory))]
    const directory = await reserveLeaf(io, join(runDirectory, encodeIdentifier(taskId, sha256)))
    await takeLock(io, directory)
    for (const folder of new Set([directory, runDirectory, root, ...made.map((path) => dirname(path))])) {
      await io.syncDirectory(folder)
    }
    return directory
  } catch (cause) {
    if (cause instanceof ContrailError) throw cause
    throw new ContrailError(
      'DIRECTORY_UNAVAILABLE',
      `cannot make a recording below ${root} (${messageOf(cause)}): choose another outputRoot or make it writable`,
      { cause, details: { root, runId, taskId, errno: errnoOf(cause) } },
    )
  }
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

/** Recordings hold what an agent saw: they are kept out of version control unless somebody decides otherwise. */
async function ignoreByGit(io: Io, root: string): Promise<void> {
  try {
    await createFile(io, join(root, '.gitignore'), Buffer.from('*\n'), { sync: false })
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause
  }
}

/** The system's own words name the path that it refused. */
function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
