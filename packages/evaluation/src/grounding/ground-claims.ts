import type { ImageReference, Trajectory } from '@contrail/core'
import { answerOf } from '../run/answer.ts'
import { claimsIn, plainWords, type ClaimKind, type ClaimText } from './claims.ts'
import { gatherPassages, type Passage } from './corpus.ts'
import { isMeasure } from './figures.ts'
import { countsThings, finderOf, holdsWords } from './look-up.ts'

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
/** Up to so many of a thing an agent may have counted by itself. */
const mostCounted = 20

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
  const { claims } = lookUpClaims(trajectory)
  return { claims: claims.map(({ firstStep: _, ...claim }) => claim) }
}

/** Look up claims, with the first step that shows each, and tell whether there was anything to look in. */
export function lookUpClaims(trajectory: Trajectory<ImageReference>): { claims: Looked[]; hasEvidence: boolean } {
  const said = claimsOf(trajectory)
  if (said.length === 0) return { claims: [], hasEvidence: false }
  const passages = gatherPassages(trajectory)
  const claims = said.flatMap((claim) => {
    const looked = lookUp(claim, passages)
    return !looked.grounded && isOwnCount(claim, passages) ? [] : [looked]
  })
  return { claims, hasEvidence: passages.length > 0 }
}

/** The claims of the answer that the task does not make. */
function claimsOf(trajectory: Trajectory<ImageReference>): ClaimText[] {
  const { instruction, initUrl = '' } = trajectory.task
  const task = `${instruction}\n${initUrl}`
  const inTask = new Set(claimsIn(task).map(({ kind, normalized }) => `${kind} ${normalized}`))
  const words = plainWords(task)
  return claimsIn(answerOf(trajectory)).filter(
    ({ kind, normalized }) => !inTask.has(`${kind} ${normalized}`) && !holdsWords(words, normalized),
  )
}

function lookUp(claim: ClaimText, passages: readonly Passage[]): Looked {
  const find = finderOf(claim)
  const evidence: { id: string; excerpt: string }[] = []
  let firstStep: number | undefined
  for (const passage of passages) {
    const excerpt = find(passage)
    if (excerpt === undefined || isEcho(claim, passage)) continue
    firstStep ??= passage.step
    evidence.push({ id: passage.id, excerpt })
    if (evidence.length === mostEvidence) break
  }
  const { text, kind, normalized } = claim
  return { text, kind, normalized, grounded: evidence.length > 0, evidence, firstStep }
}

/** A result that says again what the step was given shows nothing. An address that was opened was there. */
function isEcho({ kind, normalized }: ClaimText, passage: Passage): boolean {
  return kind !== 'url' && holdsWords(passage.given(), normalized.replace(/^[A-Z]{3} /, ''))
}

/** The pages never say how many there are of this, and they are few: the agent counted them. */
function isOwnCount({ kind, normalized }: ClaimText, passages: readonly Passage[]): boolean {
  if (kind !== 'number') return false
  const [value = '', unit = ''] = normalized.split(' ')
  if (isMeasure(unit) || Number(value) > mostCounted || !Number.isInteger(Number(value))) return false
  const counts = countsThings(unit)
  return !passages.some(({ text }) => counts(text))
}
