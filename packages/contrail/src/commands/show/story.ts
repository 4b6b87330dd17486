import {
  formatDuration,
  formatTime,
  isUsageKnown,
  picturesOf,
  toEpisodeRecord,
  type Gap,
  type Observation,
  type Step,
  type Trajectory,
} from '@contrail/core'
import type { FailureReport } from '@contrail/evaluation'
import type { NamedVerdict } from '@contrail/recorder'
import type { Paint } from '../../terminal/command-result.ts'
import { fit, joinInLines, widthOf } from '../../terminal/fit.ts'
import { formatCount, formatNumber, formatPercent } from '../../terminal/format.ts'
import { sumPageEvents, tellDialogs } from './page-story.ts'
import { toVerdictFacts } from '../facts/run-facts.ts'
import { decidingFirst, describeGap, describeTokens, describeVerdict } from '../facts/words.ts'
import { createTelling, entries, entry, facts, shown, words, type Telling } from './story-lines.ts'
import { hasAgentFrame, tellRows } from './story-rows.ts'

/** A story has fewer lines. */
const lineLimit = 40
/** The most lines that tell of steps and turns. */
const rowLimit = 20
const gapLimit = 4
const verdictLimit = 3

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
  const telling = createTelling(paint, options.columns)
  const before = head(trajectory, telling)
  const after = [
    ...foot(trajectory, options.verdicts ?? [], telling),
    ...tellClass(options.failures, telling),
    entry('files', directory, telling),
  ]
  // Three lines more are empty or name the columns.
  const room = Math.max(lineLimit - 4 - before.length - after.length, 6)
  return [...before, '', ...tellRows(trajectory, Math.min(room, rowLimit), telling), '', ...after].join('\n')
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
  const dialogs = tellDialogs(looks)
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
  if (gaps.length === 0) return [entry('gaps', 'none', telling)]
  const told = gaps.map((gap) => ({ text: describeGap(gap) }))
  return entries('gap', told, gapLimit, telling)
}

/** Each with its outcome, its process score and the first reason that it gives. */
function tellVerdicts(verdicts: readonly NamedVerdict[], telling: Telling): string[] {
  const told = decidingFirst(verdicts.map(toVerdictFacts)).map((verdict) => {
    return { text: describeVerdict(verdict), style: verdict.outcomeSuccess ? ('good' as const) : ('bad' as const) }
  })
  return entries('verdict', told, verdictLimit, telling)
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
