import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  parseGeneratedTrace,
  renderFramesToGeneration,
  traceTokens,
  type FrameToWrite,
} from '../../../src/cwm/index.ts'
import { call, line, returned } from '../frames.ts'

const { endOfText } = traceTokens
const frames: FrameToWrite[] = [
  {
    event: 'call',
    source: 'def f(é):',
    locals: new Map([
      ['é', "'é\u007f'"],
      ['b', '2'],
    ]),
    arg: null,
  },
  { event: 'return', source: '    return é', locals: null, arg: "'🎉'" },
]

test('frames by hand are written as CWM writes them, all but ASCII escaped where that is asked for', () => {
  expect(renderFramesToGeneration(frames)).toBe(
    call('{"é": "\'é\u007f\'", "b": "2"}', 'def f(é):  # << START_OF_TRACE') +
      returned('    return é', '"\'🎉\'"') +
      endOfText,
  )
  expect(renderFramesToGeneration(frames, { ascii: true })).toBe(
    call('{"\\u00e9": "\'\\u00e9\\u007f\'", "b": "2"}', 'def f(é):  # << START_OF_TRACE') +
      returned('    return é', '"\'\\ud83c\\udf89\'"') +
      endOfText,
  )
})

test('a parsed frame that was changed is written as it is now', () => {
  const text = call('{}', 'def f():  # << START_OF_TRACE') + line('{"a":"1"}', 'x = 1') + endOfText
  const trace = parseGeneratedTrace(text)
  const changed = trace.frames.map((frame) => ({ ...frame, source: frame.source.replace('x', 'y') }))
  expect(renderFramesToGeneration({ ...trace, frames: changed })).toBe(
    call('{}', 'def f():  # << START_OF_TRACE') + line('{"a": "1"}', 'y = 1') + endOfText,
  )
  expect(renderFramesToGeneration({ ...trace, frames: trace.frames.map((frame) => ({ ...frame })) })).toBe(text)
})

test('what was written by hand is read back as it was', () => {
  const text = fc.string({
    unit: fc.constantFrom(...Array.from('ab."\'\\<|>{}:, \t\n\0\u007f\u2028\ud800éé🎉')),
    maxLength: 12,
  })
  const source = fc
    .oneof(text, fc.constantFrom('x  # << START_OF_TRACE', 'x\r', 'x\n', '# << START_OF_TRACE'))
    .filter((said) => !/<\||\n.*</s.test(said))
  const state = fc.array(fc.tuple(fc.oneof(text, fc.constant('__proto__')), text), { maxLength: 3 })
  const anyFrame = fc.oneof(
    fc.record({
      event: fc.constantFrom('call' as const, 'line' as const),
      source,
      locals: state.map((pairs) => new Map(pairs)),
      arg: fc.constant(null),
    }),
    fc.record({
      event: fc.constantFrom('return' as const, 'exception' as const),
      source,
      locals: fc.constant(null),
      arg: text,
    }),
  )
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 4 }), fc.boolean(), (made, ascii) => {
      const { frames: read, diagnostics } = parseGeneratedTrace(renderFramesToGeneration(made, { ascii }))
      expect(diagnostics.filter(({ code }) => code !== 'no_frames')).toEqual([])
      // Blanks before the start marker go with it.
      const expected = made.map((frame, at) => ({
        ...frame,
        source: at === 0 ? frame.source.replace(/[ \t]+$/, '') : frame.source,
      }))
      expect(read.map(({ event, source: said, locals, arg }) => ({ event, source: said, locals, arg }))).toEqual(
        expected,
      )
    }),
    { numRuns: 200 },
  )
})
