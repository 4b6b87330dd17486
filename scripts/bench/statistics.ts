/** The middle of some numbers, the mean of the two middle ones where their count is even; NaN of none. */
export function medianOf(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b)
  const middle = ascending.length / 2
  const [low, high] = [ascending[Math.ceil(middle) - 1], ascending[Math.floor(middle)]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}

/**
 * The exponent with which a cost grows: the slope of the line that fits the logarithms best. 1 is linear, 2 quadratic; what
 * every call costs once makes it smaller.
 */
export function exponentOf(points: readonly { readonly size: number; readonly cost: number }[]): number {
  const logs = points.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }))
  const mean = (read: (point: { x: number; y: number }) => number): number =>
    logs.reduce((sum, point) => sum + read(point), 0) / logs.length
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)]
  const slope = mean((point) => (point.x - x) * (point.y - y))
  return slope / mean((point) => (point.x - x) ** 2)
}
