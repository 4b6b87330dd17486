import type { StepView } from '@contrail/viewer'
import type { CommandResult } from '../../terminal/command-result.ts'
import { formatCount } from '../../terminal/format.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { onOneLine } from '../facts/lines.ts'
import { readRun } from '../facts/read-run.ts'
import type { KnownRun } from '../facts/run-facts.ts'
import { toStepFacts, type StepFacts } from '../facts/step-facts.ts'
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
import { cut, fitParts, type Part } from './digest-parts.ts'

/** A token is taken for so many characters. */
const tokenCharacters = 4
/** Room that is kept for what was cut, in characters; it takes no more. */
const noteRoom = 160
/** Longest condensed line, in characters, and the longest id of a task that stands before its status. */
const [lineLimit, idLimit] = [200, 80]

/** Failures are looked at as long as they come to no more than so many times the room: hardly one is left then that might fit. */
const mostRead = 4

/** The parts of a digest, by the turn in which they get room. What is condensed comes after all that failed. */
const rankOf = { first: 0, head: 1, task: 2, verdict: 3, failure: 4, answer: 5, gap: 6, failedInShort: 7, step: 8 }

/** A part of a digest; `of` is the index of its step. */
interface DigestPart extends Part {
  /** The name of a part that is neither a step nor a line. */
  readonly name?: string
}

/**
 * Tell a run within so many tokens of 4 characters: its task, its end and its failures whole, the first one before all others, the
 * rest condensed as far as it has to be, and what was cut. The same run gives the same text. From 200 tokens on task, status and
 * first failure are there.
 *
 * @throws {ContrailError} JOURNAL_MISSING and what `readTrajectory` throws
 */
export async function digestRecording(
  input: { directory: string; tokens: number } & Surroundings,
): Promise<CommandResult> {
  const run = await readRun(input)
  // The newline that ends it is a character too.
  const limit = input.tokens * tokenCharacters - 1
  const { text, left } = digest(await toParts(run, limit), limit)
  const { directory, taskId, status } = run.facts
  const tokens = Math.ceil((text.length + 1) / tokenCharacters)
  return {
    exitCode: 0,
    text,
    whole: true,
    json: { directory, taskId, status, limit: input.tokens, tokens, cut: left, text },
  }
}

function digest(parts: readonly DigestPart[], limit: number): { text: string; left: string | null } {
  const join = (given: ReadonlyMap<DigestPart, string>): string =>
    parts.flatMap((part) => given.get(part) ?? []).join('\n')
  // The last line has no newline of its own.
  const whole = fitParts(parts, limit + 1)
  if (describeLeft(parts, whole) === null) return { text: join(whole), left: null }
  const given = fitParts(parts, limit + 1 - Math.min(noteRoom, Math.ceil(limit / 4)))
  const left = describeLeft(parts, given) ?? ''
  return { text: cut([join(given), `cut: ${left}`].filter(Boolean).join('\n'), limit), left }
}

/** Say in fewer than `noteRoom` characters what is not told; null where all is. */
function describeLeft(parts: readonly DigestPart[], given: ReadonlyMap<DigestPart, string>): string | null {
  const told = new Set([...given.keys()].flatMap(({ of }) => of ?? []))
  const steps = [...new Set(parts.flatMap(({ of }) => (of === undefined || told.has(of) ? [] : [of])))]
  const inShort = parts.flatMap((part) => (part.rank === rankOf.failedInShort && given.has(part) ? [part.of! + 1] : []))
  const lines = parts.filter((part) => part.of === undefined && part.name === undefined && !given.has(part))
  const names = parts.flatMap((part) => (part.name === undefined || given.get(part) === part.text ? [] : [part.name]))
  const left = [
    steps.length > 0 ? `${formatCount(steps.length, 'step')} (between ${steps[0]! + 1} and ${steps.at(-1)! + 1})` : '',
    inShort.length > 0 ? `all but a line of ${formatCount(inShort.length, 'failure')}` : '',
    lines.length > 0 ? formatCount(lines.length, 'line') : '',
    names.length > 0 ? `the end of the ${names.join(', ')}` : '',
  ].filter(Boolean)
  return left.length === 0 ? null : left.join(', ')
}

