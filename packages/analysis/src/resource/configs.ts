import { z } from 'zod'
import { Trajectory } from '../component/trajectory.ts'
import { defineResource } from './resource.ts'

const count = z.int().nonnegative().default(0)
const tags = z.array(z.string()).nullable().default(null)
const strata = Trajectory.columns.map(({ field }) => field)

/**
 * Which trajectories are labelled: filters first, then a draw of those that pass.
 *
 * `min_turns`, `max_turns`, `min_tokens`, `max_tokens`: 0 is no limit. `require_tags`: all of them; `exclude_tags`: none;
 * whole tags. `outcome_filter`: stands in the outcome. Then `fraction` of those that pass and at most `max_trajectories` (0: all), drawn
 * by `seed`; with `stratify_by`, a field of `Trajectory`, in equal shares of each of its values.
 */
export const SamplingConfig = defineResource(
  'SamplingConfig',
  z.object({
    max_trajectories: count,
    min_turns: count,
    max_turns: count,
    require_tags: tags,
    exclude_tags: tags,
    outcome_filter: z.string().nullable().default(null),
    min_tokens: count,
    max_tokens: count,
    fraction: z.number().gt(0).max(1).default(1),
    seed: z.int().default(0),
    stratify_by: z.enum(strata).nullable().default(null),
  }),
)

/**
 * Settings that say how labels are made. `model`: in place of the models of the labelers, one that `openModel` opens,
 * so that a fork can ask another; `""`: the labelers' own. `max_output_tokens` of one answer. `concurrency`: labels
 * made at once. `max_cost_usd` of one tick, 0: no limit; it counts what models say they cost, and no price is guessed.
 */
export const LabelingConfig = defineResource(
  'LabelingConfig',
  z.object({
    model: z.string().default(''),
    max_output_tokens: z.int().positive().default(512),
    concurrency: z.int().positive().default(4),
    max_cost_usd: z.number().nonnegative().default(0),
  }),
)
