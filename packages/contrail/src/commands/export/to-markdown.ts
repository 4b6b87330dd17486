import type { RunView, StepDetail, StepView } from '@contrail/viewer'
import { formatCount, formatDuration } from '../../terminal/format.ts'
import { toPrintable } from '../../terminal/printable.ts'
import type { Exported, ExportedFile } from './exported.ts'

/** More rows than these are read by nobody, and a comment of a pull request has its limit. */
const mostRows = 100

/** Write a summary for a pull request. What was recorded stands in code, where nothing of it can act. */
export async function toMarkdown({ trajectory, verdicts, notes, search }: Exported): Promise<ExportedFile> {
  const { toRunView, toStepDetail } = await import('@contrail/viewer')
  const view = toRunView(trajectory)
  const first = view.failed[0]
  const detail = first === undefined ? undefined : toStepDetail(trajectory, first)
  const rows = rowsOf(view)
  const judged = verdicts.map(({ name, verdict }) => ({ name, verdict }))
  await search.parts([
    { fields: { task: view.taskId, instruction: view.instruction, answer: view.finalAnswer, verdicts: judged } },
    ...rows.map(({ index, action, aim, error, url }) => ({ step: index, fields: { action, aim, error, url } })),
    ...(detail ? [{ step: detail.index, fields: { ...detail } }] : []),
  ])
  const blocks = [
    `### ${isGood(view, judged) ? '✓' : '✗'} ${code(view.taskId)}: ${factsOf(view)}`,
    ...notes.map((note) => `> ${note}`),
    `**Task** ${code(view.instruction, 400)}`,
    ...judged.map(({ name, verdict }) => `**Verdict** ${code(name)}: ${describeVerdict(verdict)}`),
    ...(detail ? [describeFailure(view, view.steps[detail.index]!, detail)] : []),
    tableOf(view, rows),
    ...(view.finalAnswer ? [`**Answer** (claim): ${code(view.finalAnswer, 600)}`] : []),
  ]
  return { pieces: [`${blocks.join('\n\n')}\n`], reduced: [] }
}

type Judged = {
  readonly name: string
  readonly verdict?: { outcomeSuccess: boolean; processScore?: number | undefined } | undefined
}

function isGood({ status }: RunView, judged: readonly Judged[]): boolean {
  return status === 'complete' && judged.every(({ verdict }) => verdict?.outcomeSuccess !== false)
}

function factsOf(view: RunView): string {
  const { status, steps, failed, turns, gaps, durationMs, inputTokens, outputTokens } = view
  return [
    status,
    `${formatCount(steps.length, 'step')}, ${failed.length} failed`,
    formatCount(turns.length, 'turn'),
    ...(gaps.length > 0 ? [formatCount(gaps.length, 'gap')] : []),
    durationMs === undefined ? 'time unknown' : formatDuration(durationMs),
    inputTokens === undefined ? 'tokens unknown' : `${inputTokens} tokens in, ${outputTokens ?? 0} out`,
  ].join(', ')
}

function describeVerdict(verdict: Judged['verdict']): string {
  if (!verdict) return 'cannot be read'
  const share = verdict.processScore === undefined ? '' : `, process ${Math.round(verdict.processScore * 100)} %`
  return `${verdict.outcomeSuccess ? 'success' : 'failure'}${share}`
}

/** The first failure as a list: what was done, what came back, what the agent wanted, what the page said and did. */
function describeFailure({ steps }: RunView, step: StepView, detail: StepDetail): string {
  const { changes, pageEvents, reasoning, error } = detail
  const said = [...(changes?.changed ?? []).map(({ after }) => after), ...(changes?.added ?? [])].filter(
    ({ name, text }) => name !== '' || text !== '',
  )
  const recovered = steps.find(({ index, ok, action, aim }) => {
    return ok && index > step.index && action === step.action && aim === step.aim
  })
  return [
    `**First failure: step ${step.index + 1} of ${steps.length}** ${code(step.action)} ${code(step.aim)}${step.url ? ` on ${code(step.url)}` : ''}`,
    '',
    `- error: ${code(error ?? '', 400)}`,
    ...(reasoning === '' ? [] : [`- reasoning (claim): ${code(reasoning, 400)}`]),
    ...said
      .slice(0, 5)
      .map(({ role, name, text }) => `- page said: ${code([`+ ${role}`, name, text].filter(Boolean).join(' '), 200)}`),
    ...pageEvents
      .filter(({ failed }) => failed)
      .slice(0, 5)
      .map(({ text }) => `- page did: ${code(text, 200)}`),
    ...(recovered ? [`- the same action succeeded at step ${recovered.index + 1}`] : []),
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

/**
 * Recorded text in code, on one line: there it makes no link, image, mention, heading or HTML. What would end the code, or a cell
 * of a table, is said by a character that looks like it.
 */
function code(text: string, limit = 120): string {
  const line = toPrintable(text, limit).replaceAll('`', 'ˋ').replaceAll('|', '¦').trim()
  return line === '' ? '' : `\`${line}\``
}
