import { endOfRun, isBase64Digit, isLetterOrDigit, isQuote, isSpace } from './characters.ts'
import type { Part } from './rewrite.ts'

/** A line break of one unit, and the unit that may stand before it. */
export const [lineFeed, carriageReturn] = [0x0a, 0x0d]
const shortestWrappedLine = 60

/**
 * The length of a line break that stands for nothing, else 0: one right after {@link shortestWrappedLine} base64 digits and before
 * another, or one at which a terminal has broken a word that did not fit.
 */
export function lengthOfBreak(text: string, at: number): number {
  const length = text.charCodeAt(at) === carriageReturn && text.charCodeAt(at + 1) === lineFeed ? 2 : 1
  if (!isKeyUnit(text.charCodeAt(at + length)) || !isKeyUnit(text.charCodeAt(at - 1))) return 0
  const next = at + length
  const width = at - text.lastIndexOf('\n', at - 1) - 1
  const isWrapped =
    (width >= shortestWrappedLine && isWrappedBase64(text, at, next)) ||
    (width >= fewestColumns && isFullLine(text, at, next)) ||
    isCutKey(text, at, next)
  return isWrapped ? length : 0
}

function isWrappedBase64(text: string, at: number, next: number): boolean {
  if (!isBase64Digit(text.charCodeAt(next))) return false
  for (let before = 1; before <= shortestWrappedLine; before += 1) {
    if (!isBase64Digit(text.charCodeAt(at - before))) return false
  }
  return true
}

/** Tells whether a line break cuts in two what is mixed as keys are, behind `=` or a colon: the rest stands alone in its line. */
function isCutKey(text: string, at: number, next: number): boolean {
  let start = at
  while (at - start < mostColumns && isKeyUnit(text.charCodeAt(start - 1))) start -= 1
  const isValue = text[start - 1] === '=' || (text[start - 1] === ' ' && text[start - 2] === ':')
  if (!isValue) return false
  const end = endOfRun(text, next, isKeyUnit, mostColumns)
  if (end < text.length && text.charCodeAt(end) !== lineFeed && text.charCodeAt(end) !== carriageReturn) return false
  return changesOften(text.slice(start, at)) && changesOften(text.slice(next, end))
}

function changesOften(text: string): boolean {
  return text.length >= 8 && (text.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])|[a-z](?=[A-Z])/g)?.length ?? 0) >= 3
}

/** The widths of terminals, and those at which tools break lines. */
const widths = new Set([70, 72, 76, 78, 79, 80, 100, 120, 132, 140, 160, 180, 200, 220, 240])
const [fewestColumns, mostColumns] = [40, 400]

/** Tells whether a line is as wide as a terminal, or as the line before or behind it, and the next one goes on as a key does. */
function isFullLine(text: string, at: number, next: number): boolean {
  if (!opensRest(text.charCodeAt(next))) return false
  const width = columnsBefore(text, at)
  if (width < fewestColumns || width > mostColumns) return false
  const end = endOfRun(text, next, isKeyUnit, mostColumns)
  const isAlike = end - next === width || (at > width && columnsBefore(text, at - width - 1) === width)
  return (widths.has(width) || isAlike) && isRestAt(text, next)
}

/** Tells whether the rest of a key stands at the beginning of a line. */
export function isRestAt(text: string, start: number): boolean {
  const end = endOfRun(text, start, isKeyUnit, mostColumns)
  return isRest(text.slice(start, end), text.slice(end, end + 2))
}

/** Tells whether the beginning of a line is the rest of a key: neither a word, nor a mark of a list, nor a name or cell before another. */
function isRest(rest: string, behind: string): boolean {
  if (!/^(?:\w|\.\w{8})/.test(rest) || !/^(?:[\s"'`\\)\]}<&]|=(?![\w+/.-])|$)/.test(behind)) return false
  return isMixed(rest) || (rest.length < 4 && /^[\r\n"'\\]?$/.test(behind.slice(0, 1)))
}

/** A letter, a digit, `_` or a full stop; the hyphen of a list does not. */
function opensRest(unit: number): boolean {
  return isLetterOrDigit(unit) || unit === 0x5f || unit === 0x2e
}

function isMixed(text: string): boolean {
  return /\d|[a-z][A-Z]|[A-Z]{2}[a-z]/.test(text)
}

/** The number of units of the line that ends at a place, or one more than any terminal has. */
function columnsBefore(text: string, end: number): number {
  let start = end
  if (text.charCodeAt(start - 1) === carriageReturn) start -= 1
  const from = start
  while (start > 0 && from - start <= mostColumns && text.charCodeAt(start - 1) !== lineFeed) start -= 1
  return from - start
}

/** Tells whether keys and tokens are made of it. */
export function isKeyUnit(unit: number): boolean {
  return isBase64Digit(unit) || unit === 0x2e
}

const longestGap = 40

/** Find the beginning of the white space before a place, for places that only go forward: of many line breaks each is passed once. */
export function createGaps(text: string): (at: number) => number {
  let [last, lastStart] = [-1, -1]
  return (at) => {
    let start = at
    while (start > last + 1 && at - start < longestGap && isSpace(text.charCodeAt(start - 1))) start -= 1
    if (start === last + 1 && last >= 0 && isSpace(text.charCodeAt(last))) start = lastStart
    ;[last, lastStart] = [at, start]
    return Math.max(start, at - longestGap)
  }
}

/** The signs that part two texts of code that are one key: `" + "`, or a line break, as Python and C have it. */
export function jointAt(text: string, at: number, startOfGap: (at: number) => number): Part | undefined {
  const before = text.charCodeAt(at - 1)
  if (!isQuote(before) && !isSpace(before)) return undefined
  const start = startOfGap(at)
  const quote = text.charCodeAt(start - 1)
  if (!isQuote(quote) || !isKeyUnit(text.charCodeAt(start - 2))) return undefined
  const end = endOfRun(text, at + 1, isSpace, longestGap)
  if (text.charCodeAt(end) !== quote) return undefined
  const rest = endOfRun(text, end + 1, isKeyUnit, mostColumns)
  const isKey = text.charCodeAt(rest) === quote && isMixed(text.slice(end + 1, rest))
  return isKey ? { start: start - 1, end: end + 1, stands: '' } : undefined
}
