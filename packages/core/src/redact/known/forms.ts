import { encodeBase64 } from '../../values/base64.ts'
import { isPartOfEveryPlaceholder } from '../text/placeholder.ts'
import { createAutomaton } from '../text/automaton.ts'
import { isDigit, isLetterOrDigit } from '../text/characters.ts'
import { viewsOf } from '../text/views.ts'
import { fileNamesOf } from './file-names.ts'

/** Finds known values in a text that has been unescaped already; `value` is an index. Linear in the text. */
export type SecretSearch = (text: string, found: (start: number, end: number, value: number) => void) => void

/** A shorter value is not looked for: it stands everywhere. In UTF-16 units. */
export const shortestSecret = 4
/** A value of digits alone, or a learned word, that is shorter than this counts only where it stands alone. */
const shortestInside = 8
/** Words that are found in variables of the environment and are no secret. */
const plainWords = new Set(['true', 'false', 'null', 'none', 'undefined', 'localhost'])

/**
 * Tells whether a value can be looked for: not too short, no plain word such as `true`, no part of every placeholder.
 */
export function isSearchable(value: string): boolean {
  return value.length >= shortestSecret && !plainWords.has(value.toLowerCase()) && !isPartOfEveryPlaceholder(value)
}

export interface SecretSearchOptions {
  /** A short word counts only where no letter or digit stands beside it: `lamp` typed is no secret in `lamps`. */
  wordsStandAlone?: boolean
}

/**
 * Make a search for values in the forms they are met in: plain, with `+` for spaces, in the name of a file, in hex of one case, and
 * in base64 and base64url, also inside a longer encoded text and without padding; what is in hex or base64 may be JSON or
 * percent-encoded.
 *
 * A value that itself holds what looks like an escape is also met unescaped, and one of several lines with other line breaks.
 *
 * @param values each {@link isSearchable}; of values that overlap in a text every one is reported
 */
export function createSecretSearch(values: readonly string[], options: SecretSearchOptions = {}): SecretSearch {
  const forms = values.flatMap((value, index) => formsOf(value, index, options))
  const automaton = createAutomaton(forms.map(({ text }) => text))
  return (text, found) =>
    automaton(text, (pattern, end) => {
      const form = forms[pattern]!
      const start = end - form.text.length
      if (form.neighbours && (form.neighbours(text.charCodeAt(start - 1)) || form.neighbours(text.charCodeAt(end))))
        return false
      if (!form.edges) {
        found(start, end, form.value)
        return true
      }
      const { head, tail } = form.edges
      if (head && !holds(head, text, start - 1)) return false
      if (tail && !holds(tail, text, end)) return false
      found(head ? start - 1 : start, endOfPadding(text, tail ? end + 1 : end), form.value)
      return true
    })
}

/**
 * The texts that stand for a value where it is met: the forms of {@link createSecretSearch}, of base64 the digits that are all
 * its own, and the value as JSON, an address or HTML escape it.
 */
export function spellingsOf(value: string): string[] {
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const escaped = [JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())]
  const inHtml = [html, html.replaceAll('"', '&quot;').replaceAll("'", '&#39;')]
  return [...new Set([...formsOf(value, 0, {}).map(({ text }) => text), ...escaped, ...inHtml])]
}

interface SecretForm {
  readonly text: string
  readonly value: number
  /** Tells whether a unit may not be beside it. */
  readonly neighbours?: ((unit: number) => boolean) | undefined
  /** Digits of base64 before and behind the text that belong to the value in part. */
  readonly edges?: { readonly head?: DigitPart | undefined; readonly tail?: DigitPart | undefined }
}

/** Some of the six bits of a digit. */
interface DigitPart {
  readonly mask: number
  readonly bits: number
}

function formsOf(value: string, index: number, { wordsStandAlone = false }: SecretSearchOptions): SecretForm[] {
  const values = withLineBreaks(value)
  const plain = new Set(values.flatMap((text) => [text, ...viewsOf(text).map((view) => view.text)]))
  for (const text of [...plain]) for (const form of [text.replaceAll(' ', '+'), ...fileNamesOf(text)]) plain.add(form)
  const forms: SecretForm[] = [...plain]
    .filter((text) => text.length >= shortestSecret)
    .map((text) => ({ text, value: index, neighbours: neighboursOf(text, wordsStandAlone) }))
  // What is encoded is not unescaped before it is searched: escapes inside are forms of their own.
  const encodable = values.flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text.toWellFormed()),
  ])
  for (const text of new Set(encodable)) {
    const bytes = new TextEncoder().encode(text)
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
    forms.push({ text: hex, value: index }, { text: hex.toUpperCase(), value: index })
    for (const bytesBefore of [0, 1, 2]) forms.push(...base64Forms(bytes, bytesBefore, index))
  }
  return forms
}

/** A value of several lines, also with the other line breaks: a form sends CRLF for what stands in it as LF. */
function withLineBreaks(value: string): string[] {
  if (!value.includes('\n')) return [value]
  const text = value.replaceAll('\r\n', '\n')
  return [...new Set([value, text, text.replaceAll('\n', '\r\n')])]
}

function neighboursOf(text: string, wordsStandAlone: boolean): SecretForm['neighbours'] {
  if (text.length >= shortestInside) return undefined
  if (/^[0-9]+$/.test(text)) return isDigit
  return wordsStandAlone && /^[A-Za-z]+$/.test(text) ? isLetterOrDigit : undefined
}

/** The digits that a value has when some bytes, modulo 3, stand before it: those that are all its own, and its edges. */
function base64Forms(bytes: Uint8Array, bytesBefore: number, value: number): SecretForm[] {
  const shifted = new Uint8Array(bytesBefore + bytes.byteLength)
  shifted.set(bytes, bytesBefore)
  const digits = encodeBase64(shifted)
  const start = Math.ceil((bytesBefore * 8) / 6)
  const end = Math.floor((shifted.byteLength * 8) / 6)
  const tailBits = (shifted.byteLength * 8) % 6
  const headMask = [0, 0b001111, 0b000011][bytesBefore]!
  const tailMask = tailBits === 0 ? 0 : tailBits === 2 ? 0b110000 : 0b111100
  const edges = { head: partOf(digits, start - 1, headMask), tail: partOf(digits, end, tailMask) }
  const text = digits.slice(start, end)
  const forUrl = text.replaceAll('+', '-').replaceAll('/', '_')
  return [...new Set([text, forUrl])].map((form) => ({ text: form, value, edges }))
}

function partOf(digits: string, at: number, mask: number): DigitPart | undefined {
  return mask === 0 ? undefined : { mask, bits: digitValue(digits.charCodeAt(at)) & mask }
}

function holds(part: DigitPart, text: string, at: number): boolean {
  const value = digitValue(text.charCodeAt(at))
  return value >= 0 && (value & part.mask) === part.bits
}

/** The six bits of a digit of either alphabet, else -1. */
function digitValue(unit: number): number {
  if (unit >= 0x41 && unit <= 0x5a) return unit - 0x41
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61 + 26
  if (isDigit(unit)) return unit - 0x30 + 52
  if (unit === 0x2b || unit === 0x2d) return 62
  return unit === 0x2f || unit === 0x5f ? 63 : -1
}

function endOfPadding(text: string, at: number): number {
  let end = at
  while (end < at + 2 && text[end] === '=') end += 1
  return end
}
