import { isAbsolute, join } from 'node:path'
import { ContrailError } from '@contrail/core'
import { isAbsent, unreadable } from './disk-error.ts'
import { namesIn, statIfThere } from './files.ts'
import { errnoOf, type Io, type IoStat } from './io.ts'

/** A file of a recording, open for reading; close it. What the disk refuses is FILE_UNREADABLE. */
export interface UntrustedFile {
  readonly sizeBytes: number
  /** Read once from `position` into `buffer`; 0 at the end. */
  read(buffer: Uint8Array, position: number): Promise<number>
  close(): Promise<void>
}

/** A file that is replaced in the moment between looking and opening is looked at again, this often at most. */
const maxLooks = 10

/**
 * Open a file below a directory for reading: the one door to files of recordings, whose contents, names and kinds are
 * whatever their sender made them. No link in any component, no absolute path, no `..`, no device, no FIFO, no folder;
 * what is open is what was looked at. The directory itself is the caller's: it may be a link.
 *
 * @param relative with forward slashes, relative to `root`
 * @returns undefined where there is no such file
 * @throws {ContrailError} FILE_UNSAFE, FILE_UNREADABLE
 */
export async function openUntrusted(io: Io, root: string, relative: string): Promise<UntrustedFile | undefined> {
  const path = join(root, relative)
  try {
    for (let look = 1; look <= maxLooks; look++) {
      const seen = await lookAt(io, root, relative, 'file')
      if (!seen) return undefined
      const file = await io.open(path, 'read')
      const { kind, inode, sizeBytes } = await file.stat().catch(async (cause: unknown) => {
        await file.close().catch(() => undefined)
        throw cause
      })
      if (kind === 'file' && inode === seen.inode) return reporting(path, sizeBytes, file)
      await file.close()
    }
  } catch (cause) {
    // Removed since it was looked at.
    if (isAbsent(cause)) return undefined
    throw errnoOf(cause) === 'ELOOP' ? unsafeError(root, relative, 'is a link') : unreadable(path, cause)
  }
  throw unsafeError(root, relative, 'changes whenever it is opened')
}

/**
 * Read a whole file through the door.
 *
 * @returns undefined where there is no such file
 * @throws {ContrailError} as `openUntrusted`, FILE_TOO_LARGE above `maxBytes`
 */
export async function readUntrusted(
  io: Io,
  root: string,
  relative: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const file = await openUntrusted(io, root, relative)
  if (!file) return undefined
  try {
    const { sizeBytes } = file
    if (sizeBytes > maxBytes) {
      const path = join(root, relative)
      throw new ContrailError('FILE_TOO_LARGE', `${path} has ${sizeBytes} bytes; at most ${maxBytes} are read`, {
        details: { path, sizeBytes, maxBytes },
      })
    }
    return await readAt(file, 0, sizeBytes)
  } finally {
    await file.close()
  }
}

/**
 * Tells whether a file has exactly these bytes. It is read part by part, so it may be larger than what can be read as a
 * whole.
 *
 * @returns undefined where there is no such file
 * @throws {ContrailError} as `openUntrusted`
 */
export async function hasBytes(
  io: Io,
  root: string,
  relative: string,
  parts: Iterable<Uint8Array>,
): Promise<boolean | undefined> {
  const file = await openUntrusted(io, root, relative)
  if (!file) return undefined
  try {
    let position = 0
    for (const part of parts) {
      if (Buffer.compare(await readAt(file, position, part.byteLength), part) !== 0) return false
      position += part.byteLength
    }
    return (await readAt(file, position, 1)).byteLength === 0
  } finally {
    await file.close()
  }
}

/** Read so many bytes from a position on, however short the single reads are; fewer where the file ends before. */
export async function readAt(
  file: Pick<UntrustedFile, 'read'>,
  position: number,
  sizeBytes: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes)
  return bytes.subarray(0, await fillFrom(file, bytes, position))
}

/** Fill a buffer from a position on, however short the single reads are. Returns the number of bytes that there were. */
export async function fillFrom(
  file: Pick<UntrustedFile, 'read'>,
  buffer: Uint8Array,
  position: number,
): Promise<number> {
  let count = 0
  while (count < buffer.byteLength) {
    const read = await file.read(buffer.subarray(count), position + count)
    if (read === 0) break
    count += read
  }
  return count
}

/** Bytes in memory as a file that is open. */
export function inMemory(bytes: Uint8Array): Pick<UntrustedFile, 'sizeBytes' | 'read'> {
  return {
    sizeBytes: bytes.byteLength,
    async read(buffer, position) {
      const part = bytes.subarray(position, position + buffer.byteLength)
      buffer.set(part)
      return part.byteLength
    },
  }
}

/**
 * Names in a folder of a recording, none where there is no folder.
 *
 * @throws {ContrailError} FILE_UNSAFE for a link in any component and for what is no folder, FILE_UNREADABLE
 */
export async function listUntrusted(io: Io, root: string, relative: string): Promise<string[]> {
  const seen = await lookAt(io, root, relative, 'directory')
  return seen ? namesIn(io, join(root, relative)) : []
}

async function lookAt(
  io: Io,
  root: string,
  relative: string,
  expected: 'file' | 'directory',
): Promise<IoStat | undefined> {
  const components = relative.split('/')
  const leaves = components.some((name) => name === '' || name === '.' || name === '..' || /[\0\\:]/.test(name))
  if (leaves || isAbsolute(relative)) throw unsafeError(root, relative, 'leaves its directory')
  let path = root
  let last: IoStat | undefined
  for (const [position, name] of components.entries()) {
    path = join(path, name)
    last = await statIfThere(io, path)
    if (!last) return undefined
    const wanted = position === components.length - 1 ? expected : 'directory'
    if (last.kind !== wanted) {
      throw unsafeError(root, relative, last.kind === 'link' ? 'is or goes through a link' : `is no plain ${wanted}`)
    }
  }
  return last
}

function reporting(
  path: string,
  sizeBytes: number,
  file: { read: UntrustedFile['read']; close: UntrustedFile['close'] },
): UntrustedFile {
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (cause) {
      throw unreadable(path, cause)
    }
  }
  return {
    sizeBytes,
    read: (buffer, position) => told(file.read(buffer, position)),
    close: () => told(file.close()),
  }
}

function unsafeError(root: string, relative: string, why: string): ContrailError {
  return new ContrailError('FILE_UNSAFE', `${JSON.stringify(relative)} in ${root} ${why}`, {
    details: { root, relative, path: join(root, relative) },
  })
}
