import { ContrailError } from '@contrail/core'
import { randomUUID } from 'node:crypto'
import { fsync } from 'node:fs'
import { link, lstat, open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

/**
 * Make sure that a file can be written to a place, before any work is done for it.
 *
 * @throws {ContrailError} OUTPUT_UNAVAILABLE for a folder, one that is not there, and a file that is there without `force`
 */
export async function assertFree(file: string, force: boolean): Promise<void> {
  const there = await lstat(file).catch(() => undefined)
  if (there?.isDirectory()) throw refusal(file, `${file} is a directory: name a file in it`)
  if (there && !force) throw taken(file)
  if (there && !there.isFile() && !there.isSymbolicLink()) throw refusal(file, `${file} is no plain file: name another`)
  const folder = path.dirname(file)
  const parent = await stat(folder).catch(() => undefined)
  if (!parent?.isDirectory()) throw refusal(file, `${folder} is no directory: make it first`)
}

/**
 * Write a file whole or not at all: under a temporary name beside it, durably, and then under its own.
 *
 * @returns its size in bytes
 * @throws {ContrailError} OUTPUT_UNAVAILABLE, saying what the disk said; nothing is left behind then
 */
export async function writeOutput(
  file: string,
  pieces: Iterable<string | Uint8Array>,
  force: boolean,
): Promise<number> {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}-${randomUUID()}.tmp`)
  try {
    const sizeBytes = await writeAll(temporary, pieces)
    if (force) await rename(temporary, file)
    else await linkFree(temporary, file)
    return sizeBytes
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'EEXIST') throw taken(file)
    if (code === undefined) throw cause
    throw refusal(file, `${file} cannot be written (${code}); nothing is left of it`, cause)
  } finally {
    await rm(temporary, { force: true })
  }
}

// By the descriptor: the handles that Yarn's Plug'n'Play puts in place of Node's cannot do it.
const syncDescriptor = promisify(fsync)

async function writeAll(file: string, pieces: Iterable<string | Uint8Array>): Promise<number> {
  const handle = await open(file, 'wx', 0o644)
  try {
    // One by one: a handle of Yarn's Plug'n'Play takes no iterable.
    for (const piece of pieces) await handle.appendFile(piece)
    await syncDescriptor(handle.fd)
    return (await handle.stat()).size
  } finally {
    await handle.close()
  }
}

/** A link is refused where somebody was faster; a disk that knows no links gets a rename. */
async function linkFree(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw cause
    await rename(temporary, file)
  }
}

function taken(file: string): ContrailError {
  return refusal(file, `${file} is there already: name another file, or replace it with --force`)
}

function refusal(file: string, message: string, cause?: unknown): ContrailError {
  return new ContrailError('OUTPUT_UNAVAILABLE', message, { cause, details: { path: file } })
}
