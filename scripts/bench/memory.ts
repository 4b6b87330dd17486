import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchOptions, BenchPart, Figure } from './figure.ts'
import { growthFigure, growthSizes } from './growth-figure.ts'
import { inChild } from './in-child.ts'
import { medianOf } from './statistics.ts'

/** By whom a run is held: by nobody, by a recorder, or by a list in memory as Stagehand holds it. */
const holders = ['nobody', 'recorder', 'list'] as const
type Holder = (typeof holders)[number]
const names = { nobody: 'no recorder', recorder: 'recorder alone', list: 'all events in memory' }

/** From here on what is loaded and compiled is no growth any more. */
const firstLook = 50
const flatFromStep = 200

/** The growth of a process's memory while it records, without a browser: the recorder alone. */
export const memoryPart: BenchPart = {
  name: 'memory',
  run: async (options) => [...(await overLongRun(options)), ...(await growth(options))],
}

async function overLongRun(options: BenchOptions): Promise<Figure[]> {
  const steps = options.isQuick ? 400 : 1_000
  const whole: Record<Holder, number[]> = { nobody: [], recorder: [], list: [] }
  const late: Record<Holder, number[]> = { nobody: [], recorder: [], list: [] }
  for (let round = 0; round < (options.isQuick ? 1 : 5); round++) {
    for (const who of holders) {
      const [first = 0, flat = 0, last = 0] = await lookAt(who, [firstLook, flatFromStep, steps], round, options)
      whole[who].push(last - first)
      late[who].push(last - flat)
    }
  }
  const runs = whole.nobody.length
  const bare = medianOf(whole.nobody)
  return [
    ...holders.map((who): Figure => {
      return { name: `RSS growth over ${steps} steps, ${names[who]}`, unit: 'MB', median: medianOf(whole[who]), runs }
    }),
    {
      name: 'RSS growth less bare growth, recorder / all events in memory',
      unit: 'x',
      median: (medianOf(whole.recorder) - bare) / (medianOf(whole.list) - bare),
      runs,
      target: { atMost: 0.25 },
      note: `from step ${firstLook} on, after a collection; what stays in the list is what Stagehand 3.7.3 holds until finish()`,
    },
    {
      name: `RSS growth after step ${flatFromStep}, recorder alone`,
      unit: 'MB',
      median: medianOf(late.recorder) - medianOf(late.nobody),
      min: Math.min(...late.recorder) - medianOf(late.nobody),
      runs,
      target: { atMost: 10 },
      note: 'less that of the same loop without a recorder',
    },
  ]
}

/** All that a process has in memory, which is mostly Node itself at first. */
async function growth(options: BenchOptions): Promise<Figure[]> {
  const sizes = growthSizes(options)
  const figures: Figure[] = []
  for (const who of holders) {
    const megabytes = await lookAt(who, sizes, 0, options)
    const points = sizes.map((size, at) => ({ size, cost: megabytes[at] ?? Number.NaN }))
    figures.push(growthFigure(`RSS without a browser, ${names[who]}`, 'MB', points, { note: 'after a collection' }))
  }
  return figures
}

/** The memory that is held after so many steps, in MB, each time after a collection. */
async function lookAt(
  who: Holder,
  lookAfter: readonly number[],
  round: number,
  { directory, progress, isQuick }: BenchOptions,
): Promise<number[]> {
  progress(`memory over ${lookAfter.at(-1)} steps, ${who}, round ${round + 1}`)
  const place = join(directory, who)
  const args = { directory: place, lookAfter, who }
  const { rssMegabytes } = await inChild<{ rssMegabytes: number[] }>('hold-memory', args, { isQuick }, ['--expose-gc'])
  await rm(place, { recursive: true, force: true })
  return rssMegabytes
}
