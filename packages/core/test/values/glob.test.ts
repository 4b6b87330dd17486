import { expect, test } from 'vitest'
import { matchesGlob } from '../../src/values/glob.ts'

test.each([
  ['*', '', true],
  ['*', 'anything', true],
  ['', '', true],
  ['', 'a', false],
  ['gpt-?', 'gpt-5', true],
  ['gpt-?', 'gpt-5.1', false],
  ['gpt-*', 'gpt-', true],
  ['*-mini', 'gpt-5-mini', true],
  ['*-mini', 'gpt-5-mini-2', false],
  ['a*b*c', 'axxbyybzzc', true],
  ['a*b*c', 'axxbyybzz', false],
  ['click', 'Click', false],
  ['a.c', 'abc', false],
])('the pattern %j and the text %j: %j', (pattern, text, expected) => {
  expect(matchesGlob(pattern, text)).toBe(expected)
})

test('a pattern full of stars looks at a text that nearly fits no more often than the product of their lengths', () => {
  const [pattern, text] = [`${'*a'.repeat(30)}b`, 'a'.repeat(2_000)]
  const most = pattern.length * text.length
  // Texts whose units are counted as they are read; who reads without end is stopped.
  let reads = 0
  const counted = (value: string): string => {
    const boxed = Object(value) as object
    const get = (_: object, name: string | symbol): unknown => {
      if ((reads += 1) > most) throw new RangeError(`read more than ${most} times`)
      return Reflect.get(boxed, name)
    }
    return new Proxy(boxed, { get }) as unknown as string
  }
  expect(matchesGlob(counted(pattern), counted(text))).toBe(false)
  expect(reads).toBeGreaterThan(text.length)
})
