import { formatDuration } from '@contrail/core'

/** `1 step`, `3 steps`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `870ms`, `3.2s`, `4m10s`, `2h5m`: for a column. */
export function formatShortDuration(durationMs: number): string {
  return formatDuration(durationMs).replaceAll(' ', '').replace('min', 'm')
}

/** `912 B`, `38 kB`, `1.4 MB`; a kB has 1000 bytes. */
export function formatSize(sizeBytes: number): string {
  if (sizeBytes < 1000) return `${sizeBytes} B`
  if (sizeBytes < 999_500) return `${Math.round(sizeBytes / 1000)} kB`
  return `${(sizeBytes / 1_000_000).toFixed(1)} MB`
}

/** Ascending numbers with their runs folded, `3, 5–8, 12`, and `…` where the limit of characters cuts them. */
export function formatStepNumbers(numbers: readonly number[], limit: number): string {
  let text = ''
  for (let at = 0; at < numbers.length;) {
    let end = at
    while (numbers[end + 1] === (numbers[end] ?? 0) + 1) end += 1
    const range = end === at ? `${numbers[at]}` : `${numbers[at]}–${numbers[end]}`
    const next = text === '' ? range : `${text}, ${range}`
    if (next.length > limit) return `${text}, …`
    text = next
    at = end + 1
  }
  return text
}

/** A number with 4 digits behind the point at most: `0.75`, `-1`, `0.3333`. */
export function formatNumber(value: number): string {
  return String(Math.round(value * 10_000) / 10_000)
}

/** `50 %`, `66.7 %` of a share from 0 to 1. */
export function formatPercent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}

/** `2,916`: digits in threes, alike in every country; `1.23e+20` where nobody would count them. */
export function formatInteger(value: number): string {
  if (Math.abs(value) >= 1e15) return value.toExponential(2)
  return Math.round(value).toLocaleString('en-US')
}
