import { systemClock, toNamePart } from '@contrail/core'
import { hash, randomBytes, randomUUID } from 'node:crypto'

/** The id of a new world. */
export const newWorldId = (): string => randomUUID()

/** The id of whoever writes, from its opening to its close: `YYYYMMDD-HHMMSS-<8 hex>`, in UTC. */
export function newRunId(): string {
  return `${toNamePart(systemClock.now())}-${randomBytes(4).toString('hex')}`
}

/** Hex sha256 of the UTF-8 of a text. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex')
}
