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

test('a pattern full of stars takes no time on a text that nearly fits', () => {
  const startMs = performance.now()
  expect(matchesGlob(`${'*a'.repeat(30)}b`, 'a'.repeat(20_000))).toBe(false)
  expect(performance.now() - startMs).toBeLessThan(500)
})
