import { formatTime } from '../format-time.ts'

/** The last event of a journal. `step` is null where it belongs to none. */
export interface LastEvent {
  readonly seq: number
  /** ISO, UTC. */
  readonly at: string
  readonly type: string
  readonly step: number | null
}

/** `step_finished of step 2, event 2, at 2026-11-29 20:38:11 UTC`. */
export function describeLastEvent({ type, seq, at, step }: LastEvent): string {
  const where = type === 'step_finished' && step !== null ? ` of step ${step + 1}` : ''
  return `${type}${where}, event ${seq}, at ${formatTime(at)}`
}
