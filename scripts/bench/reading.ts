import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TrajectoryRecorder } from '../../packages/recorder/src/index.ts'
import type { BenchOptions, BenchPart, Figure, GrowthPoint } from './figure.ts'
import { growthFigure, growthSizes } from './growth-figure.ts'
import { inChild } from './in-child.ts'
import { eventsOf, knownSteps } from './known-steps.ts'
import { medianOf } from './statistics.ts'

/** The time that it takes to read a recording without its images, and to list many recordings. */
export const readingPart: BenchPart = {
  name: 'reading',
  run: async (options) => [...(await reading(options)), ...(await listing(options))],
}

async function reading({ directory, progress, ...options }: BenchOptions): Promise<Figure[]> {
  const rounds = options.isQuick ? 2 : 7
  const sizes = growthSizes(options, 1_000)
  // Held against its target at 1,000 steps, or what is nearest to that.
  const held = sizes.findLast((size) => size <= 1_000)
  const figures: Figure[] = []
  const [cold, warm]: [GrowthPoint[], GrowthPoint[]] = [[], []]
  for (const steps of sizes) {
    progress(`recording ${steps} steps to be read`)
    const recording = await record(directory, steps)
    const [first, later]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      progress(`reading ${steps} steps, round ${round + 1}`)
      const taken = await inChild<{ first: number; later: number[] }>(
        'read-run',
        { directory: recording, times: 8 },
        options,
      )
      first.push(taken.first)
      later.push(medianOf(taken.later))
    }
    cold.push({ size: steps, cost: medianOf(first) })
    warm.push({ size: steps, cost: medianOf(later) })
    if (steps !== held) continue
    const what = `readTrajectory of ${steps} steps, without image bytes`
    const target = steps === 1_000 ? { target: { atMost: 50 } } : {}
    figures.push(
      { name: `${what}, warm`, unit: 'ms', ...middle(later), ...target, note: warmNote },
      { name: `${what}, cold`, unit: 'ms', ...middle(first), ...target, note: coldNote },
    )
  }
  return [
    ...figures,
    growthFigure('readTrajectory, warm', 'ms', warm, { note: warmNote }),
    growthFigure('readTrajectory, cold', 'ms', cold, { note: coldNote }),
  ]
}

const warmNote = 'the second to eighth call of a process: what a program pays that reads many recordings'
const coldNote = 'the first call of a fresh process: what a command pays that reads one'

async function listing({ directory, progress, ...options }: BenchOptions): Promise<Figure[]> {
  const rounds = options.isQuick ? 2 : 7
  const most = options.isQuick ? 1_000 : 10_000
  const sizes = [10, 100, 1_000, 10_000].filter((size) => size <= Math.min(most, options.steps ?? Infinity))
  const root = join(directory, 'many')
  const recording = await record(directory, 20)
  const points: GrowthPoint[] = []
  let made = 0
  let runs: number[] = []
  for (const count of sizes) {
    progress(`making ${count} recordings to be listed`)
    copyMany(recording, root, made, count)
    made = count
    runs = []
    for (let round = 0; round < rounds; round++) {
      progress(`listing ${count} runs, round ${round + 1}`)
      runs.push(await list(root, count, options))
    }
    points.push({ size: count, cost: medianOf(runs) })
  }
  const fromDisk: number[] = []
  for (let round = 0; round < rounds && (await dropCaches()); round++) {
    progress(`listing ${made} runs from a cold disk, round ${round + 1}`)
    fromDisk.push(await list(root, made, options))
  }
  const target = made === 10_000 ? { target: { atMost: 1_000 } } : {}
  const figure = (from: string, taken: readonly number[], note: string): Figure[] =>
    taken.length === 0
      ? []
      : [{ name: `listRuns of ${made} runs, fresh process, ${from}`, unit: 'ms', ...middle(taken), ...target, note }]
  return [
    ...figure('files in memory', runs, "the system's page cache holds the files"),
    ...figure('cold disk', fromDisk, "after the system's page cache was dropped"),
    growthFigure('listRuns, fresh process, files in memory', 'ms', points, { of: 'runs', runs: rounds }),
  ]
}

function middle(taken: readonly number[]): Pick<Figure, 'median' | 'min' | 'runs'> {
  return { median: medianOf(taken), min: Math.min(...taken), runs: taken.length }
}

async function record(outputRoot: string, steps: number): Promise<string> {
  const recorder = new TrajectoryRecorder({
    taskSpec: { id: `steps-${steps}`, instruction: 'Be read again' },
    outputRoot,
    persist: true,
    durability: 'finish',
    env: {},
  })
  for (const step of knownSteps(steps)) await Promise.all(eventsOf(step).map((event) => recorder.record(event)))
  await recorder.finish({ status: 'complete', finalAnswer: 'It costs 12 EUR.' })
  return recorder.directory as string
}

/** The same recording under many names, without its pictures, which no list looks at: those from `first` up to `end`. */
function copyMany(recording: string, root: string, first: number, end: number): void {
  const files = ['core.log', 'times.json', 'task_data.json', 'trajectory.json'].map(
    (name) => [name, readFileSync(join(recording, name))] as const,
  )
  for (let index = first; index < end; index++) {
    const directory = join(root, `20260101-${String(index).padStart(6, '0')}`, 'buy-lamp')
    mkdirSync(join(directory, 'scores'), { recursive: true })
    mkdirSync(join(directory, 'screenshots'))
    for (const [name, bytes] of files) writeFileSync(join(directory, name), bytes)
  }
}

async function list(root: string, expected: number, options: Pick<BenchOptions, 'isQuick'>): Promise<number> {
  const { ms, finished } = await inChild<{ ms: number; finished: number }>('list-root', { root }, options)
  if (finished !== expected) throw new Error(`expected ${expected} finished recordings, got ${finished}`)
  return ms
}

/** @returns whether the system let us */
async function dropCaches(): Promise<boolean> {
  try {
    // Only what is on the disk already can be dropped.
    spawnSync('sync')
    await writeFile('/proc/sys/vm/drop_caches', '3')
    return true
  } catch {
    // Only root may, and only on Linux: then nothing is said of a cold disk.
    return false
  }
}
