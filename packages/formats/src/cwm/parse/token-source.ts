import type { Separator } from '../format/tokens.ts'

/** A separator that was found. Places are UTF-16 units of the text. */
export interface FoundToken {
  readonly name: Separator
  readonly start: number
  readonly end: number
  /** The number of tokens of text between it and the separator before, where they are known. */
  readonly tokensBefore?: number
}

/** A part of a trace, in which other tokens count as such: between two frames, the locals, the source line, the value. */
type Region = 'between' | 'locals' | 'source' | 'value'

/** A trace and the separators in it, as its reader asks for them. */
export interface TokenSource {
  readonly text: string
  /**
   * The first separator from a place on that is no text in its region.
   *
   * @param from the beginning of the region, never before the last one that was asked for
   * @returns undefined where the text ends before
   */
  next(region: Region, from: number): FoundToken | undefined
  /**
   * The place where the text breaks off in a separator, at or behind `from`, which no separator follows; undefined for
   * none.
   */
  brokenTokenFrom(from: number): number | undefined
}
