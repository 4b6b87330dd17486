import { createNextOf, endOfRun, hexAt, isBase64Digit, isPunctuation, isQuote, isSpace } from './characters.ts'
import { hints } from './hints.ts'
import { rewrite, wholeView, type Part, type TextView } from './rewrite.ts'
import { partedView, seenView } from './seen.ts'

/** Escapes within escapes are undone this many times: JSON inside JSON inside a percent-encoded query is three. */
const maxUnescapeRounds = 3

/**
 * Read a text in every way its escapes allow: as it is, unescaped, unescaped twice, and so on while that changes it; each as one
 * sees it, see {@link seenView}.
 *
 * Undone are percent-escapes (UTF-8, digits of either case), backslash escapes (JSON, JavaScript, YAML, shells, Markdown),
 * the common character references of HTML, the line breaks inside wrapped base64, and inside words
 * that a terminal has broken, and what parts a key in code: `"..." + "..."`. What is not a right escape stays as it is.
 *
 * @param isBytes the units are bytes of UTF-8
 */
export function viewsOf(text: string, isBytes = false): TextView[] {
  const views = [seenView(text, isBytes) ?? wholeView(text)]
  for (let round = 0; round < maxUnescapeRounds; round += 1) {
    const outer = views[round]!
    const inner = rewrite(outer.text, escapesOf(outer.text))
    if (!inner) break
    const view = within(inner, outer)
    const seen = seenView(view.text, isBytes)
    views.push(seen ? within(seen, view) : view)
  }
  return views
}

/**
 * {@link viewsOf}, and where colours stand inside words what these part, see {@link partedView}.
 *
 * @param held the hints of the text, see {@link hints}
 */
export function everyView(text: string, held: number): TextView[] {
  if (!(held & (hints.escape | hints.unseen))) return [wholeView(text)]
  const views = held & hints.escape ? viewsOf(text) : [seenView(text) ?? wholeView(text)]
  const parted = views[0]!.text === text ? undefined : partedView(text)
  return parted ? [...views, parted] : views
}

/** The view of a view, with the way back to the text that was given. */
function within(inner: TextView, outer: TextView): TextView {
  return {
    text: inner.text,
    originOf: (at) => outer.originOf(inner.originOf(at)),
    endOf: (at) => outer.endOf(inner.endOf(at)),
  }
}

/** A text with all its escapes undone. */
export function unescapeText(text: string): string {
  return viewsOf(text).at(-1)!.text
}

/** The meaning of an escape, and the number of units it takes. */
interface Escape {
  readonly stands: string
  readonly length: number
}

const percent = 0x25
const backslash = 0x5c
const ampersand = 0x26
const lineFeed = 0x0a
const carriageReturn = 0x0d
/** The units that may begin an escape. */
const beginEscapes = '\\%&\n\r+'

/** Find the escapes of a text, one behind the other. */
function escapesOf(text: string): (from: number) => Part | undefined {
  const next = createNextOf(text, beginEscapes)
  const startOfGap = createGaps(text)
  return (from) => {
    for (let at = next(from); at < text.length; at = next(at + 1)) {
      const escape = escapeAt(text, at)
      if (escape) return { start: at, end: at + escape.length, stands: escape.stands }
      const joint = jointAt(text, at, startOfGap)
      if (joint && joint.start >= from) return joint
    }
    return undefined
  }
}

function escapeAt(text: string, at: number): Escape | undefined {
  const unit = text.charCodeAt(at)
  if (unit === backslash) return backslashEscape(text, at)
  if (unit === percent) return percentEscape(text, at)
  if (unit === ampersand) return characterReference(text, at)
  return unit === lineFeed || unit === carriageReturn ? wrapped(text, at) : undefined
}

const longestGap = 40

