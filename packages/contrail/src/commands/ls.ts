import { ContrailError } from '@contrail/core'
import { recordingRoot, type RunSummary } from '@contrail/recorder'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { CommandResult, Paint } from '../terminal/command-result.ts'
import { formatCount, formatTime } from '../terminal/format.ts'
import { formatCommand, formatPath, type Surroundings } from '../terminal/places.ts'
import { toPrintable } from '../terminal/printable.ts'
import { findRecordingsAt, type RecordingsAt } from './recordings-at.ts'

/**
 * List the recordings below a root, those of one run, or one, a line each.
 * It only lists: it is 0 whatever the recordings are, also when there is none yet in the default root.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when a root was named that cannot be read
 */
export async function listRecordings(
  input: { root?: string | undefined; paint: Paint } & Surroundings,
): Promise<CommandResult> {
  const { env, cwd, paint } = input
  const root = input.root === undefined ? recordingRoot({ env }) : path.resolve(cwd, input.root)
  if (!existsSync(root)) {
    if (input.root !== undefined)
      throw new ContrailError('DIRECTORY_UNAVAILABLE', `${root} does not exist`, { details: { root } })
    const text = `There are no recordings in ${formatPath(root, cwd)} yet.\nMake some: ${formatCommand('demo', input)}`
    return { exitCode: 0, text, json: { root, kind: 'root', recordings: [] } }
  }
  const { kind, recordings } = await findRecordingsAt(root)
  const lines = recordings.map((run) => tell(run, cwd, paint))
  const shown = formatPath(root, cwd)
  const next =
    recordings.length === 0
      ? `Make some: ${formatCommand('demo', input)}`
      : kind === 'recording'
        ? `Look at it: ${formatCommand(`show ${shown}`, input)}`
        : `Look at one: ${formatCommand('show <directory>', input)}`
  const summary = paint('faint', `${summarise(kind, recordings.length, shown)} ${next}`)
  return { exitCode: 0, text: [...lines, summary].join('\n'), json: { root, kind, recordings } }
}

function summarise(kind: RecordingsAt['kind'], count: number, place: string): string {
  if (kind === 'recording') return `${place} is a recording itself.`
  return `${formatCount(count, 'recording')} in ${kind === 'run' ? 'the run ' : ''}${place}.`
}

function tell(run: RunSummary, cwd: string, paint: Paint): string {
  const directory = formatPath(run.directory, cwd)
  if (run.error !== undefined) return `${paint('bad', 'unreadable')} ${directory}  ${toPrintable(run.error, 80)}`
  const status = describeEnd(run)
  const steps = run.steps === undefined ? '' : formatCount(run.steps, 'step')
  const troubles = [
    (run.failedSteps ?? 0) > 0 ? paint('warning', `${run.failedSteps} failed`) : '',
    (run.gaps ?? 0) > 0 ? paint('warning', formatCount(run.gaps ?? 0, 'gap')) : '',
    (run.verdicts?.length ?? 0) > 0 ? formatCount(run.verdicts?.length ?? 0, 'verdict') : '',
  ]
  const rest = [...troubles, paint('faint', toPrintable(run.instruction ?? '', 60))].filter(Boolean).join('  ')
  const when = toPrintable((formatTime(run.startedAt) ?? '').slice(0, 16))
  const mark = paint(status === 'complete' ? 'good' : 'bad', status.padEnd(10))
  return `${mark} ${when.padEnd(16)} ${steps.padStart(10)}  ${directory}  ${rest}`
}

/** How a run ended; `unfinished` where it says so and its files do not. One that is killed or still going on is neither. */
function describeEnd({ status, finished }: RunSummary): string {
  if (finished || status === 'killed' || status === 'recording') return toPrintable(status ?? 'unknown', 10)
  return 'unfinished'
}
