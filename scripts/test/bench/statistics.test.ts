import { expect, test } from 'vitest'
import { exponentOf, medianOf, slopeOf, type Point } from '../../bench/statistics.ts'

test('the median is the middle one, or the mean of the two in the middle, in whatever order they come', () => {
  expect(medianOf([9, 1, 5])).toBe(5)
  expect(medianOf([10, 1, 2, 5])).toBe(3.5)
  expect(medianOf([7])).toBe(7)
  expect(medianOf([])).toBeNaN()
})

test('the slope of a line is found, and that of scattered points is the least-squares one', () => {
  expect(slopeOf([10, 20, 40].map((x): Point => [x, 3 * x + 7]))).toBeCloseTo(3)
  // By hand: x 1 2 3, y 1 2 2; the sum of (x-2)(y-5/3) is 1, that of (x-2)^2 is 2.
  const scattered: Point[] = [
    [1, 1],
    [2, 2],
    [3, 2],
  ]
  expect(slopeOf(scattered)).toBeCloseTo(0.5)
})

const sizes = [10, 100, 1_000, 5_000]

test.each([0, 0.5, 1, 2])('an exponent of %d is fitted from what grows like that', (power) => {
  expect(exponentOf(sizes.map((size) => ({ size, cost: 4.2 * size ** power })))).toBeCloseTo(power)
})

test('a fixed cost beside a linear one gives an exponent below one', () => {
  const exponent = exponentOf(sizes.map((size) => ({ size, cost: 50 + size })))
  expect(exponent).toBeGreaterThan(0.5)
  expect(exponent).toBeLessThan(1)
})

test('one size has no exponent', () => {
  expect(exponentOf([{ size: 10, cost: 3 }])).toBeNaN()
})
