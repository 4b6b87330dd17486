import { bootstrapInterval, mean, median, type Interval } from '@contrail/core'
import { Label } from '../component/label.ts'
import type { World } from '../world/world.ts'

/** The scores of the sampled rows of one technique. Without a judged one, figures are null. */
export interface TechniqueScores {
  readonly technique: string
  /** rows that are judged */
  readonly n: number
  /** rows that are not */
  readonly nulls: number
  readonly mean: number | null
  readonly median: number | null
  /** of the mean, by bootstrap, 95 % */
  readonly interval: Interval | null
}

/**
 * Sum up the scores of the sampled rows, by technique, in the order of the first row of each.
 *
 * @param options.tick default the world as it stands
 */
export async function scores(
  world: Pick<World, 'query'>,
  options: { readonly tick?: number } = {},
): Promise<TechniqueScores[]> {
  const query = world.query(Label).where({ label__sampled: true })
  const rows = await (options.tick === undefined ? query : query.at(options.tick)).collect()
  return [...Map.groupBy(rows, (row) => row.label__technique)].map(([technique, of]) => {
    const judged = of.flatMap(({ label__score: score }) => (score === null ? [] : [score]))
    return {
      technique,
      n: judged.length,
      nulls: of.length - judged.length,
      mean: mean(judged),
      median: median(judged),
      interval: bootstrapInterval(judged, mean, { seed: 0, rounds: roundsFor(judged.length) }),
    }
  })
}

/** Of many values fewer rounds are enough, and 2,000 would take seconds. */
export function roundsFor(count: number): number {
  return Math.max(200, Math.min(2_000, Math.floor(20_000_000 / Math.max(1, count))))
}
