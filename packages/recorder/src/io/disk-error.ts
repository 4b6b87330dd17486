import { ContrailError, isContrailError } from '@contrail/core'
import { errnoOf } from './io.ts'

/** Tells whether the system says that there is no such file. */
export function isAbsent(cause: unknown): boolean {
  const code = errnoOf(cause)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/**
 * The result of a look at a file; undefined where what is there is refused, such as a link or one that is far too large: that was never
 * one of ours.
 *
 * @throws {ContrailError} FILE_UNREADABLE: a disk that fails says nothing about the file
 */
export async function unlessRefused<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (cause) {
    if (isContrailError(cause) && cause.code !== 'FILE_UNREADABLE') return undefined
    throw cause
  }
}

/** FILE_UNREADABLE for an error of the system: a disk that fails is never a file that is not there. */
export function unreadable(path: string, cause: unknown): unknown {
  const errno = systemErrno(cause)
  if (errno === undefined) return cause
  return new ContrailError('FILE_UNREADABLE', `${path} cannot be read (${errno})`, { cause, details: { path, errno } })
}

/** RECORDING_FAILED for an error of the system, with what to do about it. */
export function unwritable(path: string, cause: unknown): unknown {
  const errno = systemErrno(cause)
  if (errno === undefined) return cause
  const cure = cureFor(errno)
  return new ContrailError(
    'RECORDING_FAILED',
    `${path} cannot be written (${errno}): ${cure === undefined ? '' : `${cure}; `}what was acknowledged is safe, "contrail recover" finishes it`,
    { cause, details: { path, errno } },
  )
}

/** RECORDING_FAILED for a recording whose journal was removed while it was written: there is nothing to recover. */
export function removedMeanwhile(path: string): ContrailError {
  return new ContrailError(
    'RECORDING_FAILED',
    `${path} was removed while it was written: what was recorded is in "details.trajectory" of the error that finish() rejects with`,
    { details: { path, errno: 'ENOENT' } },
  )
}

/** The cure that a user has for an error of the system; undefined where there is nothing to say. */
export function cureFor(errno: string | undefined): string | undefined {
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return 'free some space'
  if (errno === 'EMFILE' || errno === 'ENFILE') return 'close some files or raise their limit (ulimit -n)'
  if (errno === 'EROFS' || errno === 'EACCES' || errno === 'EPERM') return 'make it writable'
  return undefined
}

/** The errno of an error that a file operation gave; undefined for a ContrailError and for a fault of ours. */
function systemErrno(cause: unknown): string | undefined {
  const code = isContrailError(cause) ? undefined : errnoOf(cause)
  return code !== undefined && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}
