import {
  formatDuration,
  formatTime,
  isUsageKnown,
  picturesGiven,
  picturesOf,
  toEpisodeRecord,
  type Gap,
  type Observation,
  type Step,
  type Trajectory,
  type Turn,
} from '@contrail/core'
import type { FailureReport } from '@contrail/evaluation'
import type { NamedVerdict } from '@contrail/recorder'
import type { Paint, PaintStyle } from '../../terminal/command-result.ts'
import { condense } from './condense.ts'
import { defaultColumns, fill, fit, joinInLines, widthOf, wrapWords } from '../../terminal/fit.ts'
import { formatCount, formatNumber, formatPercent, formatStepNumbers } from '../../terminal/format.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { sumPageEvents, tellDialogs, tellPageFailures } from './page-story.ts'
import { toVerdictFacts } from '../facts/run-facts.ts'
import { describeGap, describeTokens, describeVerdict, shortUrl } from '../facts/words.ts'

/** A story has fewer lines. */
const lineLimit = 40
/** The most lines that tell of steps and turns. */
const rowLimit = 20
const gapLimit = 4
/** The most lines that tell what failed on the page during a step. */
const pageLineLimit = 3
const verdictLimit = 3
/** A wider terminal has no use for the rest, and a narrower one nothing to tell in. */
const [narrowest, widest] = [24, 118]
/** Longest recorded text that is looked at, in characters, before it is fitted into columns. */
const textLimit = 4_000

/** Options of a story. */
interface Telling {
  readonly paint: Paint
  readonly columns: number
}

/**
 * Tell a recording in under 40 lines: the task, each step with how it went and what proves it, gaps, verdicts, the final answer.
 * A long run is condensed: failing steps are shown first, and what is left out is said. No line is wider than the terminal.
 *
 * @param options.columns of the terminal; default 80
 */
export function tellStory(
  trajectory: Trajectory,
  directory: string,
  paint: Paint,
  options: {
    columns?: number | undefined
    verdicts?: readonly NamedVerdict[]
    failures?: FailureReport | undefined
  } = {},
): string {
  const columns = Math.min(Math.max(options.columns ?? defaultColumns, narrowest), widest)
  const telling = { paint, columns }
  const before = head(trajectory, telling)
  const after = [
    ...foot(trajectory, options.verdicts ?? [], telling),
    ...tellClass(options.failures, telling),
    entry('files', directory, telling),
  ]
  // Three lines more are empty or name the columns.
  const room = Math.max(lineLimit - 4 - before.length - after.length, 6)
  return [...before, '', ...rows(trajectory, Math.min(room, rowLimit), telling), '', ...after].join('\n')
}

function head(trajectory: Trajectory, telling: Telling): string[] {
  const { task, runId, status, steps, turns, timing, usage, tool } = trajectory
  const { paint, columns } = telling
  const failed = steps.filter((step) => !step.toolOutput.ok).length
  const counts = [
    formatCount(steps.length, 'step'),
    failed > 0 ? `${failed} failed` : '',
    formatCount(turns.length, 'turn'),
    timing.durationMs === undefined ? '' : formatDuration(timing.durationMs),
  ].filter(Boolean)
  const [first = '', ...more] = joinInLines(counts, Math.max(columns - widthOf(status) - 16, 12))
  const id = fit(shown(task.id), columns - widthOf(status) - widthOf(first) - 4)
  const mark = paint(status === 'complete' ? 'good' : 'bad', status)
  const models = [...new Set(turns.flatMap(({ model }) => (model === undefined ? [] : [model])))]
  const areTokensKnown = isUsageKnown(trajectory)
  const tokens = describeTokens(areTokensKnown ? usage : null).join(', ')
  const origin = [tool?.['name'], tool?.['version']].filter((part) => typeof part === 'string').join(' ')
  return [
    `${paint('strong', id)}  ${mark}  ${first}`,
    ...more.map((line) => `  ${line}`),
    ...words('task', task.instruction, 2, telling),
    ...facts('run', [runId, formatTime(timing.startedAt), origin], telling),
    ...tellEpisode(trajectory, telling),
    ...(task.initUrl === undefined ? [] : facts('start', [task.initUrl], telling)),
    ...(models.length === 0 && !areTokensKnown ? [] : facts('model', [...models.slice(0, 3), tokens], telling)),
  ]
}

