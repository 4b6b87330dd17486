import { describeLastEvent } from '@contrail/core'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import { fit, widthOf, wrapWords } from '../../terminal/fit.ts'
import { formatCount, formatNumber, formatStepNumbers } from '../../terminal/format.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { copied, createLining, facts, line, roomOf, tellList, type Lining } from '../facts/lines.ts'
import { readPrices } from '../facts/prices.ts'
import { readRun } from '../facts/read-run.ts'
import { isGood, type KnownRun, type RunFacts } from '../facts/run-facts.ts'
import type { StepFacts } from '../facts/step-facts.ts'
import { tellUnreadable, findUnreadable, type UnreadableFile } from '../facts/unreadable.ts'
import {
  describeAction,
  describeChanges,
  describeCounts,
  describeEnvironment,
  describeGap,
  decidingFirst,
  describeVerdict,
  shortUrl,
} from '../facts/words.ts'

/** The most lines of each list. */
const listLimit = 3
const verdictLimit = 3
const fileLimit = 2
const lineLimit = 40
/** The most lines with what a run came to. */
const headLimit = 3
/** The most lines of the numbers of steps that failed too. */
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
  const { firstFailure } = run.facts
  const failed = run.trajectory.steps[firstFailure?.step ?? -1]
  const unreadable = failed ? await findUnreadable(failed) : []
  const lines = tellWhy({ ...run, unreadable }, createLining(input.paint, input.columns))
  const json = { ...run.facts, firstFailure: firstFailure && { ...firstFailure, unreadable } }
  return { exitCode: isGood(run.facts) ? 0 : 1, text: lines.join('\n'), whole: true, json }
}

/** A run with the pictures of its first failure that cannot be shown. */
interface ExplainedRun extends KnownRun {
  readonly unreadable: readonly UnreadableFile[]
}

/** Lists are told by their length alone where all that there is to say takes too many lines. */
function tellWhy(run: ExplainedRun, lining: Lining): string[] {
  const lines = tellWithin(run, lining, listLimit)
  return lines.length <= lineLimit ? lines : tellWithin(run, lining, 1)
}

function tellWithin(run: ExplainedRun, lining: Lining, most: number): string[] {
  const { facts: known, unreadable } = run
  const before = [
    ...tellHead(known, lining),
    ...tellVerdicts(run, lining),
    ...(known.inFlight ? tellInFlight(known, lining) : []),
    ...(known.firstFailure ? tellFailure(known, known.firstFailure, most, lining) : tellNoFailure(known, lining)),
    ...tellUnreadable(unreadable, most, lining),
    ...tellAfter(known, lining),
  ]
  const after = [
    ...tellGaps(known, most, lining),
    ...tellClass(known, lining),
    ...line('answer', known.finalAnswer ?? 'none', lining, { lines: 2, claim: known.finalAnswer !== null }),
    ...copied('look', known.next, lining),
  ]
  return [...before, ...tellOthers(run, lineLimit - before.length - after.length, lining), ...after]
}

function tellHead(known: RunFacts, { paint, columns }: Lining): string[] {
  const { taskId, status } = known
  const id = fit(toPrintable(taskId), Math.floor(columns / 2))
  const room = columns - widthOf(id) - status.length - 4
  const counts = describeCounts(known).map((part) => toPrintable(part, 1000))
  const rows = ['']
  for (const [at, part] of counts.entries()) {
    const joined = [rows.at(-1), at === counts.length - 1 ? part : `${part},`].filter(Boolean).join(' ')
    const fits = widthOf(joined) <= (rows.length === 1 ? room : columns - 2)
    if (fits) rows[rows.length - 1] = joined
    else rows.push(joined.slice(rows.at(-1)!.length).trim())
  }
  const [first = '', ...more] = rows
  const mark = paint(status === 'complete' ? 'good' : 'bad', status)
  const below = more.flatMap((row) => wrapWords(row, columns - 2, 2)).slice(0, headLimit - 1)
  return [`${paint('strong', id)}  ${mark}  ${first}`.trimEnd(), ...below.map((row) => `  ${row}`)]
}

