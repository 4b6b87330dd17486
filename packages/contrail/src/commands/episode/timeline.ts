import { readRecording } from '../recordings-at.ts'
import {
  formatDuration,
  toEpisodeRecord,
  toReplayActions,
  toStepTimeline,
  type EpisodeTimelineRow,
} from '@contrail/core'
import { createAttachmentReader } from '@contrail/recorder'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import { formatCount, formatNumber, formatPercent } from '../../terminal/format.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { condense } from '../show/condense.ts'

const rowLimit = 30
const barWidth = 10

/**
 * Plot the steps of an episode: reward, share of tests that pass, and time. It only tells: it is 0 whenever the recording could
 * be read. As JSON it is `{ episode, timeline }`.
 *
 * @throws {ContrailError} JOURNAL_MISSING and what `readTrajectory` throws
 */
export async function tellTimeline(input: { directory: string; paint: Paint } & Surroundings): Promise<CommandResult> {
  const { paint } = input
  const { trajectory } = await readRecording(input)
  const episode = toEpisodeRecord(trajectory)
  const timeline = toStepTimeline(trajectory)
  const score = episode.final_score === null ? 'no score' : `score ${formatNumber(episode.final_score)}`
  const time = episode.duration_seconds === null ? '' : formatDuration(episode.duration_seconds * 1000)
  const head = [toPrintable(episode.variant_id ?? '', 40), score, formatCount(timeline.length, 'step'), time]
  const status = paint(episode.status === 'finished' ? 'good' : 'bad', episode.status)
  const text = [
    `${paint('strong', toPrintable(episode.task, 60))}  ${status}  ${head.filter(Boolean).join(' · ')}`,
    ...plot(timeline, paint),
  ].join('\n')
  return { exitCode: 0, text, json: { episode, timeline } }
}

/**
 * Tell the actions of an episode with all that each was given, contents too. As JSON it is `{ actions }`.
 *
 * @throws {ContrailError} as `tellTimeline`; ATTACHMENT_MISSING, ATTACHMENT_CORRUPT for a content that is not there as it was
 */
export async function tellActions(input: { directory: string; paint: Paint } & Surroundings): Promise<CommandResult> {
  const { directory, trajectory } = await readRecording(input)
  const read = createAttachmentReader(directory)
  const tooLarge = new Set(
    trajectory.gaps.flatMap(({ reason, detail }) =>
      reason === 'attachment_too_large' ? [(detail as { sha256?: unknown } | undefined)?.sha256] : [],
    ),
  )
  const actions = toReplayActions(trajectory, (reference) =>
    tooLarge.has(reference.sha256) ? undefined : read(reference),
  )
  const lines = actions.map(({ action_type: type, path: file, query, content }, index) =>
    [
      `${String(index + 1).padStart(4)} ${toPrintable(type, 30)}`,
      ...(file === undefined ? [] : [toPrintable(file, 60)]),
      ...(query === undefined ? [] : [toPrintable(JSON.stringify(query), 60)]),
      ...(content === undefined ? [] : [input.paint('faint', toPrintable(JSON.stringify(content), 60))]),
    ].join('  '),
  )
  return { exitCode: 0, text: lines.join('\n') || 'no steps were recorded', json: { actions } }
}

/** A line for each step; where there are too many, the first, the last and those with an error. */
function plot(timeline: readonly EpisodeTimelineRow[], paint: Paint): string[] {
  if (timeline.length === 0) return [paint('faint', 'no steps were recorded')]
  const largest = (numbers: readonly (number | null)[]): number =>
    numbers.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0)
  const scale = {
    reward: largest(timeline.map((row) => row.reward)),
    time: largest(timeline.map((row) => row.duration_ms)),
  }
  const parts = condense(timeline, rowLimit, { rowsOf: () => 1, isImportant: (row) => row.error !== null })
  const lines = parts.map((part) => {
    if (!('length' in part)) return tellRow(part, scale, paint)
    return paint('faint', `   …  ${formatCount(part.length, 'step')} more`)
  })
  const title = `step ${'action'.padEnd(40)} ${'reward'.padEnd(barWidth + 8)} ${'pass rate'.padEnd(barWidth + 8)} time`
  return [paint('faint', title), ...lines]
}

function tellRow(row: EpisodeTimelineRow, scale: { reward: number; time: number }, paint: Paint): string {
  const { step, action, path: file, reward, error, duration_ms: durationMs, pass_rate: passRate } = row
  const what = toPrintable([action, file].filter(Boolean).join(' '), 40).padEnd(40)
  const cell = (value: number | null, most: number, shown: (value: number) => string): string =>
    value === null ? ''.padEnd(barWidth + 8) : `${bar(value, most)} ${shown(value).padEnd(7)}`
  const flags = row.security_flags.map((flag) => toPrintable(flag, 30)).join(' ')
  const time = durationMs === null ? '' : `${bar(durationMs, scale.time)} ${formatDuration(durationMs)}`
  const line = `${String(step).padStart(4)} ${what} ${cell(reward, scale.reward, formatNumber)} ${cell(passRate, 1, formatPercent)} ${time}`
  const notes = [
    ...(error === null ? [] : [paint('bad', `error: ${toPrintable(error, 60)}`)]),
    ...(flags === '' ? [] : [paint('warning', flags)]),
  ]
  return [line.trimEnd(), ...notes].join('  ')
}

/** `█` for what is won, `▒` for what is lost. */
function bar(value: number, most: number): string {
  const length = most === 0 ? 0 : Math.round((Math.abs(value) / most) * barWidth)
  return (value < 0 ? '▒' : '█').repeat(length).padEnd(barWidth, '·')
}
