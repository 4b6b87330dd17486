import type { BenchOptions, BenchPart, Figure } from './figure.ts'
import { growthFigure, linear } from './growth-figure.ts'
import { inChild } from './in-child.ts'

/** Ways of reading a trace: by the codec, as lines of JSON, and by a parser that splits. */
const ways = ['parse', 'expand', 'json lines', 'split'] as const
type Way = (typeof ways)[number]

const names: Record<Way, string> = {
  parse: 'a trace parsed',
  expand: 'a parsed trace expanded',
  'json lines': 'its frames as lines, JSON.parse',
  split: 'a trace split and its JSON parsed',
}
const targets: Partial<Record<Way, number>> = { parse: 20, expand: 5 }

interface Reading {
  readonly ms: number
  readonly sizeBytes: number
  readonly heldBytes: number
}

/** The time that it takes to read and expand an execution trace, from a thousand frames to a million. */
export const formatsPart: BenchPart = {
  name: 'formats',
  run: async (options) => {
    const sizes = options.isQuick ? [1_000, 10_000] : [1_000, 10_000, 100_000, 1_000_000]
    const figures: Figure[] = []
    const held: Partial<Record<Way, number>> = {}
    for (const way of ways) {
      const readings: Reading[] = []
      for (const frames of sizes) readings.push(await read(way, frames, options))
      const largest = readings.at(-1)
      if (!largest) continue
      const target = targets[way]
      const isOurs = target !== undefined
      const points = sizes.map((size, at) => ({ size, cost: readings[at]?.ms ?? Number.NaN }))
      held[way] = largest.heldBytes / largest.sizeBytes
      figures.push(
        {
          name: `${names[way]}, ${sizes.at(-1)} frames`,
          unit: 'MB/s',
          median: largest.sizeBytes / 1e3 / largest.ms,
          ...(isOurs && { target: { atLeast: target } }),
        },
        growthFigure(names[way], 'ms', points, { of: 'frames', ...(isOurs && { target: linear }) }),
      )
    }
    const memory = (held.parse ?? 0) + (held.expand ?? 0)
    const note = 'the text itself is not counted'
    return [
      ...figures,
      {
        name: 'memory that frames and states hold, of the text',
        unit: 'x',
        median: memory,
        target: { atMost: 12 },
        note,
      },
    ]
  },
}

function read(way: Way, frames: number, { progress, isQuick }: BenchOptions): Promise<Reading> {
  progress(`${names[way]}, ${frames} frames`)
  return inChild<Reading>('read-trace', { way, frames }, { isQuick }, ['--expose-gc', '--max-old-space-size=6000'])
}
