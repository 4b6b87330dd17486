import { systemClock, toNamePart } from '@contrail/core'
import { hash, randomBytes } from 'node:crypto'

let runIdOfProcess: string | undefined

/** The run id that all recorders of this process share: `YYYYMMDD-HHMMSS-<8 hex>`, in UTC. */
export function processRunId(): string {
  runIdOfProcess ??= `${toNamePart(systemClock.now())}-${randomBytes(4).toString('hex')}`
  return runIdOfProcess
}

/** Hex sha256 of bytes, or of the UTF-8 of a text. */
export function sha256(contents: Uint8Array | string): string {
  return hash('sha256', contents, 'hex')
}
