import { expect, test } from 'vitest'
import { bySize } from '../../../../scripts/test-size.ts'
import { mutants, withSlowJournal } from './rig/mutants.ts'
import { exploreCrashes, exploreRecoveries } from './power-loss.ts'

// Seconds of work; this is for machines that have much else to do.
const timeout = 180_000

// All but one of the mutants are found among the first 500 states; that one, whose operations come last, at two thirds of any size.
const wanted = bySize({ fast: 600, faults: 20_000, long: 60_000 })

test('no crash, no power cut at any operation loses what an ack promised', { timeout }, async () => {
  const { states, different, faults } = await exploreCrashes('step', { states: wanted })
  expect(faults).toEqual([])
  // Little is unsynced at any moment, so that many cuts leave the same.
  expect(different).toBeGreaterThan(wanted / 14)
  expect(states).toBeGreaterThanOrEqual(wanted)
})

test('nor where frames are there long before their lines', { timeout }, async () => {
  const { different, faults } = await exploreCrashes('step', { states: wanted / 3, mutate: withSlowJournal })
  expect(faults).toEqual([])
  expect(different).toBeGreaterThan(wanted / 40)
})

test(
  'with durability "finish" no crash loses an ack, and no power cut what finish() promised',
  { timeout },
  async () => {
    // More of its states are different, and each takes longer to inspect.
    const some = bySize({ fast: wanted / 2, faults: wanted, long: wanted })
    const { states, different, faults } = await exploreCrashes('finish', { states: some })
    expect(faults).toEqual([])
    expect(different).toBeGreaterThan(some / 3)
    expect(states).toBeGreaterThanOrEqual(some)
  },
)

test.each(['step', 'finish'] as const)(
  'a recovery that is cut off at any operation, and done again, gives the same files: durability "%s"',
  { timeout },
  async (durability) => {
    const { states, faults } = await exploreRecoveries(durability, {
      // In the fast size of fewer crashes each recovery is cut off more often: to record takes longer than to recover.
      runs: bySize({ fast: 5, faults: 1, long: 1 }),
      every: bySize({ fast: 32, faults: 24, long: 6 }) * (durability === 'step' ? 1 : 2),
      powerCuts: 2,
    })
    expect(faults).toEqual([])
    expect(states).toBeGreaterThan(bySize({ fast: 100, faults: 800, long: 3_200 }))
  },
)

for (const { name, mutate } of mutants) {
  test(`a writer that gets it wrong is caught: ${name}`, { timeout }, async () => {
    const { faults } = await exploreCrashes('step', {
      states: bySize({ fast: wanted, faults: 4_000, long: 4_000 }),
      mutate,
      faultLimit: 1,
    })
    expect(faults.length).toBeGreaterThan(0)
  })
}
