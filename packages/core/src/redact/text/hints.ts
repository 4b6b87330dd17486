/**
 * Bits that say what a text holds somewhere. A scan that needs what is not there has nothing to find, and need not
 * look.
 */
export const hints = {
  /** `=` or `:`, behind which values of names stand. */
  separator: 1,
  /** `-`, as before every flag and every line of an aria snapshot of Playwright. */
  hyphen: 2,
  /** A character that may begin an escape: a backslash, `%`, `&`, `+` or a line break. */
  escape: 4,
  /** A quote of any sort. */
  quote: 8,
  /** `<`, as before every tag. */
  angle: 16,
  /** A line break, a tab, `|` or `[`, as before the rows and the cells of a table, and before the lines of a tree. */
  cells: 32,
} as const

const characters: readonly (readonly [string, number])[] = [
  [':', hints.separator],
  ['=', hints.separator],
  ['-', hints.hyphen],
  ['\n', hints.escape | hints.cells],
  ['\r', hints.escape],
  ['\\', hints.escape],
  ['%', hints.escape],
  ['&', hints.escape],
  ['+', hints.escape],
  ['"', hints.quote],
  ["'", hints.quote],
  ['`', hints.quote],
  ['<', hints.angle],
  ['\t', hints.cells],
  ['|', hints.cells],
  ['[', hints.cells],
]

/** Tell which of the {@link hints} a text holds. A search for each character takes a tenth of the time of a look at each unit. */
export function hintsOf(text: string): number {
  let found = 0
  for (const [character, bits] of characters) if (text.includes(character)) found |= bits
  return found
}
