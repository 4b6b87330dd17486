import { expect, test } from 'vitest'
import { countsLine, readChecks, sumCounts } from '../guards.ts'

test('the closing line speaks of skipped tests only where there are some', () => {
  expect(countsLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed')
  expect(countsLine({ passed: 11, failed: 1, skipped: 2 })).toBe('11 passed, 1 failed, 2 skipped')
})

test('the closing line sums every part of the run', () => {
  const parts = [
    { passed: 6, failed: 1, skipped: 0 },
    { passed: 100, failed: 2, skipped: 3 },
  ]
  expect(sumCounts(parts)).toEqual({ passed: 106, failed: 3, skipped: 3 })
})

test('the checks are those of package.json, in the order in which they help most', async () => {
  const names = (await readChecks()).map(({ name }) => name)
  expect(names).toEqual([
    'check:architecture',
    'check:lint',
    'check:format',
    'check:types',
    'check:unused',
    'check:packages',
  ])
})
