import { expect, test } from 'vitest'
import {
  parseGeneratedTrace,
  parseTraceTokens,
  renderFramesToGeneration,
  traceTokenIds,
  traceTokens,
} from '../../../src/cwm/index.ts'

/** A tokenizer of one token a UTF-16 unit, beside the special ones. */
const decode = (ids: readonly number[]): string => String.fromCharCode(...ids)
const encode = (text: string): number[] => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
const { callSep, lineSep, returnSep, actionSep, argSep, frameSep } = traceTokenIds
const endOfText = 128_001

const ids = [
  ...[callSep, ...encode('{"s": "\'é\'"}'), actionSep, ...encode('def main():  # << START_OF_TRACE\n'), frameSep],
  ...[lineSep, ...encode('{"s": ".."}'), actionSep, ...encode('return "<|frame_sep|><|arg_sep|>"\n'), frameSep],
  ...[returnSep, actionSep, ...encode('return s\n'), argSep, ...encode('"1"'), frameSep, endOfText],
]

test('tokens are read by their numbers: the letters of a separator in a source line are text', () => {
  const trace = parseTraceTokens(ids, { decode })
  expect(trace).toMatchObject({ wellFormed: true, truncated: false, diagnostics: [], tail: traceTokens.endOfText })
  expect(
    trace.frames.map(({ source, arg, stateTokens, actionTokens }) => [source, arg, stateTokens, actionTokens]),
  ).toEqual([
    ['def main():', null, 12, 33],
    ['return "<|frame_sep|><|arg_sep|>"', null, 11, 34],
    ['return s', '1', 0, 9],
  ])
  const text = trace.frames.map(({ raw }) => raw).join('') + trace.tail
  expect(renderFramesToGeneration(trace)).toBe(text)
  expect(parseGeneratedTrace(text).wellFormed).toBe(false)
})

test('a vocabulary of its own, and an end of text that only its text tells', () => {
  const shifted = ids.map((id) => (id === frameSep ? 7 : id === endOfText ? 9 : id))
  const own = (some: readonly number[]): string => (some[0] === 9 ? traceTokens.endOfText : decode(some))
  expect(parseTraceTokens(shifted, { decode: own, ids: { frameSep: 7 } })).toMatchObject({
    wellFormed: true,
    diagnostics: [],
  })
  expect(parseTraceTokens(shifted, { decode, ids: { frameSep: 7, endOfText: 9 } }).frames).toHaveLength(3)
})

test('faults are told as in a text', () => {
  const read = (some: readonly number[]): unknown[] => {
    const { truncated, diagnostics } = parseTraceTokens(some, { decode })
    return [truncated, ...diagnostics.map(({ code }) => code)]
  }
  expect(read(ids.slice(0, -5))).toEqual([true, 'cut_off'])
  expect(read(ids.slice(0, -1))).toEqual([false, 'no_end_of_text'])
  expect(read([...encode('oh'), ...ids, 65])).toEqual([false, 'stray_text', 'text_after_end'])
  expect(
    read([
      lineSep,
      ...encode('{}'),
      actionSep,
      ...encode('x'),
      lineSep,
      ...encode('{}'),
      actionSep,
      ...encode('y'),
      actionSep,
      frameSep,
      endOfText,
    ]),
  ).toEqual([false, 'missing_frame_sep', 'unexpected_separator'])
  expect(read([])).toEqual([false, 'no_end_of_text', 'no_frames'])
})
