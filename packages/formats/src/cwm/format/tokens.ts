/** A moment of a program's run: a scope is entered, a line is about to run, a scope is left, an exception passes. */
export type TraceEvent = 'call' | 'line' | 'return' | 'exception'

/** The literal texts of the special tokens. */
export const traceTokens = {
  callSep: '<|call_sep|>',
  lineSep: '<|line_sep|>',
  returnSep: '<|return_sep|>',
  exceptionSep: '<|exception_sep|>',
  actionSep: '<|action_sep|>',
  argSep: '<|arg_sep|>',
  frameSep: '<|frame_sep|>',
  endOfText: '<|end_of_text|>',
  traceContextStart: '<|trace_context_start|>',
} as const

/** The numbers of the tokens of a trace in the vocabulary of CWM; the end of text, 128001, is of its general ones. */
export const traceTokenIds = {
  frameSep: 128_100,
  actionSep: 128_101,
  returnSep: 128_102,
  callSep: 128_103,
  lineSep: 128_104,
  exceptionSep: 128_105,
  argSep: 128_106,
  traceContextStart: 128_107,
} as const

/** Stands for a value that is what it was in the last frame of the same scope. */
export const diffPlaceholder = '..'

/** The comment behind the line at which a trace begins. */
export const startMarker = '# << START_OF_TRACE'

/** A token that a generated trace is made of. */
export type Separator = Exclude<keyof typeof traceTokens, 'traceContextStart'>

/** The token that begins a frame of an event. */
export const eventSeparators = {
  call: 'callSep',
  line: 'lineSep',
  return: 'returnSep',
  exception: 'exceptionSep',
} as const satisfies Record<TraceEvent, Separator>

const events: Partial<Record<Separator, TraceEvent>> = {
  callSep: 'call',
  lineSep: 'line',
  returnSep: 'return',
  exceptionSep: 'exception',
}

/** The event that a token begins; undefined for any other token. */
export function eventOf(name: Separator): TraceEvent | undefined {
  return events[name]
}

/** Call and line frames show the local variables, the others a value. */
export function showsLocals(event: TraceEvent): boolean {
  return event === 'call' || event === 'line'
}
