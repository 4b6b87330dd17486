import { countEach, isContrailError } from '@contrail/core'
import type { Failure, FailureReport } from '@contrail/evaluation'
import path from 'node:path'
import type { CommandResult, ExitCode, Paint } from '../../terminal/command-result.ts'
import { formatCount } from '../../terminal/format.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { findSomeRecordings } from '../recordings-at.ts'
import { readClassified } from '../classified.ts'

/** One recording as it was classified, or why it could not be read. */
type Classified = { readonly directory: string } & (
  | (FailureReport & { readonly error?: undefined })
  | { readonly error: { readonly code: string; readonly message: string } }
)

/**
 * Classify a recording, or all below a root: 0 when every one is CORRECT, else 1; 2 when one cannot be read.
 *
 * @throws {ContrailError} JOURNAL_MISSING where there is neither a recording nor a root of some
 */
export async function classifyRecordings(
  input: { directory: string; paint: Paint } & Surroundings,
): Promise<CommandResult> {
  const { paint, cwd } = input
  const { kind, recordings: runs } = await findSomeRecordings(path.resolve(cwd, input.directory), input)
  const recordings: Classified[] = []
  for (const { directory } of runs) recordings.push(await classifyOne(directory))
  const isOne = kind === 'recording'
  const text = recordings.flatMap((recording) => tell(recording, isOne, paint, cwd))
  if (!isOne) text.push(paint('faint', tellSum(recordings)))
  return { exitCode: exitCodeOf(recordings), text: text.join('\n'), json: { recordings } }
}

/** One that cannot be read stops no other. */
async function classifyOne(directory: string): Promise<Classified> {
  try {
    const { report } = await readClassified(directory)
    return { directory, ...report }
  } catch (error) {
    if (!isContrailError(error)) throw error
    return { directory, error: { code: error.code, message: error.message } }
  }
}

function exitCodeOf(recordings: readonly Classified[]): ExitCode {
  if (recordings.some(({ error }) => error !== undefined)) return 2
  return recordings.every((recording) => recording.error === undefined && recording.primary === 'CORRECT') ? 0 : 1
}

function tell(recording: Classified, isOne: boolean, paint: Paint, cwd: string): string[] {
  const head = isOne ? [] : [paint('faint', formatPath(recording.directory, cwd))]
  if (recording.error) return [...head, `${paint('bad', 'unreadable')}  ${toPrintable(recording.error.message, 400)}`]
  const { primary, score, failures } = recording
  const told = score === null ? 'no score' : `score ${score}`
  const outcome =
    failures[0]?.class === primary ? [] : [`${paint(primary === 'CORRECT' ? 'good' : 'warning', primary)}  ${told}`]
  return [...head, ...outcome, ...failures.map((failure) => tellFailure(failure, paint))]
}

/** `LOOPING_BEHAVIOR  step 4  4x click "Load more" on an unchanged page   evidence 3:aria 4:aria 5:aria` */
function tellFailure(failure: Failure, paint: Paint): string {
  const { severity, critical_step: step, root_cause: cause, evidence } = failure
  const mark = severity === 'failure' ? paint('bad', failure.class) : `${paint('warning', 'warning')} ${failure.class}`
  const cited = evidence.length === 0 ? '' : paint('faint', `   evidence ${evidence.join(' ')}`)
  return `${mark}  ${step === null ? 'no step' : `step ${step + 1}`}  ${toPrintable(cause, 300)}${cited}`
}

function tellSum(recordings: readonly Classified[]): string {
  const counts = countEach<string>(recordings.map((one) => (one.error ? 'unreadable' : one.primary)))
  const sums = [...counts].toSorted(([, one], [, other]) => other - one).map(([name, count]) => `${count} ${name}`)
  return `${formatCount(recordings.length, 'recording')}: ${sums.join(', ')}`
}
