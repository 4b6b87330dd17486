import fc from 'fast-check'
import { traceTokens } from '../../src/cwm/index.ts'
import { call, line, returned } from './frames.ts'

/** Texts that look like traces, whole and damaged. */
export const traceText = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom(...Object.values(traceTokens), '{"a": "1"}', '{"a": "..", "b": "2"}', '{}'),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          '\n',
          '"',
          '{',
          '}',
          '\\',
          'x = 1\n',
          'yield a\n',
          '"None"',
          '<|',
          '# << START_OF_TRACE',
        ),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          call('{}', 'def main():  # << START_OF_TRACE'),
          line('{"a": ".."}', 'yield a'),
          returned('yield a', '"1"'),
          call('{"a": ".."}', 'yield a'),
        ),
      },
      {
        weight: 1,
        arbitrary: fc.string({
          unit: fc.constantFrom(...Array.from('a"\\<|>{}:,_ \r\n\0\u2028\ud800é🎉')),
          maxLength: 8,
        }),
      },
    ),
    { maxLength: 24 },
  )
  .map((pieces) => pieces.join(''))
