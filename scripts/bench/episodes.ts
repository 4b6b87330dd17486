import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { assembleTrajectory, toStepTimeline } from '../../packages/core/src/index.ts'
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
}

/** Rewriting it all each step writes the square of the steps: 60 GB for 10,000. */
const mostRewritten = 1_000
/** As many steps are the most that a way is followed to. */
const mostSteps = 100_000
/** A way is followed as long as ten times the steps are foreseen to end within this, so that all ends within two minutes. */
const longestRunMs = 25_000
/** A run that takes longer is not repeated. */
const longestRepeatedMs = 1_000

/**
 * The cost of recording an episode: steps a second, bytes on the disk and in memory, for 100 to 100,000 steps that each
 * write 1 KB, beside what one does without a recorder.
 */
export const episodesPart: BenchPart = {
  name: 'episodes',
  async run({ directory, progress, keepRun, ...options }) {
    const most = options.steps ?? (options.isQuick ? 1_000 : mostSteps)
    const sizes = [100, 1_000, 10_000, mostSteps].filter((size) => size <= most)
    const figures: Figure[] = []
    for (const who of Object.keys(ways) as Way[]) {
      let lastMs = 0
      for (const steps of sizes) {
        if (who === 'array-each-step' && steps > mostRewritten) break
        if (lastMs * 10 > longestRunMs) {
          const seconds = Math.round(lastMs / 100)
          progress(
            `${ways[who]}, ${steps} steps: left out, it would take ${seconds} s; --steps ${steps} --rounds 1 runs it`,
          )
          if (options.steps === undefined) break
        }
        const runs: Run[] = []
        const isLong = lastMs * 10 > longestRepeatedMs || options.isQuick
        const rounds = options.rounds ?? (isLong ? 1 : 3)
        for (let round = 0; round < rounds; round++) {
          progress(`${ways[who]}, ${steps} steps, round ${round + 1}`)
          const place = join(directory, `${who}-${steps}-${round}`)
          await mkdir(place)
          const run = await inChild<Run>('episode-run', { directory: place, who, steps }, options, ['--expose-gc'])
          keepRun?.({ who, steps, round, ...run })
          runs.push(run)
          await rm(place, { recursive: true, force: true })
        }
        lastMs = medianOf(runs.map(({ ms }) => ms))
        figures.push(...figuresOf(ways[who], steps, runs))
      }
    }
    progress(`toStepTimeline of ${mostSteps} steps`)
    figures.push({
      name: `toStepTimeline of ${mostSteps} steps`,
      unit: 'ms',
      median: measureTimeline(),
      target: { atMost: 100 },
    })
    return figures
  },
}

function figuresOf(way: string, steps: number, runs: readonly Run[]): Figure[] {
  const count = runs.length
  const median = (of: (run: Run) => number): number => medianOf(runs.map(of))
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
  ]
}

/** Processor time of the timeline of a folded recording, the median of some looks. */
function measureTimeline(): number {
  const event = {
    actionName: 'write_file',
    actionArgs: { path: 'src/cart.py' },
    reasoning: '',
    toolOutput: { ok: true, result: 'written' },
    durationMs: 3,
    episode: { reward: 0.001, testPassRate: 0.5, securityFlags: [] },
  }
  const common = {
    at: '2026-01-01T00:00:00.000Z',
    mono: 0,
    type: 'step_finished' as const,
    action: 'write_file',
    ok: true,
  }
  const entries = Array.from({ length: mostSteps }, (_, step) => ({ ...common, seq: step + 1, step, event }))
  const trajectory = assembleTrajectory(entries)
  const times = Array.from({ length: 9 }, () => {
    const from = process.threadCpuUsage()
    toStepTimeline(trajectory)
    const { user, system } = process.threadCpuUsage(from)
    return (user + system) / 1_000
  })
  return medianOf(times)
}
