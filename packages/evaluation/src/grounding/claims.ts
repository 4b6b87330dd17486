import { normalizeUrl } from '../run/page.ts'
import { daysIn } from './dates.ts'
import { figuresIn } from './figures.ts'

/** The kinds of claims that can be looked up without understanding the answer. */
export type ClaimKind = 'number' | 'price' | 'date' | 'url' | 'quote' | 'name'

/** Something an answer says that evidence can show. */
export interface ClaimText {
  /** As the answer writes it. */
  readonly text: string
  readonly kind: ClaimKind
  /** One writing for all: `EUR 79`, `45 cm`, `2026-11-28`, an address without its end slash, words in lower case. */
  readonly normalized: string
  /** The same without a word that may be large only because it begins a sentence. */
  readonly shorter?: string
  /** Nouns that a number may count: `12 large rooms` counts what is large, and rooms. */
  readonly counted?: readonly string[]
}

/** A claim with its place in the answer. */
interface Placed extends ClaimText {
  readonly at: number
  readonly end: number
}

/** More claims than these are not looked for. */
const mostClaims = 200

/** Find the claims of a text in order; no part of it is in two of them. */
export function claimsIn(text: string): ClaimText[] {
  const taken: Placed[] = []
  for (const find of [urls, quotes, days, figures, names])
    for (const claim of find(text))
      if (taken.every(({ at, end }) => claim.end <= at || claim.at >= end)) taken.push(claim)
  const seen = new Set<string>()
  return taken
    .toSorted((one, other) => one.at - other.at)
    .filter(({ kind, normalized }) => !seen.has(`${kind} ${normalized}`) && seen.add(`${kind} ${normalized}`))
    .slice(0, mostClaims)
    .map(({ at: _at, end: _end, ...claim }) => claim)
}

/** Words as they are compared: lower case, one kind of quotes and spaces. */
export function plainWords(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/\s+/g, ' ')
}

function urls(text: string): Placed[] {
  return [...text.matchAll(/\b(?:https?:\/\/|www\.)[^\s<>"'`)\]}“”]+/gi)].map((match) => {
    const url = match[0].replace(/[.,;:!?*_]+$/, '')
    return { text: url, kind: 'url', normalized: plainUrl(url), at: match.index, end: match.index + url.length }
  })
}

/** An address without what says how to get there. */
function plainUrl(url: string): string {
  const whole = /^https?:\/\//i.test(url) ? url : `https://${url}`
  return normalizeUrl(whole).replace(/^https?:\/\/(?:www\.)?/, '')
}

function quotes(text: string): Placed[] {
  return [
    ...text.matchAll(
      /“([^”\n]{2,200})”|"([^"\n]{2,200})"|«([^»\n]{2,200})»|„([^“”\n]{2,200})[“”]|(?<![\p{L}\d])‘([^’\n]{2,200})’/gu,
    ),
  ].flatMap((match) => {
    const inner = match.slice(1).find((group) => group !== undefined) ?? ''
    const normalized = plainWords(inner).replace(/^[\s.,;:!?]+|[\s.,;:!?]+$/g, '')
    return normalized.length < 2
      ? []
      : [{ text: inner, kind: 'quote' as const, normalized, at: match.index, end: match.index + match[0].length }]
  })
}

function days(text: string): Placed[] {
  return daysIn(text).map(({ at, end, days: [first = ''] }) => ({
    text: text.slice(at, end).replace(/[\s.,]+$/, ''),
    kind: 'date',
    normalized: first,
    at,
    end,
  }))
}

function figures(text: string): Placed[] {
  return figuresIn(text).flatMap(({ value, at, end, currency, unit, counted }): Placed[] => {
    const place = { text: text.slice(at, end).trim(), at, end }
    if (currency !== undefined) return [{ ...place, kind: 'price', normalized: `${currency} ${value}` }]
    return unit === undefined ? [] : [{ ...place, kind: 'number', normalized: `${value} ${unit}`, counted }]
  })
}

const word = String.raw`\p{Lu}[\p{L}\d'’&-]*[\p{L}\d]|\p{Lu}`
const phrases = new RegExp(
  String.raw`(?<![\p{L}\d_/#@.-])(?:${word})(?: (?:${word}|\d+(?![\p{L}\d.,])))*(?![\p{L}\d_])`,
  'gu',
)

/** Words that are written large and name nothing. */
const common = new Set(
  `i i'm i've i'll a an the this that these those it its he she they we you your my our their there here and or but so if then also yes no not
  in on at for from of to with by as is are was were be been has have had do does did will would can could should may might must
  what when where which who why how all some any each every one two three four five six seven eight nine ten first second third last next
  however therefore finally additionally note please task answer result results done success successfully failed unable unfortunately based
  after before during since until while because although though given according both either neither only just now today
  ok okay url id pdf html css json api faq usa us uk eu tv pc am pm utc
  monday tuesday wednesday thursday friday saturday sunday
  january february march april may june july august september october november december
  order orders price prices total name number date status item items product products page website site step steps summary final`.split(
    /\s+/,
  ),
)

function names(text: string): Placed[] {
  return [...text.matchAll(phrases)].flatMap((match) => {
    const isLabel = /^\*{0,2}:(?!\/\/)/.test(text.slice(match.index + match[0].length))
    if (isLabel) return []
    return trimmed(match[0], match.index, startsSentence(text, match.index))
  })
}

/** Take common words from both ends; a single word that begins a sentence is written large for that alone. */
function trimmed(phrase: string, start: number, isFirst: boolean): Placed[] {
  const isCommon = (part: string): boolean => common.has(part.toLowerCase().replaceAll('’', "'").replace(/'s$/, ''))
  let parts = phrase.split(' ')
  let at = start
  const began = parts.length
  while (parts.length > 0 && isCommon(parts[0]!)) {
    at += parts[0]!.length + 1
    parts = parts.slice(1)
  }
  while (parts.length > 0 && isCommon(parts.at(-1)!)) parts = parts.slice(0, -1)
  if (parts.every((part) => /^\d+$/.test(part))) return []
  const text = parts.join(' ').replace(/['’]s$/, '')
  const isCode = /\d/.test(text) && /\p{L}/u.test(text)
  if (text.length < 2 || (isFirst && began === 1 && !isCode)) return []
  const shorter = isFirst && at === start && parts.length > 1 ? { shorter: plainWords(parts.slice(1).join(' ')) } : {}
  return [{ text, kind: 'name', normalized: plainWords(text), ...shorter, at, end: at + text.length }]
}

function startsSentence(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 12), at)
  return (
    /(?:^|[.!?:;\n(“"„«•*|–—-][ \t]*|^[ \t]*\d+[.)] )[“"'*_(\s]*$/.test(at <= 12 ? before : `x${before}`) || at === 0
  )
}
