import type { RunView, StepView } from '@contrail/viewer'
import { formatCount, formatDuration } from '../../terminal/format.ts'
import { code } from '../facts/markdown.ts'
import { isGood, toRunFacts, type RunFacts } from '../facts/run-facts.ts'
import type { StepFacts } from '../facts/step-facts.ts'
import type { Exported, ExportedFile } from './exported.ts'

/** More rows than these are read by nobody, and a comment of a pull request has its limit. */
const mostRows = 100

/** Write a summary for a pull request, of the facts that `why` says. What was recorded stands in code, where nothing of it can act. */
export async function toMarkdown({ trajectory, verdicts, notes, search }: Exported): Promise<ExportedFile> {
  const { facts, view } = await toRunFacts(trajectory, {
    directory: '',
    verdicts,
    prices: new Map(),
    inFlight: null,
    toCommand: (verb) => verb,
  })
  const { firstFailure, finalAnswer } = facts
  const rows = rowsOf(view)
  await search.parts([
    { fields: { task: facts.taskId, instruction: view.instruction, answer: finalAnswer, verdicts } },
    ...rows.map(({ index, action, aim, error, url }) => ({ step: index, fields: { action, aim, error, url } })),
    ...(firstFailure ? [{ step: firstFailure.step, fields: { ...firstFailure } }] : []),
  ])
  const blocks = [
    `### ${isGood(facts) ? '✓' : '✗'} ${code(facts.taskId)}: ${sumUp(facts)}`,
    ...notes.map((note) => `> ${note}`),
    `**Task** ${code(view.instruction, 400)}`,
    ...facts.verdicts.map((verdict) => `**Verdict** ${code(verdict.name)}: ${describeVerdict(verdict)}`),
    ...(firstFailure ? [describeFailure(firstFailure, facts.counts.steps)] : []),
    tableOf(view, rows),
    ...(finalAnswer ? [`**Answer** (claim): ${code(finalAnswer, 600)}`] : []),
  ]
  return { pieces: [`${blocks.join('\n\n')}\n`], reduced: [] }
}

function sumUp({ status, counts, durationMs, usage }: RunFacts): string {
  return [
    status,
    `${formatCount(counts.steps, 'step')}, ${counts.failed} failed`,
    formatCount(counts.turns, 'turn'),
    ...(counts.gaps > 0 ? [formatCount(counts.gaps, 'gap')] : []),
    durationMs === null ? 'time unknown' : formatDuration(durationMs),
    usage === null ? 'tokens unknown' : `${usage.input_tokens} tokens in, ${usage.output_tokens} out`,
  ].join(', ')
}

function describeVerdict({ outcomeSuccess, processScore }: RunFacts['verdicts'][number]): string {
  if (outcomeSuccess === null) return 'cannot be read'
  const share = processScore === null ? '' : `, process ${Math.round(processScore * 100)} %`
  return `${outcomeSuccess ? 'success' : 'failure'}${share}`
}

/** The first failure as a list: what was done, what came back, what the agent wanted, what the page said and did. */
function describeFailure(failure: StepFacts, steps: number): string {
  const { step, action, target, url, error, reasoning, changed, environment, recoveredAt } = failure
  return [
    `**First failure: step ${step + 1} of ${steps}** ${code(action)} ${code(target)}${url ? ` on ${code(url)}` : ''}`,
    '',
    `- error: ${code(error ?? '', 400)}`,
    ...(reasoning === '' ? [] : [`- reasoning (claim): ${code(reasoning, 400)}`]),
    ...changed.added.slice(0, 5).map((text) => `- page said: ${code(`+ ${text}`, 200)}`),
    ...environment
      .filter(({ failed }) => failed)
      .slice(0, 5)
      .map(({ text }) => `- page did: ${code(text, 200)}`),
    ...(recoveredAt === null ? [] : [`- the same action succeeded at step ${recoveredAt + 1}`]),
  ].join('\n')
}

/** All steps where they are few; else those that failed and the first ones. */
function rowsOf({ steps }: RunView): readonly StepView[] {
  if (steps.length <= mostRows) return steps
  const failed = steps.filter(({ ok }) => !ok).slice(0, mostRows / 2)
  const others = steps.filter(({ ok }) => ok).slice(0, mostRows - failed.length)
  return [...failed, ...others].toSorted((a, b) => a.index - b.index)
}

function tableOf({ steps }: RunView, rows: readonly StepView[]): string {
  if (rows.length === 0) return 'No steps were recorded.'
  const more = steps.length - rows.length
  return [
    '| step | action | target | time | outcome |',
    '| ---: | --- | --- | ---: | --- |',
    ...rows.map((step) => {
      const { index, action, aim, durationMs, ok, executed, error } = step
      const took = durationMs === undefined ? 'unknown' : formatDuration(durationMs)
      const outcome = ok ? (executed === 'skipped' ? 'skipped' : 'ok') : `**failed** ${code(error ?? '', 120)}`
      return `| ${index + 1} | ${code(action, 60)} | ${code(aim, 80)} | ${took} | ${outcome} |`
    }),
    ...(more > 0 ? ['', `… and ${formatCount(more, 'more step')}.`] : []),
  ].join('\n')
}
