import { formatDuration } from '@contrail/core'

/** A length of time in few characters; `unknown` for one that nobody measured. */
export function formatMs(ms: number | undefined): string {
  return ms === undefined ? 'unknown' : formatDuration(ms)
}

/** A moment of a run, from its beginning. */
export function formatAt(ms: number): string {
  return ms < 59_995 ? `${(ms / 1_000).toFixed(2)} s` : formatMs(ms)
}

/** A number with separators, `1.5e+300` where they would be more than a line has room for; `unknown` where there is none. */
export function formatNumber(value: number | undefined): string {
  if (value === undefined) return 'unknown'
  return Math.abs(value) < 1e15 ? value.toLocaleString('en-US') : Number(value.toPrecision(3)).toExponential()
}

/** A reward with four digits after the point at most; `unknown` where there is none. */
export function formatReward(value: number | null | undefined): string {
  return value === null || value === undefined ? 'unknown' : String(Number(value.toFixed(4)))
}

/** `1 step`, `2 steps`. */
export function formatCount(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`
}

const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })

/** The day of a time, as a person here says it. */
export function formatDay(time: string | undefined): string {
  const date = new Date(time ?? '')
  return Number.isNaN(date.getTime()) ? 'Day unknown' : days.format(date)
}

/** The path of a web address: the host is the same all along, as a rule. */
export function pathOf(url: string | undefined): string {
  if (!url || !URL.canParse(url)) return url ?? ''
  const { protocol, pathname, search } = new URL(url)
  return protocol.startsWith('http') ? pathname + search : url
}
