import { expect, test } from 'vitest'
import { mutants } from './mutants.ts'
import { exploreCrashes } from './power-loss.ts'

for (const durability of ['step', 'finish'] as const) {
  test(`no crash, no power cut at any operation loses what durability "${durability}" promised`, async () => {
    const { states, faults } = await exploreCrashes(durability, { statesAt: 170 })
    expect(faults).toEqual([])
    expect(states).toBeGreaterThanOrEqual(20_000)
  })
}

for (const { name, mutate } of mutants) {
  test(`a writer that gets it wrong is caught: ${name}`, async () => {
    const { faults } = await exploreCrashes('step', { statesAt: 60, mutate, faultLimit: 1 })
    expect(faults.length).toBeGreaterThan(0)
  })
}
