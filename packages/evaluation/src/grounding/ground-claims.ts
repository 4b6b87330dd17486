import type { ImageReference, Trajectory } from '@contrail/core'
import { answerOf } from '../run/answer.ts'
import { oneLine } from '../run/texts.ts'
import { claimsIn, plainWords, type ClaimKind, type ClaimText } from './claims.ts'
import { gatherPassages, type Passage } from './corpus.ts'
import { canBeSameDay, daysIn } from './dates.ts'
import { isMeasure } from './figures.ts'

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
const excerptReach = 50
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

/** The same, with the first step of each, and whether there was anything to look in. */
export function lookUpClaims(trajectory: Trajectory<ImageReference>): { claims: Looked[]; hasEvidence: boolean } {
  const { instruction, initUrl = '' } = trajectory.task
  const said = claimsOf(trajectory, `${instruction}\n${initUrl}`)
  if (said.length === 0) return { claims: [], hasEvidence: false }
  const passages = gatherPassages(trajectory)
  const claims = said.flatMap((claim) => {
    const looked = lookUp(claim, passages)
    return !looked.grounded && isOwnCount(claim, passages) ? [] : [looked]
  })
  return { claims, hasEvidence: passages.length > 0 }
}

function claimsOf(trajectory: Trajectory<ImageReference>, task: string): ClaimText[] {
  const inTask = new Set(claimsIn(task).map(({ kind, normalized }) => `${kind} ${normalized}`))
  const words = ` ${plainWords(task)} `
  return claimsIn(answerOf(trajectory)).filter(
    ({ kind, normalized }) =>
      !inTask.has(`${kind} ${normalized}`) &&
      !(kind === 'name' || kind === 'quote' ? hasPhrase(words, normalized) : words.includes(` ${normalized} `)),
  )
}

function lookUp(claim: ClaimText, passages: readonly Passage[]): Looked {
  const evidence: { id: string; excerpt: string }[] = []
  let firstStep: number | undefined
  for (const passage of passages) {
    const place = find(claim, passage)
    if (place === undefined || isEcho(claim, passage)) continue
    firstStep ??= passage.step
    evidence.push({ id: passage.id, excerpt: place })
    if (evidence.length === mostEvidence) break
  }
  const { text, kind, normalized } = claim
  return { text, kind, normalized, grounded: evidence.length > 0, evidence, firstStep }
}

/** A result that says again what the step was given shows nothing. An address that was opened was there. */
function isEcho({ kind, normalized }: ClaimText, { id, given }: Passage): boolean {
  return kind !== 'url' && id.endsWith(':result') && hasPhrase(given, normalized.replace(/^[A-Z]{3} /, ''))
}

/** Find a claim in a passage, and give what stands around it. */
function find(claim: ClaimText, passage: Passage): string | undefined {
  switch (claim.kind) {
    case 'url':
      return passage.urls().some((url) => url === claim.normalized || url.startsWith(`${claim.normalized}?`))
        ? oneLine(claim.normalized, 2 * excerptReach)
        : undefined
    case 'price':
    case 'number':
      return findFigure(claim, passage)
    case 'date': {
      const days = daysIn(claim.text)[0]?.days ?? []
      const day = passage.days().find((other) => canBeSameDay(days, other.days))
      return day && around(passage.text, day.at, day.end)
    }
    case 'quote':
    case 'name':
      return findWords(claim, passage)
  }
}

function findFigure({ normalized }: ClaimText, passage: Passage): string | undefined {
  const [one = '', other = ''] = normalized.split(' ')
  const isPrice = /^[A-Z]{3}$/.test(one)
  const [value, mark] = isPrice ? [Number(other), one] : [Number(one), other]
  const figure = passage.figures().find((candidate) => {
    if (candidate.value !== value) return false
    if (isPrice)
      return candidate.currency === mark || (candidate.currency === undefined && candidate.unit === undefined)
    if (candidate.unit === mark) return true
    if (candidate.currency !== undefined) return false
    // `Width (cm): 45`, and things that a page counts by another name.
    return isMeasure(mark) ? candidate.unit === undefined && hasUnitNear(passage.text, candidate.at, mark) : true
  })
  return figure && around(passage.text, figure.at, figure.end)
}

function hasUnitNear(text: string, at: number, unit: string): boolean {
  const line = text.slice(Math.max(text.lastIndexOf('\n', at) + 1, at - 80), at)
  return hasPhrase(` ${plainWords(line)} `, unit)
}

/** The pages never say how many there are of this, and they are few: the agent counted them. */
function isOwnCount({ kind, normalized }: ClaimText, passages: readonly Passage[]): boolean {
  if (kind !== 'number') return false
  const [value = '', unit = ''] = normalized.split(' ')
  if (isMeasure(unit) || Number(value) > mostCounted || !Number.isInteger(Number(value))) return false
  return !passages.some((passage) => passage.figures().some((figure) => figure.unit === unit))
}

function findWords({ normalized, shorter, kind }: ClaimText, passage: Passage): string | undefined {
  const plain = passage.plain()
  for (const words of [normalized, shorter]) {
    if (words === undefined) continue
    const at = placeOf(plain, words)
    if (at !== -1) return around(plain, at, at + words.length)
    const parts = words.split(' ')
    const places = kind === 'name' && parts.length > 1 ? parts.map((part) => placeOf(plain, part)) : [-1]
    if (places.every((place) => place !== -1)) return around(plain, places[0]!, places[0]! + parts[0]!.length)
  }
  return undefined
}

function hasPhrase(text: string, words: string): boolean {
  return placeOf(text, words) !== -1
}

/** Where words stand in a text, not inside longer ones; -1 where they do not. */
function placeOf(text: string, words: string): number {
  if (words === '') return -1
  for (let at = text.indexOf(words); at !== -1; at = text.indexOf(words, at + 1))
    if (!isLetter(text[at - 1], words[0]) && !isLetter(text[at + words.length], words.at(-1))) return at
  return -1
}

/** Whether a character goes on with the word beside it. */
function isLetter(character: string | undefined, neighbour: string | undefined): boolean {
  const letter = /[\p{L}\p{N}]/u
  return character !== undefined && neighbour !== undefined && letter.test(character) && letter.test(neighbour)
}

function around(text: string, at: number, end: number): string {
  return oneLine(text.slice(Math.max(0, at - excerptReach), end + excerptReach).toWellFormed(), 3 * excerptReach)
}
