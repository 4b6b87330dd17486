import type { ImageReference, Trajectory } from '@contrail/core'
import type { Span } from './model.ts'

/** A clock that counts ms from the beginning of a run. */
export interface RunClock {
  /** ms since the run began, never before it; undefined where the time is unknown, or is none of this run. */
  at(time: string | undefined): number | undefined
  /** ms from one time to another; undefined where one is unknown, or the second is before the first: two clocks told them. */
  between(startedAt: string | undefined, finishedAt: string | undefined): number | undefined
  /** From begin, end and length, of which one may be missing; undefined where no place can be told. */
  span(startedAt: string | undefined, finishedAt: string | undefined, durationMs: number | undefined): Span | undefined
}

/** Clocks of two machines, and dates in whole ms, differ; a time that is further outside of a run was told by a clock that is wrong. */
const slackMs = 1_000

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
  const lastMs = lastMsOf(timing)
  const at = (time: string | undefined): number | undefined => {
    const ms = numberOf(time)
    if (ms === undefined) return undefined
    begin ??= findBegin()
    const since = ms - begin
    return since < -slackMs || since > lastMs ? undefined : Math.max(0, since)
  }
  return {
    at,
    between(startedAt, finishedAt) {
      const ms = (numberOf(finishedAt) ?? Number.NaN) - (numberOf(startedAt) ?? Number.NaN)
      return ms >= 0 ? ms : undefined
    },
    span(startedAt, finishedAt, durationMs = 0) {
      const from = at(startedAt)
      const to = at(finishedAt)
      if (from !== undefined) {
        const end = to ?? from + durationMs
        return { fromMs: from, toMs: end > lastMs ? from : Math.max(from, end) }
      }
      if (to === undefined) return undefined
      return { fromMs: durationMs > to + slackMs ? to : Math.max(0, to - durationMs), toMs: to }
    },
  }
}

/** The last ms that can be of a run; without an end any may be. */
function lastMsOf({ startedAt, endedAt, durationMs }: Trajectory<ImageReference>['timing']): number {
  const [begin, end] = [numberOf(startedAt), numberOf(endedAt)]
  const dated = begin === undefined || end === undefined ? undefined : end - begin
  return dated === undefined && durationMs === undefined ? Infinity : Math.max(dated ?? 0, durationMs ?? 0) + slackMs
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
