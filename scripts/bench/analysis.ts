import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchPart } from './figure.ts'
import { growthFigure, linear } from './growth-figure.ts'
import { inChild } from './in-child.ts'
import type { AnalysisRun } from './programs/analysis-run.ts'
import { medianOf } from './statistics.ts'

/** V8 leaves garbage lying where memory is plentiful, up to twice of what is needed: a limit shows what is. In MB. */
const heapLimitMb = 384

/** The cost of a world of trajectories by the number of its entities, beside the same in arrays and JSON files. */
export const analysisPart: BenchPart = {
  name: 'analysis',
  async run({ directory, progress, rounds = 3, ...options }) {
    const sizes = options.isQuick ? [100, 1_000, 10_000] : [100, 1_000, 10_000, 100_000]
    const bySize = new Map<number, AnalysisRun[]>()
    for (let round = 0; round < (options.isQuick ? 1 : rounds); round += 1) {
      for (const entities of sizes) {
        progress(`a world of ${entities} entities, round ${round + 1}`)
        const place = join(directory, `${round}-${entities}`)
        await mkdir(place)
        const run = await inChild<AnalysisRun>('analysis-run', { directory: place, entities }, options, [
          `--max-old-space-size=${heapLimitMb}`,
        ])
        bySize.set(entities, [...(bySize.get(entities) ?? []), run])
      }
    }
    const most = sizes.at(-1)!
    const middle = (of: (run: AnalysisRun) => number, size = most) => {
      const taken = (bySize.get(size) ?? []).map(of)
      return { median: medianOf(taken), min: Math.min(...taken), runs: taken.length }
    }
    const grows = (of: (run: AnalysisRun) => number) => sizes.map((size) => ({ size, cost: middle(of, size).median }))
    const count = most.toLocaleString('en-US')
    return [
      {
        name: `a tick of ${count} entities whose labels are kept`,
        unit: 'ms',
        ...middle((run) => run.tickMs),
        target: { atMost: 2_000 },
      },
      {
        name: 'the same, every label row changes and is stored',
        unit: 'ms',
        ...middle((run) => run.storedTickMs),
        target: { atMost: 2_000 },
      },
      {
        name: 'the same in arrays, and a JSON file of all rows',
        unit: 'ms',
        ...middle((run) => run.plainTickMs),
        note: 'no ticks of the past to ask for, no columns, no lock; all rows are written anew',
      },
      {
        name: `memory of the process, of which V8 may take ${heapLimitMb} MB`,
        unit: 'MB',
        ...middle((run) => run.peakMb),
        target: { atMost: 700 },
        note: 'at its highest; without a limit V8 leaves garbage lying, up to 1.3 GB',
      },
      { name: 'spawn', unit: 'per second', ...middle((run) => run.spawnPerSecond), target: { atLeast: 50_000 } },
      { name: `fork of ${count} entities`, unit: 'ms', ...middle((run) => run.forkMs), target: { atMost: 100 } },
      growthFigure(
        'a tick',
        'ms',
        grows((run) => run.tickMs),
        { of: 'entities', target: linear },
      ),
      growthFigure(
        'a tick that stores',
        'ms',
        grows((run) => run.storedTickMs),
        { of: 'entities', target: linear },
      ),
      growthFigure(
        'a tick in arrays',
        'ms',
        grows((run) => run.plainTickMs),
        { of: 'entities' },
      ),
    ]
  },
}
