/**
 * Bits that say what a text holds somewhere. A scan that needs what is not there has nothing to find, and need not
 * look.
 */
export const hints = {
  /** `=` or `:`, behind which values of names stand. */
  separator: 1,
  /** `-`, as before every flag and every line of an aria snapshot of Playwright. */
  hyphen: 2,
  /** 13 digits with nothing but spaces and hyphens between, as in every number of a card. */
  digits: 4,
  /** A character that may begin an escape: a backslash, `%`, `&` or a line break. */
  escape: 8,
  /** A quote of any sort. */
  quote: 16,
  /** `<`, as before every tag. */
  angle: 32,
  /** A line break, a tab, `|` or `[`, as before the rows and the cells of a table, and before the lines of a tree. */
  cells: 64,
} as const

const digit = 128
const betweenDigits = 256
const fewestDigits = 13
const bits = new Uint16Array(65_536)
add('=:', hints.separator)
add('-', hints.hyphen)
add('0123456789', digit)
add(' -\u00a0', betweenDigits)
add('\\%&\n\r', hints.escape)
add('"\'`', hints.quote)
add('<', hints.angle)
add('\n\t|[', hints.cells)

function add(characters: string, bit: number): void {
  for (const character of characters) bits[character.charCodeAt(0)]! |= bit
}

/** Read a text once and tell which of the {@link hints} it holds. */
export function hintsOf(text: string): number {
  let found = 0
  let digits = 0
  for (let at = 0; at < text.length; at += 1) {
    const unitBits = bits[text.charCodeAt(at)]!
    if ((unitBits & digit) !== 0) digits += 1
    else if ((unitBits & betweenDigits) === 0) digits = 0
    if (digits >= fewestDigits) found |= hints.digits
    found |= unitBits
  }
  return found
}
