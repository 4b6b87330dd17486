import type { KeyNames } from '../names/keys.ts'
import type { RedactionKind, TextRange } from '../text/placeholder.ts'
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
  code: TextRange | undefined
  /** The beginning of the line that is read, and the end of the last words that may make it one that tells of the next. */
  lineStart: number
  telling: number
  /** The end of the last words that tell of a phrase. */
  phrase: number
  /** The end of the last words that say that many share it: `Password for all users`. */
  shared: number
  /** The end of the last word for a key, and of the last that may say that it is shown once; the number of lines with both. */
  keyWord: number
  onceWord: number
  onceLines: number
  /** The line before, if it may tell of it. */
  above: Above | undefined
}

/** A line that may tell of the next one. */
export interface Above extends TextRange {
  /** Words that tell of a phrase are in it. */
  readonly isOfPhrase: boolean
  /** Words that say that many share it are in it. */
  readonly isShared: boolean
  /** All that it tells; absent before anybody asked. */
  told?: Told
}

/** The word of a line on those under it. */
export interface Tells {
  readonly kind: RedactionKind
  /** The line is a name, or ends as one that something follows: `Your code is`. */
  readonly isLabel: boolean
  /** True where a phrase of twelve words and more follows. */
  readonly isPhrase: boolean
  /** Counts near words of signing in. */
  readonly isNearby?: true
}

interface Told extends Tells {
  /** The parts of a phrase, or the digits of a code, that stand in lines of their own. */
  readonly parts: TextRange[]
  /** Lines between that are none. */
  others: number
}

/** A mark of a text, and the function that reads what stands around it, from `start` to `end`. */
export type ToldMark = readonly [mark: string, read: (reading: Reading, start: number, end: number) => void]

const longestName = 48
const endsSentence = new Uint8Array(128)
for (const mark of '.,;:!?\n') endsSentence[mark.charCodeAt(0)] = 1

/** The part of a sentence before a place, as far as a name goes. */
export function sentenceBefore(text: string, end: number): string {
  let start = end
  while (start > 0 && end - start < longestName && endsSentence[text.charCodeAt(start - 1)] !== 1) start -= 1
  return text.slice(start, end)
}