/** Score, reward and pass rate, where an environment gave any. */
function tellEpisode(trajectory: Trajectory, telling: Telling): string[] {
  const { final_score: score, steps } = toEpisodeRecord(trajectory)
  const reward = steps.at(-1)?.cumulative_reward ?? null
  const passRate = steps.findLast((step) => step.test_pass_rate !== null)?.test_pass_rate ?? null
  const parts = [
    score === null ? '' : `score ${formatNumber(score)}`,
    reward === null ? '' : `reward ${formatNumber(reward)}`,
    passRate === null ? '' : `pass rate ${formatPercent(passRate)}`,
  ]
  return facts('episode', parts, telling)
}

/** A row is a step, or a turn that chose none. */
type Row = { step: Step; number: number; turn: number | undefined } | { words: Turn; turn: number }

function rows(trajectory: Trajectory, limit: number, telling: Telling): string[] {
  const { paint } = telling
  const all = orderRows(trajectory)
  if (all.length === 0) return [paint('faint', 'no steps were recorded')]
  const isFailure = (row: Row): boolean => 'step' in row && !row.step.toolOutput.ok
  const parts = condense(all, limit, {
    rowsOf: (row) => ('step' in row && isFailure(row) ? 2 + pageLines(row.step, telling).length : 1),
    isImportant: isFailure,
  })
  const lines = parts.flatMap((part) => ('length' in part ? [leftOut(part, telling)] : tellRow(part, telling)))
  return [paint('faint', inColumns('step', 'turn', 'action', 'page', 'proof', telling)), ...lines]
}

/** Steps in order; a turn without steps stands where it was, after the steps of the turns before it. */
function orderRows({ steps, turns }: Trajectory): Row[] {
  const turnOf = new Map(turns.flatMap((turn, at) => turn.steps.map((index) => [index, at + 1] as const)))
  const silent = new Map<number, Row[]>()
  let next = 0
  turns.forEach((turn, at) => {
    for (const index of turn.steps) next = Math.max(next, index + 1)
    if (turn.steps.length === 0) silent.set(next, [...(silent.get(next) ?? []), { words: turn, turn: at + 1 }])
  })
  const stepRows = steps.map((step, index): Row => ({ step, number: index + 1, turn: turnOf.get(index) }))
  return [...stepRows.flatMap((row, index) => [...(silent.get(index) ?? []), row]), ...(silent.get(steps.length) ?? [])]
}

/** One line; for a step that failed a second one with its error, and up to three with what failed on the page. */
function tellRow(row: Row, telling: Telling): string[] {
  const { paint, columns } = telling
  if ('words' in row) {
    const said = row.words.text ? `said: ${shown(row.words.text)}` : 'said nothing'
    return [paint('faint', `${' '.repeat(10)}${String(row.turn).padStart(4)}  ${fit(said, columns - 16)}`)]
  }
  const { step, number } = row
  const ok = step.toolOutput.ok
  const what = shown(`${step.actionName} ${describeTarget(step)}`.trim())
  const page = shown(shortUrl(step.probeEvidence.url ?? agentUrl(step) ?? ''))
  const line = inColumns('', String(row.turn ?? ''), what, page, describeProof(step), telling)
  const mark = `${String(number).padStart(4)} ${paint(ok ? 'good' : 'bad', ok ? 'ok  ' : 'FAIL')}`
  const [reason = ''] = (step.toolOutput.error ?? 'it failed without a reason').split('\n', 1)
  const indent = indentOf(telling)
  const error = fit(shown(reason), columns - indent)
  const below = [paint('bad', error), ...pageLines(step, telling)].map((told) => `${' '.repeat(indent)}${told}`)
  return [`${mark}${line.slice(9)}`, ...(ok ? [] : below)]
}

