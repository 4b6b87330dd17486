import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '@contrail/core'

/** The real clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
}

let runIdOfProcess: string | undefined

/** The run id that all recorders of this process share: `YYYYMMDD-HHMMSS-<8 hex>`, in UTC. */
export function processRunId(): string {
  runIdOfProcess ??= `${compactTime(systemClock.now())}-${randomBytes(4).toString('hex')}`
  return runIdOfProcess
}

/** Hex sha256 of bytes. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function compactTime(time: Date): string {
  const digits = time.toISOString().replaceAll(/[-:]/g, '')
  return `${digits.slice(0, 8)}-${digits.slice(9, 15)}`
}
