import { cohenKappa, mean, pairedBootstrap, type Interval } from '@contrail/core'
import { Label } from '../component/label.ts'
import { Trajectory } from '../component/trajectory.ts'
import type { World } from '../world/world.ts'
import { roundsFor } from './scores.ts'

/** One side of a pair. */
export interface LabelSide {
  readonly value: string
  readonly score: number | null
  readonly sampled: boolean
}

/** One technique on one trajectory, in both worlds. A world that does not have it has null. */
export interface LabelPair {
  readonly trajectory_id: string
  readonly technique: string
  readonly a: LabelSide | null
  readonly b: LabelSide | null
  /** the score in b less that in a; null unless both have sampled and judged it */
  readonly delta: number | null
}

/** The difference that pairs show together. */
export interface Difference {
  /**
   * Pairs that both worlds have sampled, or one of them alone; `changed`: of those in both, with another value or score.
   */
  readonly counts: { readonly both: number; readonly only_a: number; readonly only_b: number; readonly changed: number }
  /** of the pairs that both have judged: the share with one value, and Cohen's kappa of the values */
  readonly agreement: { readonly n: number; readonly observed: number | null; readonly kappa: number | null }
  readonly mean_delta: number | null
  /** of `mean_delta`, by bootstrap of the pairs, 95 % */
  readonly interval: Interval | null
}

/** Two worlds compared, together and by technique. */
export interface WorldDifference extends Difference {
  readonly pairs: readonly LabelPair[]
  readonly by_technique: readonly (Difference & { readonly technique: string })[]
}

/**
 * Compare the labels of two worlds, of one storage or of two. Pairs stand in the order of a, then what b alone has; where a world has a
 * technique several times on one trajectory, the first goes with the first.
 */
export async function compareWorlds(a: Pick<World, 'query'>, b: Pick<World, 'query'>): Promise<WorldDifference> {
  const [ofA, ofB] = [await sidesOf(a), await sidesOf(b)]
  const pairs = [...new Set([...ofA.keys(), ...ofB.keys()])].map((key): LabelPair => {
    const [trajectory_id, technique] = JSON.parse(key) as [string, string]
    const [one, other] = [ofA.get(key) ?? null, ofB.get(key) ?? null]
    return { trajectory_id, technique, a: one, b: other, delta: deltaOf(one, other) }
  })
  const groups = Map.groupBy(pairs, ({ technique }) => technique)
  return {
    pairs,
    ...differenceOf(pairs),
    by_technique: [...groups].map(([technique, of]) => ({ technique, ...differenceOf(of) })),
  }
}

async function sidesOf(world: Pick<World, 'query'>): Promise<Map<string, LabelSide>> {
  const sides = new Map<string, LabelSide>()
  const times = new Map<string, number>()
  for (const row of await world.query(Trajectory, Label).collect()) {
    const name = JSON.stringify([row.trajectory__trajectory_id, row.label__technique])
    const time = times.get(name) ?? 0
    times.set(name, time + 1)
    const key = time === 0 ? name : JSON.stringify([...(JSON.parse(name) as string[]), time])
    sides.set(key, { value: row.label__value, score: row.label__score, sampled: row.label__sampled })
  }
  return sides
}

function deltaOf(a: LabelSide | null, b: LabelSide | null): number | null {
  if (!a?.sampled || !b?.sampled || a.score === null || b.score === null) return null
  return b.score - a.score
}

function differenceOf(pairs: readonly LabelPair[]): Difference {
  const counts = { both: 0, only_a: 0, only_b: 0, changed: 0 }
  const values: [string, string][] = []
  const scored: [number, number][] = []
  for (const { a, b, delta } of pairs) {
    if (a?.sampled && b?.sampled) {
      counts.both += 1
      if (a.value !== b.value || a.score !== b.score) counts.changed += 1
      if (delta !== null) values.push([a.value, b.value])
      if (delta !== null) scored.push([a.score!, b.score!])
    } else if (a?.sampled) counts.only_a += 1
    else if (b?.sampled) counts.only_b += 1
  }
  const agreed = values.filter(([one, other]) => one === other).length
  return {
    counts,
    agreement: {
      n: values.length,
      observed: values.length === 0 ? null : agreed / values.length,
      kappa: values.length === 0 ? null : cohenKappa(values),
    },
    mean_delta: mean(scored.map(([one, other]) => other - one)),
    interval: pairedBootstrap(scored, mean, { seed: 0, rounds: roundsFor(scored.length) }),
  }
}
