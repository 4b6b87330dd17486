import { expect, test } from 'vitest'
import { exploreCompactions, forgetful } from './compact-crashes.ts'
import { long } from './machine.ts'

const statesAt = long ? 150 : 8

test.each(['compact', 'compact agent frames', 'recover'] as const)(
  '%s, cut off at any operation by a kill or a power cut, loses nothing and is completed by recover or by the next',
  { timeout: 600_000 },
  async (work) => {
    const { operations, different, faults } = await exploreCompactions(work, { statesAt })
    expect(faults).toEqual([])
    expect(operations).toBeGreaterThan(100)
    expect(different).toBeGreaterThan(50)
  },
)

test(
  'the same search finds a disk that forgets the blobs, and one that forgets the folder of names',
  { timeout: 600_000 },
  async () => {
    for (const part of ['/blobs', '/probe']) {
      const { faults } = await exploreCompactions('compact', {
        statesAt: 6,
        mutate: (io) => forgetful(io, (path) => path.includes(part)),
        faultLimit: 1,
      })
      expect([part, faults.length]).toEqual([part, 1])
    }
  },
)
