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
