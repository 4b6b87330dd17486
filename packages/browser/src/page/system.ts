import { randomUUID } from 'node:crypto'
import type { Clock } from '@contrail/core'

/** The real clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
}

/** A fresh id that no other turn has. */
export function createTurnId(): string {
  return `turn-${randomUUID()}`
}

/** A fresh id that no other capture has. */
export function createCaptureId(): string {
  return `capture-${randomUUID()}`
}

/** A word that nobody can guess. */
export function createWord(): string {
  return randomUUID()
}
