import type { CommandResult } from '../../terminal/command-result.ts'
import { formatCount } from '../../terminal/format.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { onOneLine } from '../facts/lines.ts'
import { readRun } from '../facts/read-run.ts'
import type { KnownRun } from '../facts/run-facts.ts'
import { toStepFacts, type StepFacts } from '../facts/step-facts.ts'
import { describeAction, describeCounts, describeEnvironment, shortUrl } from '../facts/words.ts'

/** A token is taken for so many characters. */
const tokenCharacters = 4
/** More is added to no digest, however many tokens it may take: then `--json` says it all. */
const failureLimit = 500

/** A part of a digest. Parts are told in their order and left out by their rank, the highest first. */
interface Part {
  readonly rank: number
  readonly text: string
  /** The step that it tells, from 0. */
  readonly step?: number
}

/**
 * Tell a run within so many tokens of 4 characters: its task, its end and its first failure, then its other failures whole, then
 * what else fits, and what was cut. The same run gives the same text. From 200 tokens on task, status and first failure are there.
 *
 * @throws {ContrailError} JOURNAL_MISSING and what `readTrajectory` throws
 */
export async function digestRecording(
  input: { directory: string; tokens: number } & Surroundings,
): Promise<CommandResult> {
  const run = await readRun(input)
  // The newline that ends it is a character too.
  const limit = input.tokens * tokenCharacters - 1
  const { text, left } = fitParts(await toParts(run, limit), limit)
  const { directory, taskId, status } = run.facts
  const tokens = Math.ceil((text.length + 1) / tokenCharacters)
  return { exitCode: 0, text, json: { directory, taskId, status, limit: input.tokens, tokens, cut: left, text } }
}

/** Fit as many parts as there is room for, by their rank. */
function fitParts(parts: readonly Part[], limit: number): { text: string; left: string | null } {
  const ranked = parts.toSorted((a, b) => a.rank - b.rank)
  const render = (count: number): { text: string; left: string | null } => {
    const kept = new Set(ranked.slice(0, count))
    const left = describeLeft(parts.filter((part) => !kept.has(part)))
    const told = parts.filter((part) => kept.has(part)).map(({ text }) => text)
    return { text: [...told, ...(left === null ? [] : [`cut: ${left}`])].join('\n'), left }
  }
  let [least, most] = [0, parts.length]
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (render(middle).text.length <= limit) least = middle
    else most = middle - 1
  }
  const fitting = render(least)
  if (fitting.text.length <= limit && least > 0) return fitting
  // There is no room for even the first part: its beginning says more than nothing.
  const [first] = ranked
  return { text: cut(first?.text ?? '', limit), left: 'all but the beginning' }
}

function describeLeft(parts: readonly Part[]): string | null {
  if (parts.length === 0) return null
  const steps = parts.flatMap(({ step }) => step ?? [])
  const others = parts.length - steps.length
  const range = steps.length === 0 ? '' : ` (between ${(steps[0] ?? 0) + 1} and ${(steps.at(-1) ?? 0) + 1})`
  const told = [
    steps.length > 0 ? `${formatCount(steps.length, 'step')}${range}` : '',
    others > 0 ? formatCount(others, 'line') : '',
  ]
  return told.filter(Boolean).join(', ')
}

async function toParts({ facts, view, trajectory }: KnownRun, limit: number): Promise<Part[]> {
  const { toStepDetail } = await import('@contrail/viewer/run-view')
  const { taskId, status, verdicts, firstFailure, inFlight, gaps, finalAnswer } = facts
  // What must be there shares what there is; the rest is for what was cut.
  const share = (part: number): number => Math.max(Math.floor((limit - 80) * part), 0)
  const head = cut(onOneLine(`${taskId}: ${status}, ${describeCounts(facts).join(', ')}`), Math.max(share(0.3), 60))
  const told = view.failed.slice(0, failureLimit).flatMap((index): Part[] => {
    const [shown, detail] = [view.steps[index], toStepDetail(trajectory, index)]
    if (!shown || !detail) return []
    const isFirst = index === firstFailure?.step
    const text = tellFailure(toStepFacts(trajectory, shown, detail, view), isFirst ? 'first failure, ' : '')
    return [{ rank: isFirst ? 2 : 10 + index, text: isFirst ? cut(text, share(0.35)) : text, step: index }]
  })
  const failures = new Map(told.map((part) => [part.step, part]))
  const count = view.steps.length
  const steps = view.steps.map(({ index, action, aim, ok, url }): Part => {
    const where = url === undefined ? '' : ` on ${shortUrl(url)}`
    const words = `step ${index + 1} ${ok ? 'ok' : 'FAILED'} ${describeAction({ action, target: aim })}${where}`
    // The end and the beginning say more than the middle.
    const rank = 10 + count + Math.min(index, count - 1 - index)
    return failures.get(index) ?? { rank, text: onOneLine(words), step: index }
  })
  return [
    { rank: 0, text: head },
    { rank: 1, text: cut(onOneLine(`task: ${view.instruction}`), share(0.3)) },
    ...verdicts.map(({ name, outcomeSuccess, processScore }): Part => {
      const score = processScore === null ? '' : `, process ${processScore}`
      const outcome = outcomeSuccess === null ? 'broken' : outcomeSuccess ? 'yes' : 'no'
      return { rank: 3, text: onOneLine(`verdict ${name}: ${outcome}${score}`) }
    }),
    ...(inFlight ? [{ rank: 3, text: `under way at the end: ${inFlight.underWay}` }] : []),
    ...steps,
    ...gaps.map(({ what, reason, stepIndex }): Part => {
      const where = stepIndex === undefined ? '' : ` at step ${stepIndex + 1}`
      return { rank: 5, text: onOneLine(`gap: ${what} ${reason}${where}`) }
    }),
    ...(finalAnswer === null ? [] : [{ rank: 4, text: onOneLine(`answer (claim): ${finalAnswer}`) }]),
  ]
}

/** A failure whole: what was tried and claimed, what came back, what the page said and did. */
function tellFailure(failure: StepFacts, prefix: string): string {
  const { step, url, error, reasoning, changed, evidence, recoveredAt } = failure
  const where = url === null ? '' : ` on ${shortUrl(url)}`
  const lines = [
    `${prefix}step ${step + 1} FAILED ${describeAction(failure)}${where}`,
    `  error: ${error ?? ''}`,
    reasoning === '' ? '' : `  reasoning (claim): ${reasoning}`,
    ...changed.added.map((one) => `  page said: + ${one}`),
    ...changed.removed.map((one) => `  page said: - ${one}`),
    ...describeEnvironment(failure).map((one) => `  page did: ${one}`),
    recoveredAt === null ? '' : `  the same action succeeded at step ${recoveredAt + 1}`,
    `  evidence: ${evidence.join(' ')}`,
  ]
  return lines
    .filter(Boolean)
    .map((one) => `${one.startsWith('  ') ? '  ' : ''}${onOneLine(one)}`)
    .join('\n')
}

/** The beginning of a text, with `…` where it was cut; no character is cut in two. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  if (limit < 1) return ''
  const head = text.slice(0, limit - 1)
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}…`
}
