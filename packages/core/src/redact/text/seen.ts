import { endOfRun, isWordUnit } from './characters.ts'
import { rewrite, type Part, type TextView } from './rewrite.ts'

/** The sorts of characters that are not seen as they are. */
const nothing = 1
const blank = 2
const lineBreak = 3
const escape = 4
/** Stands for `ESC` and a character of ASCII. */
const control = 5
/** Begins a sequence that is spelt: a backslash, `^`. */
const spelling = 6

const sorts = new Uint8Array(65_536)
add(nothing, 'ad 34f 61c 1160 17b4 17b5 180b-180f 200b-200f 202a-202e 2060-206f fe00-fe0f feff')
add(blank, 'a0 115f 1680 2000-200a 202f 205f 2800 3000 3164 ffa0')
add(lineBreak, '2028 2029')
add(escape, '1b')
add(control, '80-9f')
add(spelling, '5c 5e')

/** The units with which these begin in bytes of UTF-8. */
const beginnings = sorts.slice()
beginnings.fill(0, 0x80, 0x100).fill(1, 0xc2, 0xf0)

function add(sort: number, points: string): void {
  for (const range of points.split(' ')) {
    const [first = 0, last = first] = range.split('-').map((point) => Number.parseInt(point, 16))
    sorts.fill(sort, first, last + 1)
  }
}

/** Tells whether a unit is one for which {@link seenView} has another, or none, or may begin a sequence. */
export function isSeenOtherwise(unit: number): boolean {
  return sorts[unit] !== 0
}

/**
 * Read a text as one sees it:
 *
 * - without the sequences by which a terminal gives colours and the like (ECMA-48, in 7 and 8 bits), and without those of colours
 *   where they are spelt: `\x1b[32m`, `\e[0m`, `^[[0m`. A cursor that moves in its line is a space, one that leaves it a line
 *   break. The words of a title and the address of a link stay, apart from what is seen
 * - without what has no width, such as soft hyphens
 * - with a space for every sort of space
 *
 * @param isBytes the units are bytes of UTF-8
 * @returns `undefined` when it is seen as it is
 */
export function seenView(text: string, isBytes = false): TextView | undefined {
  const first = nextOf(isBytes ? beginnings : sorts, text, 0)
  if (first === text.length) return undefined
  const next = isBytes ? nextInBytes : nextInText
  return rewrite(text, (from) => next(text, Math.max(from, first)))
}

/**
 * Read a text as one sees it where colours part words: `<key>ESC[0mINFO` is a key and a word, though nothing is seen between.
 *
 * @returns `undefined` when no sequence of a terminal stands inside a word
 */
export function partedView(text: string): TextView | undefined {
  let isParted = false
  let before = Number.NaN
  let last = -1
  const view = rewrite(text, (from) => {
    const part = nextInText(text, from)
    if (!part) return undefined
    if (part.start !== last) before = text.charCodeAt(part.start - 1)
    last = part.end
    const isSequence = part.end - part.start > 1 && part.stands === ''
    if (!isSequence || !isWordUnit(before) || !isWordUnit(text.charCodeAt(part.end))) return part
    isParted = true
    return { ...part, stands: apart }
  })
  return isParted ? view : undefined
}

/** A text as one sees it, see {@link seenView}. */
export function seenText(text: string): string {
  return seenView(text)?.text ?? text
}

function nextInText(text: string, from: number): Part | undefined {
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    const sort = sorts[unit]!
    // Of some backslashes the last one tells.
    if (sort === 0 || (unit === 0x5c && text.charCodeAt(at + 1) === 0x5c)) continue
    const part = partAt(text, at, sort, 1)
    if (part) return part
  }
  return undefined
}

/** Two or three bytes spell a character; a unit above them was an escape. */
function nextInBytes(text: string, from: number): Part | undefined {
  for (let at = nextOf(beginnings, text, from); at < text.length; at = nextOf(beginnings, text, at + 1)) {
    const unit = text.charCodeAt(at)
    const size = unit < 0x80 || unit > 0xff ? 1 : unit < 0xe0 ? 2 : 3
    const sort = sorts[size === 1 ? unit : pointAt(text, at, size)]!
    const part = sort === 0 ? undefined : partAt(text, at, sort, size)
    if (part) return part
  }
  return undefined
}

