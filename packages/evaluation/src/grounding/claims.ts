import { normalizeUrl } from '../run/page.ts'
import { daysIn } from './dates.ts'
import { figuresIn, isMeasure } from './figures.ts'

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
  /** The other reading of a name that ends in a number: `Berlin 3 hotels` counts hotels, `Flight 370 departs` nothing. */
  readonly count?: ClaimText
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
  for (const find of [urls, quotes, days, figuresAndNames])
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

/** A number behind a name is part of it, unless it measures: what follows may be a verb as well as what is counted. */
function figuresAndNames(text: string): Placed[] {
  const numbers = figures(text)
  const isPartOf = (number: Placed, { at, end }: Placed): boolean =>
    number.kind === 'number' && !isMeasure(number.normalized.split(' ')[1] ?? '') && number.at > at && number.at < end
  const named = names(text, (at) => numbers.some((number) => number.at <= at && number.end > at)).map((name) => {
    const count = numbers.find((number) => isPartOf(number, name))
    return count ? { ...name, count } : name
  })
  const left = numbers.filter((number) => !named.some((name) => isPartOf(number, name)))
  return [...left, ...named]
}

function figures(text: string): Placed[] {
  return figuresIn(text).flatMap(({ value, at, end, currency, unit, counted }): Placed[] => {
    const place = { text: text.slice(at, end).trim(), at, end }
    if (currency !== undefined) return [{ ...place, kind: 'price', normalized: `${currency} ${value}` }]
    if (unit === undefined || (!isMeasure(unit) && labels.test(text.slice(Math.max(0, at - 30), at)))) return []
    return [{ ...place, kind: 'number', normalized: `${value} ${unit}`, counted }]
  })
}

/** Words of things that are numbered: what follows `page 3` is not counted. */
const labels =
  /(?<!\b(?:per|each|every|this|that) )(?:#|\b(?:no\.|nr\.|number|page|step|item|chapter|line|gate|room|flight|terminal|platform|track|bus|tram|train|route|road|exit|section|part|volume|season|episode|level|floor|unit|building|table|figure|row|column|option|question|answer|exercise|test|case|task|version|release|model|type|class|grade|lot|order|product|phase|stage|round|day|week|year) ?)$/i

const word = String.raw`\p{Lu}[\p{L}\d'’&-]*[\p{L}\d]|\p{Lu}|\p{Ll}{1,3}\p{Lu}\p{L}+(?= \d)`
const phrases = new RegExp(
  String.raw`(?<![\p{L}\d_/#@.-])(?:${word})(?: (?:${word}|\d+(?![\p{L}\d]|[.,:]\d)))*(?![\p{L}\d_])`,
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

/** Words that begin a sentence before a number, and name nothing. */
const beforeNumbers = new Set(
  `about over under around nearly almost roughly approximately approx exactly precisely another other others more most less fewer least up
  just still already again altogether overall together maybe perhaps several plus minus like
  found find see saw show shows got get gets has costs contains includes bought buy sold sell chose choose took take made make gave give put
  sent paid read left kept set cut counted count lists lost won need needs add compare pick use used there's here's`.split(
    /\s+/,
  ),
)

/** @param isCounting tells whether a number that begins here measures or may count something */
function names(text: string, isCounting: (at: number) => boolean): Placed[] {
  return [...text.matchAll(phrases)].flatMap((match) => {
    const isLabel = /^\*{0,2}:(?!\/\/)/.test(text.slice(match.index + match[0].length))
    if (isLabel) return []
    const isFirst = startsSentence(text, match.index)
    const [first = '', number = ''] = /^(\S+) (\d+)$/.exec(match[0])?.slice(1) ?? []
    if (isFirst && beforeNumbers.has(first.toLowerCase())) return []
    // `Showing 12 of 20` names nothing; `Boeing 737 flies` may.
    const isVerb = isFirst && /(?:ed|ing|ly)$/.test(first)
    if (isVerb && !isCounting(match.index + match[0].length - number.length)) return []
    return trimmed(match[0], match.index, isFirst)
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
  const rest = plainWords(parts.slice(1).join(' '))
  // A bare number shows no name.
  const shorter = isFirst && at === start && /\p{L}/u.test(rest) ? { shorter: rest } : {}
  return [{ text, kind: 'name', normalized: plainWords(text), ...shorter, at, end: at + text.length }]
}

function startsSentence(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 12), at)
  return (
    /(?:^|[.!?:;\n(“"„«•*|–—-][ \t]*|^[ \t]*\d+[.)] )[“"'*_(\s]*$/.test(at <= 12 ? before : `x${before}`) || at === 0
  )
}
