import { ContrailError } from '@contrail/core'
import { errnoOf } from './io.ts'

/** Whether the system says that there is no such file. */
export function isAbsent(cause: unknown): boolean {
  const code = errnoOf(cause)
  return code === 'ENOENT' || code === 'ENOTDIR'
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
  const space = errno === 'ENOSPC' || errno === 'EDQUOT' ? 'free some space; ' : ''
  return new ContrailError(
    'RECORDING_FAILED',
    `${path} cannot be written (${errno}): ${space}what was acknowledged is safe, "contrail recover" finishes it`,
    { cause, details: { path, errno } },
  )
}

/** The errno of an error that a file operation gave; undefined for a ContrailError and for a fault of ours. */
function systemErrno(cause: unknown): string | undefined {
  const code = cause instanceof ContrailError ? undefined : errnoOf(cause)
  return code !== undefined && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}
