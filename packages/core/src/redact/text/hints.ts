/**
 * Bits that say what a text holds somewhere. A scan that needs what is not there has nothing to find, and need not
 * look.
 */
export const hints = {
  /** `=` or `:`, behind which values of names stand. */
  separator: 1,
  /** `-`, as before every flag and every line of an aria snapshot. */
  hyphen: 2,
  /** Four digits in a row, as in every number of a card. */
  digits: 4,
  /** A character that may begin an escape: a backslash, `%`, `&` or a line break. */
  escape: 8,
  /** A quote of any sort. */
  quote: 16,
  /** `<`, as before every tag. */
  angle: 32,
  /** A line break, `|` or `[`, as before the rows and the cells of a table. */
  cells: 64,
} as const

const digit = 128
const bits = new Uint8Array(65_536)
add('=:', hints.separator)
add('-', hints.hyphen)
add('0123456789', digit)
add('\\%&\n\r', hints.escape)
add('"\'`', hints.quote)
add('<', hints.angle)
add('\n|[', hints.cells)

function add(characters: string, bit: number): void {
  for (const character of characters) bits[character.charCodeAt(0)]! |= bit
}

/** Read a text once and tell which of the {@link hints} it holds. */
export function hintsOf(text: string): number {
  let found = 0
  let digits = 0
  for (let at = 0; at < text.length; at += 1) {
    const unitBits = bits[text.charCodeAt(at)]!
    digits = (unitBits & digit) === 0 ? 0 : digits + 1
    if (digits === 4) found |= hints.digits
    found |= unitBits
  }
  return found
}
