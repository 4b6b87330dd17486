import { hash, randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '@contrail/core'

/** The real clock. */
export const systemClock: Clock = { now: () => new Date(), monotonicMs: () => performance.now() }

/** The id of a new world. */
export const newWorldId = (): string => randomUUID()

/** The id of whoever writes, from its opening to its close: `YYYYMMDD-HHMMSS-<8 hex>`, in UTC. */
export function newRunId(): string {
  const digits = systemClock.now().toISOString().replaceAll(/[-:]/g, '')
  return `${digits.slice(0, 8)}-${digits.slice(9, 15)}-${randomBytes(4).toString('hex')}`
}

/** Hex sha256 of the UTF-8 of a text. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex')
}
