import type { TraceDiagnosticCode } from '../format/diagnostics.ts'
import { readLocals } from './locals.ts'
import { decodeString, endOfString, skipBlanks } from './scan-json.ts'
import { toSourceLine } from '../format/source-line.ts'
import type { FoundToken, TokenSource } from './token-source.ts'
import { showsLocals, type TraceEvent } from '../format/tokens.ts'

/** The content of one frame. */
interface ReadFrame {
  source: string
  localsStr: string
  locals: Map<string, string> | null
  arg: string | null
  /** Known where the trace is of tokens. */
  stateTokens: number | undefined
  actionTokens: number | undefined
  /** Behind its `frame_sep`, or where the next frame begins without one. */
  end: number
}

type Tell = (code: TraceDiagnosticCode, offset: number) => void

/**
 * Read one frame from the end of the token that begins it, and tell what is wrong with it.
 *
 * @returns undefined where the text ends before the frame does
 */
export function readFrame(tokens: TokenSource, event: TraceEvent, start: number, tell: Tell): ReadFrame | undefined {
  const { text } = tokens
  const afterState = tokens.next('locals', start)
  if (!afterState) return undefined
  const hasAction = afterState.name === 'actionSep'
  const state = readState(text, event, start, afterState, tell)
  const sourceStart = hasAction ? afterState.end : state.end
  if (!hasAction) tell('missing_action_sep', sourceStart)
  const afterSource = hasAction ? tokens.next('source', sourceStart) : afterState
  if (!afterSource) return undefined

  const value = readValue(tokens, event, afterSource, tell)
  if (!value) return undefined
  const { afterValue, arg } = value
  if (afterValue.name !== 'frameSep') tell('missing_frame_sep', afterValue.start)
  return {
    source: toSourceLine(text.slice(sourceStart, afterSource.start)),
    localsStr: state.localsStr,
    locals: state.locals,
    arg,
    stateTokens: afterState.tokensBefore,
    actionTokens: afterSource.tokensBefore,
    end: afterValue.name === 'frameSep' ? afterValue.end : afterValue.start,
  }
}

/** @returns the locals, and the place behind them: the source begins there where no separator says so */
function readState(
  text: string,
  event: TraceEvent,
  start: number,
  { name, start: regionEnd }: FoundToken,
  tell: Tell,
): { localsStr: string; locals: Map<string, string> | null; end: number } {
  const { locals, end } = showsLocals(event) ? readLocals(text, start, regionEnd, tell) : { locals: null, end: start }
  if (end < regionEnd && name === 'actionSep') tell('stray_text', end)
  return { locals, localsStr: text.slice(start, end), end }
}

/** Read what stands behind the source: the value of a return or exception; in other frames nothing belongs there. */
function readValue(
  tokens: TokenSource,
  event: TraceEvent,
  afterSource: FoundToken,
  tell: Tell,
): { arg: string | null; afterValue: FoundToken } | undefined {
  const isSeparator = afterSource.name === 'argSep' || afterSource.name === 'actionSep'
  const takesValue = !showsLocals(event)
  const hasValue = takesValue && afterSource.name === 'argSep'
  if (isSeparator && !hasValue) tell('unexpected_separator', afterSource.start)
  if (takesValue && !hasValue) tell('missing_arg_sep', afterSource.start)
  if (!isSeparator) return { arg: null, afterValue: afterSource }
  const afterValue = tokens.next('value', afterSource.end)
  if (!afterValue) return undefined
  const arg = hasValue ? decodeValue(tokens.text, afterSource.end, afterValue.start, tell) : null
  return { arg, afterValue }
}

function decodeValue(text: string, start: number, end: number, tell: Tell): string | null {
  const open = skipBlanks(text, start, end)
  const close = text[open] === '"' ? endOfString(text, open, end) : -1
  const isWhole = close >= 0 && close < end && skipBlanks(text, close + 1, end) === end
  const value = isWhole ? decodeString(text, open, close) : undefined
  if (value !== undefined) return value
  tell('value_not_string', start)
  return text.slice(start, end).trim() || null
}