/** Find the beginning of the white space before a place, for places that only go forward: of many line breaks each is passed once. */
function createGaps(text: string): (at: number) => number {
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
function jointAt(text: string, at: number, startOfGap: (at: number) => number): Part | undefined {
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

function percentEscape(text: string, at: number): Escape | undefined {
  const first = byteAt(text, at)
  if (first < 0) return undefined
  if (first < 0x80) return { stands: String.fromCharCode(first), length: 3 }
  const more =
    first >= 0xf0 && first < 0xf5 ? 3 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xc2 && first < 0xe0 ? 1 : 0
  if (more === 0) return undefined
  let point = first & (0x3f >> more)
  for (let index = 1; index <= more; index += 1) {
    const byte = byteAt(text, at + index * 3)
    if (byte < 0x80 || byte > 0xbf) return undefined
    point = (point << 6) | (byte & 0x3f)
  }
  return point > 0x10ffff ? undefined : { stands: String.fromCodePoint(point), length: (more + 1) * 3 }
}

/** The byte of `%xx`, else -1. */
function byteAt(text: string, at: number): number {
  return text.charCodeAt(at) === percent ? hexAt(text, at + 1, 2) : -1
}

const letterEscapes = new Map([
  [0x62, '\b'],
  [0x66, '\f'],
  [0x6e, '\n'],
  [0x72, '\r'],
  [0x74, '\t'],
])

function backslashEscape(text: string, at: number): Escape | undefined {
  const unit = text.charCodeAt(at + 1)
  if (isPunctuation(unit)) return { stands: text[at + 1]!, length: 2 }
  // A line of a shell or of code goes on.
  if (unit === lineFeed)
    return isKeyUnit(text.charCodeAt(at - 1)) && isRestAt(text, at + 2) ? { stands: '', length: 2 } : undefined
  const digits = unit === 0x75 ? 4 : unit === 0x78 ? 2 : 0
  if (digits > 0) {
    const value = hexAt(text, at + 2, digits)
    return value < 0 ? undefined : { stands: String.fromCharCode(value), length: digits + 2 }
  }
  const stands = letterEscapes.get(unit)
  return stands === undefined ? undefined : { stands, length: 2 }
}

const references = new Map([
  ['amp', 0x26],
  ['lt', 0x3c],
  ['gt', 0x3e],
  ['quot', 0x22],
  ['apos', 0x27],
  ['nbsp', 0xa0],
  ['shy', 0xad],
  ['ensp', 0x2002],
  ['emsp', 0x2003],
  ['thinsp', 0x2009],
])

function characterReference(text: string, at: number): Escape | undefined {
  const head = text.slice(at + 1, at + 10)
  const end = head.indexOf(';')
  if (end < 1) return undefined
  const name = head.slice(0, end)
  const decimal = /^#[0-9]{1,7}$/.test(name) ? Number(name.slice(1)) : undefined
  const hex = /^#[xX][0-9a-fA-F]{1,6}$/.test(name) ? Number.parseInt(name.slice(2), 16) : undefined
  const point = references.get(name) ?? decimal ?? hex
  return point === undefined || point > 0x10ffff ? undefined : { stands: String.fromCodePoint(point), length: end + 2 }
}

const shortestWrappedLine = 60

/**
 * A line break right after {@link shortestWrappedLine} base64 digits, and before another, stands for nothing; nor does one at which a
 * terminal has broken a word that did not fit.
 */
function wrapped(text: string, at: number): Escape | undefined {
  const length = text.charCodeAt(at) === carriageReturn && text.charCodeAt(at + 1) === lineFeed ? 2 : 1
  if (!isKeyUnit(text.charCodeAt(at + length)) || !isKeyUnit(text.charCodeAt(at - 1))) return undefined
  const next = at + length
  const width = at - text.lastIndexOf('\n', at - 1) - 1
  const isWrapped =
    (width >= shortestWrappedLine && isWrappedBase64(text, at, next)) ||
    (width >= fewestColumns && isFullLine(text, at, next)) ||
    isCutKey(text, at, next)
  return isWrapped ? { stands: '', length } : undefined
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
  const width = columnsBefore(text, at)
  if (width < fewestColumns || width > mostColumns) return false
  const end = endOfRun(text, next, isKeyUnit, mostColumns)
  const isAlike = end - next === width || (at > width && columnsBefore(text, at - width - 1) === width)
  return (widths.has(width) || isAlike) && isRestAt(text, next)
}

function isRestAt(text: string, start: number): boolean {
  const end = endOfRun(text, start, isKeyUnit, mostColumns)
  return isRest(text.slice(start, end), text.slice(end, end + 2))
}

/** Tells whether the beginning of a line is the rest of a key: neither a word, nor a mark of a list, nor a name or cell before another. */
function isRest(rest: string, behind: string): boolean {
  if (!/^(?:\w|\.\w{8})/.test(rest) || !/^(?:[\s"'`\\)\]}<&]|=(?![\w+/.-])|$)/.test(behind)) return false
  return isMixed(rest) || (rest.length < 4 && /^[\r\n"'\\]?$/.test(behind.slice(0, 1)))
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
function isKeyUnit(unit: number): boolean {
  return isBase64Digit(unit) || unit === 0x2e
}
