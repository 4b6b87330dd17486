import { isDigit, isLetterOrDigit } from './secret-characters.ts'
import type { Report } from './secret-shapes.ts'

const fewestDigits = 13
const mostDigits = 19
/** How digits are grouped on a card, apart from all in one piece: the sizes of groups, written as one number. */
const groupings = new Set([44443, 4444, 4441, 465, 464])

/**
 * Report the numbers of payment cards: 13 to 19 digits with a right check digit (Luhn), the beginning and the length of a
 * known network, in one piece or grouped by spaces or hyphens as on a card.
 *
 * Times in ms, µs and ns begin with 1 until the year 2286, as no card does. A number in a longer word, in a path or with a
 * fraction is an identifier or a measure, and left alone; of other long numbers one in ten passes for a card.
 */
export function scanCards(text: string, report: Report): void {
  const digits = new Uint8Array(mostDigits)
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit < 0x30 || unit > 0x39) continue
    let end = at + 1
    while (isDigit(text.charCodeAt(end))) end += 1
    const length = end - at
    const cardEnd = length === 4 || (length >= fewestDigits && length <= mostDigits) ? cardAt(text, at, end, digits) : 0
    if (cardEnd > 0) report(at, cardEnd, 'card', digitsOf(text.slice(at, cardEnd)))
    at = Math.max(cardEnd, end)
  }
}

/** The digits of a card's number without what separates them. */
export function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, '')
}

/** How the number of a card is written on pages. */
export function cardSpellings(number: string): string[] {
  const sizes = number.length === 15 ? [4, 6, 5] : number.length === 14 ? [4, 6, 4] : [4, 4, 4, 4, 3]
  let from = 0
  const groups = sizes.map((size) => number.slice(from, (from += size))).filter((group) => group !== '')
  return [number, groups.join(' '), groups.join('-'), groups.join('\u00a0')]
}

/** Where a card's number ends whose first group of digits this is, else 0. Reads no more than a card can hold. */
function cardAt(text: string, start: number, groupEnd: number, digits: Uint8Array): number {
  const before = text.charCodeAt(start - 1)
  // _ - / .
  if (isLetterOrDigit(before) || before === 0x5f || before === 0x2d || before === 0x2f || before === 0x2e) return 0
  if (groupEnd - start !== 4) return isCard(text, start, groupEnd, digits) ? groupEnd : 0
  const separator = text.charCodeAt(groupEnd)
  if (!isSeparator(separator)) return 0
  let found = 0
  let sizes = 4
  for (let groups = 1, end = groupEnd; groups < 5 && text.charCodeAt(end) === separator; groups += 1) {
    const from = end + 1
    end = from
    while (isDigit(text.charCodeAt(end))) end += 1
    if (end === from || end - from > 6) break
    sizes = sizes * 10 + end - from
    if (groupings.has(sizes) && isCard(text, start, end, digits)) found = end
  }
  return found
}

function isCard(text: string, start: number, end: number, digits: Uint8Array): boolean {
  const after = text.charCodeAt(end)
  // _ - /
  if (isLetterOrDigit(after) || after === 0x5f || after === 0x2d || after === 0x2f) return false
  if (after === 0x2e && isDigit(text.charCodeAt(end + 1))) return false
  let count = 0
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at)
    if (isDigit(unit)) digits[count++] = unit - 0x30
  }
  return isOfNetwork(digits, count) && hasRightCheckDigit(digits, count)
}

/** Visa, Mastercard, American Express, Diners Club, Discover, JCB, UnionPay. */
function isOfNetwork(digits: Uint8Array, length: number): boolean {
  const two = digits[0]! * 10 + digits[1]!
  const four = two * 100 + digits[2]! * 10 + digits[3]!
  if (digits[0] === 4) return length === 13 || length === 16 || length === 19
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return length === 16
  if (two === 34 || two === 37) return length === 15
  if (two === 36 || two === 38 || (four >= 3000 && four <= 3059)) return length === 14
  return length >= 16 && (four === 6011 || two === 65 || (four >= 6440 && four <= 6499) || two === 35 || two === 62)
}

/** The formula of Luhn: from the right, every second digit doubled, the sum of all digits is a multiple of ten. */
function hasRightCheckDigit(digits: Uint8Array, length: number): boolean {
  let sum = 0
  for (let index = 0; index < length; index += 1) {
    const digit = digits[length - 1 - index]!
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

function isSeparator(unit: number): boolean {
  return unit === 0x20 || unit === 0x2d || unit === 0xa0
}
