import { ContrailError } from '@contrail/core'
import { findRecordings, type FoundRecordings, readVerdicts, recordingRoot, type RunSummary } from '@contrail/recorder'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { CommandResult, Paint, PaintStyle } from '../terminal/command-result.ts'
import { defaultColumns, fill, fit, widthOf } from '../terminal/fit.ts'
import { formatCount, formatTime } from '../terminal/format.ts'
import { formatCommand, formatPath, type Surroundings } from '../terminal/places.ts'
import { toPrintable } from '../terminal/printable.ts'

/**
 * List the recordings below a root, those of one run, or one, a line each.
 * No line is wider than the terminal, 80 columns by default. It only lists: it is 0 whatever the recordings are, also when there is none yet in the default root.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when a root was named that cannot be read
 */
export async function listRecordings(
  input: { root?: string | undefined; paint: Paint; columns?: number | undefined } & Surroundings,
): Promise<CommandResult> {
  const { env, cwd, paint, columns = defaultColumns } = input
  const root = input.root === undefined ? recordingRoot({ env }) : path.resolve(cwd, input.root)
  if (!existsSync(root)) {
    if (input.root !== undefined)
      throw new ContrailError('DIRECTORY_UNAVAILABLE', `${root} does not exist`, { details: { root } })
    const lines = [
      `There are no recordings in ${formatPath(root, cwd)} yet.`,
      `Make some: ${formatCommand('demo', input)}`,
    ]
    const text = lines.map((line) => fit(line, columns)).join('\n')
    return { exitCode: 0, text, json: { root, kind: 'root', recordings: [] } }
  }
  const found = await findRecordings(root)
  const { kind } = found
  const recordings = await Promise.all(found.recordings.map(withWholeVerdicts))
  const lines = recordings.map((run) => tell(run, cwd, columns, paint))
  const shown = formatPath(root, cwd)
  const next =
    recordings.length === 0
      ? `Make some: ${formatCommand('demo', input)}`
      : kind === 'recording'
        ? `Look at it: ${formatCommand(`show ${shown}`, input)}`
        : `Look at one: ${formatCommand('show <directory>', input)}`
  const summary = [summarise(kind, recordings.length, shown), next]
  const said = widthOf(summary.join(' ')) <= columns ? [summary.join(' ')] : summary
  const last = said.map((line) => paint('faint', fit(line, columns)))
  return { exitCode: 0, text: [...lines, ...last].join('\n'), json: { root, kind, recordings } }
}

/** A score that is broken is no verdict. */
async function withWholeVerdicts(run: RunSummary): Promise<RunSummary> {
  if (!run.verdicts || run.verdicts.length === 0) return run
  // Where scores cannot be read there is no verdict to be had; `check` says why.
  const verdicts = await readVerdicts(run.directory).catch(() => [])
  return { ...run, verdicts: verdicts.flatMap(({ name, verdict }) => (verdict ? [name] : [])) }
}

function summarise(kind: FoundRecordings['kind'], count: number, place: string): string {
  if (kind === 'recording') return `${place} is a recording itself.`
  return `${formatCount(count, 'recording')} in ${kind === 'run' ? 'the run ' : ''}${place}.`
}

function tell(run: RunSummary, cwd: string, columns: number, paint: Paint): string {
  const directory = formatPath(run.directory, cwd)
  if (run.error !== undefined) {
    const place = fit(directory, Math.max(columns - 11 - 20, 8))
    const error = fit(toPrintable(run.error), columns - 11 - widthOf(place) - 2)
    return `${paint('bad', 'unreadable')} ${place}  ${error}`
  }
  const status = describeEnd(run)
  const mark = paint(status === 'complete' ? 'good' : 'bad', status.padEnd(10))
  const when = columns < 70 ? '' : ` ${fill(toPrintable(formatTime(run.startedAt) ?? '').slice(0, 16), 16)}`
  const steps = run.steps === undefined ? '' : formatCount(run.steps, 'step')
  const start = `${when} ${columns < 60 ? steps : steps.padStart(10)}  `
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

/**
 * The end of a run; `unfinished` where it says that it ended and its files do not. One that is killed or still going on
 * is neither.
 */
function describeEnd({ status, finished }: RunSummary): string {
  if (finished || status === 'killed' || status === 'recording') return toPrintable(status ?? 'unknown', 10)
  return 'unfinished'
}
