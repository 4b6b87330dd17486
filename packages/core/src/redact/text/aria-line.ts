import { endOfRun, isLetter } from './characters.ts'
import type { TextRange } from './placeholder.ts'

/** The roles of fields that people type into. */
export const fieldRoles: readonly string[] = ['textbox', 'searchbox', 'spinbutton', 'combobox']

/** A line of an aria snapshot, as `- role "name" [attribute]: value`. Places are in the text that was read. */
export interface AriaLine {
  /** Spaces before the hyphen. */
  readonly indent: number
  readonly role: string
  /** Between the quotes of the name, as it is written there. */
  readonly name?: { readonly start: number; readonly end: number }
  /** The place where the value begins; absent without one. At the end of the line the children follow. */
  readonly valueStart?: number
  /** The end of the line, without its line break. */
  readonly end: number
  /** Nothing else is in the line, as it is in that of a list of Markdown. */
  readonly isWhole: boolean
}

const longestName = 2_000
const longestAttribute = 500

/** Read the line of an aria snapshot that begins at a place; `undefined` when it is none. Playwright writes them so. */
export function readAriaLine(
  text: string,
  start: number,
  endOfLine: (at: number) => number = (at) => endOfLineAt(text, at),
): AriaLine | undefined {
  const hyphen = endOfRun(text, start, (unit) => unit === 0x20)
  if (text[hyphen] !== '-' || text[hyphen + 1] !== ' ') return undefined
  const isQuoted = text[hyphen + 2] === "'"
  const roleStart = hyphen + (isQuoted ? 3 : 2)
  const roleEnd = endOfRun(text, text[roleStart] === '/' ? roleStart + 1 : roleStart, isLetter, 40)
  let at = roleEnd
  const name = text.startsWith(' "', at) ? quotedName(text, at + 1) : undefined
  if (name) at = name.end + 1
  while (text.startsWith(' [', at)) {
    const closing = text.slice(at, at + longestAttribute).indexOf(']')
    if (closing < 0) return undefined
    at += closing + 1
  }
  if (isQuoted && text[at] === "'") at += 1
  const end = endOfLine(at)
  const isWhole = text[at] === ':' || at === end
  const line = { indent: hyphen - start, role: text.slice(roleStart, roleEnd), end, isWhole, ...(name ? { name } : {}) }
  if (text[at] !== ':') return line
  return { ...line, valueStart: text[at + 1] === ' ' ? at + 2 : at + 1 }
}

/** A range of a text without the quotes around it. */
export function withoutQuotes(text: string, { start, end }: { start: number; end: number }): TextRange {
  const isQuoted = text[start] === '"' && text[end - 1] === '"' && end - start > 1
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end }
}

function quotedName(text: string, quote: number): { start: number; end: number } | undefined {
  for (let end = quote + 1; end < text.length && end - quote < longestName; end += 1) {
    if (text[end] === '"') return { start: quote + 1, end }
    if (text[end] === '\n') return undefined
    if (text[end] === '\\') end += 1
  }
  return undefined
}

/** The end of the line that holds a place, without its line break. */
export function endOfLineAt(text: string, at: number): number {
  const lineBreak = text.indexOf('\n', at)
  const end = lineBreak < 0 ? text.length : lineBreak
  return end > at && text[end - 1] === '\r' ? end - 1 : end
}
