import { dirname } from 'node:path'
import { ContrailError } from '@contrail/core'
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
 */
export async function replaceFile(io: Io, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`
  await removeIfThere(io, temporary)
  await createFile(io, temporary, bytes)
  await io.rename(temporary, path)
}

/** Make a new file with these bytes, durable before it is closed. Nothing is left behind on failure. */
export async function createFile(
  io: Io,
  path: string,
  bytes: Uint8Array,
  options: { sync?: boolean } = {},
): Promise<void> {
  const file = await io.open(path, 'create')
  try {
    try {
      await writeAll(file, bytes)
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

/**
 * Open a file for reading, use it, close it.
 *
 * @throws the system's error where there is no such file; else ContrailError FILE_UNSAFE for what is no plain file (a
 * link, a device, a folder), FILE_UNREADABLE when the disk fails
 */
export async function withFile<T>(
  io: Io,
  path: string,
  use: (file: IoFile, sizeBytes: number) => Promise<T>,
): Promise<T> {
  try {
    const file = await io.open(path, 'read')
    try {
      const { kind, sizeBytes } = await file.stat()
      if (kind !== 'file') throw unsafe(path, 'is not a regular file')
      return await use(file, sizeBytes)
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (isAbsent(cause)) throw cause
    throw errnoOf(cause) === 'ELOOP' ? unsafe(path, 'is a link') : unreadable(path, cause)
  }
}

/** Read a whole file. @throws as `withFile`, and ContrailError FILE_TOO_LARGE above `maxBytes` */
export function readWhole(io: Io, path: string, maxBytes: number): Promise<Uint8Array> {
  return withFile(io, path, async (file, sizeBytes) => {
    if (sizeBytes > maxBytes) {
      throw new ContrailError('FILE_TOO_LARGE', `${path} has ${sizeBytes} bytes; at most ${maxBytes} are read`, {
        details: { path, sizeBytes, maxBytes },
      })
    }
    const bytes = new Uint8Array(sizeBytes)
    let offset = 0
    while (offset < sizeBytes) {
      const count = await file.read(bytes.subarray(offset), offset)
      if (count === 0) break
      offset += count
    }
    return bytes.subarray(0, offset)
  })
}

/** What a name is, without following links; undefined where there is nothing. @throws {ContrailError} FILE_UNREADABLE */
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

/** Make the contents of a file durable that somebody else has written. */
export async function syncFile(io: Io, path: string): Promise<void> {
  const file = await io.open(path, 'read')
  try {
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** Make a folder and those above it. Returns the folders that were made, topmost first. */
export async function makeDirectories(io: Io, path: string): Promise<string[]> {
  try {
    await io.mkdir(path)
    return [path]
  } catch (cause) {
    const code = errnoOf(cause)
    if (code === 'EEXIST') {
      const { kind } = await io.lstat(path)
      if (kind === 'directory' || kind === 'link') return []
      throw systemError('ENOTDIR', `${path} exists and is not a folder`)
    }
    const parent = dirname(path)
    if (code !== 'ENOENT' || parent === path) throw cause
    const made = await makeDirectories(io, parent)
    return [...made, ...(await makeDirectories(io, path))]
  }
}

function unsafe(path: string, why: string): ContrailError {
  return new ContrailError('FILE_UNSAFE', `${path} ${why}; recordings are read from regular files only`, {
    details: { path },
  })
}
