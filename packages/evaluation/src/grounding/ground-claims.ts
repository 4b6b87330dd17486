import type { ImageReference, Trajectory } from '@contrail/core'
import { answerOf } from '../run/answer.ts'
import { wholeTrajectory } from '../run/whole.ts'
import { claimsIn, plainWords, type ClaimKind, type ClaimText } from './claims.ts'
import { gatherPassages, type Passage } from './corpus.ts'
import { countedIn, says } from './counting.ts'
import { figuresIn } from './figures.ts'
import { finderOf, holdsWords } from './look-up.ts'

/** A claim of an answer, and what shows it. */
export interface GroundedClaim {
  /** As the answer writes it. */
  readonly text: string
  readonly kind: ClaimKind
  readonly normalized: string
  readonly grounded: boolean
  /** At most 3, the earliest first. The id of a look before the first step begins with `initial`, that of the last with `final`. */
  readonly evidence: readonly { readonly id: string; readonly excerpt: string }[]
}

/** The claims of an answer. */
export interface ClaimReport {
  readonly claims: readonly GroundedClaim[]
}

/** A claim with the first step whose evidence shows it. */
interface Looked extends GroundedClaim {
  readonly firstStep: number | undefined
}

const mostEvidence = 3
/** Texts that are shorter say that something was done, and show no page. */
const shortestText = 80

/**
 * Look for what the final answer says in what the run saw: numbers with a unit, prices, dates, addresses, quoted words and names.
 * Both are normalised first. What the task says is no claim, what the agent typed is no evidence, and nothing is guessed: no model
 * is asked. Pure and linear in the length of the evidence.
 *
 * @example
 * ```ts
 * const { claims } = groundClaims(trajectory)
 * const invented = claims.filter(({ grounded }) => !grounded)
 * ```
 */
export function groundClaims(trajectory: Trajectory<ImageReference>): ClaimReport {
  const { claims } = lookUpClaims(wholeTrajectory(trajectory))
  return { claims: claims.map(({ firstStep: _, ...claim }) => claim) }
}

/** Look up claims, with the first step that shows each, and tell whether there was anything to look in. */
export function lookUpClaims(trajectory: Trajectory<ImageReference>): { claims: Looked[]; hasEvidence: boolean } {
  const said = claimsOf(trajectory)
  if (said.length === 0) return { claims: [], hasEvidence: false }
  const passages = gatherPassages(trajectory)
  const heads = headsOfColumns(passages)
  const claims = said
    .map((claim) => lookUpReadings(withoutHead(claim, heads), passages, trajectory))
    .filter((claim) => claim.grounded || !isOwnDoing(claim, trajectory))
  return { claims, hasEvidence: showsWords(trajectory, passages) }
}

/** The words over columns of tables, wherever they were seen: a table that is scrolled shows them no more. */
function headsOfColumns(passages: readonly Passage[]): ReadonlySet<string> {
  const trees = passages.filter(({ part, text }) => part === 'tree' && text.includes('- columnheader'))
  return new Set(
    trees.flatMap(({ text }) =>
      [...text.matchAll(/- columnheader:? "?([^"\n[]{1,80})/g)].map(([, head = '']) => plainWords(head.trim())),
    ),
  )
}

/** A name may begin with what stands over the column: of `Clause 37 Guarantee` the row says `37` and `Guarantee`. */
function withoutHead(claim: ClaimText, heads: ReadonlySet<string>): ClaimText {
  const [first = '', ...rest] = claim.normalized.split(' ')
  const isNumber = rest.length === 1 && /^\d+$/.test(rest[0]!)
  if (claim.kind !== 'name' || !(rest.length > 1 || isNumber) || !heads.has(first)) return claim
  return { ...claim, shorter: rest.join(' ') }
}

const doings = new Set('step action click page tab attempt try search query visit scroll'.split(' '))

/** A number of the agent's own deeds is no claim about what it saw, as long as the run has room for it. */
function isOwnDoing({ kind, normalized }: GroundedClaim, { steps }: Trajectory<ImageReference>): boolean {
  const [count, unit = ''] = normalized.split(' ')
  return kind === 'number' && doings.has(unit) && Number(count) <= steps.length
}

