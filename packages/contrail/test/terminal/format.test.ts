import { expect, test } from 'vitest'
import { formatDuration, formatSize, formatStepNumbers, formatTime } from '../../src/terminal/format.ts'

test('runs of numbers are folded, and what does not fit is marked', () => {
  expect(formatStepNumbers([3, 5, 6, 7, 12], 60)).toBe('3, 5–7, 12')
  expect(formatStepNumbers([1, 3, 5, 7, 9], 7)).toBe('1, 3, 5, …')
  expect(formatStepNumbers([], 10)).toBe('')
})

test('durations and sizes are written as people say them, without odd values at the borders', () => {
  expect([0, 999, 1000, 59_949, 59_950, 250_000].map(formatDuration)).toEqual([
    '0 ms',
    '999 ms',
    '1.0 s',
    '59.9 s',
    '1 min 0 s',
    '4 min 10 s',
  ])
  expect([0, 999, 1000, 999_499, 999_500].map(formatSize)).toEqual(['0 B', '999 B', '1 kB', '999 kB', '1.0 MB'])
})

test('a time is shown in UTC, and what is no time is shown as it is', () => {
  expect(formatTime('2026-11-21T12:30:00.000+01:00')).toBe('2026-11-21 11:30:00 UTC')
  expect(formatTime('yesterday')).toBe('yesterday')
})
