import { setTimeout as sleep } from 'node:timers/promises'
import { busyShare, readCpu } from './cpu.ts'

const windowMs = 100
const quietWindows = 3
const quietShare = 0.18

/**
 * Wait until the machine is quiet: under 18 % of its CPU used in each of three windows of 100 ms.
 *
 * @returns false when it did not get quiet within the limit
 */
export async function waitForQuiet(limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs
  let quiet = 0
  let before = readCpu([])
  while (performance.now() < deadline) {
    await sleep(windowMs)
    const after = readCpu([])
    quiet = busyShare(before, after) < quietShare ? quiet + 1 : 0
    if (quiet === quietWindows) return true
    before = after
  }
  return false
}
