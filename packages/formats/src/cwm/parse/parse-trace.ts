import {
  diagnose,
  hasNoError,
  traceDiagnostics,
  type TraceDiagnostic,
  type TraceDiagnosticCode,
} from '../format/diagnostics.ts'
import type { GeneratedTrace, TraceFrame } from '../format/frame.ts'
import { readFrame } from './read-frame.ts'
import { createTextTokens } from './text-tokens.ts'
import type { TokenSource } from './token-source.ts'
import { eventOf, showsLocals } from '../format/tokens.ts'

/** Counts the tokens of a text, as the model's tokenizer does. */
export type CountTokens = (text: string) => number

/**
 * Read what a code world model generated: one pass from left to right. Any text gives a result. Every frame that can be read is
 * in it, and what is wrong is told with its place.
 *
 * @param options.countTokens fills `stateTokens` and `actionTokens`, else 0
 *
 * @example
 * const { frames, wellFormed, diagnostics } = parseGeneratedTrace(generation)
 */
export function parseGeneratedTrace(text: string, { countTokens }: { countTokens?: CountTokens } = {}): GeneratedTrace {
  return readTrace(createTextTokens(text), countTokens)
}

/** Read a trace, by its separators. */
export function readTrace(tokens: TokenSource, countTokens: CountTokens = () => 0): GeneratedTrace {
  const { text } = tokens
  const frames: TraceFrame[] = []
  const diagnostics: TraceDiagnostic[] = []
  let errorCount = 0
  const tell = (code: TraceDiagnosticCode, offset: number): void => {
    if (traceDiagnostics[code].severity === 'error') errorCount++
    diagnostics.push(diagnose(code, offset, frames.length))
  }
  let rawStart = 0
  let truncated = false
  for (let at = 0; ;) {
    const found = tokens.next('between', at)
    if (!found) {
      const broken = tokens.brokenTokenFrom(at)
      if ((broken ?? text.length) > at) tell('stray_text', at)
      truncated = broken !== undefined
      if (broken === undefined) tell('no_end_of_text', text.length)
      else tell('cut_off', broken)
      break
    }
    if (found.start > at) tell('stray_text', at)
    else if (found.name === 'frameSep') tell('empty_frame', at)
    at = found.end
    if (found.name === 'endOfText') {
      if (at < text.length) tell('text_after_end', at)
      break
    }
    const event = eventOf(found.name)
    if (!event) continue

    const toldBefore = diagnostics.length
    const errorsBefore = errorCount
    const read = readFrame(tokens, event, at, tell)
    if (!read) {
      // Nothing is wrong with a piece of a frame but that it is one.
      diagnostics.length = toldBefore
      errorCount = errorsBefore
      truncated = true
      tell('cut_off', found.start)
      break
    }
    const { source, localsStr, locals, arg, stateTokens, actionTokens, end } = read
    const frame: TraceFrame = {
      event,
      source,
      localsStr,
      locals,
      arg,
      malformed: errorCount > errorsBefore,
      stateTokens: stateTokens ?? (localsStr === '' ? 0 : countTokens(localsStr)),
      actionTokens: actionTokens ?? countTokens(source),
      hasLocals: showsLocals(event),
      raw: text.slice(rawStart, end),
      offset: rawStart,
    }
    frames.push(Object.freeze(frame))
    rawStart = at = end
  }
  if (frames.length === 0) tell('no_frames', 0)
  return { frames, tail: text.slice(rawStart), wellFormed: hasNoError(diagnostics), truncated, diagnostics }
}
