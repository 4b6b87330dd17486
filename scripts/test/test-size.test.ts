import { expect, test } from 'vitest'
import { bySize, readTestSize, testSize } from '../test-size.ts'

test('the size is fast unless a word says otherwise, and an unknown word is refused with those there are', () => {
  expect([undefined, '', 'fast', 'faults', 'long'].map(readTestSize)).toEqual([
    'fast',
    'fast',
    'fast',
    'faults',
    'long',
  ])
  expect(() => readTestSize('slow')).toThrow('CONTRAIL_TESTS: expected fast, faults, long; got "slow"')
})

test('what is tried is chosen by the size of this run', () => {
  expect(bySize({ fast: 'fast', faults: 'faults', long: 'long' })).toBe(testSize)
})
