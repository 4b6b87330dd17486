import { recoverRecording, type RecoverReport } from '@contrail/recorder'
import path from 'node:path'
import type { CommandResult, ExitCode, Paint } from '../../terminal/command-result.ts'
import { formatCount } from '../../terminal/format.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { findSomeRecordings } from '../recordings-at.ts'
import { tellRefusal, toRefusal, type Refusal } from './refusal.ts'

/**
 * Finish recordings whose process is gone: one, or every unfinished one below a root. One that is refused stops no other.
 *
 * @returns 0; 1 when a recording is still being written, 2 when one could not be recovered, or its journal or a file of it is damaged
 * @throws {ContrailError} JOURNAL_MISSING where there is neither a recording nor a root of some, DIRECTORY_UNAVAILABLE
 * where it cannot be read
 */
export async function recoverRecordings(
  input: { directory: string; dryRun: boolean; force: boolean; paint: Paint } & Surroundings,
): Promise<CommandResult> {
  const { dryRun, force, cwd, paint } = input
  const directory = path.resolve(cwd, input.directory)
  const reports: RecoverReport[] = []
  const refusals: Refusal[] = []
  // A recording that is named is meant, whatever it is; of a root or a run those that are not finished.
  const { recordings } = await findSomeRecordings(directory, input, { unfinished: true })
  for (const { directory: target } of recordings) {
    try {
      reports.push(await recoverRecording(target, { dryRun, force }))
    } catch (cause) {
      refusals.push(toRefusal(target, cause))
    }
  }
  const lines = [
    ...reports.map((report) => tell(report, cwd, paint)),
    ...refusals.map((refusal) => tellRefusal(refusal, cwd, paint)),
  ]
  const text = lines.length === 0 ? `Nothing to recover in ${formatPath(directory, cwd)}.` : lines.join('\n')
  return { exitCode: exitCodeOf(reports, refusals), text, json: { dryRun, reports, refusals } }
}

function exitCodeOf(reports: readonly RecoverReport[], refusals: readonly Refusal[]): ExitCode {
  // What could be read is told and kept, but it is not all there was.
  if (reports.some(({ holes = 0, damaged = [] }) => holes > 0 || damaged.length > 0)) return 2
  if (refusals.length === 0) return 0
  return refusals.every(({ code }) => code === 'JOURNAL_LOCKED') ? 1 : 2
}

function tell(report: RecoverReport, cwd: string, paint: Paint): string {
  const { directory, outcome, reason, status, steps, gaps, tornBytes, holes = 0, damaged = [], dryRun } = report
  const place = formatPath(directory, cwd)
  if (outcome === 'left_alone') return `${paint('faint', 'left alone')}  ${place}: ${reason ?? ''}`
  const corrupt = [
    holes > 0 ? `its journal is corrupt in ${formatCount(holes, 'place')}` : '',
    damaged.length > 0 ? `${formatCount(damaged.length, 'file')} damaged, which "contrail check" names` : '',
  ]
  if (outcome === 'already_finished') {
    const why = [reason ?? '', ...corrupt].filter(Boolean).join(', ')
    return `${paint('faint', 'already finished')}  ${place}${why === '' ? '' : `: ${why}`}`
  }
  const facts = [
    status ?? '',
    formatCount(steps, 'step'),
    formatCount(gaps, 'gap'),
    tornBytes > 0 ? `${tornBytes} bytes at the end were never committed` : '',
    ...corrupt,
  ]
  return `${paint('good', dryRun ? 'would recover' : 'recovered')}  ${place}: ${facts.filter(Boolean).join(', ')}`
}
