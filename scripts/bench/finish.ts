import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchPart, Figure } from './figure.ts'
import { inChild } from './in-child.ts'
import { exponentOf, medianOf } from './statistics.ts'

const writers = ['ours', 'stagehand'] as const
/** Playwright's `tracing.stop()` after 1,000 steps took 1,825 ms where both were measured; this is a tenth of it. */
const tenthOfPlaywrightMs = 182

/** What `finish()` takes after runs of 10 to 5,000 steps, beside Stagehand's published `writeTrajectoryDir` on the same steps. */
export const finishPart: BenchPart = {
  name: 'finish',
  async run({ isQuick, directory, progress }) {
    const sizes = isQuick ? [10, 100, 1_000] : [10, 100, 1_000, 5_000]
    const times = { ours: new Map<number, number[]>(), stagehand: new Map<number, number[]>() }
    for (const steps of sizes) {
      const rounds = isQuick ? (steps < 1_000 ? 3 : 1) : steps < 5_000 ? 7 : 3
      for (let round = 0; round < rounds; round++) {
        for (const who of writers) {
          progress(`finish after ${steps} steps, ${who}, round ${round + 1}`)
          const place = join(directory, `${who}-${steps}-${round}`)
          const { ms } = await inChild<{ ms: number }>('finish-run', { directory: place, steps, who })
          times[who].set(steps, [...(times[who].get(steps) ?? []), ms])
          await rm(place, { recursive: true, force: true })
        }
      }
    }
    const medianAt = (who: (typeof writers)[number], steps: number): number => medianOf(times[who].get(steps) ?? [])
    const figures = sizes.flatMap((steps): Figure[] =>
      writers.map((who) => {
        const runs = times[who].get(steps) ?? []
        const name = who === 'ours' ? 'finish()' : 'writeTrajectoryDir of Stagehand 3.7.3,'
        const target = who === 'ours' && steps === 1_000 ? { target: { atMost: tenthOfPlaywrightMs } } : {}
        return {
          name: `${name} after ${steps} steps`,
          unit: 'ms',
          median: medianOf(runs),
          min: Math.min(...runs),
          runs: runs.length,
          ...target,
        }
      }),
    )
    const growthOf = (who: (typeof writers)[number]): number =>
      exponentOf(sizes.map((steps) => ({ size: steps, cost: medianAt(who, steps) })))
    return [
      ...figures,
      {
        name: 'finish() after 1000 steps / Stagehand',
        unit: 'x',
        median: medianAt('ours', 1_000) / medianAt('stagehand', 1_000),
        target: { atMost: 0.5 },
        note: 'ours is durable when it resolves, Stagehand syncs nothing; frames of 150 KB, 60 % of them distinct',
      },
      { name: 'growth of finish(), exponent', unit: '', median: growthOf('ours'), target: { atMost: 1.1 } },
      { name: 'growth of writeTrajectoryDir, exponent', unit: '', median: growthOf('stagehand') },
    ]
  },
}
