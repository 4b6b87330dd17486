import type { RedactionKind } from '../text/placeholder.ts'
import { endOfRun, isLetter, isLetterOrDigit, isNameUnit, isSpace, isWordUnit } from '../text/characters.ts'
import { endBeforeCut } from '../text/cut.ts'
import { isQuerySecret, type KeyNames } from '../names/keys.ts'
import { scanMultipart } from './multipart.ts'
import type { Report } from './shapes.ts'
import {
  authorizationValue,
  bareValue,
  cookieValue,
  isCode,
  isHeaderValue,
  isMixed,
  isNumber,
  isQuote,
  isReference,
  isSecretNumber,
  isShortNumber,
  quotedValue,
  queryValue,
  type FoundValue,
} from './pair-values.ts'

const equals = 0x3d
const colon = 0x3a
const longestKey = 64

/**
 * Report values that stand behind the name of a secret in a text:
 *
 * - in quotes, as JSON and code have it: `"password": "..."`, `token = '...'`, `{"name": "Cookie", "value": "..."}`; behind
 *   a name in quotes a number too
 * - in a query, a fragment or a form: `?access_token=...`, `&sig=...`, `#id_token=...`
 * - behind `=` without spaces, as in `DB_PASSWORD=...` and `--password=...`
 * - headers: `Authorization: Bearer ...`, `Cookie: a=b; c=d`, `X-Api-Key: ...`
 * - in a form of several parts: `name="password"`, an empty line, and the value
 * - behind a colon or `--password ` without quotes only what cannot be a word: `password: hunter2`, but not
 *   `password: required`
 */
export function scanPairs(text: string, names: KeyNames, report: Report): void {
  const reading: Reading = { text, names, cut: endBeforeCut(text), bareUntil: 0, weakUntil: 0 }
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit !== equals && unit !== colon) continue
    const key = keyBefore(reading, at)
    const found = key && valueOf(reading, key, at)
    if (!found) continue
    const { start, end, next, kind } = found
    if (end > start && !isReference(text.slice(start, Math.min(end, start + 101)))) report(start, end, kind)
    at = next - 1
  }
  scanFlags(text, names, report)
  scanMultipart(text, names, report)
}

interface Reading {
  readonly text: string
  readonly names: KeyNames
  /** Where the text was cut. */
  readonly cut: number | undefined
  /** What was no value once is no value in part: up to here, nothing is read twice. */
  bareUntil: number
  weakUntil: number
}

interface Key {
  readonly text: string
  readonly start: number
  readonly isQuoted: boolean
}

/** The name that ends before a separator, if it can be the name of a secret at all. */
function keyBefore({ text, names }: Reading, at: number): Key | undefined {
  // Most separators stand behind something else than a name.
  if (!canEndKey(text.charCodeAt(at - 1))) return undefined
  let end = at
  while (at - end < 2 && text.charCodeAt(end - 1) === 0x20) end -= 1
  const last = text.charCodeAt(end - 1)
  const quote = isQuote(last) ? last : Number.NaN
  if (isQuote(last)) end -= 1
  if (!names.canEndAt(text, end)) return undefined
  let start = end
  for (; start > 0 && end - start <= longestKey; start -= 1) {
    const unit = text.charCodeAt(start - 1)
    const isInside = isQuote(last) ? unit !== quote && unit !== 0x0a : isNameUnit(unit)
    if (!isInside) break
  }
  if (end - start > longestKey || start === end) return undefined
  return { text: text.slice(start, end), start, isQuoted: isQuote(last) }
}

function canEndKey(unit: number): boolean {
  return isLetterOrDigit(unit) || unit === 0x20 || unit === 0x5d || unit > 0x7f || isQuote(unit)
}

/** The name that `{"name": "...", "value":` gives, else "". */
function labelBefore(text: string, start: number): string {
  const before = text.slice(Math.max(0, start - 160), start)
  return /"(?:name|key|field|id)"\s{0,9}:\s{0,9}"([^"\\]{1,64})"\s{0,9},\s{0,40}"$/.exec(before)?.[1] ?? ''
}

/** The name that `"value": "...", "name": "..."}` gives behind the value that begins at a place, else "". */
function labelBehind({ text, cut }: Reading, start: number): string {
  const value = isQuote(text.charCodeAt(start)) ? quotedValue(text, start, cut) : undefined
  const behind = value ? text.slice(value.next, value.next + 160) : ''
  return /^\s{0,9},\s{0,40}"(?:name|key|field|id)"\s{0,9}:\s{0,9}"([^"\\]{1,64})"/.exec(behind)?.[1] ?? ''
}

