import { expect, test } from 'vitest'
import { bySize, testSeed } from '../../../../scripts/test-size.ts'
import { killAtRandom } from './kills.ts'

test.each([
  ['step', bySize({ fast: 3, faults: 60, long: 300 })],
  ['finish', bySize({ fast: 3, faults: 40, long: 200 })],
] as const)(
  'kill -9 at a random moment loses nothing that was acked, also in finish() (durability %s, %i kills)',
  { timeout: 90_000 },
  async (durability, count) => {
    const { kills, faults, cutOff, cutOffInFinish, acked } = await killAtRandom(count, { durability, seed: testSeed })
    expect(faults).toEqual([])
    expect(kills).toBe(count)
    expect(cutOff).toBeGreaterThan(count / 4)
    // Of a handful of kills none may hit the end of a run.
    expect(cutOffInFinish).toBeGreaterThanOrEqual(bySize({ fast: 0, faults: 1, long: 1 }))
    expect(acked).toBeGreaterThan(count)
  },
)