function pageLines(step: Step, telling: Telling): string[] {
  const failures = tellPageFailures(step).map((failure, at) => `${at === 0 ? 'page: ' : ''}${shown(failure)}`)
  return joinInLines(failures, telling.columns - indentOf(telling)).slice(0, pageLineLimit)
}

function indentOf(telling: Telling): number {
  return isNarrow(telling) ? 10 : 16
}

/** Turn and page need room that a narrow terminal has not. */
function isNarrow({ columns }: Telling): boolean {
  return columns < 60
}

/** 9 columns for the mark, 4 for the turn, 5 for the proof, two between them; action and page share what is left. */
function inColumns(mark: string, turn: string, action: string, page: string, proof: string, telling: Telling): string {
  const room = telling.columns - (isNarrow(telling) ? 17 : 25)
  const pageColumns = Math.floor(room * 0.35)
  const parts = isNarrow(telling)
    ? [`${mark.padEnd(9)} ${fill(action, room)}`]
    : [`${mark.padEnd(9)} ${turn.padStart(4)}`, fill(action, room - pageColumns), fill(page, pageColumns)]
  return [...parts, proof].join('  ').trimEnd()
}

function describeTarget({ target, actionArgs, sensitive }: Step): string {
  if (target?.name !== undefined)
    return [target.role, JSON.stringify(target.name.slice(0, 60))].filter(Boolean).join(' ')
  if (target?.selector !== undefined) return target.selector
  if (sensitive) return '(sensitive)'
  const values = Object.entries(actionArgs)
    .filter(([key]) => key !== 'type' && key !== 'reasoning')
    .slice(0, 4)
  return values
    .map(
      ([key, value]) =>
        `${key}=${typeof value === 'string' ? value.slice(0, 60) : JSON.stringify(value)?.slice(0, 60)}`,
    )
    .join(' ')
}

function agentUrl({ agentEvidence }: Step): string | undefined {
  return agentEvidence.modalities.flatMap((modality) =>
    modality.type === 'image' && modality.url ? [modality.url] : [],
  )[0]
}

/** `A` a frame the model was given, `P` a probe's screenshot, `T` a probe's aria tree; a dot where there is none. */
function describeProof(step: Step): string {
  const { probeEvidence } = step
  return `${hasAgentFrame(step) ? 'A' : '·'}${probeEvidence.screenshot ? 'P' : '·'}${probeEvidence.ariaTree === undefined ? '·' : 'T'}`
}

function hasAgentFrame({ agentEvidence }: Step): boolean {
  return picturesGiven(agentEvidence).length > 0
}

function leftOut(part: readonly Row[], { paint, columns }: Telling): string {
  const steps = part.flatMap((row) => ('step' in row ? [row] : []))
  const failed = steps.filter(({ step }) => !step.toolOutput.ok).map(({ number }) => number)
  const first = steps[0]?.number
  const last = steps.at(-1)?.number
  const range =
    first === undefined ? formatCount(part.length, 'turn') : first === last ? `step ${first}` : `steps ${first}–${last}`
  const room = columns - 6 - widthOf(range) - 2
  if (failed.length === 0) return `   …  ${paint('faint', range)}, ${paint('faint', 'all ok')}`
  const count = `${failed.length} failed: `
  const failures = fit(`${count}${formatStepNumbers(failed, Math.min(Math.max(room - count.length - 3, 8), 60))}`, room)
  return `   …  ${paint('faint', range)}, ${paint('bad', failures)}`
}

