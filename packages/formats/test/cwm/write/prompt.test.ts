import { expect, test } from 'vitest'
import { startMarker, tracePrompt, traceTokenIds, traceTokens } from '../../../src/cwm/index.ts'

const context = 'def f(x):\n    return x\n\ndef main():\n    return f(1)\n'
const prompt = `<|begin_of_text|><|trace_context_start|>${context.replace('main():', 'main():  # << START_OF_TRACE')}<|frame_sep|>`

test('a prompt is the program with its entry marked, by number or by the line itself', () => {
  expect(tracePrompt({ context, entryLine: 4 })).toBe(prompt)
  expect(tracePrompt({ context, entryLine: 'def main():' })).toBe(prompt)
  const marked = context.replace('main():', `main(): ${startMarker}`)
  expect(tracePrompt({ context: marked, entryLine: 4 })).toContain(`main(): ${startMarker}\n`)
  expect(tracePrompt({ context: 'def f():\r\n', entryLine: 1 })).toContain(`def f():  ${startMarker}\r\n`)
})

test('a line that is not there is a mistake', () => {
  for (const entryLine of [0, 7, 1.5, 'def g():']) {
    expect(() => tracePrompt({ context, entryLine })).toThrow(/^entryLine: expected a line of the program/)
  }
})

test('the tokens are those of CWM', () => {
  expect(traceTokens).toEqual({
    callSep: '<|call_sep|>',
    lineSep: '<|line_sep|>',
    returnSep: '<|return_sep|>',
    exceptionSep: '<|exception_sep|>',
    actionSep: '<|action_sep|>',
    argSep: '<|arg_sep|>',
    frameSep: '<|frame_sep|>',
    endOfText: '<|end_of_text|>',
    traceContextStart: '<|trace_context_start|>',
  })
  expect(Object.entries(traceTokenIds).map(([, id]) => id)).toEqual([
    128100, 128101, 128102, 128103, 128104, 128105, 128106, 128107,
  ])
})
