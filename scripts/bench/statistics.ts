/** The middle of some numbers, the mean of the two middle ones where their count is even; NaN of none. */
export function medianOf(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b)
  const middle = ascending.length / 2
  const [low, high] = [ascending[Math.ceil(middle) - 1], ascending[Math.floor(middle)]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}

/** A point of a line. */
export type Point = readonly [x: number, y: number]

/** The slope of the straight line through some points, by least squares; NaN for fewer than two different x. */
export function slopeOf(points: readonly Point[]): number {
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  let [across, along] = [0, 0]
  for (const [x, y] of points) {
    across += (x - meanX) * (y - meanY)
    along += (x - meanX) ** 2
  }
  return across / along
}

/**
 * The exponent with which a cost grows: the slope of the line that fits the logarithms best. 1 is linear, 2 quadratic; what
 * every call costs once makes it smaller. NaN for fewer than two sizes, and for costs that are not above 0.
 */
export function exponentOf(points: readonly { readonly size: number; readonly cost: number }[]): number {
  return slopeOf(points.map(({ size, cost }): Point => [Math.log(size), Math.log(cost)]))
}
