import { expect, test } from 'vitest'
import { exploreCompactions, forgetful } from './compact-crashes.ts'
import { bySize, testSize } from '../../../../scripts/test-size.ts'

const how = bySize({
  fast: { statesAt: 2, every: 12 },
  faults: { statesAt: 8, every: 1 },
  long: { statesAt: 150, every: 1 },
})
const works = ['compact', 'compact agent frames', 'recover'] as const

test.each(testSize === 'fast' ? works.slice(0, 1) : works)(
  '%s, cut off at any operation by a kill or a power cut, loses nothing and is completed by recover or by the next',
  { timeout: 600_000 },
  async (work) => {
    const { operations, different, faults } = await exploreCompactions(work, how)
    expect(faults).toEqual([])
    expect(operations).toBeGreaterThan(100)
    expect(different).toBeGreaterThan(bySize({ fast: 10, faults: 50, long: 50 }))
  },
)

test(
  'the same search finds a disk that forgets the blobs, and one that forgets the folder of names',
  { timeout: 600_000 },
  async () => {
    for (const part of ['/blobs', '/probe']) {
      const { faults } = await exploreCompactions('compact', {
        statesAt: 6,
        every: bySize({ fast: 24, faults: 1, long: 1 }),
        mutate: (io) => forgetful(io, (path) => path.includes(part)),
        faultLimit: 1,
      })
      expect([part, faults.length]).toEqual([part, 1])
    }
  },
)
