import { isContrailError } from '@contrail/core'
import type { RetryResult } from '@contrail/evaluation'
import path from 'node:path'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { readClassified, type ClassifiedRun } from '../classified.ts'
import { assertRecording, findSomeRecordings } from '../recordings-at.ts'

/** A recording that could not be read, and why. */
interface Unreadable {
  readonly directory: string
  readonly message: string
}

/**
 * Compare two attempts, or the attempts of every loop below a root, each with the one before: 0 when the last of each fixed what
 * went wrong or succeeded, else 1; 2 when one of a root cannot be read, which is told and stops no other.
 *
 * @throws {ContrailError} JOURNAL_MISSING; of two attempts also what `readTrajectory` throws
 */
export async function compareRecordings(
  input: { original: string; retry: string | undefined; paint: Paint } & Surroundings,
): Promise<CommandResult> {
  const { original, retry, paint, cwd } = input
  const first = path.resolve(cwd, original)
  const { loops, unreadable } =
    retry === undefined
      ? await loopsBelow(first, input)
      : { loops: [await pair(first, path.resolve(cwd, retry), input)], unreadable: [] }
  const { compareAttempts } = await import('@contrail/evaluation')
  const results: RetryResult[] = []
  let isGood = true
  for (const runs of loops)
    for (const [at, run] of runs.slice(1).entries()) {
      const before = runs[at]!
      const result = compareAttempts(before.trajectory, run.trajectory, {
        original: before.options,
        retry: run.options,
      })
      results.push(result)
      if (at === runs.length - 2) isGood &&= result.failure_fixed || run.report.succeeded
    }
  const told = results.length === 0 ? ['there are no attempts to compare'] : results.map((one) => tell(one, paint))
  const broken = unreadable.map(
    ({ directory, message }) =>
      `${paint('faint', formatPath(directory, cwd))}  ${paint('bad', 'unreadable')}  ${toPrintable(message, 400)}`,
  )
  return {
    exitCode: unreadable.length > 0 ? 2 : isGood ? 0 : 1,
    text: [...told, ...broken].join('\n'),
    json: unreadable.length === 0 ? { results } : { results, unreadable },
  }
}

async function pair(first: string, second: string, surroundings: Surroundings): Promise<ClassifiedRun[]> {
  for (const directory of [first, second]) await assertRecording(directory, surroundings)
  return [await readClassified(first), await readClassified(second)]
}

/** The attempts of each loop in order, those that never ended left out. No other recording is read but for its summary. */
async function loopsBelow(
  root: string,
  surroundings: Surroundings,
): Promise<{ loops: ClassifiedRun[][]; unreadable: Unreadable[] }> {
  const { attemptOf } = await import('@contrail/evaluation')
  const { recordings } = await findSomeRecordings(root, surroundings)
  const loops = new Map<string, Map<number, ClassifiedRun>>()
  const unreadable: Unreadable[] = []
  for (const { directory, error, status, attempt } of recordings) {
    if (error !== undefined) unreadable.push({ directory, message: error })
    const link = attemptOf({ task: { attempt } })
    if (error !== undefined || !link || status === 'killed' || status === 'recording') continue
    const attempts = loops.get(link.loop) ?? new Map<number, ClassifiedRun>()
    loops.set(link.loop, attempts)
    if (attempts.has(link.number)) continue
    try {
      attempts.set(link.number, await readClassified(directory))
    } catch (cause) {
      if (!isContrailError(cause)) throw cause
      unreadable.push({ directory, message: cause.message })
    }
  }
  return {
    loops: [...loops.values()].map((attempts) =>
      [...attempts].toSorted(([one], [other]) => one - other).map(([, run]) => run),
    ),
    unreadable,
  }
}

function tell(result: RetryResult, paint: Paint): string {
  const {
    original_score: before,
    retry_score: after,
    improvement,
    failure_fixed: isFixed,
    steps_comparison: steps,
  } = result
  const gain = improvement === null ? '' : ` (${improvement < 0 ? '' : '+'}${improvement})`
  return [
    `${toPrintable(result.original_episode_id, 100)} → ${toPrintable(result.retry_episode_id, 100)}`,
    `score ${before ?? 'none'} → ${after ?? 'none'}${gain}`,
    `steps ${steps.original} → ${steps.retry}`,
    isFixed ? paint('good', 'failure fixed') : paint('bad', 'failure not fixed'),
  ].join('  ')
}
