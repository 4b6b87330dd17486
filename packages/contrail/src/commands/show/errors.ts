import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import { formatCount } from '../../terminal/format.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { createLining, line } from '../facts/lines.ts'
import { readRun } from '../facts/read-run.ts'
import type { KnownRun } from '../facts/run-facts.ts'
import { toStepFacts, type StepFacts } from '../facts/step-facts.ts'
import { describeAction, describeEnvironment } from '../facts/words.ts'

/** In a terminal so many lines are told; JSON has them all. */
const lineLimit = 400

/**
 * Tell every step that failed with its error, and every step during which something failed on the page by itself.
 *
 * @throws {ContrailError} JOURNAL_MISSING and what `readTrajectory` throws
 */
export async function showErrors(
  input: { directory: string; paint: Paint; columns?: number | undefined } & Surroundings,
): Promise<CommandResult> {
  const run = await readRun(input)
  const errors = await findErrors(run)
  const lining = createLining(input.paint, input.columns)
  const lines = errors.flatMap((found) => {
    const label = `step ${found.step + 1}`
    const mended = found.recoveredAt === null ? '' : `  (succeeded at step ${found.recoveredAt + 1})`
    return [
      ...(found.error === null
        ? line(label, describeAction(found), lining)
        : line(label, `${describeAction(found)}${mended}`, lining, { style: 'bad' })),
      ...(found.error === null ? [] : line('', found.error, lining, { lines: 3 })),
      ...describeEnvironment(found).flatMap((event) => line('  page did', event, lining)),
    ]
  })
  const { taskId, directory, counts } = run.facts
  const told = lines.slice(0, lineLimit)
  const rest = lines.length - told.length
  const summary = `${formatCount(counts.failed, 'step')} of ${counts.steps} failed.`
  return {
    exitCode: 0,
    text: [...told, ...(rest > 0 ? [`… and ${rest} more lines`] : []), input.paint('faint', summary)].join('\n'),
    whole: true,
    json: { directory, taskId, errors },
  }
}

type FoundError = Pick<StepFacts, 'step' | 'action' | 'target' | 'error' | 'url' | 'environment' | 'recoveredAt'>

async function findErrors({ trajectory }: KnownRun): Promise<FoundError[]> {
  const { toRunView, toStepDetail } = await import('@contrail/viewer/run-view')
  const concerned = toRunView(trajectory).steps.filter(({ ok, pageFailuresMs }) => !ok || pageFailuresMs.length > 0)
  return concerned.flatMap((shown) => {
    const detail = toStepDetail(trajectory, shown.index)
    if (!detail) return []
    const { step, action, target, error, url, environment, recoveredAt } = toStepFacts(trajectory, shown, detail)
    return [{ step, action, target, error, url, environment: environment.filter(({ failed }) => failed), recoveredAt }]
  })
}
