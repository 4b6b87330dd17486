/** A world of many labelled trajectories, and the same in plain arrays of objects with a JSON file a tick: in one process, warm. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  Label,
  LabelingProcessor,
  openRuntime,
  SamplingConfig,
  SamplingProcessor,
  ScoringProcessor,
  Trajectory,
  type Labeler,
  type Row,
} from '../../../packages/analysis/src/index.ts'
import { answer, givenArguments } from '../in-child.ts'

/** Times in ms by the clock. */
export interface AnalysisRun {
  readonly spawnPerSecond: number
  /** the world as it is: every label is found again, and nothing changes */
  readonly tickMs: number
  /** as much, and every label changes and is stored */
  readonly storedTickMs: number
  readonly forkMs: number
  /** of the process, at its highest until the last tick */
  readonly peakMb: number
  /** the same sampling, finding again and clamping in arrays, and a JSON file of all rows */
  readonly plainTickMs: number
}

const { directory, entities } = givenArguments() as { directory: string; entities: number }

/** A tick is timed so often, and the middle one counts. */
const ticks = 5

const constant: Labeler = {
  technique: '*',
  version: '1',
  label: () => ({ value: 'fine', score: 0.5, rationale: 'as ever' }),
}
await using runtime = await openRuntime({ storage: { uri: directory } })
const world = await runtime.world('world', {
  processors: [SamplingProcessor(), LabelingProcessor({ labelers: [constant] }), ScoringProcessor()],
})
const spawned = Array.from({ length: entities }, (_, index) => [
  Trajectory.fromTurns({
    trajectory_id: `run/${index}`,
    turns: Array.from({ length: 8 }, (__, turn) => ({
      role: 'assistant' as const,
      content: `Turn ${turn} of ${index}: look for the lamp and put it into the cart.`,
      tokens: 20,
    })),
  }),
  Label({ technique: 'done', description: 'Was it done?' }),
])
const spawnMs = await timed(() => world.spawnMany(spawned))
spawned.length = 0
await world.step()

const tickMs = await medianOf(() => world.step())
const storedTickMs = await medianOf((round) => {
  world.resources.insert(SamplingConfig({ max_trajectories: round % 2 === 0 ? 1 : 0 }))
  return world.step()
})
world.resources.insert(SamplingConfig())
await world.step()
const forkMs = await medianOf((round) => world.fork(`fork-${round}`))
const peakMb = process.resourceUsage().maxRSS / 1_000 // it counts in KB
const plainTickMs = await timePlain()
answer({
  spawnPerSecond: (entities / spawnMs) * 1_000,
  ...{ tickMs, storedTickMs, forkMs, peakMb, plainTickMs },
} satisfies AnalysisRun)

/** The same written by hand: rows in an array, results in a map, all of it in a file after each tick. */
async function timePlain(): Promise<number> {
  type LabelRow = Row<[typeof Trajectory, typeof Label]>
  let rows: LabelRow[] = await world.query(Trajectory, Label).collect()
  const keyOf = (row: LabelRow): string =>
    `${row.trajectory__turns_json}\n${row.label__technique}\n${row.label__description}`
  const results = new Map(rows.map((row) => [keyOf(row), { label__value: 'fine', label__score: 0.5 }]))
  return medianOf(async (round) => {
    rows = rows.map((row) => {
      const sampled = row.trajectory__total_turns >= 1
      const judged = { ...row, label__sampled: sampled, ...results.get(keyOf(row)) }
      return { ...judged, label__score: Math.min(1, Math.max(0, judged.label__score ?? 0)) }
    })
    await writeFile(join(directory, `plain-${round}.json`), JSON.stringify(rows))
  })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function medianOf(work: (round: number) => Promise<unknown>): Promise<number> {
  const taken: number[] = []
  for (let round = 0; round < ticks; round += 1) taken.push(await timed(() => work(round)))
  return taken.sort((one, other) => one - other)[Math.floor(ticks / 2)]!
}
