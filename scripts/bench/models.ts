import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchPart } from './figure.ts'
import { inChild } from './in-child.ts'
import type { ModelsRun } from './programs/models-run.ts'
import { medianOf } from './statistics.ts'

/** The cost of asking a model through limits and a cassette, of fencing a text, and of drawing an interval. */
export const modelsPart: BenchPart = {
  name: 'models',
  async run({ directory, progress, rounds = 5, ...options }) {
    const runs: ModelsRun[] = []
    const calls = options.isQuick ? 1_000 : 10_000
    for (let round = 0; round < (options.isQuick ? 1 : rounds); round++) {
      progress(`asking ${calls} times, round ${round + 1}`)
      const place = join(directory, String(round))
      await mkdir(place)
      runs.push(await inChild<ModelsRun>('models-run', { directory: place, calls }, options, ['--expose-gc']))
    }
    const middle = (of: (run: ModelsRun) => number) => {
      const taken = runs.map(of)
      return { median: medianOf(taken), min: Math.min(...taken), runs: taken.length }
    }
    const texts = Object.keys(runs[0]?.fenceMbPerSecond ?? {})
    return [
      { name: 'a call of a scripted model', unit: 'ms', ...middle((run) => run.bareMs), note: questionNote },
      {
        name: 'added by limits and a replayed cassette',
        unit: 'ms',
        ...middle((run) => run.replayedMs - run.bareMs),
        target: { atMost: 0.5 },
        note: questionNote,
      },
      {
        name: 'added by limits and a cassette that records',
        unit: 'ms',
        ...middle((run) => run.recordedMs - run.bareMs),
        note: 'redacted and synced to the disk',
      },
      {
        name: `growth of the heap over ${calls} replayed calls`,
        unit: 'MB',
        ...middle((run) => run.heapGrowthMb),
        target: { atMost: 2 },
      },
      ...texts.map((text) => ({
        name: `fence of ${text}`,
        unit: 'MB per second',
        ...middle((run) => run.fenceMbPerSecond[text] ?? Number.NaN),
        // The last is a text of nothing but attacks.
        ...(text === 'ruled lines and tags' ? {} : { target: { atLeast: 100 } }),
        note: '4 MB, processor time of the best of 7 calls',
      })),
      {
        name: 'interval of 10,000 pairs, 2,000 rounds',
        unit: 'ms',
        ...middle((run) => run.bootstrapMs),
        target: { atMost: 1_000 },
        note: 'processor time',
      },
    ]
  },
}

const questionNote = 'a question of 8,000 characters, fenced'
