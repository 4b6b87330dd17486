import type { ClaimText } from './claims.ts'
import { isMeasure, unitOf, type Figure } from './figures.ts'

/** A number that was found in a text, with what is around it. */
export interface FigurePlace {
  readonly figure: Figure
  readonly text: string
  /** The place of its first digit in the text. */
  readonly index: number
  readonly isHeadedBy: HeadingTest
}

/** Tells whether the text says somewhere, not beside a number, this unit or noun, or for `money` a word or mark of that. */
type HeadingTest = (mark: string) => boolean

const groupMark = String.raw`[,.'’ \u00a0\u202f]?`

/** Make the pattern of the number of a claim, in any of its writings, at the place where a number can begin. */
export function numberPattern({ normalized, kind }: ClaimText): RegExp {
  const [one = '', other = ''] = normalized.split(' ')
  const [whole = '0', fraction] = (kind === 'price' ? other : one).split('.')
  const grouped = whole
    .replaceAll(/\B(?=(?:\d{3})+$)/g, '|')
    .split('|')
    .join(groupMark)
  const rest = fraction === undefined ? String.raw`(?:[.,]0+)?` : `[.,]${fraction}0*`
  return new RegExp(String.raw`(?<![\w=]|\d[.,:-])${grouped}${rest}(?!\d)`, 'g')
}

/** Make the test of whether a number in a text is that of a claim: its value, and what it is of. */
export function figureTest({ normalized, kind, counted = [] }: ClaimText): (place: FigurePlace) => boolean {
  const [one = '', other = ''] = normalized.split(' ')
  const value = Number(kind === 'price' ? other : one)
  const isOf: (place: FigurePlace) => boolean =
    kind === 'price'
      ? (place) => isOfCurrency(place, one)
      : isMeasure(other)
        ? (place) => isOfMeasure(place, other)
        : (place) => isOfThings(place, [other, ...counted])
  return (place) => place.figure.value === value && isOf(place)
}

const money =
  /(?<![a-z])(?:price[sd]?|costs?|(?:sub)?total|sum|amount|fees?|fare|charged?|paid|pay|due|balance|deposit|discount|salary|tax|shipping|refund|bill|spent|budget)(?![a-z])/i

/**
 * A price without a currency beside it is one where it has two digits behind the point, where its line says that it is money, or where it
 * stands alone under a heading that does: `page 79` is none.
 */
function isOfCurrency({ figure, text, index, isHeadedBy }: FigurePlace, mark: string): boolean {
  if (figure.currency !== undefined) return figure.currency === mark
  const after = text.slice(index, index + 60)
  const field = /^[\d.,'’ \u00a0]+,? "?currency"?: "?([A-Za-z]{3})\b/.exec(after)?.[1]
  if (field !== undefined) return field.toUpperCase() === mark
  if (figure.unit !== undefined && isMeasure(figure.unit)) return false
  if (money.test(labelBefore(text, index))) return true
  if (figure.unit !== undefined) return false
  return /^[\d,.'’]*[.,]\d{2}(?![\d.,])/.test(after) || (standsAlone(text, index) && isHeadedBy('money'))
}

/** `Width (cm): 45` says the unit before, `45 x 30 cm` once for all, and a table may say it over a column. */
function isOfMeasure({ figure, text, index, isHeadedBy }: FigurePlace, mark: string): boolean {
  if (figure.unit !== undefined || figure.currency !== undefined) return figure.unit === mark
  if (unitsOf(labelBefore(text, index, /[;{}|\n]/)).includes(mark)) return true
  const after = text.slice(index, index + 60)
  const later =
    /^[\d.,]+(?:\s?[x×–-]\s?[\d.,]+){1,3}\s?([\p{L}%°]+|")/u.exec(after) ??
    /^[\d.,]+,? "?units?"?: "?([\p{L}%]+)/u.exec(after)
  if (later?.[1] !== undefined) return unitOf(later[1].toLowerCase()) === mark
  return standsAlone(text, index) && isHeadedBy(mark)
}

/** Words for whatever is counted: a page of `12 results` counts 12 lamps. */
const anyThing = new Set('result item product entry match hit record row listing piece article found'.split(' '))

/** Words before a number that counts something. */
const anyCount = new Set('count quantity qty number total amount'.split(' '))

/** Things that are counted must agree where the text names them: `12 km` are no 12 rooms. */
function isOfThings({ figure, text, index, isHeadedBy }: FigurePlace, claimed: readonly string[]): boolean {
  if (figure.currency !== undefined || (figure.unit !== undefined && isMeasure(figure.unit))) return false
  if (figure.unit !== undefined) {
    const counted = [figure.unit, ...figure.counted]
    return (
      counted.some((unit) => claimed.includes(unit) || anyThing.has(unit)) || claimed.some((unit) => anyThing.has(unit))
    )
  }
  const label = unitsOf(labelBefore(text, index))
  if (label.some((unit) => claimed.includes(unit) || anyThing.has(unit) || anyCount.has(unit))) return true
  return standsAlone(text, index) && claimed.some(isHeadedBy)
}

/** The words on the line of a number before it, from the last mark that begins something else. */
function labelBefore(text: string, index: number, marks = /[,;{}|\n]/): string {
  const before = text.slice(Math.max(0, index - 80), index)
  let start = before.length
  while (start > 0 && !marks.test(before[start - 1]!)) start -= 1
  // What follows another number belongs to that one.
  return before.slice(start).replace(/^.*\d/s, '')
}

function unitsOf(words: string): string[] {
  return (words.toLowerCase().match(/[\p{L}%°]+/gu) ?? []).flatMap((word) => unitOf(word) ?? [])
}

const longestCell = 120

/** The line of a number holds nothing else, as that of a cell does. A link or a button is none: those turn pages. */
function standsAlone(text: string, index: number): boolean {
  const near = text.slice(Math.max(0, index - longestCell), index + longestCell)
  const at = Math.min(index, longestCell)
  const [start, end] = [near.lastIndexOf('\n', at) + 1, near.indexOf('\n', at)]
  // A line whose end is not near is that of no cell.
  if ((start === 0 && index > longestCell) || (end === -1 && near.length > at + longestCell - 1)) return false
  const line = near.slice(start, end === -1 ? near.length : end)
  return /^\s*(?:- (?:cell|gridcell|text|definition|strong|emphasis|generic|paragraph|status|mark|insertion)\b:? ?)?["']?[\d.,'’ \u00a0]+["']?(?: \[[^\]]*\])*:?\s*$/.test(
    line,
  )
}

/** Make the test of what a text says about the numbers in it. The text is read once, when it is first asked. */
export function createHeadingTest(text: string): HeadingTest {
  let units: ReadonlySet<string> | undefined
  let saysMoney: boolean | undefined
  return (mark) => {
    if (mark === 'money') return (saysMoney ??= money.test(text) || /[€$£¥₹₩](?!\s?\d)(?<!\d\s?.)/.test(text))
    units ??= new Set(
      [...text.matchAll(/(?<![\p{L}\d]|\d[ \u00a0-])[\p{L}%°]+/gu)].flatMap(
        ([word]) => unitOf(word.toLowerCase()) ?? [],
      ),
    )
    return units.has(mark)
  }
}
