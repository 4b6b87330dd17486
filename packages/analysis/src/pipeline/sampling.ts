import { Label } from '../component/label.ts'
import { Trajectory } from '../component/trajectory.ts'
import type { Row } from '../component/component.ts'
import { SamplingConfig } from '../resource/configs.ts'
import { sha256 } from '../system.ts'
import { defineProcessor } from '../world/processor.ts'

type LabelRow = Row<[typeof Trajectory, typeof Label]>
type Config = ReturnType<typeof SamplingConfig>['values']

/**
 * Stage 10: says which trajectories are labelled, in `label__sampled`, as {@link SamplingConfig} wants it. Filters come first; the
 * draw is of the trajectories that pass, not of their labels. It depends on the seed and the ids alone, so that it is the same in
 * every tick and in every fork of the same config, and what comes in later changes least of it.
 */
export const SamplingProcessor = defineProcessor({
  name: 'SamplingProcessor',
  priority: 10,
  components: [Trajectory, Label],
  process(rows, { resources }) {
    const config = resources.get(SamplingConfig) ?? SamplingConfig().values
    const firsts = new Map<string, LabelRow>()
    for (const row of rows) if (!firsts.has(trajectoryOf(row))) firsts.set(trajectoryOf(row), row)
    const passed = [...firsts].filter(([, row]) => passes(row, config))
    const drawn = new Set(draw(passed, config))
    return rows
      .filter((row) => row.label__sampled !== drawn.has(trajectoryOf(row)))
      .map((row) => ({ entity_id: row.entity_id, label__sampled: !row.label__sampled }))
  },
})

/** Rows without an id are trajectories of their own. */
function trajectoryOf({ trajectory__trajectory_id: id, entity_id }: LabelRow): string {
  return id === '' ? `\0${entity_id}` : id
}

function passes(row: LabelRow, config: Config): boolean {
  const { trajectory__total_turns: turns, trajectory__total_tokens: tokens } = row
  if (turns < config.min_turns || tokens < config.min_tokens) return false
  if (config.max_turns > 0 && turns > config.max_turns) return false
  if (config.max_tokens > 0 && tokens > config.max_tokens) return false
  if (config.outcome_filter !== null && !row.trajectory__outcome.includes(config.outcome_filter)) return false
  if (config.require_tags === null && config.exclude_tags === null) return true
  const tags = readTags(row.trajectory__tags_json)
  if (config.require_tags?.every((tag) => tags.includes(tag)) === false) return false
  return config.exclude_tags?.some((tag) => tags.includes(tag)) !== true
}

/** Tags as they stand in their column; what holds no list of texts has none. */
export function readTags(json: string): string[] {
  try {
    const value = JSON.parse(json) as unknown
    return Array.isArray(value) ? value.filter((tag) => typeof tag === 'string') : []
  } catch {
    return []
  }
}

type Candidate = readonly [trajectory: string, row: LabelRow]

function draw(passed: readonly Candidate[], config: Config): string[] {
  const { fraction, max_trajectories: most, seed, stratify_by: field } = config
  const wanted = Math.min(Math.ceil(passed.length * fraction - 1e-9), most === 0 ? Infinity : most)
  if (wanted >= passed.length) return passed.map(([id]) => id)
  const strata = Map.groupBy(passed, ([, row]) =>
    field === null ? '' : String(row[`trajectory__${field}` as keyof LabelRow]),
  )
  const lists = [...strata.values()].map((list) => ranked(list, seed))
  const shares = shareOut(
    lists.map(({ length }) => length),
    wanted,
  )
  return lists.flatMap((list, index) => list.slice(0, shares[index]))
}

/** In an order that the seed and each id decide, whatever else is there. */
function ranked(list: readonly Candidate[], seed: number): string[] {
  const keyed = list.map(([id]) => [sha256(`${seed}\n${id}`), id] as const)
  return keyed.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, id]) => id)
}

/** Shares in proportion to sizes, whole and together as many as wanted: the largest remainders are rounded up. */
function shareOut(sizes: readonly number[], wanted: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const exact = sizes.map((size) => (size * wanted) / total)
  const shares = exact.map(Math.floor)
  const byRemainder = exact.map((share, index) => [share - Math.floor(share), index] as const)
  byRemainder.sort(([one, first], [other, second]) => other - one || first - second)
  const missing = wanted - shares.reduce((sum, share) => sum + share, 0)
  for (const [, index] of byRemainder.slice(0, missing)) shares[index]! += 1
  return shares
}
