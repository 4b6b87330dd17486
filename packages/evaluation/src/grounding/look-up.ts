import { oneLine } from '../run/texts.ts'
import { plainWords, type ClaimText } from './claims.ts'
import type { Passage } from './corpus.ts'
import { canBeSameDay, daysIn } from './dates.ts'
import { createHeadingTest, figureTest, numberPattern } from './figure-test.ts'
import { figuresIn, type Figure } from './figures.ts'

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
    if (passage.part === 'address' && claim.kind !== 'url') return undefined
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
      return figurePlaces(claim)
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

/** A number that stands in one text more often is not read at every place. */
const mostPlaces = 2_000

function figurePlaces(claim: ClaimText): Places {
  const agrees = figureTest(claim)
  const pattern = numberPattern(claim)
  return function* (text) {
    const isHeadedBy = createHeadingTest(text)
    let left = mostPlaces
    for (const { index } of text.matchAll(pattern)) {
      if ((left -= 1) < 0) return
      const start = Math.max(0, index - 16)
      const near = figuresIn(text.slice(start, index + 60))
      const found = near.find(({ at, end }) => at <= index - start && end > index - start)
      const figure = found && withoutQuote(found, text, index)
      if (figure && agrees({ figure, text, index, isHeadedBy })) yield [start + figure.at, start + figure.end]
    }
  }
}

/** The mark of inches behind a number closes a name where one is open on its line. */
function withoutQuote(figure: Figure, text: string, index: number): Figure {
  if (figure.unit !== 'inch' || !/^[\d.,'’]+"/.test(text.slice(index, index + 40))) return figure
  const before = text.slice(Math.max(0, index - 1_000), index)
  return before.slice(before.lastIndexOf('\n') + 1).split('"').length % 2 === 0
    ? { ...figure, unit: undefined }
    : figure
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
  const phrases = [normalized, ...(shorter === undefined ? [] : [shorter])]
  const patterns = phrases.flatMap((words) =>
    /^\d+$/.test(words)
      ? [new RegExp(`${cell}${words}(?=${cellEnd})`, 'gim')]
      : kind === 'name' && words.includes(' ')
        ? [wordsPattern(words), ...looserPatterns(words)]
        : [wordsPattern(words)],
  )
  return function* (text) {
    for (const pattern of patterns) yield* matchesOf(pattern)(text)
  }
}

/** One word that is no joining one, or the name of the next field of a record, e.g. `, last: `. */
const between = String.raw`(?: (?!(?:and|or|und|oder|et|y|to|vs)\b)[\p{L}\p{N}'’-]{1,30}\.? |, [\p{L}_]{1,30}: )`

/** The end of a cell and the beginning of the next of its row. */
const nextCell = String.raw`"?(?: \[[^\]\n]{0,80}\]){0,4}\n {0,200}- (?:cell|gridcell|rowheader):? "?`

const cell = String.raw`(?<=^ {0,200}- (?:cell|gridcell|rowheader):? "?)`
const cellEnd = String.raw`"?(?: \[[^\]\n]{0,80}\]){0,4}:?$`

/** A name that ends in `3` is not that which goes on with `3.50`. */
const nameEnd = String.raw`(?![\p{L}\p{N}]|(?<=\d)[.,]\d)`

/** Marks between a label and its number, e.g. `room: 12` or `Room no. 12`. */
const beforeNumber = String.raw`"?(?: \[[^\]\n]{0,80}\]){0,4}:? ?"?(?:#|(?:no|nr|number)\b\.?:? ?#?)?`

/**
 * The words of a name in cells beside each other, or on one line, where they stand together by and large: in order with one word between two of them
 * (`Ada B. Moon`), as fields of one record that follow each other, or as a whole with the last word first (`Moon, Ada`).
 */
function looserPatterns(words: string): RegExp[] {
  const parts = words.split(' ')
  const overCells = parts.map(escapedWord).join(`(?: |${nextCell})`)
  const inOrder = parts.map(escapedWord).join(`(?: |${between})`)
  const lastFirst = `${escapedWord(parts.at(-1)!)}, ${parts.slice(0, -1).map(escapedWord).join(' ')}`
  const [, label, number] = /^(.*) (\d+)$/.exec(words) ?? []
  return [
    ...(label === undefined
      ? []
      : [
          new RegExp(
            String.raw`(?<![\p{L}\p{N}])${escapedWord(label)}${beforeNumber}${number}(?=["\]},;|]|$| \[)`,
            'gimu',
          ),
        ]),
    new RegExp(String.raw`(?<![\p{L}\p{N}])${overCells}${nameEnd}`, 'giu'),
    new RegExp(String.raw`(?<![\p{L}\p{N}])${inOrder}${nameEnd}`, 'giu'),
    new RegExp(String.raw`(?<=^|["“:] ?)${lastFirst}(?=$|["”\n])`, 'gimu'),
  ]
}

/** White space that parts two words of one text; an empty line parts what does not belong together. */
const gap = String.raw`(?:[^\S\n]{1,20}(?:\n[^\S\n]{0,20})?|\n[^\S\n]{0,20})`

/** Words with white space between them, in any case and with any quotes, not inside longer words. */
function wordsPattern(words: string): RegExp {
  const isPlain = /^[ -~]*$/.test(words)
  const letter = isPlain ? String.raw`[A-Za-z0-9]` : String.raw`[\p{L}\p{N}]`
  const isLetter = new RegExp(letter, 'u')
  const body = words.split(' ').map(escapedWord).join(gap)
  const begin = isLetter.test(words[0] ?? '') ? `(?<!${letter})` : ''
  const end = isLetter.test(words.at(-1) ?? '') ? String.raw`(?!${letter}|(?<=\d)[.,]\d)` : ''
  return new RegExp(`${begin}${body}${end}`, isPlain ? 'gi' : 'giu')
}

function escapedWord(word: string): string {
  return escaped(word).replaceAll("'", "['‘’]").replaceAll('"', '["“”„«»]')
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
