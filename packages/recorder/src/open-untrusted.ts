import { isAbsolute, join } from 'node:path'
import { ContrailError } from '@contrail/core'
import { isAbsent } from './disk-error.ts'
import { readWhole, statIfThere } from './files.ts'
import type { Io } from './io.ts'

/**
 * Read a file that a recording names. What a recording says is untrusted: no absolute path, no `..`, no link in any
 * component, no device or FIFO, no more than `maxBytes`.
 *
 * @param relative with forward slashes, relative to `root`
 * @throws {ContrailError} FILE_UNSAFE, FILE_TOO_LARGE, FRAME_MISSING where there is no such file, FILE_UNREADABLE
 */
export async function openUntrusted(io: Io, root: string, relative: string, maxBytes: number): Promise<Uint8Array> {
  const components = relative.split('/')
  const unsafe = components.some((name) => name === '' || name === '.' || name === '..' || /[\0\\:]/.test(name))
  if (unsafe || isAbsolute(relative)) throw unsafeError(root, relative, 'leaves its directory')
  let path = root
  for (const [position, name] of components.entries()) {
    path = join(path, name)
    const stat = await statIfThere(io, path)
    if (!stat) throw missingError(root, relative)
    const expected = position === components.length - 1 ? 'file' : 'directory'
    if (stat.kind !== expected) {
      throw unsafeError(root, relative, `is ${stat.kind === 'link' ? 'a link' : `no ${expected}`}`)
    }
  }
  try {
    return await readWhole(io, path, maxBytes)
  } catch (cause) {
    // Removed since it was looked at.
    throw isAbsent(cause) ? missingError(root, relative) : cause
  }
}

function missingError(root: string, relative: string): ContrailError {
  return new ContrailError('FRAME_MISSING', `${join(root, relative)} does not exist`, { details: { root, relative } })
}

function unsafeError(root: string, relative: string, why: string): ContrailError {
  return new ContrailError('FILE_UNSAFE', `${JSON.stringify(relative)} in ${root} ${why}`, {
    details: { root, relative },
  })
}
