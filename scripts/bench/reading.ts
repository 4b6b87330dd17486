import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TrajectoryRecorder } from '../../packages/recorder/src/index.ts'
import type { BenchPart } from './figure.ts'
import { inChild } from './in-child.ts'
import { eventsOf, knownSteps } from './known-steps.ts'
import { medianOf } from './statistics.ts'

/** What it takes to read a recording without its images, and to list many recordings. */
export const readingPart: BenchPart = {
  name: 'reading',
  async run({ isQuick, directory, progress }) {
    const rounds = isQuick ? 3 : 7
    progress('recording 1000 steps to be read')
    const recording = await record(directory, 1_000)
    const first: number[] = []
    const later: number[] = []
    for (let round = 0; round < rounds; round++) {
      progress(`reading, round ${round + 1}`)
      const taken = await inChild<{ first: number; later: number[] }>('read-run', { directory: recording, times: 8 })
      first.push(taken.first)
      later.push(medianOf(taken.later))
    }
    const count = isQuick ? 1_000 : 10_000
    progress(`making ${count} recordings to be listed`)
    const root = join(directory, 'many')
    copyMany(await record(directory, 20), root, count)
    const warm: number[] = []
    const cold: number[] = []
    let hasDropped = true
    for (let round = 0; round < rounds; round++) {
      progress(`listing, round ${round + 1}`)
      warm.push(await list(root, count))
      hasDropped &&= await dropCaches()
      if (hasDropped) cold.push(await list(root, count))
    }
    return [
      {
        name: 'readTrajectory of 1000 steps, without image bytes',
        unit: 'ms',
        median: medianOf(later),
        min: Math.min(...later),
        runs: rounds,
        target: { atMost: 50 },
        note: 'in a process that has read one before',
      },
      {
        name: 'readTrajectory of 1000 steps, the first of a process',
        unit: 'ms',
        median: medianOf(first),
        min: Math.min(...first),
        runs: rounds,
      },
      {
        name: `listRuns of ${count} runs, cold process`,
        unit: 'ms',
        median: medianOf(warm),
        min: Math.min(...warm),
        runs: rounds,
        target: { atMost: count / 10 },
        note: 'a fresh process each time; the caches of the system hold the files',
      },
      ...(cold.length === 0
        ? []
        : [
            {
              name: `listRuns of ${count} runs, cold disk`,
              unit: 'ms',
              median: medianOf(cold),
              min: Math.min(...cold),
              runs: cold.length,
              note: 'a fresh process after the caches of the system were dropped',
            },
          ]),
    ]
  },
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

/** The same recording under many names, without its pictures, which no list looks at. */
function copyMany(recording: string, root: string, count: number): void {
  const files = ['core.log', 'times.json', 'task_data.json', 'trajectory.json'].map(
    (name) => [name, readFileSync(join(recording, name))] as const,
  )
  for (let index = 0; index < count; index++) {
    const directory = join(root, `20260101-${String(index).padStart(6, '0')}`, 'buy-lamp')
    mkdirSync(join(directory, 'scores'), { recursive: true })
    mkdirSync(join(directory, 'screenshots'))
    for (const [name, bytes] of files) writeFileSync(join(directory, name), bytes)
  }
}

async function list(root: string, expected: number): Promise<number> {
  const { ms, finished } = await inChild<{ ms: number; finished: number }>('list-root', { root })
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
