import { explainRun } from '../../../packages/contrail/src/commands/answer/why.ts'
import { listRecordings } from '../../../packages/contrail/src/commands/ls.ts'
import { showStep } from '../../../packages/contrail/src/commands/show/step.ts'
import { readTrajectory } from '../../../packages/recorder/src/index.ts'
import type { Figure } from '../figure.ts'
import { medianOf } from '../statistics.ts'

/** A recording of so many steps. */
interface Recorded {
  readonly size: number
  readonly directory: string
}

const warmRounds = 20

/**
 * Measure `why` and `show --step` beside reading the trajectory alone, which both have to do: one after the other in each round,
 * in a process that has loaded them all.
 */
export async function answerFigures(recordings: readonly Recorded[], rounds: number): Promise<Figure[]> {
  const [first] = recordings
  // What runs for the first time is slow for another reason.
  if (first) await timesOf(first, warmRounds)
  const figures: Figure[] = []
  for (const recorded of recordings) {
    const { readMs, whyMs, stepMs } = await timesOf(recorded, Math.max(rounds, 5))
    const target = { atMost: 1.3 }
    const note = `reading takes ${readMs.toFixed(1)} ms`
    figures.push(
      { name: `why of ${recorded.size} steps, against reading alone`, unit: 'x', median: whyMs / readMs, target, note },
      {
        name: `show --step of ${recorded.size} steps, against reading alone`,
        unit: 'x',
        median: stepMs / readMs,
        target,
      },
    )
  }
  return figures
}

/**
 * Measure a list with filters that all recordings fit, which is the most that they can cost, beside the same list without.
 */
export async function filterFigure(root: string, count: number, rounds: number): Promise<Figure> {
  const input = { root, env: {}, cwd: root, paint: (_style: string, text: string) => text }
  const choice = { status: ['complete'], verdict: 'none', sinceMs: 86_400_000, task: 'sh*p', sort: 'duration' } as const
  const times = { plainMs: [] as number[], chosenMs: [] as number[] }
  await listRecordings(input)
  for (let round = 0; round < rounds; round += 1) {
    times.plainMs.push(await timeOf(() => listRecordings(input)))
    times.chosenMs.push(await timeOf(() => listRecordings({ ...input, choice })))
  }
  const plainMs = medianOf(times.plainMs)
  return {
    name: `ls with filters over ${count} recordings, against without`,
    unit: 'x',
    median: medianOf(times.chosenMs) / plainMs,
    target: { atMost: 1.2 },
    note: `without takes ${plainMs.toFixed(0)} ms`,
  }
}

async function timesOf({ size, directory }: Recorded, rounds: number) {
  const surroundings = { env: {}, cwd: directory, paint: (_style: string, text: string) => text }
  const times = { readMs: [] as number[], whyMs: [] as number[], stepMs: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    times.readMs.push(await timeOf(() => readTrajectory(directory)))
    times.whyMs.push(
      await timeOf(() => explainRun({ directory, name: directory, pricesFile: undefined, ...surroundings })),
    )
    times.stepMs.push(await timeOf(() => showStep({ directory, number: size, ...surroundings })))
  }
  const { readMs, whyMs, stepMs } = times
  return { readMs: medianOf(readMs), whyMs: medianOf(whyMs), stepMs: medianOf(stepMs) }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await work()
  return performance.now() - startMs
}
