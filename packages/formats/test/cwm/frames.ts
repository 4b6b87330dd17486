import { traceTokens, type FrameToWrite, type TraceEvent } from '../../src/cwm/index.ts'

const { callSep, lineSep, returnSep, exceptionSep, actionSep, argSep, frameSep } = traceTokens

/** The text of a call frame. */
export function call(locals: string, source: string): string {
  return `${callSep}${locals}${actionSep}${source}\n${frameSep}`
}

/** The text of a line frame. */
export function line(locals: string, source: string): string {
  return `${lineSep}${locals}${actionSep}${source}\n${frameSep}`
}

/** The text of a return frame; its value as it stands in JSON. */
export function returned(source: string, value: string): string {
  return `${returnSep}${actionSep}${source}\n${argSep}${value}${frameSep}`
}

/** The text of an exception frame; its value as it stands in JSON. */
export function raised(source: string, value: string): string {
  return `${exceptionSep}${actionSep}${source}\n${argSep}${value}${frameSep}`
}

/** A frame made by hand: of call and line with variables, of the others with a value. */
export function frame(
  event: TraceEvent,
  source: string,
  content: Readonly<Record<string, string>> | string | null,
): FrameToWrite {
  const isState = typeof content === 'object' && content !== null
  return {
    event,
    source,
    locals: isState ? new Map(Object.entries(content)) : null,
    arg: isState ? null : content,
  }
}
