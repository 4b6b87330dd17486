import type { KeyNames } from '../names/keys.ts'
import type { Report } from '../text/report.ts'

/** A text that is read from its beginning to its end, and what was met on the way. */
export interface Reading {
  readonly text: string
  readonly names: KeyNames
  readonly report: Report
  /** The end of the last words that speak of signing in, and of the last that speak of a failure. */
  signIn: number
  failure: number
  /** The end of the lines that were read as a list of codes. */
  listEnd: number
  /** A number behind the bare word `Code`, which may be a one-time code. */
  code: { readonly start: number; readonly end: number } | undefined
}

/** A mark of a text, and the function that reads what stands around it, from `start` to `end`. */
export type ToldMark = readonly [mark: string, read: (reading: Reading, start: number, end: number) => void]

const longestName = 48
const endsSentence = new Set(Array.from('.,;:!?\n', (mark) => mark.charCodeAt(0)))

/** The part of a sentence before a place, as far as a name goes. */
export function sentenceBefore(text: string, end: number): string {
  let start = end
  while (start > 0 && end - start < longestName && !endsSentence.has(text.charCodeAt(start - 1))) start -= 1
  return text.slice(start, end)
}
