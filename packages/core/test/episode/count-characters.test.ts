import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countChanged, countCodePoints } from '../../src/index.ts'

/** The rule as it is said, over arrays of code points. */
function changedByRule(before: string, after: string): number {
  const [a, b] = [Array.from(before), Array.from(after)]
  let start = 0
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++
  let tail = 0
  while (tail < Math.min(a.length, b.length) - start && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  return a.length - start - tail + (b.length - start - tail)
}

const unit = fc.constantFrom(
  'a',
  'b',
  '\r\n',
  '\u{1f600}',
  '\u{1f601}',
  '\u{10000}',
  '\ud83d',
  '\ude00',
  'é',
  'e\u0301',
)
const text = fc.array(unit, { maxLength: 12 }).map((units) => units.join(''))

test('a text has as many code points as Python counts, a lone surrogate is one', () => {
  expect(['', 'abc', 'ü', '\u{1f600}', '\ud83d', 'a\u{1f600}\ud83d'].map((each) => countCodePoints(each))).toEqual([
    0, 3, 1, 1, 1, 3,
  ])
  fc.assert(fc.property(text, (each) => countCodePoints(each) === Array.from(each).length))
})

test('what changed is counted in code points between the common beginning and the common end', () => {
  expect(countChanged('total = 1\n', 'total = 20\n')).toBe(3)
  expect(countChanged('\u{1f600}', '\u{1f601}')).toBe(2)
  expect(countChanged('', 'four')).toBe(4)
  expect(countChanged('aa', 'aaa')).toBe(1)
  fc.assert(
    fc.property(text, text, text, text, (head, before, after, tail) => {
      const [one, other] = [head + before + tail, head + after + tail]
      expect(countChanged(one, other)).toBe(changedByRule(one, other))
    }),
    { numRuns: 500 },
  )
})
