import { rootAt } from './recordings-at.ts'
import { formatTime, systemClock } from '@contrail/core'
import { findRecordings, type FoundRecordings } from '@contrail/recorder'
import type { CommandResult, Paint, PaintStyle } from '../terminal/command-result.ts'
import { defaultColumns, fill, fit, widthOf } from '../terminal/fit.ts'
import { formatCount, formatShortDuration } from '../terminal/format.ts'
import { formatCommand, formatPath, type Surroundings } from '../terminal/places.ts'
import { toPrintable } from '../terminal/printable.ts'
import { chooseRuns, endOf, type ListedRun, type RunChoice } from './choose-runs.ts'

/**
 * List the recordings below a root, those of one run, or one, a line each, with how long they took and what their verdicts say.
 * No line is wider than the terminal, 80 columns by default, but a command to be copied, which is never cut. It only lists: it is 0 whatever the recordings are, also when there is none yet in the default root.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when a root was named that cannot be read
 */
export async function listRecordings(
  input: {
    root?: string | undefined
    choice?: RunChoice
    paint: Paint
    columns?: number | undefined
  } & Surroundings,
): Promise<CommandResult> {
  const { cwd, paint, columns = defaultColumns, choice = {} } = input
  const { root, isThere } = rootAt(input.root, input)
  if (!isThere) {
    const none = fit(`There are no recordings in ${formatPath(root, cwd)} yet.`, columns)
    const text = [none, ...inLines('Make some:', formatCommand('demo', input), columns)].join('\n')
    return { exitCode: 0, text, json: { root, kind: 'root', recordings: [] } }
  }
  const found = await findRecordings(root)
  const { kind } = found
  const recordings = await chooseRuns(found.recordings, choice, systemClock.now().getTime())
  const lines = recordings.map((run) => tell(run, cwd, columns, paint))
  const shown = formatPath(root, cwd)
  const [words, command] =
    found.recordings.length === 0
      ? ['Make some:', formatCommand('demo', input)]
      : kind === 'recording'
        ? ['Look at it:', formatCommand(`show ${shown}`, input)]
        : ['Look at one:', formatCommand('show <recording>', input)]
  const summary = summarise(kind, recordings.length, found.recordings.length, shown)
  const joined = `${summary} ${words} ${command}`
  const said = widthOf(joined) <= columns ? [joined] : [fit(summary, columns), ...inLines(words, command, columns)]
  const last = said.map((line) => paint('faint', line))
  return { exitCode: 0, text: [...lines, ...last].join('\n'), json: { root, kind, recordings } }
}

/** A command behind some words, or below them where there is no room. It is never cut, nor is a row: one that does not fit is left out. */
function inLines(words: string, command: string, columns: number): string[] {
  const line = `${words} ${command}`
  if (widthOf(line) <= columns) return [line]
  return widthOf(command) <= columns ? [words, command] : []
}

function summarise(kind: FoundRecordings['kind'], count: number, all: number, place: string): string {
  if (kind === 'recording') return `${place} is a recording itself.`
  const some = count < all ? `${count} of ` : ''
  return `${some}${formatCount(all, 'recording')} in ${kind === 'run' ? 'the run ' : ''}${place}.`
}

function tell(run: ListedRun, cwd: string, columns: number, paint: Paint): string {
  const directory = formatPath(run.directory, cwd)
  if (run.error !== undefined) {
    const place = fit(directory, Math.max(columns - 11 - 20, 8))
    const error = fit(toPrintable(run.error), columns - 11 - widthOf(place) - 2)
    return `${paint('bad', 'unreadable')} ${place}  ${error}`
  }
  const status = toPrintable(endOf(run), 10)
  const mark = paint(status === 'complete' ? 'good' : 'bad', status.padEnd(10))
  const started = toPrintable(formatTime(run.startedAt) ?? '')
  // The year goes first where columns are few, then the time, then all but the steps.
  const when = columns < 70 ? '' : ` ${columns < 100 ? fill(started.slice(5, 16), 11) : fill(started.slice(0, 16), 16)}`
  const time = run.durationMs === undefined ? '' : formatShortDuration(run.durationMs)
  const judged = columns < 60 ? '' : `${time.padStart(7)} ${(run.verdict === 'none' ? '–' : run.verdict).padStart(4)}`
  const steps = run.steps === undefined ? '' : formatCount(run.steps, 'step')
  const start = `${when}${judged} ${columns < 60 ? steps : steps.padStart(10)}  `
  const facts: readonly Fact[] = [
    { text: (run.failedSteps ?? 0) > 0 ? `${run.failedSteps} failed` : '', style: 'warning' },
    { text: (run.gaps ?? 0) > 0 ? formatCount(run.gaps ?? 0, 'gap') : '', style: 'warning' },
    { text: (run.verdicts?.length ?? 0) > 0 ? formatCount(run.verdicts?.length ?? 0, 'verdict') : '' },
  ]
  const room = columns - 10 - widthOf(start)
  return `${mark}${start}${inRoom(directory, facts, toPrintable(run.instruction ?? ''), room, paint)}`
}

/** A fact about a recording, in a colour or none. */
interface Fact {
  readonly text: string
  readonly style?: PaintStyle
}

/** In columns: so much of a place is shown before anything else. */
const shortestPlace = 16

/**
 * Fit a line in its room: what went wrong comes before the rest of a long place, and the task gets the room that is
 * left.
 */
function inRoom(place: string, facts: readonly Fact[], task: string, room: number, paint: Paint): string {
  const shortest = Math.min(widthOf(place), shortestPlace)
  let left = room - shortest
  const told = facts.filter(({ text }) => {
    const columns = widthOf(text) + 2
    if (text === '' || columns > left) return false
    left -= columns
    return true
  })
  const fitted = fit(place, left + shortest)
  const words = fit(task, left + shortest - widthOf(fitted) - 2)
  const isWorthIt = words !== '' && (words === task || widthOf(words) >= 8)
  return [
    fitted,
    ...told.map(({ text, style }) => (style ? paint(style, text) : text)),
    ...(isWorthIt ? [paint('faint', words)] : []),
  ].join('  ')
}
