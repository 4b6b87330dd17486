import type { TraceDiagnostic } from './diagnostics.ts'
import { eventSeparators, type TraceEvent } from './tokens.ts'

/** One frame of a trace as it stands there: `..` is not resolved. Frozen where it was parsed. */
export interface TraceFrame {
  readonly event: TraceEvent
  /** The line of the program, with its indentation, without its line end and start marker. */
  readonly source: string
  /** The text of the locals; `''` for a return or exception. */
  readonly localsStr: string
  /** Variables by name; values are Python reprs. Null where there are none to read. */
  readonly locals: ReadonlyMap<string, string> | null
  /** The value of a return or exception, a Python repr. */
  readonly arg: string | null
  /** Has an error of its own. */
  readonly malformed: boolean
  /** The number of tokens of the locals; 0 where nobody counted. */
  readonly stateTokens: number
  /** The number of tokens of the source; 0 where nobody counted. */
  readonly actionTokens: number
  /** True of call and line. */
  readonly hasLocals: boolean
  /** Its whole text, from the end of the frame before: stray text before it, and its separators. */
  readonly raw?: string
  /** The place where `raw` begins, in UTF-16 units. */
  readonly offset?: number
}

/** A frame made by hand: what it says, and no more. */
export type FrameToWrite = Pick<TraceFrame, 'event' | 'source' | 'locals' | 'arg'> & Partial<TraceFrame>

/** A generated trace that was read. The `raw` of its frames and `tail` joined are its text. */
export interface GeneratedTrace {
  readonly frames: readonly TraceFrame[]
  /** The text behind the last frame: the end of text, a piece of a frame, text after the end. */
  readonly tail: string
  /** No diagnostic is an error. */
  readonly wellFormed: boolean
  /** The text ends inside a frame or a token, as at a limit of tokens. */
  readonly truncated: boolean
  readonly diagnostics: readonly TraceDiagnostic[]
}

const isText = (value: unknown): boolean => typeof value === 'string'

/** The fields of a frame, each with its test and the words for what it must be. */
const fields = [
  ['event', (value) => typeof value === 'string' && Object.hasOwn(eventSeparators, value), 'the name of an event'],
  ['source', isText, 'a string'],
  ['locals', (value) => value === null || value instanceof Map, 'a Map or null'],
  ['arg', (value) => value === null || isText(value), 'a string or null'],
  ['localsStr', (value) => value === undefined || isText(value), 'a string'],
] as const satisfies (readonly [keyof FrameToWrite, (value: unknown) => boolean, string])[]

/**
 * Make sure that frames made by hand have what a frame says.
 *
 * @throws {TypeError} naming the field, what was expected and what it is
 */
export function assertFrames(frames: readonly FrameToWrite[]): void {
  for (const [index, frame] of frames.entries()) {
    for (const [field, isGood, expected] of fields) {
      if (isGood(frame[field])) continue
      throw new TypeError(`frames[${index}].${field}: expected ${expected}, got ${describe(frame[field])}`)
    }
  }
}

/** Say what a value is, for an error. */
export function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : typeof value
}
