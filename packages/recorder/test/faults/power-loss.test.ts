import { expect, test } from 'vitest'
import { mutants, withSlowJournal } from './mutants.ts'
import { exploreCrashes, exploreRecoveries } from './power-loss.ts'

// Seconds of work; this is for machines that have much else to do.
const timeout = 180_000

test('no crash, no power cut at any operation loses what an ack promised', { timeout }, async () => {
  const { states, different, faults } = await exploreCrashes('step', { states: 20_000 })
  expect(faults).toEqual([])
  // Little is unsynced at any moment, so that many cuts leave the same.
  expect(different).toBeGreaterThan(1_500)
  expect(states).toBeGreaterThanOrEqual(20_000)
})

test('nor where frames are there long before their lines', { timeout }, async () => {
  const { different, faults } = await exploreCrashes('step', { states: 6_000, mutate: withSlowJournal })
  expect(faults).toEqual([])
  expect(different).toBeGreaterThan(500)
})

test.each(['step', 'finish'] as const)(
  'a recovery that is cut off at any operation, and done again, gives the same files: durability "%s"',
  { timeout },
  async (durability) => {
    const { states, faults } = await exploreRecoveries(durability, {
      every: durability === 'step' ? 24 : 48,
      powerCuts: 2,
    })
    expect(faults).toEqual([])
    expect(states).toBeGreaterThan(800)
  },
)

for (const { name, mutate } of mutants) {
  test(`a writer that gets it wrong is caught: ${name}`, { timeout }, async () => {
    const { faults } = await exploreCrashes('step', { states: 4_000, mutate, faultLimit: 1 })
    expect(faults.length).toBeGreaterThan(0)
  })
}
