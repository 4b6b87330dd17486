import { sha256 } from '../system.ts'
import { type FramesLog } from './log.ts'
import type { FramesClaim } from './replaced.ts'

/**
 * The relation of `frames.log` to the `trajectory.json` beside it. `same`: that was made from all of it. `pending`: it
 * goes on behind what that was made from, since a compaction was cut off. `differs`: it is not what that was made from.
 * `gone`: it is not there.
 */
export type FramesLogState = 'same' | 'pending' | 'differs' | 'gone'

/** @param claim what `trajectory.json` says of the log; undefined where it says nothing */
export function stateOfLog(log: FramesLog | undefined, claim: FramesClaim | undefined): FramesLogState {
  if (!log) return claim ? 'gone' : 'same'
  const { committed, tornBytes } = log
  const { sizeBytes = 0 } = claim ?? {}
  const isBeginning =
    claim === undefined ||
    (committed.byteLength >= sizeBytes && sha256(committed.subarray(0, sizeBytes)) === claim.sha256)
  if (!isBeginning) return 'differs'
  return committed.byteLength > sizeBytes || tornBytes > 0 ? 'pending' : 'same'
}
