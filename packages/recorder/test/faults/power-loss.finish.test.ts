import { expect, test } from 'vitest'
import { exploreCrashes } from './power-loss.ts'

// A file of its own, so that it runs beside the other policy.
test(
  'with durability "finish" no crash loses an ack, and no power cut what finish() promised',
  { timeout: 180_000 },
  async () => {
    const { states, different, faults } = await exploreCrashes('finish', { states: 20_000 })
    expect(faults).toEqual([])
    expect(different).toBeGreaterThan(7_000)
    expect(states).toBeGreaterThanOrEqual(20_000)
  },
)
