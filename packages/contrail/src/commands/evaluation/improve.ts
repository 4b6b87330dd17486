import path from 'node:path'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { readClassified } from '../classified.ts'
import { assertRecording } from '../recordings-at.ts'

/**
 * Tell what the next attempt is to do otherwise: the plan, or with `prompt` the text to append to a prompt, as it is. 0 whenever there
 * is a recording.
 *
 * @throws {ContrailError} JOURNAL_MISSING and what `readTrajectory` throws
 */
export async function improveRun(
  input: { directory: string; prompt: boolean; paint: Paint } & Surroundings,
): Promise<CommandResult> {
  const { paint, cwd } = input
  const directory = path.resolve(cwd, input.directory)
  await assertRecording(directory, input)
  const { buildRetrySystemPrompt, improvementPlan } = await import('@contrail/evaluation')
  const { trajectory, report } = await readClassified(directory)
  const plan = improvementPlan(trajectory, report)
  const prompt = [buildRetrySystemPrompt('', plan), plan.user_context_addon].filter(Boolean).join('\n')
  const { failure_type: type, what_went_wrong: wrong, improved_strategy: strategy, specific_errors: errors } = plan
  const score = plan.original_score === null ? 'no score' : `score ${plan.original_score}`
  const told = [
    `${paint(type === 'CORRECT' ? 'good' : 'bad', type)}  ${score}`,
    ...(strategy === '' ? ['nothing is to be done otherwise'] : [wrong, paint('strong', strategy)]),
    ...plan.step_by_step_plan.map((line, at) => `  ${at + 1}. ${line}`),
    ...errors.map((line) => paint('faint', `  · ${toPrintable(line, 400)}`)),
  ]
  if (input.prompt) return { exitCode: 0, text: visible(prompt), whole: true, json: { prompt } }
  return { exitCode: 0, text: told.join('\n'), json: plan }
}

/** The lines of a prompt, with nothing in them that a terminal would act on. */
function visible(prompt: string): string {
  return prompt
    .split('\n')
    .map((line) => toPrintable(line, 20_000))
    .join('\n')
}