function valueOf(reading: Reading, key: Key, separator: number): (FoundValue & { kind: RedactionKind }) | undefined {
  const { text } = reading
  const isQuery = text.charCodeAt(separator) === equals && '?&#;'.includes(text[key.start - 1] ?? ' ')
  const kind = kindOf(reading, key, separator)
  if (isQuery) {
    const value = kind || separator >= reading.weakUntil ? queryValue(text, separator + 1) : undefined
    if (value && (kind || isQuerySecret(key.text, text.slice(value.start, value.end)))) {
      return { ...value, kind: 'url_query' }
    }
    if (value) reading.weakUntil = value.next
    return undefined
  }
  const value = kind && valueAfter(reading, separator, kind, key)
  return value && { ...value, kind }
}

function kindOf(reading: Reading, key: Key, separator: number): RedactionKind | undefined {
  const { text, names } = reading
  if (key.text !== 'value') return names.kindOf(key.text)
  const kind = names.kindOf(labelBefore(text, key.start))
  return kind || !key.isQuoted ? kind : names.kindOf(labelBehind(reading, startOfValue(text, separator, key)))
}

/** Behind a name in quotes, as JSON has it, also in the next line. */
function startOfValue(text: string, separator: number, { isQuoted }: Key): number {
  const isJson = isQuoted && text.charCodeAt(separator) === colon
  return isJson ? endOfRun(text, separator + 1, isSpace, 200) : endOfRun(text, separator + 1, isBlank, 8)
}

function valueAfter(reading: Reading, separator: number, kind: RedactionKind, key: Key): FoundValue | undefined {
  const { text } = reading
  const isEquals = text.charCodeAt(separator) === equals
  if (isEquals && (text[separator + 1] === '=' || text[separator + 1] === '>')) return undefined
  const start = startOfValue(text, separator, key)
  const quoted = isQuote(text.charCodeAt(start)) ? quotedValue(text, start, reading.cut) : undefined
  if (quoted) {
    const isTemplate = text[start] === '`' && text.slice(quoted.start, quoted.end).includes('${')
    return isTemplate ? undefined : quoted
  }
  if (start < reading.bareUntil) return undefined
  const bare = bareValue(text, start)
  if (key.isQuoted && !isEquals && isNumber(text, bare) && isSecretNumber(bare.end - bare.start, kind)) return bare
  if (text.slice(separator + 1, start).includes('\n')) return undefined
  const isSpaced = isEquals && start > separator + 1
  const value =
    kind === 'authorization'
      ? authorizationValue(text, start, quoteAt(text, key.start - 1))
      : kind === 'cookie'
        ? cookieValue(text, start)
        : !isSpaced && !isCode(text, bare) && (isEquals ? bare.end - bare.start >= 4 : isNoWord(text, bare, kind, key))
          ? bare
          : undefined
  if (!value) reading.bareUntil = bare.next
  return value
}

/** A quote that stands at a place, else NaN. */
function quoteAt(text: string, at: number): number {
  return isQuote(text.charCodeAt(at)) ? text.charCodeAt(at) : Number.NaN
}

function isNoWord(text: string, value: FoundValue, kind: RedactionKind, key: Key): boolean {
  const isCodeNumber = (kind === 'one_time_code' || kind === 'card') && isShortNumber(text, value)
  if (isCodeNumber || (kind !== 'session' && isMixed(text, value))) return true
  return !key.isQuoted && key.text.indexOf('-') > 0 && isHeaderValue(text, key.start, value)
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09
}

/** `--password hunter2` */
function scanFlags(text: string, names: KeyNames, report: Report): void {
  let next = 0
  for (let dashes = text.indexOf('--'); dashes >= 0; dashes = text.indexOf('--', next)) {
    next = dashes + 2
    if (!isLetter(text.charCodeAt(next)) || isNameUnit(text.charCodeAt(dashes - 1))) continue
    const end = endOfRun(text, next, isWordUnit, longestKey)
    const start = next
    next = end
    if (text[end] !== ' ' || text[end + 1] === '-' || !names.canEndAt(text, end)) continue
    const kind = names.kindOf(text.slice(start, end))
    const value = kind && bareValue(text, end + 1)
    if (value && isMixed(text, value)) report(value.start, value.end, kind)
  }
}
