import { createNextOf, hexAt, isPunctuation } from './characters.ts'
import { hints } from './hints.ts'
import { rewrite, wholeView, type Part, type TextView } from './rewrite.ts'
import { partedView, seenView } from './seen.ts'
import { carriageReturn, createGaps, isKeyUnit, isRestAt, jointAt, lengthOfBreak, lineFeed } from './wrapped-keys.ts'

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
  const length = unit === lineFeed || unit === carriageReturn ? lengthOfBreak(text, at) : 0
  return length > 0 ? { stands: '', length } : undefined
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
