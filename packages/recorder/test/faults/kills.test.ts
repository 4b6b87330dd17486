import { expect, test } from 'vitest'
import { killAtRandom } from './kills.ts'

test.each([
  ['step', 60],
  ['finish', 40],
] as const)(
  'kill -9 at a random moment loses nothing that was acked, also in finish() (durability %s, %i kills)',
  { timeout: 90_000 },
  async (durability, count) => {
    const { kills, faults, cutOff, cutOffInFinish, acked } = await killAtRandom(count, { durability, seed: 1 })
    expect(faults).toEqual([])
    expect(kills).toBe(count)
    expect(cutOff).toBeGreaterThan(count / 4)
    expect(cutOffInFinish).toBeGreaterThan(0)
    expect(acked).toBeGreaterThan(count)
  },
)
