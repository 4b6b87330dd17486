import { oneLine } from '../run/texts.ts'
import { plainWords, type ClaimText } from './claims.ts'
import type { Passage } from './corpus.ts'
import { canBeSameDay, daysIn } from './dates.ts'
import { figuresIn, isMeasure, type Figure } from './figures.ts'

/** Looks for one claim in passages. */
export type Finder = (passage: Passage) => string | undefined

/** So much of a text is told around what was found in it. */
const excerptReach = 50

/**
 * Make the search for a claim. It gives what stands around the first place that shows the claim, undefined where none does. Each text is
 * run through by a pattern of the claim itself, and only what that finds is read.
 */
export function finderOf(claim: ClaimText): Finder {
  const find = placesOf(claim)
  return (passage) => {
    for (const [at, end] of find(passage.text)) if (!passage.isTyped(at)) return around(passage.text, at, end)
    return undefined
  }
}

type Places = (text: string) => Generator<readonly [at: number, end: number]>

function placesOf(claim: ClaimText): Places {
  switch (claim.kind) {
    case 'url':
      return matchesOf(urlPattern(claim.normalized))
    case 'price':
    case 'number':
      return figurePlaces(claim.normalized)
    case 'date':
      return dayPlaces(claim)
    case 'quote':
    case 'name':
      return wordPlaces(claim)
  }
}

function matchesOf(pattern: RegExp): Places {
  return function* (text) {
    for (const match of text.matchAll(pattern)) yield [match.index, match.index + match[0].length]
  }
}

function urlPattern(url: string): RegExp {
  return new RegExp(String.raw`(?<![\w-]|\w\.)(?:www\.)?${escaped(url)}\/?(?=[\s"'<>()[\]{}.,;?#]|$)`, 'gi')
}

const groupMark = String.raw`[,.'’ \u00a0\u202f]?`

/** A number in any of its writings, at the place where a number can begin. */
function numberPattern(value: number): RegExp {
  const [whole = '0', fraction] = String(value).split('.')
  const grouped = whole
    .replaceAll(/\B(?=(?:\d{3})+$)/g, '|')
    .split('|')
    .join(groupMark)
  const rest = fraction === undefined ? String.raw`(?:[.,]0+)?` : `[.,]${fraction}0*`
  return new RegExp(String.raw`(?<![\w=]|\d[.,:-])${grouped}${rest}(?!\d)`, 'g')
}

function figurePlaces(normalized: string): Places {
  const [one = '', other = ''] = normalized.split(' ')
  const isPrice = /^[A-Z]{3}$/.test(one)
  const value = Number(isPrice ? other : one)
  const pattern = numberPattern(value)
  return function* (text) {
    for (const { index } of text.matchAll(pattern)) {
      const start = Math.max(0, index - 16)
      const near = figuresIn(text.slice(start, index + 60))
      const figure = near.find(({ at, end }) => at <= index - start && end > index - start)
      if (!figure || figure.value !== value) continue
      if (isPrice ? isOfCurrency(figure, one) : isOfUnit(figure, other, text, index))
        yield [start + figure.at, start + figure.end]
    }
  }
}

/** A table may hold prices without saying in each cell in what. */
function isOfCurrency({ currency, unit }: Figure, mark: string): boolean {
  return currency === mark || (currency === undefined && unit === undefined)
}

/** `Width (cm): 45` says the unit before, and a page may count by another name what an answer counts. */
function isOfUnit({ currency, unit }: Figure, mark: string, text: string, at: number): boolean {
  if (unit === mark) return true
  if (currency !== undefined) return false
  if (!isMeasure(mark)) return true
  const before = text.slice(Math.max(text.lastIndexOf('\n', at) + 1, at - 80), at)
  return unit === undefined && wordsPattern(mark).test(before)
}

function dayPlaces({ text: said }: ClaimText): Places {
  const days = daysIn(said)[0]?.days ?? []
  const numbers = [...new Set(days.map((day) => Number(day.slice(-2))))].join('|')
  const pattern = new RegExp(String.raw`(?<!\d)0?(?:${numbers})(?!\d)`, 'g')
  const reach = 24
  return function* (text) {
    for (const { index } of text.matchAll(pattern)) {
      const start = Math.max(0, index - reach)
      const found = daysIn(text.slice(start, index + reach)).find(
        (other) => canBeSameDay(days, other.days) && other.at <= index - start && other.end > index - start,
      )
      if (found) yield [start + found.at, start + found.end]
    }
  }
}

function wordPlaces({ normalized, shorter, kind }: ClaimText): Places {
  const phrases = [normalized, ...(shorter === undefined ? [] : [shorter])].map((words) => ({
    whole: wordsPattern(words),
    // A name may be written in another order, or have a word between.
    parts: kind === 'name' && words.includes(' ') ? words.split(' ').map(wordsPattern) : [],
  }))
  return function* (text) {
    for (const { whole, parts } of phrases) {
      for (const match of text.matchAll(whole)) yield [match.index, match.index + match[0].length]
      const places = parts.map((part) => [...text.matchAll(part)][0])
      const [first] = places
      if (first && places.every((place) => place !== undefined)) yield [first.index, first.index + first[0].length]
    }
  }
}

/** Words with any white space between them, in any case and with any quotes, not inside longer words. */
function wordsPattern(words: string): RegExp {
  const isPlain = /^[ -~]*$/.test(words)
  const letter = isPlain ? String.raw`[A-Za-z0-9]` : String.raw`[\p{L}\p{N}]`
  const isLetter = new RegExp(letter, 'u')
  const body = words
    .split(' ')
    .map((word) => escaped(word).replaceAll("'", "['‘’]").replaceAll('"', '["“”„«»]'))
    .join(String.raw`\s+`)
  const begin = isLetter.test(words[0] ?? '') ? `(?<!${letter})` : ''
  const end = isLetter.test(words.at(-1) ?? '') ? `(?!${letter})` : ''
  return new RegExp(`${begin}${body}${end}`, isPlain ? 'gi' : 'giu')
}

/** Make a test of whether a text counts things of this name, however many. */
export function countsThings(unit: string): (text: string) => boolean {
  const pattern = new RegExp(String.raw`\d[ \u00a0-]?${escaped(unit)}`, 'i')
  return (text) => pattern.test(text)
}

/** Tells whether words are in a text, not inside longer ones. */
export function holdsWords(text: string, words: string): boolean {
  return words !== '' && wordsPattern(plainWords(words)).test(text)
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
}

function around(text: string, at: number, end: number): string {
  const near = text.slice(Math.max(0, at - excerptReach), end + excerptReach).toWellFormed()
  return oneLine(near.replaceAll(/ \[(?:ref|box|level)=[^\]\n]*\]/g, ''), 3 * excerptReach)
}
