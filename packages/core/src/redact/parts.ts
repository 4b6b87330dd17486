import { findPlaceholders } from './text/placeholder.ts'
import { mergeSpans, replaceSpans, type SecretSpan } from './spans.ts'
import { shortestSecret } from './known/forms.ts'
import { hints, hintsOf } from './text/hints.ts'
import type { Report } from './scan/shapes.ts'
import { viewsOf, wholeView } from './text/views.ts'

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
  const spans: SecretSpan[] = []
  const held = hintsOf(text)
  const views = held & hints.escape ? viewsOf(text) : [wholeView(text)]
  for (let depth = 0; depth < views.length; depth += 1) {
    const view = views[depth]!
    const report: Report = (start, end, kind, value = view.text.slice(start, end)) => {
      if (end > start) spans.push({ start: view.originOf(start), end: view.originOf(end), kind, value })
    }
    scan(view.text, depth, report, depth === 0 ? held : hintsOf(view.text))
  }
  return spans.length === 0 ? text : replaceSpans(text, mergeSpans(spans, findPlaceholders(text)), write)
}
