import { jsonChunks } from '@contrail/recorder'

/**
 * Everything that a terminal would act on instead of showing it, or that shows nothing: control characters (so ANSI escapes too),
 * bidirectional and zero-width format characters, line separators, lone surrogates, private use, fillers of Hangul, blank Braille.
 * A selector that gives a pictograph its picture, as in a heart, stays.
 */
const unprintable =
  /(?!(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Make recorded text safe to print on one line: what cannot be seen is written as an escape, e.g. `\x1b` or `\u202e`.
 *
 * @param limit longest result in characters, then it is cut and ends with `…`; default 200
 */
export function toPrintable(text: string, limit = 200): string {
  const shown = escapeUnprintable(text.slice(0, limit + 1))
  const characters = Array.from(shown)
  return characters.length <= limit && text.length <= limit + 1
    ? shown
    : `${characters.slice(0, Math.max(limit - 1, 0)).join('')}…`
}

/**
 * One JSON document of a value, indented, in pieces of about 1 MB: the whole of a long run is more than one string can hold. It
 * parses to the same value, and no character in it can act on a terminal.
 *
 * @param value plain data; functions are left out, as JSON does
 */
export function* toPrintableJson(value: unknown): Generator<string> {
  for (const { buffer, byteOffset, byteLength } of jsonChunks(value)) {
    // No piece ends within a character.
    yield escapeJson(Buffer.from(buffer, byteOffset, byteLength).toString('utf8'))
  }
}

/** JSON of a value on one line, which parses to the same value, and of which no character can act on a terminal. */
export function toPrintableLine(value: object): string {
  return escapeJson(JSON.stringify(value))
}

function escapeJson(json: string): string {
  return json.replace(unprintable, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, at) => unicodeEscape(character.charCodeAt(at))).join(''),
  )
}

function escapeUnprintable(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.codePointAt(0) ?? 0
    if (code > 0xffff) return `\\u{${code.toString(16)}}`
    return shortEscapes[character] ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : unicodeEscape(code))
  })
}

function unicodeEscape(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`
}
