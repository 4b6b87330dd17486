import { check, type CheckReport } from '@contrail/recorder'
import path from 'node:path'
import type { CommandResult, ExitCode, Paint } from '../terminal/command-result.ts'
import { formatCount } from '../terminal/format.ts'
import { formatCommand, formatPath, type Surroundings } from '../terminal/places.ts'
import { toPrintable } from '../terminal/printable.ts'
import { assertRecording } from './recordings-at.ts'

const exitCodes: Readonly<Record<CheckReport['status'], ExitCode>> = { clean: 0, unfinished: 1, corrupt: 2 }
const problemLimit = 30

/**
 * Verify a recording byte for byte against its journal: 0 clean, 1 unfinished, 2 corrupt.
 *
 * @throws {ContrailError} JOURNAL_MISSING where there is no recording
 */
export async function checkRecording(
  input: { directory: string; paint: Paint } & Surroundings,
): Promise<CommandResult> {
  const { paint, cwd } = input
  const directory = path.resolve(cwd, input.directory)
  await assertRecording(directory, input)
  const report = await check(directory)
  const { status, problems, notes } = report
  const shown = formatPath(directory, cwd)
  const lines = [
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
  return { exitCode: exitCodes[status], text: lines.join('\n'), json: report }
}
