import { formatDuration, formatTime } from '@contrail/core'
import { expect, test } from 'vitest'
import { formatInteger, formatShortDuration, formatSize, formatStepNumbers } from '../../src/terminal/format.ts'

test('runs of numbers are folded, and what does not fit is marked', () => {
  expect(formatStepNumbers([3, 5, 6, 7, 12], 60)).toBe('3, 5–7, 12')
  expect(formatStepNumbers([1, 3, 5, 7, 9], 7)).toBe('1, 3, 5, …')
  expect(formatStepNumbers([], 10)).toBe('')
})

test('durations and sizes are written as people say them, without odd values at the borders', () => {
  const told = new Map([
    [0, '0 ms'],
    [999, '999 ms'],
    [999.7, '1.0 s'],
    [59_949, '59.9 s'],
    [59_999, '1 min'],
    [65_000, '1 min 5 s'],
    [3_599_999, '1 h'],
    [5_400_000, '1 h 30 min'],
    [86_399_999, '1 d'],
    [987_654_321, '11 d 10 h'],
  ])
  expect([...told.keys()].map(formatDuration)).toEqual([...told.values()])
  expect([870, 59_999, 250_000, 5_400_000, 987_654_321].map(formatShortDuration)).toEqual([
    '870ms',
    '1m',
    '4m10s',
    '1h30m',
    '11d10h',
  ])
  expect([0, 999, 1000, 999_499, 999_500].map(formatSize)).toEqual(['0 B', '999 B', '1 kB', '999 kB', '1.0 MB'])
})

test('a number that nobody would count is told in short', () => {
  expect([0, 2_916, 1e15 - 1, 1e300].map(formatInteger)).toEqual(['0', '2,916', '999,999,999,999,999', '1.00e+300'])
})

test('a time is shown in UTC, and what is no time is shown as it is', () => {
  expect(formatTime('2026-11-21T12:30:00.000+01:00')).toBe('2026-11-21 11:30:00 UTC')
  expect(formatTime('yesterday')).toBe('yesterday')
})
