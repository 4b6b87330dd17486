import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchPart } from './figure.ts'
import { growthFigure, growthSizes } from './growth-figure.ts'
import { inChild } from './in-child.ts'

/**
 * The growth of `compactRecording` from 10 pictures to 5,000, all of them different and small: what encoding a real one
 * takes is its own cost, and the same for every one. That of the script's pictures is among the steps.
 */
export const compactPart: BenchPart = {
  name: 'compact',
  async run({ directory, progress, ...options }) {
    const points: { size: number; cost: number }[] = []
    for (const steps of growthSizes(options)) {
      progress(`compacting ${steps} small pictures`)
      const place = join(directory, String(steps))
      const { ms, reencoded } = await inChild<{ ms: number; reencoded: number }>(
        'compact-run',
        { directory: place, steps },
        options,
      )
      if (reencoded !== steps) throw new Error(`expected ${steps} pictures to be re-encoded, got ${reencoded}`)
      points.push({ size: steps, cost: ms })
      await rm(place, { recursive: true, force: true })
    }
    return [growthFigure('compactRecording of small pictures', 'ms', points)]
  },
}
