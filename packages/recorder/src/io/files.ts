import { dirname } from 'node:path'
import { isAbsent, unreadable } from './disk-error.ts'
import { errnoOf, systemError, type Io, type IoFile, type IoStat } from './io.ts'

/**
 * Write all bytes, however short the single writes are.
 *
 * @throws an EIO error when a write makes no progress
 */
export async function writeAll(file: IoFile, bytes: Uint8Array): Promise<void> {
  let offset = 0
  while (offset < bytes.byteLength) {
    const written = await file.write(bytes.subarray(offset))
    if (written === 0) throw systemError('EIO', 'a write made no progress')
    offset += written
  }
}

/**
 * Replace a file so that a reader, and a power cut, sees the old contents or the new and nothing between:
 * bytes to a temporary name, fdatasync, rename. The caller syncs the folder.
 *
 * @param parts the contents, in order
 */
export async function replaceFile(io: Io, path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.tmp`
  await removeIfThere(io, temporary)
  await createFile(io, temporary, parts)
  await io.rename(temporary, path)
}

/** Make a new file with these bytes, whole or in parts, durable before it is closed. Nothing is left behind on failure. */
export async function createFile(
  io: Io,
  path: string,
  contents: Uint8Array | Iterable<Uint8Array>,
  options: { sync?: boolean } = {},
): Promise<void> {
  const file = await io.open(path, 'create')
  try {
    try {
      await writeParts(file, contents instanceof Uint8Array ? [contents] : contents)
      if (options.sync ?? true) await file.datasync()
    } finally {
      await file.close()
    }
  } catch (cause) {
    // The first error is the one to tell; a temporary file that stays is found and removed by finalise.
    await io.unlink(path).catch(() => undefined)
    throw cause
  }
}

/** Each part is made while the one before it is on its way to the disk. */
async function writeParts(file: IoFile, parts: Iterable<Uint8Array>): Promise<void> {
  let onItsWay: Promise<void> | undefined
  try {
    for (const part of parts) {
      await onItsWay
      onItsWay = writeAll(file, part)
    }
  } finally {
    await onItsWay
  }
}

/**
 * The kind and size of what has a name, without following links; undefined where there is nothing.
 *
 * @throws {ContrailError} FILE_UNREADABLE
 */
export async function statIfThere(io: Io, path: string): Promise<IoStat | undefined> {
  try {
    return await io.lstat(path)
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw unreadable(path, cause)
  }
}

/** Names in a folder, none when there is no folder. @throws {ContrailError} FILE_UNREADABLE: never emptiness instead */
export async function namesIn(io: Io, path: string): Promise<string[]> {
  try {
    return await io.readdir(path)
  } catch (cause) {
    if (isAbsent(cause)) return []
    throw unreadable(path, cause)
  }
}

/** Remove a file; that it was not there is fine. */
export async function removeIfThere(io: Io, path: string): Promise<void> {
  try {
    await io.unlink(path)
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw cause
  }
}

/**
 * Give a file a second name, where none stands yet.
 *
 * @returns false where the disk gives none: some know no links and say so in many ways, up to EIO. What is done in place of a link
 * fails as well where it is the disk that fails
 * @throws an EEXIST error when there is something of that name, ENOENT when there is no file to name any more
 */
export async function linkWhereKnown(io: Io, from: string, to: string): Promise<boolean> {
  try {
    await io.link(from, to)
    return true
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST' || isAbsent(cause)) throw cause
    return false
  }
}

/** Make the contents of a file durable that somebody else has written. */
export async function syncFile(io: Io, path: string): Promise<void> {
  const file = await io.open(path, 'read')
  try {
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** Others may remove a parent again and again, but nobody does so this often by chance. */
const maxTries = 20

/**
 * Make a folder, and those above it that are not there. Returns the folders that were made, topmost first.
 *
 * @throws the system's error: EEXIST where there is anything of that name, ENOENT where the parent is there and yet
 * nothing can be made in it, as in `/proc`
 */
export async function makeDirectory(io: Io, path: string): Promise<string[]> {
  const parent = dirname(path)
  const made: string[] = []
  for (let tries = 1; ; tries++) {
    try {
      await io.mkdir(path)
      return [...made, path]
    } catch (cause) {
      if (errnoOf(cause) !== 'ENOENT' || parent === path) throw cause
      if (tries === maxTries) throw systemError('ENOENT', `${parent} is there, but no folder can be made in it`)
    }
    made.push(...(await makeDirectories(io, parent)))
  }
}

/**
 * Make sure of a folder and those above it. A link to a folder will do. Returns the folders that were made, topmost first.
 *
 * @throws the system's error: as `makeDirectory`; ENOTDIR for a file, ENOENT for a link to nothing
 */
export async function makeDirectories(io: Io, path: string): Promise<string[]> {
  try {
    return await makeDirectory(io, path)
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause
    const { kind } = await io.lstat(path)
    if (kind === 'link') await assertLeadsToDirectory(io, path)
    else if (kind !== 'directory') throw systemError('ENOTDIR', `${path} exists and is not a folder`)
    return []
  }
}

/** `lstat` follows no link, but the entry `.` is only there where the link leads to a folder. */
async function assertLeadsToDirectory(io: Io, path: string): Promise<void> {
  try {
    await io.lstat(`${path}/.`)
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw cause
    throw systemError('ENOENT', `${path} is a link to what is not there`)
  }
}
