import { ContrailError } from '@contrail/core'
import { basename, join } from 'node:path'
import { withBlockingFile, writeAllBlocking } from '../io/blocking-files.ts'
import type { BlockingIo } from '../io/blocking-io.ts'
import { createFile, namesIn } from '../io/files.ts'
import { errnoOf, type Io } from '../io/io.ts'
import { readUntrusted } from '../io/open-untrusted.ts'

const ignoreName = '.gitignore'
const ignoreAll = Buffer.from('*\n')

/**
 * Keep the recordings below a root out of version control, unless somebody decides otherwise: they hold what an agent saw.
 * A folder that holds other things is left alone.
 */
export async function ignoreByGit(io: Io, root: string): Promise<void> {
  if (!isOwnName(root) && (await namesIn(io, root)).length > 0) return
  try {
    await createFile(io, join(root, ignoreName), ignoreAll, { sync: false })
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause
  }
}

/** {@link ignoreByGit} at the end of a process, when nothing can be awaited. The folder of the run may be there already. */
export function ignoreByGitBlocking(io: BlockingIo, root: string, run: string): void {
  try {
    if (!isOwnName(root) && io.readdir(root).some((name) => name !== run)) return
    withBlockingFile(io, join(root, ignoreName), 'create', (file) => writeAllBlocking(file, ignoreAll))
  } catch {
    // It is there already, or the disk refuses it: what was recorded matters more, and is tried all the same.
  }
}

/** Tells whether a folder was made to hold recordings and nothing else, as far as it tells. */
export async function isOwnRoot(io: Io, root: string): Promise<boolean> {
  if (isOwnName(root)) return true
  try {
    const bytes = await readUntrusted(io, root, ignoreName, 1_000)
    return bytes !== undefined && ignoreAll.equals(bytes)
  } catch {
    return false // a link, or what cannot be read, is nothing of ours
  }
}

function isOwnName(root: string): boolean {
  return basename(root) === '.trajectories'
}

/** The names in a root of recordings. @throws {ContrailError} DIRECTORY_UNAVAILABLE when it cannot be read */
export async function namesOfRuns(io: Io, root: string): Promise<string[]> {
  return io.readdir(root).catch((cause: unknown) => {
    const errno = errnoOf(cause) ?? 'unknown error'
    const message = `${root} cannot be read (${errno}): is it the root of recordings?`
    throw new ContrailError('DIRECTORY_UNAVAILABLE', message, { cause, details: { root } })
  })
}
