import { isAbsolute, join } from 'node:path'
import { ContrailError } from '@contrail/core'
import { readWhole } from './files.ts'
import { errnoOf, type Io } from './io.ts'

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
  try {
    for (const [position, name] of components.entries()) {
      path = join(path, name)
      const { kind } = await io.lstat(path)
      const expected = position === components.length - 1 ? 'file' : 'directory'
      if (kind !== expected) throw unsafeError(root, relative, `is ${kind === 'link' ? 'a link' : `no ${expected}`}`)
    }
    return await readWhole(io, path, maxBytes)
  } catch (cause) {
    if (cause instanceof ContrailError) throw cause
    const code = errnoOf(cause)
    const details = { root, relative, errno: code }
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new ContrailError('FRAME_MISSING', `${join(root, relative)} does not exist`, { cause, details })
    }
    if (code === 'ELOOP') throw unsafeError(root, relative, 'is a link')
    throw new ContrailError('FILE_UNREADABLE', `${join(root, relative)} cannot be read (${code ?? 'unknown error'})`, {
      cause,
      details,
    })
  }
}

function unsafeError(root: string, relative: string, why: string): ContrailError {
  return new ContrailError('FILE_UNSAFE', `${JSON.stringify(relative)} in ${root} ${why}`, {
    details: { root, relative },
  })
}
