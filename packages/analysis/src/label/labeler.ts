import type { Model } from '@contrail/core'
import type { TrajectoryFields } from '../component/trajectory.ts'
import type { Turn } from '../component/turn.ts'

/** A trajectory as labelers see it: the fields of its component, and what stands in them as JSON. */
export interface LabelledTrajectory extends Readonly<TrajectoryFields> {
  readonly turns: readonly Turn[]
  readonly tags: readonly string[]
  readonly metadata: Readonly<Record<string, unknown>>
}

/** A request to a labeler. */
export interface LabelRequest {
  readonly technique: string
  readonly description: string
  /** for labelers that ask a model; from `LabelingConfig` */
  readonly max_output_tokens: number
}

/**
 * A judgement. `score` null: it cannot be told, and `rationale` says why. `cost_usd`, where it is known. `error`: there is no
 * judgement, and this says why, as if it were thrown; what it cost is counted all the same.
 */
export interface LabelResult {
  readonly value: string
  readonly score: number | null
  readonly rationale: string
  readonly cost_usd?: number
  readonly error?: string
}

/**
 * Who judges trajectories by one technique. A labeler without a model is a plain function.
 *
 * @example
 * ```ts
 * const politeness: Labeler = {
 *   technique: 'politeness',
 *   version: '1',
 *   label({ turns }) {
 *     const said = turns.filter(({ role }) => role === 'assistant')
 *     const polite = said.filter(({ content }) => content.includes('please')).length
 *     return { value: polite > 0 ? 'polite' : 'curt', score: polite / Math.max(1, said.length), rationale: `${polite} of ${said.length}` }
 *   },
 * }
 * ```
 */
export interface Labeler {
  /** the technique it judges by; `*` for every one that has no labeler of its own */
  readonly technique: string
  /** another one asks anew; it stands in `label__labeler` */
  readonly version: string
  /** who it is, in `label__labeler`; default its technique */
  readonly name?: string
  /** false: it is asked in every tick, because its answer rests on more than the trajectory; default true */
  readonly cached?: boolean
  /** a labeler that asks a model: itself with another one */
  withModel?(model: Model): Labeler
  /**
   * Judge one trajectory.
   *
   * @throws whatever it throws stands in `label__error`, and the next tick asks again
   */
  label(trajectory: LabelledTrajectory, label: LabelRequest, signal: AbortSignal): LabelResult | Promise<LabelResult>
}
