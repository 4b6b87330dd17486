import { endOfRun, isDigit, isLetterOrDigit } from '../text/characters.ts'
import type { Report } from '../text/report.ts'

/** No card has a number with fewer digits. */
export const fewestDigits = 13
const mostDigits = 19
/**
 * The ways in which digits are grouped on a card, apart from all in one piece: the sizes of groups, written as one
 * number.
 */
const groupings = new Set([44443, 4444, 4441, 465, 464])

/**
 * Report the numbers of payment cards: 13 to 19 digits with a right check digit (the formula of Luhn), the beginning and the length of a
 * known network, in one piece or grouped by spaces or hyphens as on a card.
 *
 * Times in ms, µs and ns begin with 1 until the year 2286, as no card does. A number in a longer word, in a path or with a
 * fraction is an identifier or a measure, and left alone; of other long numbers one in ten passes for a card.
 */
export function scanCards(text: string, report: Report): void {
  for (let step = fewestDigits - 1, end = 0; step < text.length; step += fewestDigits) {
    // So many units of a number on end are nowhere but around such a step.
    if (!isOfNumber(text.charCodeAt(step))) continue
    let start = step
    while (start > end && isOfNumber(text.charCodeAt(start - 1))) start -= 1
    end = endOfRun(text, step, isOfNumber)
    if (end - start >= fewestDigits) scanNumbers(text, start, end, report)
    step = end
  }
}

/** Report the numbers of cards in a run of digits and of what separates them. */
function scanNumbers(text: string, from: number, to: number, report: Report): void {
  for (let at = from; at < to; at += 1) {
    if (!isDigit(text.charCodeAt(at))) continue
    const end = endOfRun(text, at + 1, isDigit)
    const length = end - at
    const cardEnd = length === 4 || (length >= fewestDigits && length <= mostDigits) ? cardAt(text, at, end) : 0
    if (cardEnd > 0) report(at, cardEnd, 'card', digitsOf(text.slice(at, cardEnd)))
    at = Math.max(cardEnd, end)
  }
}

/** The digits of a card's number without what separates them. */
export function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, '')
}

/** The spellings of a card's number on pages. */
export function cardSpellings(number: string): string[] {
  const sizes = number.length === 15 ? [4, 6, 5] : number.length === 14 ? [4, 6, 4] : [4, 4, 4, 4, 3]
  let from = 0
  const groups = sizes.map((size) => number.slice(from, (from += size))).filter((group) => group !== '')
  return [number, groups.join(' '), groups.join('-'), groups.join('\u00a0')]
}

/**
 * The end of the card's number whose first group of digits this is, else 0. Reads each digit once, and at most 5
 * groups.
 */
function cardAt(text: string, start: number, groupEnd: number): number {
  const before = text.charCodeAt(start - 1)
  // _ - / .
  if (isLetterOrDigit(before) || before === 0x5f || before === 0x2d || before === 0x2f || before === 0x2e) return 0
  const isGrouped = groupEnd - start === 4
  const separator = text.charCodeAt(groupEnd)
  if (isGrouped && !isSeparator(separator)) return 0
  // The sums of Luhn if digits 0, 2, 4, ... are the doubled ones, and if 1, 3, 5, ... are.
  let evenDoubled = 0
  let oddDoubled = 0
  let count = 0
  let sizes = 0
  let found = 0
  let at = start
  for (let groups = 0; groups < 5; groups += 1) {
    const from = at
    for (; at - from <= mostDigits; at += 1) {
      const digit = text.charCodeAt(at) - 0x30
      if (!(digit >= 0 && digit <= 9)) break
      const doubled = digit > 4 ? digit * 2 - 9 : digit * 2
      evenDoubled += count % 2 === 0 ? doubled : digit
      oddDoubled += count % 2 === 0 ? digit : doubled
      count += 1
    }
    if (at === from || count > mostDigits) break
    sizes = sizes * 10 + at - from
    const sum = count % 2 === 0 ? evenDoubled : oddDoubled
    const isWhole = !isGrouped || groupings.has(sizes)
    if (isWhole && sum % 10 === 0 && endsHere(text, at) && isOfNetwork(text, start, count)) found = at
    if (!isGrouped || text.charCodeAt(at) !== separator) break
    at += 1
  }
  return found
}

function endsHere(text: string, end: number): boolean {
  const after = text.charCodeAt(end)
  // _ - /
  if (isLetterOrDigit(after) || after === 0x5f || after === 0x2d || after === 0x2f) return false
  return !(after === 0x2e && isDigit(text.charCodeAt(end + 1)))
}

/** Visa, Mastercard, American Express, Diners Club, Discover, JCB, UnionPay; by the first four digits, and how many there are. */
function isOfNetwork(text: string, start: number, length: number): boolean {
  const four = Number(text.slice(start, start + 4))
  const two = Math.floor(four / 100)
  if (two >= 40 && two <= 49) return length === 13 || length === 16 || length === 19
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return length === 16
  if (two === 34 || two === 37) return length === 15
  if (two === 36 || two === 38 || (four >= 3000 && four <= 3059)) return length === 14
  return length >= 16 && (four === 6011 || two === 65 || (four >= 6440 && four <= 6499) || two === 35 || two === 62)
}

function isOfNumber(unit: number): boolean {
  return isDigit(unit) || isSeparator(unit)
}

function isSeparator(unit: number): boolean {
  return unit === 0x20 || unit === 0x2d || unit === 0xa0
}
