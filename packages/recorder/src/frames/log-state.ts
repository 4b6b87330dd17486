import { framesLogName } from '../directory/names.ts'
import type { CheckProblem } from '../check/report.ts'
import { sha256 } from '../system.ts'
import { type FramesLog } from './log.ts'
import type { TrajectoryClaims } from '../read/claims.ts'

/**
 * How `frames.log` stands to the `trajectory.json` beside it. `same`: that was made from all of it. `pending`: it goes on behind
 * what that was made from, since a compaction was cut off. `differs`: it is not what that was made from. `gone`: it is not there.
 */
export type FramesLogState = 'same' | 'pending' | 'differs' | 'gone'

/** @param claim what `trajectory.json` says of the log; undefined where it says nothing */
export function stateOfLog(log: FramesLog | undefined, claim: TrajectoryClaims['framesLog']): FramesLogState {
  if (!log) return claim ? 'gone' : 'same'
  const { committed, tornBytes } = log
  const { sizeBytes = 0 } = claim ?? {}
  const isBeginning =
    claim === undefined ||
    (committed.byteLength >= sizeBytes && sha256(committed.subarray(0, sizeBytes)) === claim.sha256)
  if (!isBeginning) return 'differs'
  return committed.byteLength > sizeBytes || tornBytes > 0 ? 'pending' : 'same'
}

/**
 * What is wrong with `frames.log`.
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
