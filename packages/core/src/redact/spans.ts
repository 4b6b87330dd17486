import type { RedactionKind, TextRange } from './text/placeholder.ts'

/** A secret in a text. */
export interface SecretSpan extends TextRange {
  readonly kind: RedactionKind
  /** What it says, without the escapes it is written with. */
  readonly value: string
}

/**
 * Make one span of spans that overlap, so that no part of any of them is left: it has the kind and the value of the longest
 * one, the first found of equal ones. What stands already as a placeholder is taken out.
 *
 * @returns spans that do not overlap, in the order of the text
 */
export function mergeSpans(spans: readonly SecretSpan[], placeholders: readonly TextRange[]): SecretSpan[] {
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
export function replaceSpans(text: string, spans: readonly SecretSpan[], write: (span: SecretSpan) => string): string {
  const parts: string[] = []
  let from = 0
  for (const span of spans) {
    parts.push(text.slice(from, span.start), write(span))
    from = span.end
  }
  parts.push(text.slice(from))
  return parts.join('')
}
