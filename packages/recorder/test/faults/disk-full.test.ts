import { expect, test } from 'vitest'
import type { FilledDisk, FillPlan } from '../programs/fills-disks.ts'
import { runProgram } from '../support/run-program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { bySize } from '../../../../scripts/test-size.ts'
import { inOwnMounts, skipUnless, whyNoMounts } from './rig/machine.ts'

/** The distance between the limits of two disks. */
const stride = bySize({
  fast: { kilobytes: 35, inodes: 9 },
  faults: { kilobytes: 12, inodes: 3 },
  long: { kilobytes: 4, inodes: 1 },
})

const disks = [
  { what: 'without room', limits: range(8, 356, stride.kilobytes).map((size) => `size=${size}k`) },
  { what: 'without room for more files', limits: range(3, 60, stride.inodes).map((count) => `nr_inodes=${count}`) },
]

for (const { what, limits } of disks) {
  test(`a disk ${what} is told of, and what was acknowledged is there when it has some again`, async (context) => {
    skipUnless(context, whyNoMounts())
    const plan = { root: await temporaryDirectory(), limits } satisfies FillPlan
    const { output } = await runProgram('fills-disks.ts', plan, { under: inOwnMounts })
    const filled = output
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as FilledDisk)
    const told = filled.filter(({ surfaced }) => surfaced)
    const acked = filled.reduce((total, disk) => total + disk.acked, 0)
    console.log(`${filled.length} disks, ${told.length} of them full, ${acked} events acknowledged`)

    expect(filled.flatMap(({ limit, broken }) => broken.map((promise) => `${limit}: ${promise}`))).toEqual([])
    expect(filled.map(({ limit }) => limit)).toEqual(limits)
    // The smallest takes nothing, the largest everything, and in between there are all sorts.
    expect(filled[0]).toMatchObject({ acked: 0, finished: false })
    expect(filled.at(-1)).toMatchObject({ surfaced: false, finished: true })
    expect(told.length).toBeGreaterThan(bySize({ fast: 4, faults: 10, long: 10 }))
    const messages = filled.flatMap(({ refusals, recoverRefused }) => [...refusals, recoverRefused ?? []].flat())
    // A disk too small for a single folder has nothing to recover.
    const aboutSpace = messages.filter(({ code }) => code !== 'JOURNAL_MISSING')
    for (const { message } of aboutSpace) expect(message).toMatch(/ENOSPC.*free some space/)
  })
}

function range(first: number, last: number, step: number): number[] {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step)
}
