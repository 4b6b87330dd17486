import { relative, sep } from 'node:path'
import { ContrailError } from '@contrail/core'

/** Something in a recording that is not as it was written. */
export interface CheckProblem {
  readonly code: 'hole' | 'frame' | 'differs' | 'missing' | 'unreadable' | 'unfinished' | 'leftover'
  /** Relative to the directory. */
  readonly file: string
  readonly message: string
  /** Byte offset in the file, where it is known. */
  readonly offset?: number
}

/** `clean`: every byte is what the journal says. `unfinished`: sound, but `recover` has something to do. */
export interface CheckReport {
  readonly directory: string
  readonly status: 'clean' | 'unfinished' | 'corrupt'
  readonly problems: readonly CheckProblem[]
  /** What is no problem but worth knowing, e.g. files that Contrail did not write. */
  readonly notes: readonly string[]
}

/** What a list of problems means for the whole recording. */
export function statusOf(problems: readonly CheckProblem[]): CheckReport['status'] {
  if (problems.some(({ code }) => code !== 'unfinished' && code !== 'leftover')) return 'corrupt'
  return problems.length > 0 ? 'unfinished' : 'clean'
}

/** The problem of a file that could not be read: the one that the error names, else the one that was looked at. */
export function problemOf(root: string, file: string, cause: unknown): CheckProblem {
  const path = cause instanceof ContrailError ? cause.details['path'] : undefined
  const inside = typeof path === 'string' && path.startsWith(root + sep)
  return {
    code: 'unreadable',
    file: inside ? relative(root, path).split(sep).join('/') : file,
    message: cause instanceof Error ? cause.message : String(cause),
  }
}
