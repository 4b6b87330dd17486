import { findPlaceholders, type RedactionKind, type TextRange } from './text/placeholder.ts'
import { shortestSecret } from './known/forms.ts'
import { hintsOf } from './text/hints.ts'
import type { Report } from './text/report.ts'
import type { TextView } from './text/rewrite.ts'
import { everyView } from './text/views.ts'

/** Reports the secrets of a text whose escapes have been undone as often as `depth` says; `held` are its hints. */
export type Scan = (view: string, depth: number, report: Report, held: number) => void

const mostRounds = 8

/**
 * Replace every secret that a scan finds in a text or under its escapes, until it finds no more: what stood beside a secret
 * may be told to be one itself only when that is gone.
 *
 * @param write what stands for a secret
 * @returns the text itself where there is none
 */
export function replaceSecrets(text: string, scan: Scan, write: (span: SecretSpan) => string): string {
  if (text.length < shortestSecret) return text
  let redacted = replaceOnce(text, scan, write)
  for (let round = 1, before = text; redacted !== before && round < mostRounds; round += 1) {
    before = redacted
    redacted = replaceOnce(before, scan, write)
  }
  return redacted
}

function replaceOnce(text: string, scan: Scan, write: (span: SecretSpan) => string): string {
  let spans: SecretSpan[] | undefined
  const held = hintsOf(text)
  const scanView = (view: TextView, depth: number): void => {
    const report: Report = (start, end, kind, value = view.text.slice(start, end)) => {
      if (end > start) (spans ??= []).push({ start: view.originOf(start), end: view.endOf(end), kind, value })
    }
    scan(view.text, depth, report, view.text === text ? held : hintsOf(view.text))
  }
  everyView(text, held).forEach(scanView)
  return spans === undefined ? text : replaceSpans(text, mergeSpans(spans, findPlaceholders(text)), write)
}

/** A secret in a text. */
export interface SecretSpan extends TextRange {
  readonly kind: RedactionKind
  /** The secret itself, without the escapes it is written with. */
  readonly value: string
}

/**
 * Make one span of spans that overlap, so that no part of any of them is left: it has the kind and the value of the longest
 * one, the first found of equal ones. What stands already as a placeholder is taken out.
 *
 * @returns spans that do not overlap, in the order of the text
 */
function mergeSpans(spans: readonly SecretSpan[], placeholders: readonly TextRange[]): SecretSpan[] {
  const merged: SecretSpan[] = []
  let longest = 0
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    const length = span.end - span.start
    if (!last || span.start >= last.end) {
      merged.push(span)
      longest = length
      continue
    }
    const { kind, value } = length > longest ? span : last
    longest = Math.max(longest, length)
    merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end), kind, value }
  }
  return placeholders.length === 0 ? merged : withoutRanges(merged, placeholders)
}

function withoutRanges(spans: readonly SecretSpan[], ranges: readonly TextRange[]): SecretSpan[] {
  const left: SecretSpan[] = []
  let next = 0
  for (const span of spans) {
    let { start } = span
    while (next < ranges.length && ranges[next]!.end <= start) next += 1
    for (let index = next; index < ranges.length && ranges[index]!.start < span.end; index += 1) {
      if (ranges[index]!.start > start) left.push({ ...span, start, end: ranges[index]!.start })
      start = Math.max(start, ranges[index]!.end)
    }
    if (start < span.end) left.push({ ...span, start })
  }
  return left
}

/** Write a text anew with another in the place of each span; the spans are as {@link mergeSpans} gives them. */
function replaceSpans(text: string, spans: readonly SecretSpan[], write: (span: SecretSpan) => string): string {
  const parts: string[] = []
  let from = 0
  for (const span of spans) {
    parts.push(text.slice(from, span.start), write(span))
    from = span.end
  }
  parts.push(text.slice(from))
  return parts.join('')
}
