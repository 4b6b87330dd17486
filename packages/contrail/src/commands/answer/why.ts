import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import { fit, widthOf, wrapWords } from '../../terminal/fit.ts'
import { formatCount, formatNumber, formatStepNumbers, formatTime } from '../../terminal/format.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { createLining, facts, line, type Lining } from '../facts/lines.ts'
import { readPrices } from '../facts/prices.ts'
import { readRun } from '../facts/read-run.ts'
import { isGood, type KnownRun, type RunFacts } from '../facts/run-facts.ts'
import type { StepFacts } from '../facts/step-facts.ts'
import { describeAction, describeCounts, describeEnvironment, shortUrl } from '../facts/words.ts'

const changeLimit = 4
const environmentLimit = 3
const gapLimit = 3
const verdictLimit = 3
/** Lines of the numbers of steps that failed too. */
const numberLines = 6

/**
 * Say why a run went as it went, in at most 40 lines of 118 characters: its end, its first failure with what proves it, what came
 * after, what was under way where it never ended.
 *
 * @returns 0 where it came to its end and no verdict says no, else 1; a failure that was recovered from is told and is no 1
 * @throws {UsageError} for prices that are none
 * @throws {ContrailError} JOURNAL_MISSING and what `readTrajectory` throws
 */
export async function explainRun(
  input: {
    directory: string
    name: string
    pricesFile: string | undefined
    paint: Paint
    columns?: number | undefined
  } & Surroundings,
): Promise<CommandResult> {
  const prices = await readPrices(input.pricesFile, input)
  const run = await readRun({ ...input, prices, classified: true })
  const lines = tellWhy(run, createLining(input.paint, input.columns))
  return { exitCode: isGood(run.facts) ? 0 : 1, text: lines.join('\n'), json: run.facts }
}

function tellWhy(run: KnownRun, lining: Lining): string[] {
  const { facts: known } = run
  return [
    ...tellHead(known, lining),
    ...tellVerdicts(run, lining),
    ...(known.inFlight ? tellInFlight(known, lining) : []),
    ...(known.firstFailure ? tellFailure(known, known.firstFailure, lining) : tellNoFailure(known, lining)),
    ...tellOthers(run, lining),
    ...tellGaps(known, lining),
    ...tellClass(known, lining),
    ...line('answer', known.finalAnswer ?? 'none', lining, { lines: 2, claim: known.finalAnswer !== null }),
    ...facts('look', known.next, lining),
  ]
}

function tellHead(known: RunFacts, { paint, columns }: Lining): string[] {
  const { taskId, status } = known
  const id = fit(toPrintable(taskId), Math.floor(columns / 2))
  const room = columns - widthOf(id) - status.length - 4
  const [first = '', ...more] = wrapWords(toPrintable(describeCounts(known).join(', '), 1000), room, 3)
  const mark = paint(status === 'complete' ? 'good' : 'bad', status)
  return [`${paint('strong', id)}  ${mark}  ${first}`, ...more.map((row) => `  ${row}`)]
}

function tellVerdicts({ facts: { verdicts } }: KnownRun, lining: Lining): string[] {
  const some = verdicts.slice(0, verdicts.length > verdictLimit ? verdictLimit - 1 : verdictLimit)
  const told = some.flatMap(({ name, outcomeSuccess, processScore, problem }) => {
    const outcome = outcomeSuccess === null ? `broken, ${problem}` : outcomeSuccess ? 'yes' : 'no'
    const score = processScore === null ? '' : `, process ${Number(processScore.toFixed(3))}`
    return line('verdict', `${name}: ${outcome}${score}`, lining, { style: outcomeSuccess ? 'good' : 'bad' })
  })
  const rest = verdicts.length - some.length
  return rest > 0 ? [...told, ...line('', `and ${rest} more`, lining)] : told
}

function tellInFlight({ inFlight, status }: RunFacts, lining: Lining): string[] {
  if (!inFlight) return []
  const { lastEvent, underWay } = inFlight
  const where = lastEvent.step === null ? '' : ` of step ${lastEvent.step + 1}`
  const last = `${lastEvent.type}${lastEvent.type === 'step_finished' ? where : ''}, event ${lastEvent.seq}, at ${formatTime(lastEvent.at)}`
  return [
    ...line('last event', last, lining),
    ...line(status === 'recording' ? 'under way' : 'was under way', underWay, lining),
  ]
}

function tellNoFailure({ counts }: RunFacts, lining: Lining): string[] {
  return line('first failure', counts.steps === 0 ? 'none: no steps were recorded' : 'none: no step failed', lining)
}

function tellFailure({ counts }: RunFacts, failure: StepFacts, lining: Lining): string[] {
  const { step, error, reasoning, url, changed, evidence, files } = failure
  const where = url === null ? '' : `on ${shortUrl(url)}`
  const place = [`step ${step + 1} of ${counts.steps}`, describeAction(failure), where].filter(Boolean)
  const said = [...changed.added.map((one) => `+ ${one}`), ...changed.removed.map((one) => `- ${one}`)]
  const did = describeEnvironment(failure)
  return [
    ...line('first failure', place.join('  '), lining),
    ...line('  error', error ?? '', lining, { lines: 3, style: 'bad' }),
    ...(reasoning === '' ? [] : line('  reasoning', reasoning, lining, { lines: 2, claim: true })),
    ...tellList('  page said', said, changeLimit, lining),
    ...tellList('  page did', did, environmentLimit, lining),
    ...facts('  evidence', inOrder(evidence, files), lining),
  ]
}

/** A picture stands beside the id of its frame. */
function inOrder(evidence: readonly string[], files: readonly string[]): string[] {
  const frame = evidence.find((id) => id.endsWith(':frame'))
  return frame === undefined ? [...evidence] : [[frame, ...files].join(' '), ...evidence.filter((id) => id !== frame)]
}

function tellList(label: string, items: readonly string[], limit: number, lining: Lining): string[] {
  const some = items.length > limit ? items.slice(0, limit - 1) : items
  const told = some.flatMap((item, at) => line(at === 0 ? label : '', item, lining))
  return some.length < items.length ? [...told, ...line('', `and ${items.length - some.length} more`, lining)] : told
}

function tellOthers({ facts: { firstFailure, counts }, view }: KnownRun, lining: Lining): string[] {
  if (!firstFailure) return []
  const { step, recoveredAt } = firstFailure
  const more = counts.steps - step - 1
  const after = [
    more === 0 ? 'it was the last step' : formatCount(more, 'more step'),
    recoveredAt === null
      ? more === 0
        ? ''
        : 'the same action never succeeded'
      : `the same action succeeded at step ${recoveredAt + 1}`,
  ]
  const others = view.failed.slice(1).map((index) => index + 1)
  const numbers = formatStepNumbers(others, lining.columns * (numberLines - 1))
  return [
    ...line('after it', after.filter(Boolean).join('; '), lining),
    ...(others.length === 0
      ? []
      : line('also failed', `${formatCount(others.length, 'more step')}: ${numbers}`, lining, { lines: numberLines })),
  ]
}

/** A class of failure alone: that nothing was found is said by the rest. */
function tellClass({ class: found }: RunFacts, lining: Lining): string[] {
  if (found === null || found.confidence === null) return []
  return line('class', `${found.name}, confidence ${formatNumber(found.confidence)}`, lining)
}

function tellGaps({ gaps }: RunFacts, lining: Lining): string[] {
  const told = gaps.map(({ what, reason, stepIndex }) => {
    return `${what} ${reason}${stepIndex === undefined ? '' : ` at step ${stepIndex + 1}`}`
  })
  return tellList('gaps', told, gapLimit, lining)
}
