import { messageOf } from '@contrail/core'
import { checkRecording, type CheckReport } from '@contrail/recorder'
import path from 'node:path'
import type { CommandResult, ExitCode, Paint } from '../../terminal/command-result.ts'
import { formatCount } from '../../terminal/format.ts'
import { formatCommand, formatPath, type Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { findSomeRecordings } from '../recordings-at.ts'

const exitCodes: Readonly<Record<CheckReport['status'], ExitCode>> = { clean: 0, unfinished: 1, corrupt: 2 }
const problemLimit = 30

/**
 * Verify a recording byte for byte against its journal, or every recording below a root: 0 when all are clean, 1 when one is
 * unfinished, 2 when one is corrupt.
 *
 * @throws {ContrailError} JOURNAL_MISSING where there is neither a recording nor a root of some, DIRECTORY_UNAVAILABLE where it
 * cannot be read
 */
export async function checkRecordings(
  input: { directory: string; paint: Paint } & Surroundings,
): Promise<CommandResult> {
  const directory = path.resolve(input.cwd, input.directory)
  const { kind, recordings } = await findSomeRecordings(directory, input)
  if (kind === 'recording') {
    const report = await checkRecording(directory)
    return { exitCode: exitCodes[report.status], text: tell(report, input).join('\n'), json: report }
  }
  const reports: CheckReport[] = []
  // One after the other: each reads every byte of a recording.
  for (const run of recordings) reports.push(await checkOne(run.directory))
  const exitCode = reports.reduce<ExitCode>(
    (worst, { status }) => (exitCodes[status] > worst ? exitCodes[status] : worst),
    0,
  )
  const bad = reports.filter(({ status }) => status !== 'clean').length
  const summary = `${formatCount(reports.length, 'recording')}, ${bad === 0 ? 'all clean' : `${bad} not clean`}.`
  const text = [...reports.flatMap((report) => tell(report, input)), input.paint('faint', summary)].join('\n')
  return { exitCode, text, json: { root: directory, kind, reports } }
}

/** One that cannot even be looked into is corrupt, and stops no other. */
async function checkOne(directory: string): Promise<CheckReport> {
  try {
    return await checkRecording(directory)
  } catch (cause) {
    const problem = { code: 'unreadable' as const, file: '.', message: messageOf(cause) }
    return { directory, status: 'corrupt', problems: [problem], notes: [] }
  }
}

function tell({ directory, status, problems, notes }: CheckReport, input: { paint: Paint } & Surroundings): string[] {
  const { paint, cwd } = input
  const shown = formatPath(directory, cwd)
  return [
    `${paint(status === 'clean' ? 'good' : 'bad', status)}  ${shown}`,
    ...problems.slice(0, problemLimit).map(({ file, offset, message }) => {
      const place = offset === undefined ? toPrintable(file) : `${toPrintable(file)} at byte ${offset}`
      return `  ${paint('bad', '✗')} ${place}: ${toPrintable(message)}`
    }),
    ...(problems.length > problemLimit
      ? [`  … and ${formatCount(problems.length - problemLimit, 'problem')} more`]
      : []),
    ...notes.slice(0, problemLimit).map((note) => paint('faint', `  · ${toPrintable(note)}`)),
    ...(status === 'unfinished' ? [`  Finish it: ${formatCommand(`recover ${shown}`, input)}`] : []),
  ]
}
