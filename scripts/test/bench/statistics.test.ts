import { expect, test } from 'vitest'
import { fitExponent, fitSlope, median, type Point } from '../../bench/statistics.ts'

test('the median is the middle one, or the mean of the two in the middle, in whatever order they come', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([10, 1, 2, 5])).toBe(3.5)
  expect(median([7])).toBe(7)
  expect(() => median([])).toThrow('got none')
})

test('the slope of a line is found, and that of scattered points is the least-squares one', () => {
  expect(fitSlope([10, 20, 40].map((x): Point => [x, 3 * x + 7]))).toBeCloseTo(3)
  // By hand: x 1 2 3, y 1 2 2; sum of (x-2)(y-5/3) is 1, of (x-2)^2 is 2.
  expect(fitSlope([[1, 1], [2, 2], [3, 2]])).toBeCloseTo(0.5) // prettier-ignore
  expect(() => fitSlope([[5, 1], [5, 2]])).toThrow('at least two different x') // prettier-ignore
})

test.each([0, 0.5, 1, 2])('an exponent of %d is fitted from what grows like that', (power) => {
  expect(fitExponent([10, 100, 1_000, 5_000].map((x): Point => [x, 4.2 * x ** power]))).toBeCloseTo(power)
})

test('a fixed cost beside a linear one gives an exponent below one', () => {
  const exponent = fitExponent([10, 100, 1_000].map((x): Point => [x, 50 + x]))
  expect(exponent).toBeGreaterThan(0)
  expect(exponent).toBeLessThan(1)
})

test('what has no logarithm has no exponent', () => {
  expect(() => fitExponent([[10, 0], [100, 3]])).toThrow('expected positive points, got (10, 0)') // prettier-ignore
})