/** The next place from one on with a unit that a table has, else the end of the text. All else costs this look alone. */
function nextOf(table: Uint8Array, text: string, from: number): number {
  let at = from
  while (at < text.length && table[text.charCodeAt(at)] === 0) at += 1
  return at
}

/** The point that two or three bytes spell, 0 where they spell none. */
function pointAt(text: string, at: number, size: number): number {
  let point = text.charCodeAt(at) & (size === 2 ? 0x1f : 0x0f)
  for (let next = at + 1; next < at + size; next += 1) {
    const unit = text.charCodeAt(next)
    if (unit >> 6 !== 2) return 0
    point = (point << 6) | (unit & 0x3f)
  }
  return point
}

function partAt(text: string, start: number, sort: number, size: number): Part | undefined {
  const end = start + size
  if (sort === nothing) return { start, end, stands: '' }
  if (sort === blank) return { start, end, stands: ' ' }
  if (sort === lineBreak) return { start, end, stands: '\n' }
  if (sort === escape) return escapeSequence(text, start, end)
  if (sort === control) return escapeSequence(text, start, end - 1, text.charCodeAt(end - 1) - 0x40)
  return spelledSequence(text, start)
}

/** Stands between what is seen and what is not, as the address of a link, and is part of no value. */
const apart = '\x1c'

/** Characters behind `ESC`, of those that are in use, and what they stand for: strings begin and end, a cursor leaves its line. */
const marks = unitsOf({ 'PX]^_\\': apart, DEM: '\n', '78=>cHNOZ': '' })
/** The last characters of control sequences by which a cursor moves in its line, or leaves it. */
const moves = unitsOf({ 'CGI`a': ' ', ABEFHSTdef: '\n' })
const sets = unitsOf({ '#%()*+-./': '' })

function unitsOf(groups: Readonly<Record<string, string>>): ReadonlyMap<number, string> {
  return new Map(
    Object.entries(groups).flatMap(([characters, stands]) =>
      Array.from(characters, (character) => [character.charCodeAt(0), stands] as const),
    ),
  )
}

/** @param at the place of the character behind `ESC`, which may be spelt in one with it */
function escapeSequence(text: string, start: number, at: number, unit = text.charCodeAt(at)): Part | undefined {
  if (unit === 0x5b) return controlSequence(text, start, at + 1)
  const stands = marks.get(unit)
  if (stands !== undefined) return { start, end: at + 1, stands }
  // A set of characters is chosen: `ESC ( B`.
  return sets.has(unit) && text.charCodeAt(at + 1) > 0x2f ? { start, end: at + 2, stands: '' } : undefined
}

/** The rest of a control sequence, behind `ESC [`. A placeholder is none. */
function controlSequence(text: string, start: number, parameters: number): Part | undefined {
  const last = endOfRun(text, endOfRun(text, parameters, isParameter), isIntermediate)
  const final = text.charCodeAt(last)
  const isWhole = final >= 0x40 && final <= 0x7e && !text.startsWith('redacted:', parameters)
  return isWhole ? { start, end: last + 1, stands: moves.get(final) ?? '' } : undefined
}

const spelled = /\\(?:e|x1b|033|u001b|u\{1b\})\[[\d:;?]*[a-z]|\^\[\[[\d;]*[mK]/iy
const seconds = unitsOf({ '[eEx0u': '' })

/** The sequence that is spelt with the last of some backslashes, as in JSON in JSON, or with `^`. */
function spelledSequence(text: string, at: number): Part | undefined {
  if (!seconds.has(text.charCodeAt(at + 1))) return undefined
  spelled.lastIndex = at
  const end = at + (spelled.exec(text)?.[0].length ?? 0)
  if (end === at) return undefined
  let start = at
  while (text[start - 1] === '\\') start -= 1
  return { start, end, stands: moves.get(text.charCodeAt(end - 1)) ?? '' }
}

/** Digits and `:;<=>?` */
function isParameter(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x3f
}

function isIntermediate(unit: number): boolean {
  return unit >= 0x20 && unit <= 0x2f
}
