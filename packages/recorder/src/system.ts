import { hash, randomBytes } from 'node:crypto'
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

/** Hex sha256 of bytes, or of the UTF-8 of a text. */
export function sha256(contents: Uint8Array | string): string {
  return hash('sha256', contents, 'hex')
}

function compactTime(time: Date): string {
  const digits = time.toISOString().replaceAll(/[-:]/g, '')
  return `${digits.slice(0, 8)}-${digits.slice(9, 15)}`
}
