import { endOfRun } from './characters.ts'
import type { FoundSecret } from './report.ts'

/** Looks ahead in a text from places that only go forward, and reads nothing twice. */
export interface Reader {
  readonly text: string
  /** The end of a run of such units that goes on at a place. */
  endOf(isMember: (unit: number) => boolean, from: number): number
  /** The rest of the line behind a place, or what stands before another end, up to so many units; "" where one that was given before reaches it. */
  nextLine(from: number, longest: number, end?: string): string
  /** Give back what {@link nextLine} gave from a place on, where another command begins. */
  giveBack(from: number): void
}

/** A mark that a secret may be here, and the function that reads it. */
export interface Mark {
  readonly mark: string
  /** Counts at the beginning of a word only. */
  readonly isPrefix: boolean
  /** Reads what may stand around the mark, which goes from `start` to `end`. */
  readonly read: (reader: Reader, start: number, end: number) => FoundSecret | readonly FoundSecret[] | undefined
}

/** Marks that one function reads, wherever they stand. */
export function marksOf(read: Mark['read'], ...marks: readonly string[]): Mark[] {
  return marks.map((mark) => ({ mark, isPrefix: false, read }))
}

/** {@link marksOf} that count at the beginning of a word only. */
export function prefixesOf(read: Mark['read'], ...marks: readonly string[]): Mark[] {
  return marks.map((mark) => ({ mark, isPrefix: true, read }))
}

/** Begin to read a text. */
export function createReader(text: string): Reader {
  const ends = new Map<(unit: number) => boolean, number>()
  let lineEnd = 0
  return {
    text,
    endOf(isMember, from) {
      let end = ends.get(isMember) ?? -1
      if (end < from) ends.set(isMember, (end = endOfRun(text, from, isMember)))
      return end
    },
    nextLine(from, longest, end = '\n') {
      if (from < lineEnd) return ''
      const rest = text.slice(from, from + longest)
      const lineBreak = rest.indexOf(end)
      const line = lineBreak < 0 ? rest : rest.slice(0, lineBreak)
      lineEnd = from + line.length
      return line
    },
    giveBack(from) {
      lineEnd = Math.min(lineEnd, from)
    },
  }
}
