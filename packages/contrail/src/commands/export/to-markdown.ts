import { describeLastEvent, formatDuration } from '@contrail/core'
import type { Reduction, RunView, StepView } from '@contrail/viewer'
import { formatCount } from '../../terminal/format.ts'
import { code } from '../facts/markdown.ts'
import { describeCost } from '../facts/cost.ts'
import { isGood, toRunFacts, type RunFacts } from '../facts/run-facts.ts'
import type { StepFacts } from '../facts/step-facts.ts'
import { describeChanges, describeEnvironment, describeGap, describeOutcome, describeTokens } from '../facts/words.ts'
import { tooLarge, type Exported, type ExportedFile } from './exported.ts'

/** The amount that is told: rows of the table, and the share of each text. */
interface Measure {
  readonly rows: number
  readonly share: number
}

/** More rows than the first are read by nobody, and a comment of a pull request has its limit. */
const measures: readonly Measure[] = [
  { rows: 100, share: 1 },
  { rows: 50, share: 1 },
  { rows: 25, share: 0.5 },
  { rows: 10, share: 0.25 },
  { rows: 3, share: 0.1 },
  { rows: 0, share: 0.1 },
]
/** Of the longest text in characters, where all of it is told. */
const longestText = 600

/** The most lines of each list. */
const listLimit = 5

/** Recorded text as code, cut to a share of its limit. */
type Code = (text: string, limit?: number) => string

/**
 * Write a summary for a pull request, of the facts that `why` says. What was recorded stands in code, where nothing of it can act.
 * Where it is too large it has fewer rows and shorter texts.
 *
 * @throws {ContrailError} FILE_TOO_LARGE where it is too large even without rows
 */
export async function toMarkdown({
  directory,
  trajectory,
  verdicts,
  isPublic,
  prices,
  notes,
  search,
  maxSizeBytes,
}: Omit<Exported, 'images'>): Promise<ExportedFile> {
  const { readInFlight, toRunView } = await import('@contrail/viewer/run-view')
  const view = toRunView(trajectory)
  const { facts } = await toRunFacts(trajectory, {
    directory: '',
    verdicts,
    prices,
    // A public file holds nothing of the journal.
    inFlight: isPublic ? null : await readInFlight(directory, trajectory.status),
    isPartial: isPublic,
    toCommand: (verb) => verb,
  })
  const { firstFailure, finalAnswer, gaps, inFlight } = facts
  await search.parts([
    { fields: { task: facts.taskId, instruction: view.instruction, answer: finalAnswer, verdicts, gaps, inFlight } },
    ...rowsOf(view, measures[0]!.rows).map(({ index, action, aim, error, url }) => ({
      step: index,
      fields: { action, aim, error, url },
    })),
    ...(firstFailure ? [{ step: firstFailure.step, fields: { ...firstFailure } }] : []),
  ])
  let sizeBytes = 0
  for (const measure of measures) {
    const text = summarise({ facts, view, notes }, measure)
    sizeBytes = Buffer.byteLength(text)
    if (sizeBytes <= maxSizeBytes) return { pieces: [text], reduced: tell(view, measure) }
  }
  throw tooLarge('md', sizeBytes, maxSizeBytes)
}

function tell({ steps }: RunView, { rows, share }: Measure): Reduction[] {
  return [
    ...(rows < steps.length ? [{ change: 'steps_left_out' as const, to: rows }] : []),
    ...(share < 1 ? [{ change: 'texts_cut' as const, to: longestText * share }] : []),
  ]
}

function summarise(
  { facts, view, notes }: { facts: RunFacts; view: RunView; notes: readonly string[] },
  { rows, share }: Measure,
): string {
  const cut: Code = (text, limit = 120) => code(text, Math.max(10, Math.round(limit * share)))
  const { firstFailure, finalAnswer } = facts
  const blocks = [
    `### ${isGood(facts) ? '✓' : '✗'} ${cut(facts.taskId)}: ${sumUp(facts)}`,
    ...notes.map((note) => `> ${note}`),
    `**Task** ${cut(view.instruction, 400)}`,
    ...facts.verdicts.map((verdict) => {
      const reason = verdict.problem ?? verdict.reason
      return `**Verdict** ${cut(verdict.name)}: ${describeOutcome(verdict)}${reason ? `, ${cut(reason, 400)}` : ''}`
    }),
    ...(firstFailure ? [describeFailure(firstFailure, facts.counts.steps, cut)] : []),
    ...tellRest(facts, cut),
    tableOf(view, rowsOf(view, rows), cut),
    ...(finalAnswer ? [`**Answer** (claim): ${cut(finalAnswer, longestText)}`] : []),
  ]
  return `${blocks.join('\n\n')}\n`
}

