import { relative, sep } from 'node:path'
import { isContrailError, messageOf } from '@contrail/core'
import { framesLogName } from '../directory/names.ts'
import type { FramesLog } from '../frames/log.ts'
import { stateOfLog, type FramesLogState } from '../frames/log-state.ts'
import type { TrajectoryClaims } from '../read/claims.ts'

/** Something in a recording that is not as it was written. */
export interface CheckProblem {
  readonly code: 'hole' | 'frame' | 'attachment' | 'differs' | 'missing' | 'unreadable' | 'unfinished' | 'leftover'
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
  /** Facts that are no problem but worth knowing, e.g. files that Contrail did not write. */
  readonly notes: readonly string[]
}

/** The status of a whole recording with these problems. */
export function statusOf(problems: readonly CheckProblem[]): CheckReport['status'] {
  if (problems.some(({ code }) => code !== 'unfinished' && code !== 'leftover')) return 'corrupt'
  return problems.length > 0 ? 'unfinished' : 'clean'
}

/** The problem of a file that could not be read: the one that the error names, else the one that was looked at. */
export function problemOf(root: string, file: string, cause: unknown): CheckProblem {
  const path = isContrailError(cause) ? cause.details['path'] : undefined
  const inside = typeof path === 'string' && path.startsWith(root + sep)
  return {
    code: 'unreadable',
    file: inside ? relative(root, path).split(sep).join('/') : file,
    message: messageOf(cause),
  }
}

/**
 * The problems of `frames.log`.
 *
 * @param claims what `trajectory.json` says of its sources; without them only the log itself is looked at
 */
export function problemsOfLog(log: FramesLog | undefined, claims?: TrajectoryClaims): CheckProblem[] {
  const problem = (code: CheckProblem['code'], message: string): CheckProblem => ({
    code,
    file: framesLogName,
    message,
  })
  const holes = (log?.holes ?? []).map(({ offset, sizeBytes, reason }) => ({
    ...problem('hole', `${sizeBytes} bytes are not as they were written (${reason})`),
    offset,
  }))
  const problems: Record<FramesLogState, CheckProblem[]> = {
    same: [],
    pending: [
      problem('unfinished', 'goes on behind what trajectory.json was made from; "contrail recover" completes it'),
    ],
    differs: [problem('differs', 'is not the log that trajectory.json was made from')],
    gone: [problem('missing', 'is not there')],
  }
  return claims ? [...holes, ...problems[stateOfLog(log, claims.framesLog)]] : holes
}
