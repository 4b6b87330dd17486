import { kindOfFieldText } from '../names/named-field.ts'
import { isReference, isStandIn } from '../names/value.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import type { Report } from '../text/report.ts'

/** A line of the log of a call of Playwright that types. The value stands in it as it is, whatever signs it has. */
const typing = /- (?:elementHandle\.)?(?:fill|type|pressSequentially)\("([^\n]{1,4000})"\)/g
const longestLog = 3_000

/**
 * Report what Playwright's log of a call says was typed into a field for a secret, which it names by the locator and by the tag
 * that this resolved to: `locator resolved to <input id="a" type="password"/>`, and then `fill("...")`.
 */
export function scanCallLog(text: string, report: Report): void {
  for (let at = text.indexOf(waiting), next: number; at >= 0; at = next) {
    next = text.indexOf(waiting, at + waiting.length)
    const log = text.slice(at, Math.min(next < 0 ? text.length : next, at + longestLog))
    let kind: RedactionKind | undefined
    for (const { index, 0: whole, 1: value = '' } of log.matchAll(typing)) {
      kind ??= kindOfWaited(log.slice(0, index))
      if (!kind) break
      const start = at + index + whole.length - '")'.length - value.length
      if (!isReference(value) && !isStandIn(value)) report(start, start + value.length, kind)
    }
  }
}

const waiting = 'waiting for '

/** Of the tag only what tells the field, and of the locator all that is quoted. */
const told =
  /\b(?:type|id|name|autocomplete|aria-label|placeholder|data-testid)="([^"\n]{1,200})"|[(,:]\s?['"`]([^'"`\n]{1,200})['"`]/g

function kindOfWaited(log: string): RedactionKind | undefined {
  for (const [, attribute, quoted] of log.matchAll(told)) {
    const kind = kindOfFieldText('element', attribute ?? quoted ?? '')
    if (kind) return kind
  }
  return undefined
}
