import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchPart, Figure } from './figure.ts'
import { growthFigure, growthSizes, linear } from './growth-figure.ts'
import { inChild } from './in-child.ts'
import { medianOf } from './statistics.ts'

type Writer = 'ours' | 'stagehand'
const names = { ours: 'finish()', stagehand: 'writeTrajectoryDir of Stagehand 3.7.3' }

/**
 * The time that `finish()` takes after runs of 10 to 5,000 steps, beside Stagehand's published `writeTrajectoryDir` on
 * the same steps.
 */
export const finishPart: BenchPart = {
  name: 'finish',
  async run({ directory, progress, ...options }) {
    const sizes = growthSizes(options, 1_000)
    const times: Record<Writer, Map<number, number[]>> = { ours: new Map(), stagehand: new Map() }
    for (const steps of sizes) {
      const rounds = options.isQuick ? 1 : steps < 5_000 ? 5 : 2
      for (let round = 0; round < rounds; round++) {
        for (const who of ['ours', 'stagehand'] as const) {
          progress(`finish after ${steps} steps, ${who}, round ${round + 1}`)
          const place = join(directory, `${who}-${steps}-${round}`)
          const { ms } = await inChild<{ ms: number }>('finish-run', { directory: place, steps, who }, options)
          times[who].set(steps, [...(times[who].get(steps) ?? []), ms])
          await rm(place, { recursive: true, force: true })
        }
      }
    }
    const runsAt = (who: Writer, steps: number): number[] => times[who].get(steps) ?? []
    const growthOf = (who: Writer, target?: Figure['target']): Figure => {
      const points = sizes.map((size) => ({ size, cost: medianOf(runsAt(who, size)) }))
      return growthFigure(`${names[who]}, without a browser`, 'ms', points, target ? { target } : {})
    }
    // Held against its targets after 1,000 steps, or what is nearest to that.
    const steps = sizes.findLast((size) => size <= 1_000) ?? 0
    const [ours, stagehand] = [runsAt('ours', steps), runsAt('stagehand', steps)]
    return [
      { name: `finish() after ${steps} steps, without a browser`, unit: 'ms', ...medianAndLeast(ours) },
      { name: `${names.stagehand} after ${steps} steps`, unit: 'ms', ...medianAndLeast(stagehand) },
      {
        name: `finish() after ${steps} steps, without a browser: of Stagehand's`,
        unit: 'x',
        median: medianOf(ours) / medianOf(stagehand),
        runs: ours.length,
        ...(steps === 1_000 ? { target: { atMost: 0.5 } } : {}),
        note: 'ours is durable when it resolves, Stagehand syncs nothing; frames of 150 KB, 60 % of them distinct',
      },
      growthOf('ours', linear),
      growthOf('stagehand'),
    ]
  },
}

function medianAndLeast(runs: readonly number[]): Pick<Figure, 'median' | 'min' | 'runs'> {
  return { median: medianOf(runs), min: Math.min(...runs), runs: runs.length }
}