function sumUp({ status, counts, durationMs, usage, cost }: RunFacts): string {
  return [
    status,
    `${formatCount(counts.steps, 'step')}, ${counts.failed} failed`,
    formatCount(counts.turns, 'turn'),
    ...(counts.gaps > 0 ? [formatCount(counts.gaps, 'gap')] : []),
    durationMs === null ? 'time unknown' : formatDuration(durationMs),
    ...describeTokens(usage),
    // Where a part is unknown its model is named, by whatever text was recorded.
    ...(cost.usd === null ? [] : [describeCost(cost)]),
  ].join(', ')
}

/** Tell what was under way where the run never said its end, and what is known to be missing. */
function tellRest({ inFlight, gaps, status }: RunFacts, cut: Code): string[] {
  const rest = gaps.length - listLimit
  const told = gaps.slice(0, listLimit).map((gap) => cut(describeGap(gap)))
  const state = status === 'recording' ? 'under way' : 'was under way'
  return [
    ...(inFlight
      ? [`**Last event** ${cut(describeLastEvent(inFlight.lastEvent))}; ${state}: ${cut(inFlight.underWay)}`]
      : []),
    ...(gaps.length > 0 ? [`**Gaps** ${told.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`] : []),
  ]
}

/** The first failure as a list: what was done, what came back, what the agent wanted, what the page said and did. */
function describeFailure(failure: StepFacts, steps: number, cut: Code): string {
  const { step, action, target, url, error, reasoning, changed, evidence, recoveredAt } = failure
  return [
    [`**First failure: step ${step + 1} of ${steps}**`, cut(action), cut(target), url ? `on ${cut(url)}` : '']
      .filter(Boolean)
      .join(' '),
    '',
    `- error: ${cut(error ?? '', 400)}`,
    ...(reasoning === '' ? [] : [`- reasoning (claim): ${cut(reasoning, 400)}`]),
    ...listSome('page said', describeChanges(changed), cut),
    ...listSome('page did', describeEnvironment(failure), cut),
    ...(evidence.length === 0 ? [] : [`- evidence: ${evidence.map((id) => cut(id)).join(' ')}`]),
    ...(recoveredAt === null ? [] : [`- the same action succeeded at step ${recoveredAt + 1}`]),
  ].join('\n')
}

function listSome(label: string, items: readonly string[], cut: Code): string[] {
  const rest = items.length - listLimit
  const told = items.slice(0, listLimit).map((text) => `- ${label}: ${cut(text, 200)}`)
  return rest > 0 ? [...told, `- ${label}: and ${rest} more`] : told
}

/** All steps where they are few; else those that failed and the first ones. */
function rowsOf({ steps }: RunView, mostRows: number): readonly StepView[] {
  if (steps.length <= mostRows) return steps
  const failed = steps.filter(({ ok }) => !ok).slice(0, Math.ceil(mostRows / 2))
  const others = steps.filter(({ ok }) => ok).slice(0, mostRows - failed.length)
  return [...failed, ...others].toSorted((a, b) => a.index - b.index)
}

function tableOf({ steps }: RunView, rows: readonly StepView[], cut: Code): string {
  if (steps.length === 0) return 'No steps were recorded.'
  const more = steps.length - rows.length
  return [
    '| step | action | target | time | outcome |',
    '| ---: | --- | --- | ---: | --- |',
    ...rows.map((step) => {
      const { index, action, aim, durationMs, ok, executed, error } = step
      const took = durationMs === undefined ? 'unknown' : formatDuration(durationMs)
      const outcome = ok ? (executed === 'skipped' ? 'skipped' : 'ok') : `**failed** ${cut(error ?? '', 120)}`
      return `| ${index + 1} | ${cut(action, 60)} | ${cut(aim, 80)} | ${took} | ${outcome} |`
    }),
    ...(more > 0 ? ['', `… and ${formatCount(more, 'more step')}.`] : []),
  ].join('\n')
}
