import { join } from 'node:path'
import type { BenchPart } from './figure.ts'
import { inChild } from './in-child.ts'
import { medianOf } from './statistics.ts'

const every = 50
const flatFromStep = 200

/** How the memory of a process grows while it records, without a browser: the recorder alone. */
export const memoryPart: BenchPart = {
  name: 'memory',
  async run({ isQuick, directory, progress }) {
    const steps = isQuick ? 400 : 1_000
    const growth: Record<'recorder' | 'list' | 'nobody', { whole: number[]; late: number[] }> = {
      recorder: { whole: [], late: [] },
      list: { whole: [], late: [] },
      nobody: { whole: [], late: [] },
    }
    for (let round = 0; round < (isQuick ? 1 : 5); round++) {
      for (const who of ['nobody', 'recorder', 'list'] as const) {
        progress(`memory over ${steps} steps, ${who}, round ${round + 1}`)
        const args = { directory: join(directory, `${who}-${round}`), steps, every, who }
        const { rssMegabytes } = await inChild<{ rssMegabytes: number[] }>('hold-memory', args, ['--expose-gc'])
        const [first = 0, last = 0] = [rssMegabytes[0], rssMegabytes.at(-1)]
        growth[who].whole.push(last - first)
        growth[who].late.push(last - (rssMegabytes[flatFromStep / every - 1] ?? 0))
      }
    }
    const { recorder, list, nobody } = growth
    const runs = recorder.whole.length
    const bare = medianOf(nobody.whole)
    return [
      { name: `RSS growth over ${steps} steps, no recorder`, unit: 'MB', median: bare, runs },
      { name: `RSS growth over ${steps} steps, recorder alone`, unit: 'MB', median: medianOf(recorder.whole), runs },
      { name: `RSS growth over ${steps} steps, all events in memory`, unit: 'MB', median: medianOf(list.whole), runs },
      {
        name: 'RSS growth less bare growth, recorder / all events in memory',
        unit: 'x',
        median: (medianOf(recorder.whole) - bare) / (medianOf(list.whole) - bare),
        runs,
        target: { atMost: 0.25 },
        note: `from step ${every} on, after a collection; what stays in the list is what Stagehand 3.7.3 holds until finish()`,
      },
      {
        name: `RSS growth after step ${flatFromStep}, recorder alone`,
        unit: 'MB',
        median: medianOf(recorder.late) - medianOf(nobody.late),
        min: Math.min(...recorder.late) - medianOf(nobody.late),
        runs,
        target: { atMost: 10 },
        note: 'less that of the same loop without a recorder',
      },
    ]
  },
}