async function toParts({ facts, trajectory }: KnownRun, limit: number): Promise<DigestPart[]> {
  const { toRunView, toStepDetail } = await import('@contrail/viewer/run-view')
  const { instruction, steps } = toRunView(trajectory)
  const { taskId, status, verdicts, firstFailure, inFlight, gaps, finalAnswer } = facts
  const inLine = (text: string): string => cut(onOneLine(text), lineLimit)
  const whole = (text: string): string => onOneLine(text, limit)
  let unread = limit * mostRead
  const tellWhole = (shown: StepView): DigestPart[] => {
    const detail = unread > 0 ? toStepDetail(trajectory, shown.index) : undefined
    if (!detail) return []
    const isFirst = shown.index === firstFailure?.step
    const text = tellFailure(toStepFacts(trajectory, shown, detail), isFirst ? 'first failure, ' : '', limit)
    unread -= text.length
    const part = { text, of: shown.index }
    return [
      isFirst
        ? { ...part, rank: rankOf.first, canBeCut: true, name: 'first failure' }
        : { ...part, rank: rankOf.failure },
    ]
  }
  const tellStep = (shown: StepView): DigestPart[] => {
    const { index, action, aim, ok, url } = shown
    const where = url === undefined ? '' : ` on ${shortUrl(url)}`
    const text = inLine(`step ${index + 1} ${ok ? 'ok' : 'FAILED'} ${describeAction({ action, target: aim })}${where}`)
    if (!ok) return [...tellWhole(shown), { rank: rankOf.failedInShort, text, of: index }]
    // The end and the beginning say more than the middle.
    return [{ rank: rankOf.step + Math.min(index, steps.length - 1 - index), text, of: index }]
  }
  const counts = describeCounts(facts).join(', ')
  return [
    {
      rank: rankOf.head,
      text: whole(`${cut(taskId, idLimit)}: ${status}, ${counts}`),
      canBeCut: true,
      share: 0.22,
      name: 'counts',
    },
    { rank: rankOf.task, text: whole(`task: ${instruction}`), canBeCut: true, share: 0.18, name: 'task' },
    ...decidingFirst(verdicts).map((verdict): DigestPart => {
      return { rank: rankOf.verdict, text: inLine(`verdict ${describeVerdict(verdict)}`) }
    }),
    ...(inFlight ? [{ rank: rankOf.verdict, text: `under way at the end: ${inFlight.underWay}` }] : []),
    ...steps.flatMap(tellStep),
    ...gaps.map((gap): DigestPart => ({ rank: rankOf.gap, text: inLine(`gap: ${describeGap(gap)}`) })),
    ...(finalAnswer === null
      ? []
      : [
          {
            rank: rankOf.answer,
            text: whole(`answer (claim): ${finalAnswer}`),
            canBeCut: true,
            share: 0.1,
            name: 'answer',
          },
        ]),
  ]
}

/** A failure whole: what was tried and claimed, what came back, what the page said and did. */
function tellFailure(failure: StepFacts, prefix: string, limit: number): string {
  const { step, url, error, reasoning, changed, evidence, recoveredAt } = failure
  const where = url === null ? '' : ` on ${shortUrl(url)}`
  const lines = [
    `${prefix}step ${step + 1} FAILED ${describeAction(failure)}${where}`,
    `  error: ${error ?? ''}`,
    reasoning === '' ? '' : `  reasoning (claim): ${reasoning}`,
    ...describeChanges(changed).map((one) => `  page said: ${one}`),
    ...describeEnvironment(failure).map((one) => `  page did: ${one}`),
    recoveredAt === null ? '' : `  the same action succeeded at step ${recoveredAt + 1}`,
    `  evidence: ${evidence.join(' ')}`,
  ]
  return lines
    .filter(Boolean)
    .map((one) => `${one.startsWith('  ') ? '  ' : ''}${onOneLine(one, limit)}`)
    .join('\n')
}
