import type { RetryResult } from '@contrail/evaluation'
import path from 'node:path'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { readClassified, type ClassifiedRun } from '../classified.ts'
import { assertRecording, findSomeRecordings } from '../recordings-at.ts'

/**
 * Compare two attempts, or the attempts of every loop below a root, each with the one before: 0 when the last of each fixed what
 * went wrong or succeeded, else 1.
 *
 * @throws {ContrailError} JOURNAL_MISSING and what `readTrajectory` throws
 */
export async function compareRecordings(
  input: { original: string; retry: string | undefined; paint: Paint } & Surroundings,
): Promise<CommandResult> {
  const { original, retry, paint, cwd } = input
  const first = path.resolve(cwd, original)
  const loops =
    retry === undefined ? await loopsBelow(first, input) : [await pair(first, path.resolve(cwd, retry), input)]
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
  const text =
    results.length === 0 ? 'there are no attempts to compare' : results.map((one) => tell(one, paint)).join('\n')
  return { exitCode: isGood ? 0 : 1, text, json: { results } }
}

async function pair(first: string, second: string, surroundings: Surroundings): Promise<ClassifiedRun[]> {
  for (const directory of [first, second]) await assertRecording(directory, surroundings)
  return [await readClassified(first), await readClassified(second)]
}

/** The attempts of each loop in order, those that never ended left out. */
async function loopsBelow(root: string, surroundings: Surroundings): Promise<ClassifiedRun[][]> {
  const { attemptOf } = await import('@contrail/evaluation')
  const { recordings } = await findSomeRecordings(root, surroundings)
  const loops = new Map<string, Map<number, ClassifiedRun>>()
  for (const { directory, error, status } of recordings) {
    if (error !== undefined || status === 'killed' || status === 'recording') continue
    const run = await readClassified(directory)
    const link = attemptOf(run.trajectory)
    if (!link) continue
    const attempts = loops.get(link.loop) ?? new Map<number, ClassifiedRun>()
    if (!attempts.has(link.number)) attempts.set(link.number, run)
    loops.set(link.loop, attempts)
  }
  return [...loops.values()].map((attempts) =>
    [...attempts].toSorted(([one], [other]) => one - other).map(([, run]) => run),
  )
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
