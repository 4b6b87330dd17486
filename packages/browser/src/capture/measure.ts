import type { Clock } from '../page/system.ts'
import type { Outcome } from './evidence-events.ts'

/** When something began, by both sides of a clock. */
interface Timer {
  /** ISO, UTC. */
  readonly startedAt: string
  /** In ms since then, never below 0. */
  elapsedMs(): number
}

/** Begin to measure. */
export function startTimer(clock: Clock): Timer {
  const startedAt = clock.now().toISOString()
  const startedMs = clock.monotonicMs()
  return { startedAt, elapsedMs: () => Math.max(0, clock.monotonicMs() - startedMs) }
}

/** Do something at once and tell how it went. Never rejects. */
export async function measure<T>(clock: Clock, execute: () => T | PromiseLike<T>): Promise<Outcome<T>> {
  const { startedAt, elapsedMs } = startTimer(clock)
  const times = () => ({ startedAt, finishedAt: clock.now().toISOString(), durationMs: elapsedMs() })
  try {
    const value = await execute()
    return { threw: false, value, ...times() }
  } catch (error) {
    return { threw: true, error, ...times() }
  }
}

/** Give back what an action gave: its value, or the very error it threw. */
export function giveBack<T>(outcome: Outcome<T>): T {
  // oxlint-disable-next-line typescript/only-throw-error -- it is the user's own, whatever it is
  if (outcome.threw) throw outcome.error
  return outcome.value
}
