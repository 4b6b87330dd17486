import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchPart, Figure } from './figure.ts'
import { inChild } from './in-child.ts'
import { medianOf } from './statistics.ts'

const ways = {
  step: 'EpisodeLogger, durability step',
  finish: 'EpisodeLogger, durability finish',
  array: 'a JSON array written at the end',
  'array-each-step': 'a JSON array rewritten each step',
} as const
type Way = keyof typeof ways

interface Run {
  readonly ms: number
  readonly sizeBytes: number
  readonly heldBytes: number
  readonly timelineMs?: number
}

/** Rewriting it all each step writes the square of the steps: 60 GB for 10,000. */
const mostRewritten = 1_000
/** The number of steps whose timeline has a target. */
const timelineSteps = 100_000

/**
 * The cost of recording an episode: steps a second, bytes on the disk and in memory, for 100 to 100,000 steps that each
 * write 1 KB, beside what one does without a recorder.
 */
export const episodesPart: BenchPart = {
  name: 'episodes',
  async run({ directory, progress, keepRun, ...options }) {
    const most = options.steps ?? (options.isQuick ? 1_000 : timelineSteps)
    const sizes = [100, 1_000, 10_000, 100_000].filter((size) => size <= most)
    const figures: Figure[] = []
    for (const steps of sizes) {
      for (const who of Object.keys(ways) as Way[]) {
        if (who === 'array-each-step' && steps > mostRewritten) continue
        const runs: Run[] = []
        const rounds = options.rounds ?? (options.isQuick || steps > 1_000 ? 1 : 3)
        for (let round = 0; round < rounds; round++) {
          progress(`${ways[who]}, ${steps} steps, round ${round + 1}`)
          const place = join(directory, `${who}-${steps}-${round}`)
          await mkdir(place)
          const run = await inChild<Run>('episode-run', { directory: place, who, steps }, options, ['--expose-gc'])
          keepRun?.({ who, steps, round, ...run })
          runs.push(run)
          await rm(place, { recursive: true, force: true })
        }
        figures.push(...figuresOf(ways[who], steps, runs))
      }
    }
    return figures
  },
}

function figuresOf(way: string, steps: number, runs: readonly Run[]): Figure[] {
  const count = runs.length
  const median = (of: (run: Run) => number): number => medianOf(runs.map(of))
  const timelines = runs.flatMap(({ timelineMs }) => (timelineMs === undefined ? [] : [timelineMs]))
  return [
    {
      name: `${way}: steps, ${steps}`,
      unit: 'per second',
      median: median(({ ms }) => (steps / ms) * 1000),
      runs: count,
    },
    {
      name: `${way}: on the disk a step, ${steps}`,
      unit: 'KB',
      median: median(({ sizeBytes }) => sizeBytes / steps / 1000),
    },
    {
      name: `${way}: in memory a step, ${steps}`,
      unit: 'KB',
      median: median(({ heldBytes }) => heldBytes / steps / 1000),
      ...(steps === 100 ? { note: 'what is held once and for all weighs most here' } : {}),
    },
    ...(timelines.length === 0
      ? []
      : [
          {
            name: `toStepTimeline of ${steps} steps`,
            unit: 'ms',
            median: medianOf(timelines),
            ...(steps === timelineSteps ? { target: { atMost: 100 } } : {}),
          },
        ]),
  ]
}