function foot(trajectory: Trajectory, verdicts: readonly NamedVerdict[], telling: Telling): string[] {
  const { steps, gaps, finalAnswer, initialObservation, finalObservation } = trajectory
  const pictures = new Set(steps.flatMap(picturesOf).map(({ sha256 }) => sha256))
  const having = (test: (step: Step) => boolean): string => `${steps.filter(test).length}/${steps.length}`
  const evidence = [
    `${having(hasAgentFrame)} A agent frame`,
    `${having((step) => step.probeEvidence.screenshot !== undefined)} P probe`,
    `${having((step) => step.probeEvidence.ariaTree !== undefined)} T aria tree`,
    formatCount(pictures.size, 'picture'),
  ]
  const page = sumPageEvents(trajectory)
  const looks = [initialObservation, ...steps.map(({ probeEvidence }) => probeEvidence), finalObservation]
  const dialogs = tellDialogs(looks.map((look) => look?.dialogs))
  return [
    ...facts('proof', evidence, telling),
    ...(page.length > 0 ? words('page', page.join(', '), 2, telling) : []),
    ...(dialogs.length > 0 ? [entry('dialogs', dialogs.join(' · '), telling)] : []),
    ...tellGaps(gaps, telling),
    ...tellVerdicts(verdicts, telling),
    ...words('answer', finalAnswer ?? 'none', 3, telling),
    ...(finalObservation ? facts('at', describeObservation(finalObservation), telling) : []),
  ]
}

function tellGaps(gaps: readonly Gap[], telling: Telling): string[] {
  const some = gaps.length > gapLimit ? gaps.slice(0, gapLimit - 1) : gaps
  const lines = some.map((gap) => entry('gap', describeGap(gap), telling))
  if (some.length < gaps.length) lines.push(entry('gap', `and ${gaps.length - some.length} more`, telling))
  return lines.length === 0 ? [entry('gaps', 'none', telling)] : lines
}

/** Each with its outcome, its process score and the first reason that it gives. */
function tellVerdicts(verdicts: readonly NamedVerdict[], telling: Telling): string[] {
  const some = verdicts.length > verdictLimit ? verdicts.slice(0, verdictLimit - 1) : verdicts
  const lines = some.map(toVerdictFacts).map((verdict) => {
    return entry('verdict', describeVerdict(verdict), telling, verdict.outcomeSuccess ? 'good' : 'bad')
  })
  if (some.length < verdicts.length) lines.push(entry('verdict', `and ${verdicts.length - some.length} more`, telling))
  return lines
}

/** The class of the failure, the step at which it began and why. Nothing where nobody said that it failed and no rule is broken. */
function tellClass(report: FailureReport | undefined, telling: Telling): string[] {
  if (!report || (report.primary === 'UNKNOWN' && report.score === null)) return []
  const { primary, failures } = report
  const first = failures.find((failure) => failure.class === primary)
  const step = first?.critical_step ?? null
  const told = [primary, step === null ? '' : `step ${step + 1}`, first?.root_cause ?? '']
  return [entry('class', told.filter(Boolean).join(' · '), telling, primary === 'CORRECT' ? 'good' : first && 'bad')]
}

function describeObservation({ url, title, screenshot, ariaTree }: Observation): (string | undefined)[] {
  const seen = [screenshot ? 'picture' : '', ariaTree === undefined ? '' : 'aria tree'].filter(Boolean).join(' and ')
  return [url, title, seen && `last look: ${seen}`]
}

/** Recorded text on one line, with nothing in it that a terminal would act on. */
function shown(text: string): string {
  return toPrintable(text, textLimit)
}

/** Words under a label, broken at spaces where there are some. The last line is cut where the words are too many. */
function words(label: string, text: string, limit: number, telling: Telling): string[] {
  return wrapWords(shown(text), telling.columns - 10, limit).map((line, at) =>
    entry(at === 0 ? label : '', line, telling),
  )
}

/** Facts under a label, in as many lines as they take. */
function facts(label: string, told: readonly (string | undefined)[], telling: Telling): string[] {
  const known = told.flatMap((fact) => (fact ? [shown(fact)] : []))
  return joinInLines(known, telling.columns - 10).map((line, at) => entry(at === 0 ? label : '', line, telling))
}

function entry(label: string, text: string, { paint, columns }: Telling, style?: PaintStyle): string {
  const fitted = fit(shown(text), columns - 10)
  return `  ${paint('faint', label.padEnd(7))} ${style ? paint(style, fitted) : fitted}`
}
