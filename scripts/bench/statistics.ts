/**
 * The middle one of some numbers, or the mean of the two in the middle.
 *
 * @throws {TypeError} for no numbers
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new TypeError('expected numbers to take the median of, got none')
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

/** A point of a line: how many steps, and what they came to. */
export type Point = readonly [x: number, y: number]

/**
 * The slope of the straight line through some points, by least squares.
 *
 * @throws {TypeError} for fewer than two different x
 */
export function fitSlope(points: readonly Point[]): number {
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  let [across, along] = [0, 0]
  for (const [x, y] of points) {
    across += (x - meanX) * (y - meanY)
    along += (x - meanX) ** 2
  }
  if (!(along > 0)) throw new TypeError(`expected points with at least two different x, got ${points.length} points`)
  return across / along
}

/**
 * The p of y = c * x^p through some points, by least squares of their logarithms: 1 is linear, 2 quadratic, 0 does not grow.
 *
 * @throws {TypeError} for a point that is not positive, or fewer than two different x
 */
export function fitExponent(points: readonly Point[]): number {
  return fitSlope(
    points.map(([x, y]): Point => {
      if (!(x > 0 && y > 0)) throw new TypeError(`expected positive points, got (${x}, ${y})`)
      return [Math.log(x), Math.log(y)]
    }),
  )
}
