import type { TextPlace } from '../../values/place.ts'
import { isToldByPlace } from '../names/places.ts'
import { createNextOf, endOfRun, isDigit, isSpace, isWordUnit } from '../text/characters.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import type { Report } from '../text/report.ts'
import { viewsOf } from '../text/views.ts'

/** A text or a number of data. */
export interface Leaf {
  readonly start: number
  readonly end: number
  readonly value: string
  readonly isNumber: boolean
  readonly key: string | undefined
  readonly place: TextPlace
}

/**
 * Report what data is a secret by where it stands in it, in JSON anywhere in a text: `[{"type":"password","value":"..."}]`, alone, in a
 * fence, behind a sentence, cut off. As Python and Node print data is read too: `{'type': 'password', 'value': '...'}`. What
 * stands right under its own name is left to those who read pairs.
 */
export function scanJson(text: string, kindOf: (leaf: Leaf) => RedactionKind | undefined, report: Report): void {
  const next = createNextOf(text, '{[')
  for (let at = next(0); at < text.length; at = next(at)) {
    if (!isOpening(text, at)) {
      at += 1
      continue
    }
    const reading: Reading = { text, at, top: undefined, depth: 0, leaves: [] }
    while (readPart(reading));
    for (const leaf of reading.leaves) {
      const kind = kindOf(leaf)
      if (kind) report(leaf.start, leaf.end, kind, viewsOf(leaf.value)[1]?.text ?? leaf.value)
    }
    at = reading.at
  }
}

interface Reading {
  readonly text: string
  at: number
  /** The array or object that is read, and how many are open. */
  top: Open | undefined
  depth: number
  readonly leaves: Leaf[]
}

/** An array or object that is open. */
interface Open {
  /** Its items as they are written, with their escapes. */
  readonly value: unknown[] | Record<string, unknown>
  readonly parent: Open | undefined
  /** The name that it stands under: an item of a list has that of the list. */
  readonly name: string | undefined
  /** The name of the next item of an object; absent before it. */
  key: string | undefined
}

const deepest = 100
const longestText = 4_096
/** The digits of the check of a card. */
const shortestLeaf = 3
const brace = 0x7b
const bracket = 0x5b

/** Tells whether data may begin here: `[ref=e5]`, `{` of code and the like hold none. */
function isOpening(text: string, at: number): boolean {
  const inside = endOfRun(text, at + 1, isSpace)
  const unit = text.charCodeAt(inside)
  if (unit === brace || unit === bracket || unit === 0x22 || unit === 0x27) return true
  return text.charCodeAt(at) === brace && isNameUnit(unit) && text[endOfRun(text, inside, isNameUnit, 64)] === ':'
}

/** Read one name or value, or what opens or closes. @returns whether the data goes on; if not, reading goes on where it is no data */
function readPart(reading: Reading): boolean {
  const { text, top } = reading
  const at = endOfRun(text, reading.at, isGap)
  const unit = text.charCodeAt(at)
  reading.at = at + 1
  if (unit === brace || unit === bracket) {
    if (reading.depth >= deepest) return false
    const value = unit === brace ? {} : []
    reading.top = { value, parent: top, name: top?.key ?? top?.name, key: undefined }
    if (top) put(top, value)
    reading.depth += 1
    return true
  }
  if (!top) return false
  if (unit === 0x7d || unit === 0x5d) {
    reading.top = top.parent
    reading.depth -= 1
    return top.parent !== undefined
  }
  return !Array.isArray(top.value) && top.key === undefined ? readKey(reading, top, at) : readScalar(reading, top, at)
}

/** White space, and the commas that part items. */
function isGap(unit: number): boolean {
  return isSpace(unit) || unit === 0x2c
}

function readKey(reading: Reading, top: Open, at: number): boolean {
  const { text } = reading
  const quoted = endOfQuoted(text, at)
  const end = quoted < 0 ? endOfRun(text, at, isNameUnit, 64) : quoted + 1
  const colon = endOfRun(text, end, isSpace, 64)
  if (end === at || text[colon] !== ':') return false
  top.key = quoted < 0 ? text.slice(at, end) : text.slice(at + 1, quoted)
  reading.at = colon + 1
  return true
}

function readScalar(reading: Reading, top: Open, at: number): boolean {
  const { text, leaves } = reading
  const quoted = endOfQuoted(text, at)
  const isText = quoted >= 0
  const start = isText ? at + 1 : at
  const end = isText ? quoted : endOfRun(text, at, isScalarUnit, 64)
  const next = isText ? end + 1 : end
  // Where quotes hold something else, data may begin in them: `{"text":"[{"type":...`
  if (next === at || !isBehindValue(text, next)) return false
  reading.at = next
  const isNumber = !isText && isDigit(text.charCodeAt(at))
  const key = top.key ?? top.name
  if (key !== undefined && end - start >= shortestLeaf && (isText || isNumber) && isToldByPlace(key, top.value)) {
    const above = (top.key === undefined ? top.parent : top)?.name
    const keys = above === undefined ? [key] : [key, above]
    const place: TextPlace = { keys: () => keys, parent: top.value, around: () => around(top) }
    leaves.push({ start, end, value: text.slice(start, end), isNumber, key, place })
  }
  if (isText) put(top, text.slice(start, end))
  else top.key = undefined
  return true
}

function around(top: Open): object[] {
  const found: object[] = []
  for (let open = top.parent; open && found.length < 3; open = open.parent) found.push(open.value)
  return found
}

function isNameUnit(unit: number): boolean {
  return isWordUnit(unit) || unit === 0x24
}

function isScalarUnit(unit: number): boolean {
  return isWordUnit(unit) || unit === 0x2e || unit === 0x2b
}

/** Tells whether data goes on behind a value, or the text ends. */
function isBehindValue(text: string, end: number): boolean {
  const unit = text.charCodeAt(endOfRun(text, end, isSpace))
  return Number.isNaN(unit) || unit === 0x2c || unit === 0x7d || unit === 0x5d
}

/** The quote that ends what one opens in the same line, else -1. */
function endOfQuoted(text: string, at: number): number {
  const quote = text.charCodeAt(at)
  if (quote !== 0x22 && quote !== 0x27) return -1
  for (let end = at + 1; end - at < longestText; end += 1) {
    const unit = text.charCodeAt(end)
    if (unit === quote) return end
    if (unit === 0x0a || Number.isNaN(unit)) return -1
    if (unit === 0x5c) end += 1
  }
  return -1
}

function put(top: Open, item: unknown): void {
  if (Array.isArray(top.value)) top.value.push(item)
  // An assignment to `__proto__` would set the prototype, and no rule asks for it.
  else if (top.key !== undefined && top.key !== '__proto__') top.value[top.key] = item
  top.key = undefined
}
