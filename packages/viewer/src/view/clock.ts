import type { ImageReference, Trajectory } from '@contrail/core'
import type { Span } from './model.ts'

/** A clock that counts ms from the beginning of a run. */
export interface RunClock {
  /** ms since the run began, never before it; undefined where the time is unknown. */
  at(time: string | undefined): number | undefined
  /** From begin, end and length, of which one may be missing; undefined where no place can be told. */
  span(startedAt: string | undefined, finishedAt: string | undefined, durationMs: number | undefined): Span | undefined
}

/** Make the clock of a run. Without a begin of its own it begins with the first time that is told. */
export function createRunClock({ timing, turns, steps }: Trajectory<ImageReference>): RunClock {
  // Asked for by every step, so it is looked for only where somebody needs it.
  const findBegin = (): number =>
    numberOf(timing.startedAt) ??
    [...turns, ...steps].reduce(
      (least, { startedAt, finishedAt }) => Math.min(least, numberOf(startedAt ?? finishedAt) ?? Infinity),
      Infinity,
    )
  let begin: number | undefined
  const at = (time: string | undefined): number | undefined => {
    const ms = numberOf(time)
    if (ms === undefined) return undefined
    begin ??= findBegin()
    return begin === Infinity ? undefined : Math.max(0, ms - begin)
  }
  return {
    at,
    span(startedAt, finishedAt, durationMs) {
      const from = at(startedAt)
      const to = at(finishedAt)
      if (from !== undefined) return { fromMs: from, toMs: Math.max(from, to ?? from + (durationMs ?? 0)) }
      return to === undefined ? undefined : { fromMs: Math.max(0, to - (durationMs ?? 0)), toMs: to }
    },
  }
}

function numberOf(time: string | undefined): number | undefined {
  if (time === undefined) return undefined
  const ms = Date.parse(time)
  return Number.isNaN(ms) ? undefined : ms
}

/** Stretches of over 5 s that none of the spans covers, up to `endMs`. */
export function findIdle(spans: readonly Span[], endMs: number): Span[] {
  const idle: Span[] = []
  let reached = 0
  for (const { fromMs, toMs } of [...spans.toSorted((a, b) => a.fromMs - b.fromMs), { fromMs: endMs, toMs: endMs }]) {
    if (fromMs - reached > idleLimitMs) idle.push({ fromMs: reached, toMs: fromMs })
    reached = Math.max(reached, toMs)
  }
  return idle
}

const idleLimitMs = 5_000
