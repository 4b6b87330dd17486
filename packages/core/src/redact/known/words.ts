import { isNameOfField } from '../names/fields.ts'
import { createAutomaton } from '../text/automaton.ts'
import { isLetterOrDigit, isWordUnit } from '../text/characters.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import type { Report } from '../text/report.ts'
import { seenText } from '../text/seen.ts'

/**
 * Make a search for values of one step, however weak, where they stand as words: neither inside a longer one, an address or a
 * path, nor as the role of a line of an aria tree.
 *
 * @returns `undefined` where there is nothing to look for
 */
export function createWordSearch(
  values: readonly { readonly value: string; readonly kind: RedactionKind }[],
): ((text: string, report: Report) => void) | undefined {
  const words = values.filter(({ value }) => value.trim().length > 1)
  if (words.length === 0) return undefined
  const automaton = createAutomaton(words.map(({ value }) => seenText(value)))
  return (text, report) =>
    automaton(text, (index, end) => {
      const { value, kind } = words[index]!
      const start = end - seenText(value).length
      if (goesOnBefore(text, start) || goesOnBehind(text, end)) return false
      if (isInAddress(text, start) || (isNameOfField(value) && !isValue(text, start, end))) return false
      report(start, end, kind, value)
      return true
    })
}

/** Tells whether a word is one of a selector or of an attribute that names an element: `#password`, `type="password"`. */
function isInAddress(text: string, start: number): boolean {
  return text[start - 1] === '#' || ofElement.test(text.slice(Math.max(0, start - 20), start))
}

const ofElement = /(?:^|[\s[@])(?:id|name|type|for|class|role|autocomplete|placeholder|aria-label)=["']?$/

/** Tells whether a word that names a field is what stands in one: all of a text, in quotes, or behind the name at the end of a line. */
function isValue(text: string, start: number, end: number): boolean {
  if (start === 0 && end === text.length) return true
  const quote = text[start - 1] ?? ''
  if (/["'`“]/.test(quote))
    return (
      !/^["'`”]\s?:/.test(text.slice(end, end + 3)) &&
      !ofLocator.test(text.slice(Math.max(0, start - longestLocator), start - 1))
    )
  return text.startsWith(': ', start - 2) && /^\s*(?:$|\n)/.test(text.slice(end, end + 200))
}

const longestLocator = 40
const ofLocator = /(?:locator|[sS]elector|ById|ByLabel|by_label|getBy\w{1,20}|find\w{0,20}|\$)\($/

function goesOnBefore(text: string, start: number): boolean {
  const unit = text.charCodeAt(start - 1)
  if (isWordUnit(unit) || unit === 0x2e || unit === 0x2f || unit === 0x40) return true
  return text.startsWith('- ', start - 2) && (start < 3 || text[start - 3] === '\n' || text[start - 3] === ' ')
}

function goesOnBehind(text: string, end: number): boolean {
  const unit = text.charCodeAt(end)
  if (isWordUnit(unit) || unit === 0x2f || unit === 0x40) return true
  return (unit === 0x2e || unit === 0x3a) && isLetterOrDigit(text.charCodeAt(end + 1))
}
