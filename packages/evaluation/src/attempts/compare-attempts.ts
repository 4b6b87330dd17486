import { assertKnownOptions, toEpisodeHistoryRow, type ImageReference, type Trajectory } from '@contrail/core'
import { isFailureClass } from '../failures/classes.ts'
import { classifyFailures, type ClassifyOptions, type FailureReport } from '../failures/report/classify.ts'
import { scoreOf } from '../failures/score.ts'
import { rounded } from '../run/texts.ts'
import { wholeTrajectory } from '../run/whole.ts'

/**
 * The result of a second attempt beside the first. Scores and their difference have 3 digits; null where nobody gave
 * one.
 */
export interface RetryResult {
  readonly original_episode_id: string
  readonly retry_episode_id: string
  readonly original_score: number | null
  readonly retry_score: number | null
  readonly improvement: number | null
  /** The first failed by a class that does not fire in the second, and the second scores no less. */
  readonly failure_fixed: boolean
  /** The number of steps that each took. */
  readonly steps_comparison: { readonly original: number; readonly retry: number }
}

/** The facts that are known of two attempts beside their trajectories. */
export interface CompareOptions {
  readonly original?: ClassifyOptions | undefined
  readonly retry?: ClassifyOptions | undefined
}

/**
 * Compare two attempts of one task.
 *
 * @example
 * ```ts
 * const { improvement, failure_fixed } = compareAttempts(first, second)
 * ```
 */
export function compareAttempts(
  original: Trajectory<ImageReference>,
  retry: Trajectory<ImageReference>,
  options: CompareOptions = {},
): RetryResult {
  assertKnownOptions('compareAttempts', options, ['original', 'retry'])
  const runs = [wholeTrajectory(original), wholeTrajectory(retry)] as const
  const [first, second] = [scoreOf(original, options.original ?? {}).score, scoreOf(retry, options.retry ?? {}).score]
  const reports = [classifyFailures(original, options.original), classifyFailures(retry, options.retry)] as const
  const isLower = first !== null && second !== null && second < first
  return {
    original_episode_id: episodeIdOf(runs[0]),
    retry_episode_id: episodeIdOf(runs[1]),
    original_score: first === null ? null : rounded(first),
    retry_score: second === null ? null : rounded(second),
    improvement: first === null || second === null ? null : rounded(second - first),
    failure_fixed: isFixed(...reports) && !isLower,
    steps_comparison: { original: runs[0].steps.length, retry: runs[1].steps.length },
  }
}

/** Tell the id of an attempt: that of its episode, else `<runId>/<taskId>`. */
function episodeIdOf(trajectory: Trajectory<ImageReference>): string {
  return toEpisodeHistoryRow({ ...trajectory, stepCount: trajectory.steps.length }).episode_id
}

function isFixed({ primary }: FailureReport, { failures }: FailureReport): boolean {
  return isFailureClass(primary) && !failures.some((failure) => failure.class === primary)
}
