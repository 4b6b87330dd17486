import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bootstrapInterval,
  cohenKappa,
  mean,
  median,
  pairedBootstrap,
  quantile,
  seededRandom,
  standardDeviation,
  wilsonInterval,
} from '@contrail/core'

test('Wilson gives the interval of 8 in 10, stays in [0, 1] at the ends, and says nothing of no try', () => {
  expect(rounded(wilsonInterval(8, 10))).toEqual([0.4902, 0.9433])
  expect(rounded(wilsonInterval(0, 10))).toEqual([0, 0.2775])
  expect(rounded(wilsonInterval(10, 10))).toEqual([0.7225, 1])
  // Of another implementation, with Python's NormalDist().inv_cdf: the tail of the approximation, and its middle.
  expect(rounded(wilsonInterval(81, 263, 0.99))).toEqual([0.2401, 0.3853])
  expect(rounded(wilsonInterval(3, 1_000, 0.9999))).toEqual([0.0004, 0.0204])
  expect(rounded(wilsonInterval(5, 10, 0.5))).toEqual([0.3957, 0.6043])
  expect(wilsonInterval(0, 0)).toBeNull()
})

test('an interval of impossible counts is refused', () => {
  for (const [successes, n] of [
    [3, 2],
    [-1, 2],
    [0.5, 2],
    [Number.NaN, 2],
  ] as const)
    expect(() => wilsonInterval(successes, n)).toThrow(TypeError)
  expect(() => wilsonInterval(1, 2, 1)).toThrow('confidence: expected a share')
})

test('kappa is what is left of agreement beyond chance', () => {
  const pairs = [...times(20, ['yes', 'yes']), ...times(5, ['yes', 'no']), ...times(10, ['no', 'yes'])]
  expect(cohenKappa([...pairs, ...times(15, ['no', 'no'])])).toBe(0.4)
  expect(cohenKappa([...times(5, ['yes', 'no']), ...times(5, ['no', 'yes'])])).toBe(-1)
  expect(cohenKappa([...times(5, ['a', 'a']), ...times(5, ['b', 'b']), ...times(5, ['c', 'c'])])).toBe(1)
})

test('kappa is null where both saw one class only, and where they saw nothing', () => {
  expect(cohenKappa(times(7, ['yes', 'yes']))).toBeNull()
  expect(cohenKappa([])).toBeNull()
  expect(cohenKappa(times(7, ['yes', 'no']))).toBe(0)
})

test('mean, median, quantile (type 7) and standard deviation (n - 1) are those of the books', () => {
  expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75)
  expect(quantile([4, 1, 3, 2], 1)).toBe(4)
  expect(median([5, 1, 3])).toBe(3)
  expect(median([1, 2])).toBe(1.5)
  expect(mean([1, 2, 6])).toBe(3)
  expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.13809, 5)
})

test('no data gives null, and one value no deviation', () => {
  expect([mean([]), median([]), quantile([], 0.5), standardDeviation([]), standardDeviation([1])]).toEqual(
    times(5, null),
  )
  expect(bootstrapInterval([], mean, { seed: 1 })).toBeNull()
  expect(pairedBootstrap([], mean, { seed: 1 })).toBeNull()
})

test('a value that is no finite number is refused', () => {
  for (const value of [Number.NaN, Infinity]) {
    expect(() => mean([1, value])).toThrow('expected finite numbers')
    expect(() => median([1, value])).toThrow('expected finite numbers')
    expect(() => bootstrapInterval([1], () => value, { seed: 1 })).toThrow('expected finite numbers')
  }
  expect(() => quantile([1], 1.1)).toThrow('share: expected a share between 0 and 1, got 1.1')
})

test('equal seeds give equal numbers and intervals, others give others', () => {
  const random = seededRandom(42)
  // Written down once: they must come out on every machine.
  expect([random(), random(), random()]).toEqual([0.29439391079358757, 0.4534398082178086, 0.9125655747484416])
  const values = [0, 0, 1, 1, 1, 0.5, 0.25, 0.75]
  expect(bootstrapInterval(values, mean, { seed: 7 })).toEqual([0.25, 0.84375])
  expect(bootstrapInterval(values, mean, { seed: 7 })).toEqual(bootstrapInterval(values, mean, { seed: 7 }))
  expect(bootstrapInterval(values, mean, { seed: 7 })).not.toEqual(bootstrapInterval(values, mean, { seed: 8 }))
  expect(() => seededRandom(0.5)).toThrow('seed: expected a whole number, got 0.5')
})

test('a bootstrap covers what it should about as often as it says', () => {
  const random = seededRandom(1)
  const tries = Array.from({ length: 200 }, (_, seed) => {
    const values = Array.from({ length: 60 }, random)
    const [low, high] = bootstrapInterval(values, mean, { seed, rounds: 300 }) ?? [0, 0]
    return low <= 0.5 && high >= 0.5
  })
  const covered = tries.filter(Boolean).length
  expect(covered).toBeGreaterThanOrEqual(178)
  expect(covered).toBeLessThanOrEqual(199)
})

test('pairs are drawn whole: what is hard for both does not blur the difference', () => {
  const pairs = Array.from({ length: 50 }, (_, index) => [index, index + 1] as const)
  expect(rounded(pairedBootstrap(pairs, mean, { seed: 1 }))).toEqual([1, 1])
  const [low, high] = bootstrapInterval(
    pairs.map(([first]) => first),
    mean,
    { seed: 1 },
  ) ?? [0, 0]
  expect(high - low).toBeGreaterThan(5)
})

test('rounds of which a statistic says null do not count', () => {
  const agreement = [
    ['a', 'a'],
    ['b', 'b'],
  ] as const
  expect(bootstrapInterval<readonly [string, string]>(agreement, cohenKappa, { seed: 1 })).toEqual([1, 1])
  expect(bootstrapInterval([1, 2], () => null, { seed: 1 })).toBeNull()
})

test('an interval lies within what was seen, whatever was seen', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 }),
      fc.integer(),
      (values, seed) => {
        const [low, high] = bootstrapInterval(values, median, { seed, rounds: 50 })!
        expect(low).toBeLessThanOrEqual(high)
        expect(low).toBeGreaterThanOrEqual(Math.min(...values))
        expect(high).toBeLessThanOrEqual(Math.max(...values))
      },
    ),
  )
})

function times<const T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value)
}

function rounded(interval: readonly number[] | null): number[] | undefined {
  return interval?.map((value) => Math.round(value * 10_000) / 10_000)
}
