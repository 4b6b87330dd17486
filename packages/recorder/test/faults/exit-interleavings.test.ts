import { expect, test } from 'vitest'
import { endDuring, Inspector, type Landing } from './exit-interleavings.ts'
import { bySize } from '../../../../scripts/test-size.ts'
import { seeded } from './rig/sim-disk.ts'

/** One operation in so many is tried. */
const every = bySize({ fast: 13, faults: 1, long: 1 })

const never: Landing = { before: 0, torn: false }

for (const durability of ['step', 'finish'] as const) {
  test(`whenever the operation under way lands, all that was recorded is there after the exit (${durability})`, async () => {
    const inspector = new Inspector()
    let runs = 0
    for (let operation = 1; ; operation += every) {
      const { drained, held } = await endDuring(operation, durability, never)
      if (held === undefined) break
      for (let before = 0; before <= drained + 1; before++) {
        for (const torn of held === 'write' && before > 0 ? [false, true] : [false]) {
          const { disk, recorded } = await endDuring(operation, durability, { before, torn })
          const where = `${held} ${operation} lands ${torn ? 'torn ' : ''}before ${before}`
          await inspector.look(disk.afterKill(), recorded, true, where)
          runs++
        }
      }
    }
    expect(inspector.faults.slice(0, 5)).toEqual([])
    expect(runs).toBeGreaterThan(900 / every / 1.5)
  })

  test(`a kill or a power cut at any operation of the drain loses nothing that was acked (${durability})`, async () => {
    const inspector = new Inspector()
    const random = seeded(1)
    let states = 0
    for (let operation = 1; ; operation += every) {
      const { drained: undisturbed, held } = await endDuring(operation, durability, never)
      if (held === undefined) break
      for (let crashAt = 1; crashAt <= undisturbed + 1; crashAt++) {
        for (const before of new Set([0, 1 + (crashAt % 5)])) {
          const end = await endDuring(operation, durability, { before, torn: false }, { crashAt })
          const { disk, acked, recorded } = end
          const mustHold = disk.isCrashed ? acked : recorded
          const where = `${held} ${operation} lands before ${before}, end at ${crashAt} of the drain`
          await inspector.look(disk.afterKill(), mustHold, false, `${where}, killed`)
          states++
          if (durability === 'finish') continue
          // A drain gives no acks. Where folders above the recording are not durable yet, nothing in it is.
          const durable = acked.length > 0 ? mustHold : []
          await inspector.look(disk.afterPowerLoss(random), durable, false, `${where}, power cut`)
          states++
        }
      }
    }
    expect(inspector.faults.slice(0, 5)).toEqual([])
    expect(states).toBeGreaterThan(1_500 / every / 1.5)
  })
}

test('a process that survives its end goes on recording, and finishes', async () => {
  const inspector = new Inspector()
  for (let operation = 1; ; operation += every) {
    const { disk, held, recorded, survive } = await endDuring(operation, 'step', never)
    if (held === undefined) break
    await survive()
    const all = [...recorded, recorded.length + 1, recorded.length + 2]
    await inspector.look(disk, all, true, `${held} ${operation}`)
  }
  expect(inspector.faults).toEqual([])
})
