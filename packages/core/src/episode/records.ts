import { z } from 'zod'
import { FileChange } from '../events/attachment.ts'
import { Sha256 } from '../events/event-fields.ts'

/** The states of an episode: being written, ended by itself, given up, or cut off by the death of its process. */
export const EpisodeStatus = z.enum(['recording', 'finished', 'aborted', 'killed'])
export type EpisodeStatus = z.infer<typeof EpisodeStatus>

/** The facts of an episode that stand in its task, as `taskSpec.episode`. `initialTree` is the hash of its workspace. */
export const EpisodeSpec = z.looseObject({
  episodeId: z.string().min(1),
  variantId: z.string(),
  metadata: z.record(z.string(), z.unknown()).default({}),
  initialTree: Sha256.optional(),
})
export type EpisodeSpec = z.infer<typeof EpisodeSpec>

/** One step of an episode as a record. Times are seconds since 1970, durations ms; absent is null. */
export const EpisodeStep = z.object({
  /** From 1. */
  step_number: z.number().int().positive(),
  timestamp: z.number().nullable(),
  action_type: z.string(),
  action_path: z.string().nullable(),
  action_query: z.string().nullable(),
  /** Code points, as Python counts. */
  action_content_length: z.number().int().nonnegative().nullable(),
  observation_snapshot: z.unknown(),
  reward: z.number().nullable(),
  /** The sum of the rewards so far; null while there was none. */
  cumulative_reward: z.number().nullable(),
  done: z.boolean(),
  error: z.string().nullable(),
  file_diff: z.union([z.string(), FileChange]).nullable(),
  test_pass_rate: z.number().nullable(),
  duration_ms: z.number().nullable(),
  security_flags: z.array(z.string()),
})
export type EpisodeStep = z.infer<typeof EpisodeStep>

/** A row of the history of episodes. */
export const EpisodeHistoryRow = z.object({
  episode_id: z.string(),
  task: z.string(),
  variant_id: z.string().nullable(),
  /** Null where the episode gave none; 0 is a score. */
  final_score: z.number().nullable(),
  total_steps: z.number().int().nonnegative(),
  /** With 2 digits; null while the episode is open. */
  duration_seconds: z.number().nullable(),
  status: EpisodeStatus,
})
export type EpisodeHistoryRow = z.infer<typeof EpisodeHistoryRow>

/** One episode as a record. */
export const EpisodeRecord = EpisodeHistoryRow.extend({
  start_time: z.number().nullable(),
  end_time: z.number().nullable(),
  steps: z.array(EpisodeStep),
  metadata: z.record(z.string(), z.unknown()),
})
export type EpisodeRecord = z.infer<typeof EpisodeRecord>

/** A row of the timeline of an episode. */
export const EpisodeTimelineRow = z.object({
  /** From 1. */
  step: z.number().int().positive(),
  action: z.string(),
  path: z.string().nullable(),
  reward: z.number().nullable(),
  error: z.string().nullable(),
  duration_ms: z.number().nullable(),
  pass_rate: z.number().nullable(),
  security_flags: z.array(z.string()),
})
export type EpisodeTimelineRow = z.infer<typeof EpisodeTimelineRow>

/** One action of an episode with all that it was given. */
export const EpisodeAction = z.object({
  action_type: z.string(),
  path: z.string().optional(),
  query: z.string().optional(),
  content: z.string().optional(),
})
export type EpisodeAction = z.infer<typeof EpisodeAction>
