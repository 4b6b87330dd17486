/**
 * A length of time as people say it, in its two largest units and without a part that is 0: `870 ms`, `59.9 s`, `1 min 5 s`, `1 h 30 min`,
 * `11 d 10 h`.
 */
export function formatDuration(durationMs: number): string {
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`
  if (durationMs < 59_950) return `${(durationMs / 1_000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1_000)
  if (seconds < 3_600) return inTwo(seconds, 60, 'min', 's')
  const minutes = Math.round(durationMs / 60_000)
  if (minutes < 1_440) return inTwo(minutes, 60, 'h', 'min')
  return inTwo(Math.round(durationMs / 3_600_000), 24, 'd', 'h')
}

function inTwo(count: number, size: number, large: string, small: string): string {
  const rest = count % size
  return `${Math.floor(count / size)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`
}

/** `2026-11-21 11:30:12 UTC` of an ISO time; what is no time stays as it is. */
export function formatTime(time: string): string
export function formatTime(time: string | undefined): string | undefined
export function formatTime(time: string | undefined): string | undefined {
  if (time === undefined) return undefined
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? time : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** A time in UTC as a part of a name, `YYYYMMDD-HHMMSS`. */
export function toNamePart(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
}
