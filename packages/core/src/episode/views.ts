import { AttachmentReference } from '../events/attachment.ts'
import type { ImageReference, Step, Timing, Trajectory, TrajectoryStatus } from '../trajectory/trajectory.ts'
import { present } from '../values/fields.ts'
import { countCodePoints } from './count-characters.ts'
import {
  EpisodeSpec,
  type EpisodeAction,
  type EpisodeHistoryRow,
  type EpisodeRecord,
  type EpisodeStatus,
  type EpisodeStep,
  type EpisodeTimelineRow,
} from './records.ts'

/** The parts of a trajectory that a row of the history is made from. */
export type EpisodeSummary = Pick<Trajectory<ImageReference>, 'runId' | 'task' | 'timing' | 'finalScore'> & {
  readonly status: TrajectoryStatus
  readonly stepCount: number
}

/** Make the record of any recording; without `taskSpec.episode` its id is `<runId>/<taskId>`. Pure. */
export function toEpisodeRecord(trajectory: Trajectory<ImageReference>): EpisodeRecord {
  const { task, timing, steps } = trajectory
  const row = toEpisodeHistoryRow({ ...trajectory, stepCount: steps.length })
  let sum: number | null = null
  return {
    episode_id: row.episode_id,
    task: row.task,
    variant_id: row.variant_id,
    start_time: toSeconds(timing.startedAt),
    end_time: row.status === 'recording' ? null : toSeconds(timing.endedAt),
    duration_seconds: row.duration_seconds,
    steps: steps.map((step, index) => {
      const reward = numberOf(step.episode?.reward)
      if (reward !== null) sum = (sum ?? 0) + reward
      return toEpisodeStep(step, index, sum)
    }),
    final_score: row.final_score,
    total_steps: row.total_steps,
    metadata: specOf(task)?.metadata ?? {},
    status: row.status,
  }
}

/** Make one row of the history. */
export function toEpisodeHistoryRow(summary: EpisodeSummary): EpisodeHistoryRow {
  const { runId, task, finalScore, stepCount, timing } = summary
  const spec = specOf(task)
  const status = toEpisodeStatus(summary.status)
  return {
    episode_id: spec?.episodeId ?? `${runId}/${task.id}`,
    task: task.id,
    variant_id: spec?.variantId ?? null,
    final_score: finalScore ?? null,
    total_steps: stepCount,
    duration_seconds: status === 'recording' ? null : secondsOf(timing),
    status,
  }
}

/**
 * Make the record of one step.
 *
 * @param index from 0
 * @param cumulativeReward the sum of the rewards up to this step; null where there was none
 */
export function toEpisodeStep(step: Step<ImageReference>, index: number, cumulativeReward: number | null): EpisodeStep {
  const { actionName, actionArgs, toolOutput, finishedAt, episode } = step
  return {
    step_number: index + 1,
    timestamp: toSeconds(finishedAt),
    action_type: actionName,
    action_path: textOf(actionArgs['path']),
    action_query: textOf(actionArgs['query']),
    action_content_length: episode?.contentLength ?? lengthOf(actionArgs['content']),
    observation_snapshot: toolOutput.result ?? null,
    reward: numberOf(episode?.reward),
    cumulative_reward: cumulativeReward,
    done: episode?.done === true,
    error: toolOutput.error ?? null,
    file_diff: episode?.fileDiff ?? null,
    test_pass_rate: numberOf(episode?.testPassRate),
    duration_ms: step.durationMs ?? null,
    security_flags: flagsOf(episode),
  }
}

/** Make the timeline of any recording, a row for each step. Pure; 100,000 steps take some ten ms of a processor. */
export function toStepTimeline({ steps }: Trajectory<ImageReference>): EpisodeTimelineRow[] {
  return steps.map(({ actionName, actionArgs, toolOutput, durationMs, episode }, index) => ({
    step: index + 1,
    action: actionName,
    path: textOf(actionArgs['path']),
    reward: numberOf(episode?.reward),
    error: toolOutput.error ?? null,
    duration_ms: durationMs ?? null,
    pass_rate: numberOf(episode?.testPassRate),
    security_flags: flagsOf(episode),
  }))
}

/**
 * Make the actions of any recording, with all that each was given.
 *
 * @param readAttachment gives the bytes of a content; what it throws is thrown, what it does not have is left out
 */
export function toReplayActions(
  { steps }: Trajectory<ImageReference>,
  readAttachment: (reference: AttachmentReference) => Uint8Array | undefined,
): EpisodeAction[] {
  return steps.map(({ actionName, actionArgs }) => {
    const content = actionArgs['content']
    const reference = AttachmentReference.safeParse(content)
    const bytes = reference.success ? readAttachment(reference.data) : undefined
    return present({
      action_type: actionName,
      path: textOf(actionArgs['path']) ?? undefined,
      query: textOf(actionArgs['query']) ?? undefined,
      content: bytes ? decoder.decode(bytes) : (textOf(content) ?? undefined),
    })
  })
}

/** A byte order mark is a part of a file. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Tell the state of an episode by the status of its recording. An end as `stalled` or `error` is an end. */
function toEpisodeStatus(status: TrajectoryStatus): EpisodeStatus {
  return status === 'recording' || status === 'aborted' || status === 'killed' ? status : 'finished'
}

function specOf(task: object): EpisodeSpec | undefined {
  return EpisodeSpec.safeParse((task as { episode?: unknown }).episode).data
}

function secondsOf({ durationMs }: Timing): number | null {
  return durationMs === undefined ? null : Math.round(durationMs / 10) / 100
}

function toSeconds(time: string | undefined): number | null {
  const ms = time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(ms) ? null : ms / 1000
}

/** A value as a number, else null: a recording of somebody else need not be of our schema. */
function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function flagsOf(episode: Step<ImageReference>['episode']): string[] {
  return Array.isArray(episode?.securityFlags) ? episode.securityFlags : []
}

function lengthOf(content: unknown): number | null {
  return typeof content === 'string' ? countCodePoints(content) : null
}