/** An address and a title are no page, and beside pictures a short result is none: what was seen is in the pictures then. */
function showsWords({ steps }: Trajectory<ImageReference>, passages: readonly Passage[]): boolean {
  const texts = passages.filter(({ part }) => part !== 'address' && part !== 'title')
  const hasPictures = steps.some(
    ({ probeEvidence, agentEvidence }) =>
      probeEvidence.screenshot !== undefined || agentEvidence.modalities.some(({ type }) => type === 'image'),
  )
  return texts.some(({ part, text }) => part === 'tree' || !hasPictures || text.length >= shortestText)
}

/** The claims of the answer that the task does not make. */
function claimsOf(trajectory: Trajectory<ImageReference>): ClaimText[] {
  const { instruction, initUrl = '' } = trajectory.task
  const task = `${instruction}\n${initUrl}`
  const inTask = new Set(
    claimsIn(withDigits(task))
      .flatMap(readingsOf)
      .map(({ kind, normalized }) => `${kind} ${normalized}`),
  )
  const words = plainWords(task)
  return claimsIn(answerOf(trajectory)).filter((claim) =>
    readingsOf(claim).every(
      ({ kind, normalized }) => !inTask.has(`${kind} ${normalized}`) && !holdsWords(words, normalized),
    ),
  )
}

function readingsOf(claim: ClaimText): ClaimText[] {
  return claim.count ? [claim, claim.count] : [claim]
}

const numberWords = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ')

/** A task that says `two lamps` says `2 lamps`. */
function withDigits(text: string): string {
  return text.replaceAll(/\b[a-z]{3,6}\b/gi, (word) => {
    const digit = numberWords.indexOf(word.toLowerCase())
    return digit === -1 ? word : String(digit)
  })
}

/** Looks for a name, else for the count that it may be. A text that does not say the word counts nothing of it. */
function lookUpReadings(
  claim: ClaimText,
  passages: readonly Passage[],
  trajectory: Trajectory<ImageReference>,
): Looked {
  const { instruction } = trajectory.task
  const asName = lookUp(claim, passages, instruction)
  const { count } = claim
  if (asName.grounded || !count) return asName
  const unit = count.normalized.split(' ').slice(1)
  const asCount = lookUp(
    count,
    passages.filter(({ text }) => says(text, unit)),
    instruction,
  )
  return asCount.grounded || isOwnDoing(asCount, trajectory) ? asCount : asName
}

function lookUp(claim: ClaimText, passages: readonly Passage[], task: string): Looked {
  const shown = search(passages, claim, finderOf(claim))
  // Nothing says how many: they may have been counted where they stand.
  const { evidence, firstStep } =
    shown.evidence.length > 0 ? shown : search(passages, claim, (passage) => countedIn(claim, passage, task))
  const { text, kind, normalized } = claim
  return { text, kind, normalized, grounded: evidence.length > 0, evidence, firstStep }
}

function search(
  passages: readonly Passage[],
  claim: ClaimText,
  find: (passage: Passage) => string | undefined,
): Pick<Looked, 'evidence' | 'firstStep'> {
  const evidence: { id: string; excerpt: string }[] = []
  let firstStep: number | undefined
  for (const passage of passages) {
    const excerpt = find(passage)
    if (excerpt === undefined || isEcho(claim, passage)) continue
    firstStep ??= passage.step
    evidence.push({ id: passage.id, excerpt })
    if (evidence.length === mostEvidence) break
  }
  return { evidence, firstStep }
}

/** A result that says again what the step was given shows nothing. An address that was opened was there. */
function isEcho({ kind, normalized }: ClaimText, passage: Passage): boolean {
  if (kind === 'url') return false
  if (kind !== 'price') return holdsWords(passage.given(), normalized)
  const [currency, value] = normalized.split(' ')
  return figuresIn(passage.given()).some((one) => one.currency === currency && one.value === Number(value))
}
