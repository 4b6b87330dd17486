import { kindOfFieldText } from '../names/named-field.ts'
import { isReference, isStandIn } from '../names/value.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import type { Report } from '../text/report.ts'

/** The beginning of a value in a line of the log of a call of Playwright that types, in an error, or in a trace, where each line is a message. */
const typing = /(?:-|" ) (?:elementHandle\.)?(?:fill|type|pressSequentially)\("/g
const closing = '")'
const closingLine = /"\)$/gm
const longestTyped = 4_000
const longestLog = 3_000

/** A call that was to type, as Playwright's log of it tells. */
export interface CallLog {
  /** The kind of secret that its field takes, by the locator and by the tag that this resolved to. */
  readonly kind: RedactionKind | undefined
  /** The texts that it was to type, and where each stands in the log. */
  readonly typed: readonly { readonly value: string; readonly start: number }[]
}

/**
 * Read what Playwright's log of a call, or its error, says of a text that was to be typed, and of the field for it:
 * `locator resolved to <input id="a" type="password"/>`, and then `fill("...")`.
 */
export function readCallLog(log: string): CallLog {
  const typed = typedIn(log)
  const words = log.slice(0, typed[0]?.start)
  const begin = words.search(/waiting for |violation: /)
  return { typed, kind: begin < 0 ? undefined : kindOfWaited(words.slice(begin)) }
}

/** The values of a log. One stands in it as it is, whatever signs and lines it has: to the last end in its line, or to the next at the end of one. */
function typedIn(log: string): { value: string; start: number }[] {
  const found: { value: string; start: number }[] = []
  let [readTo, lastInLine, nextOfLine] = [-1, -1, -1]
  typing.lastIndex = 0
  for (let opening = typing.exec(log); opening; opening = typing.exec(log)) {
    const start = opening.index + opening[0].length
    if (start > readTo) {
      const [line = ''] = log.slice(start, start + longestTyped + closing.length).split('\n', 1)
      readTo = start + line.length
      lastInLine = start + line.lastIndexOf(closing)
    }
    if (lastInLine <= start && nextOfLine <= start) {
      closingLine.lastIndex = start + 1
      nextOfLine = closingLine.exec(log)?.index ?? Infinity
    }
    const end = lastInLine > start ? lastInLine : nextOfLine
    if (end - start > longestTyped) continue
    found.push({ value: log.slice(start, end), start })
    typing.lastIndex = end + closing.length
  }
  return found
}

/** Report what Playwright's log of a call says was typed into a field for a secret. */
export function scanCallLog(text: string, report: Report): void {
  for (let at = text.indexOf(waiting), next: number; at >= 0; at = next) {
    next = text.indexOf(waiting, at + waiting.length)
    const { kind, typed } = readCallLog(text.slice(at, Math.min(next < 0 ? text.length : next, at + longestLog)))
    if (!kind) continue
    for (const { value, start } of typed) {
      if (!isReference(value) && !isStandIn(value)) report(at + start, at + start + value.length, kind)
    }
  }
}

const waiting = 'waiting for '

/** Of the tag only what tells the field, and of the locator all that is quoted. */
const told =
  /\b(?:type|id|name|autocomplete|aria-label|placeholder|title|data-testid)="([^"\n]{1,200})"|[(,:]\s?['"`]([^'"`\n]{1,200})['"`]/g

function kindOfWaited(log: string): RedactionKind | undefined {
  for (const [, attribute, quoted] of log.matchAll(told)) {
    const kind = kindOfFieldText('element', attribute ?? quoted ?? '')
    if (kind) return kind
  }
  return undefined
}
