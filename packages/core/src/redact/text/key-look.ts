import { isDigit, isLetter, isQuote, isSmall, sorts } from './characters.ts'

/**
 * Tells whether one token has the length and the mix of a key: digits among letters, or capitals among small letters as
 * chance puts them. Names with a number behind them (`row-12`, `heading2`), times, versions, names of files and hosts
 * are none.
 */
export function looksLikeKey(text: string, shortest: number): boolean {
  if (text.length < shortest) return false
  let letters = 0
  let digits = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (isDigit(unit)) digits += 1
    else if (isLetter(unit)) letters += 1
    else if (partsWords(unit)) return false
  }
  const areSignsIn = letters + digits < text.length
  if (letters === 0) return digits >= 6 && digits === text.length && shortest <= 8
  if (
    areSignsIn &&
    /^\d{4}-\d\d-\d\d|^v?\d+(?:\.\d+)+|^[\w-]+\.(?:[a-z]{2,5}|[mc]?[jt]sx?|mp[34]|woff2?)$|^[\w.+-]+@[\w-]+\.[\w.]+$/i.test(
      text,
    )
  )
    return false
  const names = areSignsIn ? countNames(text) : nameWithNumber.test(text) ? 1 : 0
  const isName = names > 0 && (names > 1 || digits === 0 || text.length < 9 || nameOfYear.test(text))
  if (isName) return looksScattered(text)
  return digits > 0 || looksScattered(text)
}

/** The number of pieces between signs where all of them are names with a number, else 0. */
function countNames(text: string): number {
  let count = 0
  for (let start = 0, at = 0; at <= text.length; at += 1) {
    if (at < text.length && !'-_./:+=@ '.includes(text[at]!)) continue
    if (!nameWithNumber.test(text.slice(start, at))) return 0
    count += 1
    start = at + 1
  }
  return count
}

const nameOfYear = /^[A-Z][a-z]+(?:19|20)\d\d$/

/** White space, quotes and brackets, which no key has. */
function partsWords(unit: number): boolean {
  return unit <= 0x20 || isQuote(unit) || isBracket(unit)
}

function isBracket(unit: number): boolean {
  if (unit < 0x40) return unit === 0x28 || unit === 0x29 || unit === 0x3c || unit === 0x3e
  return unit === 0x5b || unit === 0x5d || unit === 0x7b || unit === 0x7d
}

/** A word with a number behind it or a small one before, as names of rows, headings and years have it. */
const nameWithNumber =
  /^(?:[A-Za-z]{0,24}\d{0,3}|\d{1,4}x\d{1,4}|[A-Za-z]{0,24}(?:19|20)\d\d(?:[01]\d[0-3]\d)?|\d{1,4}[a-z]{0,3}|[a-z]\d\d[a-z])$/

/** Six characters and more of two sorts, and nothing that is a name of something. */
export function looksLikePassword(text: string, held: number): boolean {
  return (
    text.length >= 6 &&
    (held & (sorts.small | sorts.capital)) !== 0 &&
    (held & ofPasswords) !== 0 &&
    !((held & sorts.dot) !== 0 && /^[\w-]+\.[a-z]{2,4}$|^v?\d+\.\d/i.test(text)) &&
    !(text[0] === '0' && /^0x[\dA-F]{1,8}$/i.test(text))
  )
}

const ofPasswords = sorts.digit | sorts.mark | sorts.hash | sorts.caret | sorts.star | sorts.equals

/** Tells whether a text is words and numbers between hyphens, as names of products, days and places are: `USDC-2026`, `weekend-day2`. */
export function isOfNames(text: string): boolean {
  const pieces = text.includes('-') ? text.split('-') : []
  return pieces.length > 1 && /[A-Za-z]{3}/.test(text) && pieces.every((piece) => nameWithNumber.test(piece))
}

/** Tells whether letters of both cases and digits change as often as they do by chance. */
export function looksScattered(text: string, shortest = 16): boolean {
  if (text.length < shortest) return false
  // Words that are joined, as names of code are, have two small letters behind nearly every capital.
  if (!/[\d+/]|[A-Z](?![a-z]{2}).*[A-Z](?![a-z]{2})/.test(text)) return false
  const changes = runsIn(text)
  if (changes * 5 >= text.length * 2) return true
  // One small letter between capitals, or the last of some before it: names of code have that once or twice.
  return text.length >= 24 && (text.match(/[A-Z](?=[A-Z][a-z])|[A-Z][a-z](?=[A-Z])/g)?.length ?? 0) > 3
}

/** The number of runs of capitals, of small letters and of digits. */
function runsIn(text: string): number {
  let runs = 0
  let before = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    const sort = isDigit(unit) ? 1 : !isLetter(unit) ? 0 : isSmall(unit) ? 2 : 3
    if (sort !== before && sort !== 0) runs += 1
    before = sort
  }
  return runs
}
