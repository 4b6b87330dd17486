import { assertFrames, type FrameToWrite, type GeneratedTrace } from '../format/frame.ts'
import { parseGeneratedTrace } from '../parse/parse-trace.ts'
import { toSourceLine } from '../format/source-line.ts'
import { eventSeparators, showsLocals, startMarker, traceTokens } from '../format/tokens.ts'

/**
 * The text of a trace. One that was parsed gives its text byte for byte. Frames made by hand are written as CWM writes them: JSON
 * as Python has it, a newline after each source, the start marker on the first, the end of text last. A value of null is written
 * as nothing. A copy of a parsed frame that was changed is written by its fields, whatever its `raw` says.
 *
 * @param options.ascii whether all but ASCII is escaped in locals and values, as Python does by itself; default false
 * @throws {TypeError} naming the field that a frame made by hand lacks
 */
export function renderFramesToGeneration(
  trace: Pick<GeneratedTrace, 'frames' | 'tail'> | readonly FrameToWrite[],
  { ascii = false }: { ascii?: boolean } = {},
): string {
  const { frames, tail } = 'frames' in trace ? trace : { frames: trace, tail: traceTokens.endOfText }
  assertFrames(frames)
  const texts = frames.map((frame, index) => rawOf(frame) ?? renderFrame(frame, index === 0, ascii))
  return `${texts.join('')}${tail}`
}

/** The JSON of some variables as Python writes it: a blank behind each comma and colon. */
export function renderLocals(locals: ReadonlyMap<string, string>, ascii = false): string {
  const members = [...locals].map(([name, value]) => `${toJson(name, ascii)}: ${toJson(value, ascii)}`)
  return `{${members.join(', ')}}`
}

/** The text that a frame was read from, where it still says what the frame says. */
function rawOf(frame: FrameToWrite): string | undefined {
  const { raw, malformed = false } = frame
  if (raw === undefined || Object.isFrozen(frame) || malformed) return raw
  const [read, ...more] = parseGeneratedTrace(raw).frames
  const isSame =
    read?.event === frame.event &&
    read.source === frame.source &&
    read.arg === frame.arg &&
    sameLocals(read.locals, frame.locals)
  return isSame && more.length === 0 ? raw : undefined
}

function sameLocals(one: FrameToWrite['locals'], other: FrameToWrite['locals']): boolean {
  if (!one || !other) return one === other
  return JSON.stringify([...one]) === JSON.stringify([...other])
}

function renderFrame(
  { event, source, locals, localsStr = '', arg }: FrameToWrite,
  isFirst: boolean,
  ascii: boolean,
): string {
  // The marker also guards what a reader would take off: a marker of the source's own, and a carriage return at its end.
  const isMarked = isFirst || toSourceLine(`${source}\n`) !== source
  const state = !showsLocals(event) ? '' : locals ? renderLocals(locals, ascii) : localsStr
  const value = showsLocals(event) ? '' : `${traceTokens.argSep}${arg === null ? '' : toJson(arg, ascii)}`
  const action = `${traceTokens.actionSep}${source}${isMarked ? `  ${startMarker}` : ''}\n`
  return `${traceTokens[eventSeparators[event]]}${state}${action}${value}${traceTokens.frameSep}`
}

/** A string as Python's `json.dumps` writes it: with `ascii` all escaped that is no printable ASCII. */
function toJson(text: string, ascii: boolean): string {
  const json = JSON.stringify(text)
  return ascii
    ? json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : json
}