function tellVerdicts({ facts: { verdicts } }: KnownRun, lining: Lining): string[] {
  const some = decidingFirst(verdicts).slice(0, verdicts.length > verdictLimit ? verdictLimit - 1 : verdictLimit)
  const told = some.flatMap((verdict) => {
    const style = verdict.outcomeSuccess ? 'good' : 'bad'
    return line('verdict', describeVerdict(verdict), lining, { style })
  })
  const rest = verdicts.length - some.length
  return rest > 0 ? [...told, ...line('', `and ${rest} more`, lining)] : told
}

function tellInFlight({ inFlight, status }: RunFacts, lining: Lining): string[] {
  if (!inFlight) return []
  return [
    ...line('last event', describeLastEvent(inFlight.lastEvent), lining, { lines: 2 }),
    ...line(status === 'recording' ? 'under way' : 'was under way', inFlight.underWay, lining, { lines: 2 }),
  ]
}

function tellNoFailure({ counts }: RunFacts, lining: Lining): string[] {
  return line('first failure', counts.steps === 0 ? 'none: no steps were recorded' : 'none: no step failed', lining)
}

function tellFailure({ counts }: RunFacts, failure: StepFacts, most: number, lining: Lining): string[] {
  const { step, error, reasoning, url, changed, evidence, files } = failure
  const where = url === null ? '' : `on ${shortUrl(url)}`
  const place = [`step ${step + 1} of ${counts.steps}`, describeAction(failure), where].filter(Boolean)
  return [
    ...facts('first failure', place, lining),
    ...line('  error', error ?? '', lining, { lines: 3, style: 'bad' }),
    ...(reasoning === '' ? [] : line('  reasoning', reasoning, lining, { lines: 2, claim: true })),
    ...tellList('  page said', describeChanges(changed), most, lining),
    ...tellList('  page did', describeEnvironment(failure), most, lining),
    ...copied('  evidence', inOrder(evidence, files, lining), lining),
  ]
}

/** Pictures stand beside the id of their frame where they can. */
function inOrder(evidence: readonly string[], files: readonly string[], lining: Lining): string[] {
  const frame = evidence.find((id) => id.endsWith(':frame'))
  const some = files.slice(0, fileLimit)
  const rest = files.length > some.length ? [`and ${files.length - some.length} more`] : []
  const parts = frame === undefined ? some : [frame, ...some]
  const together = parts.join(' ')
  const fits = widthOf(together) <= roomOf(lining)
  return [...(fits && parts.length > 0 ? [together] : parts), ...rest, ...evidence.filter((id) => id !== frame)]
}

function tellAfter({ firstFailure, counts }: RunFacts, lining: Lining): string[] {
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
  return line('after it', after.filter(Boolean).join('; '), lining, { lines: 3 })
}

/** The other steps that failed, as ranges, in at most so many lines. */
function tellOthers({ failed }: KnownRun, room: number, lining: Lining): string[] {
  const others = failed.slice(1).map((index) => index + 1)
  if (others.length === 0) return []
  const lines = Math.min(Math.max(room, 1), numberLines)
  const count = `${formatCount(others.length, 'more step')}: `
  // A line that is broken between two ranges has a little less than its columns.
  const numbers = formatStepNumbers(others, lines * (roomOf(lining) - 10) - count.length)
  return line('also failed', `${count}${numbers}`, lining, { lines })
}

/** A class of failure alone: that nothing was found is said by the rest. */
function tellClass({ class: found }: RunFacts, lining: Lining): string[] {
  if (found === null || found.confidence === null) return []
  return line('class', `${found.name}, confidence ${formatNumber(found.confidence)}`, lining)
}

function tellGaps({ gaps }: RunFacts, most: number, lining: Lining): string[] {
  return tellList('gaps', gaps.map(describeGap), most, lining)
}
