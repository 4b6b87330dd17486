import { ContrailError } from '@contrail/core'
import { basename, join } from 'node:path'
import { withBlockingFile, writeAllBlocking } from '../io/blocking-files.ts'
import type { BlockingIo } from '../io/blocking-io.ts'
import { createFile, namesIn } from '../io/files.ts'
import { errnoOf, type Io } from '../io/io.ts'
import { readUntrusted } from '../io/open-untrusted.ts'

const ignoreName = '.gitignore'
const ignoreAll = Buffer.from('*\n')
/** Files of this process that are there and may not be whole yet. */
const underWay = new Set<string>()

/**
 * Keep the recordings below a root out of version control, unless somebody decides otherwise: they hold what an agent saw.
 * A folder that holds other things is left alone.
 */
export async function ignoreByGit(io: Io, root: string): Promise<void> {
  if (!isOwnName(root) && (await namesIn(io, root)).length > 0) return
  const path = join(root, ignoreName)
  underWay.add(path)
  try {
    await createFile(io, path, ignoreAll, { sync: false })
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause
  } finally {
    underWay.delete(path)
  }
}

/** {@link ignoreByGit} at the end of a process, when nothing can be awaited. The folder of the run may be there already. */
export function ignoreByGitBlocking(io: BlockingIo, root: string, run: string): void {
  const path = join(root, ignoreName)
  const isOurs = underWay.has(path)
  try {
    const isOwn = (name: string): boolean => name === run || (isOurs && name === ignoreName)
    if (!isOwnName(root) && !io.readdir(root).every(isOwn)) return
    withBlockingFile(io, path, 'create', (file) => writeAllBlocking(file, ignoreAll))
  } catch {
    // It is there already, or the disk refuses it: what was recorded matters more, and is tried all the same.
    if (isOurs) replaceBegun(io, path)
  }
}

/** Put a whole file in the place of one that was begun: what is still on its way to that one ends where nobody reads it. */
function replaceBegun(io: BlockingIo, path: string): void {
  try {
    const there = withBlockingFile(io, path, 'read', (file) => file.read(Buffer.alloc(ignoreAll.byteLength), 0))
    if (there === ignoreAll.byteLength) return
    io.unlink(path)
    withBlockingFile(io, path, 'create', (file) => writeAllBlocking(file, ignoreAll))
  } catch {
    // The disk refuses it.
  }
}

/** Tells whether a folder was made to hold recordings and nothing else, as far as it tells. */
export async function isOwnRoot(io: Io, root: string): Promise<boolean> {
  if (isOwnName(root)) return true
  try {
    const bytes = await readUntrusted(io, root, ignoreName, 1_000)
    return bytes !== undefined && Buffer.from(bytes).equals(ignoreAll)
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
