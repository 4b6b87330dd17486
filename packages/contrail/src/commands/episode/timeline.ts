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
import { defaultColumns, fill, widthOf } from '../../terminal/fit.ts'
import { formatCount, formatNumber, formatPercent, formatShortDuration } from '../../terminal/format.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { condense } from '../show/condense.ts'

const rowLimit = 30

/**
 * Plot the steps of an episode: reward, share of tests that pass, and time. It only tells: it is 0 whenever the recording could
 * be read. As JSON it is `{ episode, timeline }`.
 *
 * @throws {ContrailError} JOURNAL_MISSING and what `readTrajectory` throws
 */
export async function tellTimeline(
  input: { directory: string; paint: Paint; columns?: number | undefined } & Surroundings,
): Promise<CommandResult> {
  const { paint, columns = defaultColumns } = input
  const { trajectory } = await readRecording(input)
  const episode = toEpisodeRecord(trajectory)
  const timeline = toStepTimeline(trajectory)
  const score = episode.final_score === null ? 'no score' : `score ${formatNumber(episode.final_score)}`
  const time = episode.duration_seconds === null ? '' : formatDuration(episode.duration_seconds * 1000)
  const head = [toPrintable(episode.variant_id ?? '', 40), score, formatCount(timeline.length, 'step'), time]
  const status = paint(episode.status === 'finished' ? 'good' : 'bad', episode.status)
  const text = [
    `${paint('strong', toPrintable(episode.task, 60))}  ${status}  ${head.filter(Boolean).join(' · ')}`,
    ...plot(timeline, paint, columns),
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
function plot(timeline: readonly EpisodeTimelineRow[], paint: Paint, columns: number): string[] {
  if (timeline.length === 0) return [paint('faint', 'no steps were recorded')]
  const largest = (numbers: readonly (number | null)[]): number =>
    numbers.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0)
  const scale = {
    reward: largest(timeline.map((row) => row.reward)),
    time: largest(timeline.map((row) => row.duration_ms)),
  }
  // Where columns are few bars become shorter, then there are none.
  const bars = columns >= 100 ? 10 : columns >= 64 ? 4 : 0
  const layout = { columns, bars, cell: bars + 8, action: Math.min(columns - 32 - 3 * bars, 40) }
  const parts = condense(timeline, rowLimit, { rowsOf: () => 1, isImportant: (row) => row.error !== null })
  const lines = parts.flatMap((part) => {
    if (!('length' in part)) return tellRow(part, scale, layout, paint)
    return paint('faint', `   …  ${formatCount(part.length, 'step')} more`)
  })
  const title = [
    'step',
    fill('action', layout.action),
    fill('reward', layout.cell),
    fill('passed', layout.cell),
    'time',
  ]
  return [paint('faint', title.join(' ')), ...lines]
}

/** Widths in columns: of the terminal, of bars, of a bar with its number, of what was done. */
type Layout = Readonly<Record<'columns' | 'bars' | 'cell' | 'action', number>>

function tellRow(
  row: EpisodeTimelineRow,
  scale: { reward: number; time: number },
  layout: Layout,
  paint: Paint,
): string[] {
  const { step, action, path: file, reward, error, duration_ms: durationMs, pass_rate: passRate } = row
  const cell = (value: number | null, most: number, shown: (value: number) => string): string =>
    fill(value === null ? '' : `${bar(value, most, layout.bars)}${shown(value)}`, layout.cell)
  const line = [
    String(step).padStart(4),
    fill(toPrintable([action, file].filter(Boolean).join(' ')), layout.action),
    cell(reward, scale.reward, formatNumber),
    cell(passRate, 1, formatPercent),
    cell(durationMs, scale.time, formatShortDuration),
  ]
    .join(' ')
    .trimEnd()
  const flags = row.security_flags.map((flag) => toPrintable(flag, 30)).join(' ')
  const notes = [
    ...(error === null ? [] : [paint('bad', `error: ${toPrintable(error, 60)}`)]),
    ...(flags === '' ? [] : [paint('warning', flags)]),
  ]
  const joined = [line, ...notes].join('  ')
  return widthOf(joined) <= layout.columns ? [joined] : [line, ...notes.map((note) => `     ${note}`)]
}

/** `█` for what is won, `▒` for what is lost, and a space. */
function bar(value: number, most: number, width: number): string {
  const length = most === 0 ? 0 : Math.round((Math.abs(value) / most) * width)
  return width === 0 ? '' : `${(value < 0 ? '▒' : '█').repeat(length).padEnd(width, '·')} `
}
