import { ContrailError } from '@contrail/core'
import { listRuns, recordingRoot, type RunSummary } from '@contrail/recorder'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { CommandResult, Paint } from '../command-result.ts'
import { formatCount, formatTime } from '../format.ts'
import { formatCommand, formatPath, type Surroundings } from '../places.ts'
import { toPrintable } from '../printable.ts'

/**
 * List the recordings below a root, a line each.
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
    return { exitCode: 0, text, json: { root, recordings: [] } }
  }
  const recordings = await listRuns(root)
  const lines = recordings.map((run) => tell(run, cwd, paint))
  const summary = `${formatCount(recordings.length, 'recording')} in ${formatPath(root, cwd)}`
  const hint =
    recordings.length === 0
      ? `Make some: ${formatCommand('demo', input)}`
      : `Look at one: ${formatCommand('show <directory>', input)}`
  return { exitCode: 0, text: [...lines, paint('faint', `${summary}. ${hint}`)].join('\n'), json: { root, recordings } }
}

function tell(run: RunSummary, cwd: string, paint: Paint): string {
  const directory = formatPath(run.directory, cwd)
  if (run.error !== undefined) return `${paint('bad', 'unreadable')} ${directory}  ${toPrintable(run.error, 80)}`
  const status = toPrintable(run.status ?? 'unknown', 10)
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
