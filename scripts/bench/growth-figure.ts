import type { BenchOptions, Figure, Growth, GrowthPoint } from './figure.ts'
import { exponentOf } from './statistics.ts'

/**
 * The growth of a cost, as a figure: the fitted exponent is held against its target. One size has no exponent, and so
 * no target.
 *
 * @param points in any order
 * @param more.of what the sizes count; default steps
 */
export function growthFigure(
  name: string,
  unit: string,
  points: readonly GrowthPoint[],
  { of = 'steps', target, ...more }: Pick<Figure, 'target' | 'runs' | 'note'> & { readonly of?: Growth['of'] } = {},
): Figure {
  const ascending = points.toSorted((one, other) => one.size - other.size)
  const held = target && ascending.length > 1 ? { target } : {}
  return { name, unit, median: exponentOf(ascending), growth: { of, points: ascending }, ...held, ...more }
}

/** The exponent of what is to grow no faster than a run does. */
export const linear = { atMost: 1 } as const

/**
 * The sizes at which a growth in steps is measured: 10, 100, 1,000 and 5,000 of them, as far as `--quick` and `--steps`
 * let it.
 *
 * @param quickMost how far a quick run goes
 */
export function growthSizes(
  { isQuick, steps = Infinity }: Pick<BenchOptions, 'isQuick' | 'steps'>,
  quickMost: 100 | 1_000 = 100,
): number[] {
  return [10, 100, 1_000, 5_000].filter((size) => size <= Math.min(steps, isQuick ? quickMost : Infinity))
}
