import { isSeenOtherwise } from './seen.ts'

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
  /** A character that is not seen as it is, see `seenView`. */
  unseen: 64,
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

const hintsOfUnits = Uint8Array.from({ length: 65_536 }, (_, unit) => (isSeenOtherwise(unit) ? hints.unseen : 0))
for (const [character, bits] of characters) hintsOfUnits[character.charCodeAt(0)]! |= bits

/** Tell which of the {@link hints} a text holds. */
export function hintsOf(text: string): number {
  let found = 0
  for (let at = 0; at < text.length; at += 1) found |= hintsOfUnits[text.charCodeAt(at)]!
  return found
}
