import { formatDuration, isCutTree, type Gap, type Step, type Turn } from '@contrail/core'
import type { StepDetail } from '@contrail/viewer'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import { formatCount, formatInteger } from '../../terminal/format.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { fit } from '../../terminal/fit.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { UsageError } from '../../terminal/usage-error.ts'
import { copied, createLining, facts, line, tellList, type Lining } from '../facts/lines.ts'
import { readRun } from '../facts/read-run.ts'
import { toStepFacts, type StepFacts } from '../facts/step-facts.ts'
import { findUnreadable, tellUnreadable, type UnreadableFile } from '../facts/unreadable.ts'
import { describeAction, describeChanges, describeEnvironment, shortUrl } from '../facts/words.ts'
import { tellDialogs } from './page-story.ts'

/** Of texts that may be endless so many lines are told; JSON has them whole. */
const valueLines = 20
const treeLines = 60
const listLimit = 40

/** One step with all that is known of it. */
interface WholeStep {
  readonly facts: StepFacts
  readonly detail: StepDetail
  readonly step: Step
  readonly turn: Turn | undefined
  readonly gaps: readonly Gap[]
  readonly count: number
  readonly unreadable: readonly UnreadableFile[]
}

/**
 * Tell everything of one step: what was done, claimed, answered and seen, with the facts that `why` tells of a failure. As JSON
 * nothing is cut.
 *
 * @param input.number of the step, from 1
 * @throws {UsageError} where the run has no such step
 * @throws {ContrailError} JOURNAL_MISSING and what `readTrajectory` throws
 */
export async function showStep(
  input: { directory: string; number: number; paint: Paint; columns?: number | undefined } & Surroundings,
): Promise<CommandResult> {
  const { toStepDetail, toStepHead } = await import('@contrail/viewer/run-view')
  const { facts: run, trajectory } = await readRun(input)
  const index = input.number - 1
  const count = trajectory.steps.length
  const [step, head, detail] = [trajectory.steps[index], toStepHead(trajectory, index), toStepDetail(trajectory, index)]
  if (!step || !head || !detail) {
    throw new UsageError(
      count === 0 ? 'this run has no steps' : `expected a step from 1 to ${count}, got ${input.number}`,
    )
  }
  const known = toStepFacts(trajectory, head, detail)
  const turn = trajectory.turns.findLast(({ steps }) => steps.includes(index))
  const gaps = trajectory.gaps.filter(({ stepIndex }) => stepIndex === index)
  const unreadable = await findUnreadable(step)
  const whole = { facts: known, detail, step, turn, gaps, count, unreadable }
  const { runId, taskId, status, directory } = run
  const { args, result, look, tree, changes, sensitive, episode, extra } = detail
  const json = {
    ...{ directory, runId, taskId, status, ...known, unreadable, ok: head.ok, executed: step.executed ?? null },
    ...{ startedAt: step.startedAt ?? null, durationMs: head.durationMs ?? null, aim: step.target ?? null },
    ...{ arguments: args, result, look, tree: tree ?? null, changes: changes ?? null, turn: turn ?? null, gaps },
    ...{ sensitive: sensitive ?? false, episode: episode ?? null, extra: extra ?? null },
  }
  const lines = [
    ...tellStep(whole, createLining(input.paint, input.columns)),
    ...(tree === undefined ? [] : tellTree(tree, input)),
  ]
  return { exitCode: 0, text: lines.join('\n'), whole: true, json }
}

function tellStep(whole: WholeStep, lining: Lining): string[] {
  const { facts: known, detail, step, turn, gaps, count, unreadable } = whole
  const { ok } = step.toolOutput
  const mark = ok ? 'ok' : known.recoveredAt === null ? 'FAIL' : `FAIL, succeeded at step ${known.recoveredAt + 1}`
  const where = known.url === null ? '' : `on ${shortUrl(known.url)}`
  const { changed, evidence, files, error, reasoning } = known
  const said = describeChanges(changed)
  const { executed, durationMs, startedAt, sensitive, target } = step
  const how = [
    executed === undefined || executed === 'yes' ? '' : `executed: ${executed}`,
    durationMs === undefined ? '' : formatDuration(durationMs),
    startedAt ?? '',
    sensitive ? 'sensitive' : '',
  ]
  return [
    ...facts(`step ${known.step + 1} of ${count}`, [describeAction(known), where].filter(Boolean), lining),
    ...line('outcome', mark, lining, { style: ok ? 'good' : 'bad' }),
    ...(error === null ? [] : line('error', error, lining, { lines: valueLines, style: 'bad' })),
    ...(reasoning === '' ? [] : line('reasoning', reasoning, lining, { lines: valueLines, claim: true })),
    ...(how.some(Boolean) ? facts('how', how.filter(Boolean), lining) : []),
    ...(target?.selector === undefined ? [] : line('selector', target.selector, lining, { lines: 4 })),
    ...value('arguments', step.actionArgs, lining),
    ...value('result', step.toolOutput.result, lining),
    ...list('page said', said.length === 0 ? ['nothing that it had not said before'] : said, lining),
    ...list('page did', describeEnvironment(known), lining),
    ...(turn ? tellTurn(turn, reasoning, lining) : []),
    ...list('dialogs', tellDialogs([detail.look]), lining),
    ...list(
      'gaps',
      gaps.map(({ what, reason }) => `${what} ${reason}`),
      lining,
    ),
    ...copied('evidence', [...evidence, ...files], lining),
    ...tellUnreadable(unreadable, listLimit, lining),
  ]
}

function tellTurn({ text, model, usage }: Turn, reasoning: string, lining: Lining): string[] {
  const tokens = usage?.input_tokens === undefined ? [] : [`${formatInteger(usage.input_tokens)} tokens in`]
  const out = usage?.output_tokens === undefined ? [] : [`${formatInteger(usage.output_tokens)} out`]
  const told = [model ?? '', ...tokens, ...out].filter(Boolean)
  return [
    ...(text === undefined || text === reasoning ? [] : line('turn said', text, lining, { lines: 4, claim: true })),
    ...(told.length === 0 ? [] : facts('model', told, lining)),
  ]
}

function value(label: string, data: unknown, lining: Lining): string[] {
  if (data === undefined || (typeof data === 'object' && data !== null && Object.keys(data).length === 0)) return []
  return line(label, typeof data === 'string' ? data : (JSON.stringify(data) ?? ''), lining, { lines: valueLines })
}

function list(label: string, items: readonly string[], lining: Lining): string[] {
  return tellList(label, items, listLimit, lining)
}

/** Who reads a tree off a terminal wants its lines whole. */
function tellTree(tree: string, { paint, columns = 402 }: { paint: Paint; columns?: number | undefined }): string[] {
  const lines = tree.split('\n')
  const rest = lines.length - treeLines
  const more = [
    rest > 0 ? `and ${formatCount(rest, 'more line')}; --json has them` : '',
    isCutTree(tree) ? 'it was cut when it was recorded: the page had more' : '',
  ]
    .filter(Boolean)
    .join('; ')
  return [
    paint('faint', `tree, ${formatCount(lines.length, 'line')}`),
    ...lines.slice(0, treeLines).map((one) => `  ${fit(toPrintable(one, 400), columns - 2)}`),
    ...(more === '' ? [] : [paint('faint', `  ${more}`)]),
  ]
}
