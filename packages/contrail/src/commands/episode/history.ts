import { rootAt } from '../recordings-at.ts'
import { toEpisodeHistoryRow, type EpisodeHistoryRow } from '@contrail/core'
import { findRecordings, type RunSummary } from '@contrail/recorder'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import { formatCount, formatNumber, formatShortDuration } from '../../terminal/format.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'

/**
 * List every episode below a root, the newest first: what an `EpisodeLogger` has recorded, and every other recording with a
 * score. It only lists: it is 0 whatever they are. As JSON it is `{ episodes }`.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when a root was named that cannot be read
 */
export async function listEpisodes(
  input: { root?: string | undefined; paint: Paint } & Surroundings,
): Promise<CommandResult> {
  const { cwd, paint } = input
  const { root, isThere } = rootAt(input.root, input)
  const { recordings } = isThere ? await findRecordings(root) : { recordings: [] }
  const newest = recordings
    .filter(({ episode, finalScore }) => episode !== undefined || finalScore !== undefined)
    .toSorted((a, b) => compare(b.startedAt ?? '', a.startedAt ?? '') || compare(idOf(b), idOf(a)))
  const unread = recordings.filter(({ error }) => error !== undefined).length
  const lines = newest.map((run) => `${tell(toRow(run), paint)}  ${formatPath(run.directory, cwd)}`)
  const summary = `${formatCount(newest.length, 'episode')} in ${formatPath(root, cwd)}.`
  const failed = unread === 0 ? '' : ` ${formatCount(unread, 'recording')} could not be read; "contrail ls" says why.`
  const text = [...lines, paint('faint', `${summary}${failed}`)].join('\n')
  return { exitCode: 0, text, json: { episodes: newest.map(toRow) } }
}

function toRow({ runId, taskId, status, steps, durationMs, finalScore, episode }: RunSummary): EpisodeHistoryRow {
  return toEpisodeHistoryRow({
    runId,
    task: { id: taskId, instruction: '', episode },
    status: status ?? 'killed',
    stepCount: steps ?? 0,
    timing: durationMs === undefined ? {} : { durationMs },
    ...(finalScore === undefined ? {} : { finalScore }),
  })
}

function tell(row: EpisodeHistoryRow, paint: Paint): string {
  const { status, task, variant_id: variant, final_score: score, total_steps: steps, duration_seconds: seconds } = row
  return [
    paint(status === 'finished' ? 'good' : 'bad', status.padEnd(9)),
    (score === null ? 'no score' : formatNumber(score)).padStart(8),
    formatCount(steps, 'step').padStart(9),
    (seconds === null ? '' : formatShortDuration(seconds * 1000)).padStart(7),
    toPrintable([task, variant].filter(Boolean).join(' '), 60),
  ].join('  ')
}

/** Of two that started in one millisecond the later id comes first: ids of ours grow with time. */
function idOf(run: RunSummary): string {
  return toRow(run).episode_id
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
