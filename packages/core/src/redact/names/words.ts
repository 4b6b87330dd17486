import { isDigit, isLetterOrDigit } from '../text/characters.ts'
import { seenText } from '../text/seen.ts'

const longestName = 64

/** Words behind a name that say which of several it is: `DB_PASSWORD_PROD`, `tokenValue`. */
const lastWords = new Set(
  'value plain raw prod production staging dev development test live local old primary secondary backup'.split(' '),
)

/**
 * The words of a name in lower case, whatever its spelling: `accessToken`, `ACCESS_TOKEN`, `access-token` and `Access token` are
 * two. A number at the end, and one word that says which of several it is, are left out. Of a very long name the last words.
 */
export function wordsOf(name: string): string[] {
  const found = splitWords(seenText(name).slice(-longestName))
  const named = withoutLastNumber(found)
  return named.length > 1 && lastWords.has(named.at(-1)!) ? withoutLastNumber(named.slice(0, -1)) : named
}

/** The words of a text in lower case: runs of letters and digits, parted where a capital begins another. */
export function splitWords(text: string): string[] {
  const found: string[] = []
  const lowerCase = text.toLowerCase()
  // A letter whose lower case is longer than itself would shift what follows; no such name is a secret's.
  if (lowerCase.length !== text.length) return []
  const hasCapitals = lowerCase !== text
  for (let at = 0; at < text.length; at += 1) {
    if (!isInWord(text.charCodeAt(at))) continue
    let start = at
    for (at += 1; at < text.length && isInWord(text.charCodeAt(at)); at += 1) {
      if (!hasCapitals || !beginsWord(text, lowerCase, at)) continue
      found.push(lowerCase.slice(start, at))
      start = at
    }
    found.push(lowerCase.slice(start, at))
  }
  return found
}

/** Tells whether a value is the name that it stands under, or its last words: `CLIENT_SECRET = "clientSecret"`, `HTTP2_HEADER_AUTHORIZATION = "authorization"`. */
export function isItself(value: string, name: string): boolean {
  // Signs between words are all that may be more in it.
  if (value.length > name.length + 9) return false
  if (value === name) return true
  // Most values end otherwise, which is told without reading their words.
  if (!mayEndWith(name, value)) return false
  const words = splitWords(value)
  const parts = splitWords(name)
  const whole = parts.join('')
  const isLast = words.length === 1 && words[0] === parts.at(-1)
  return isLast || words.join('') === whole || (words.length > 1 && whole.endsWith(words.join('')))
}

/** Tells whether a name may end with the words of a value, unit by unit from behind; beyond ASCII the cases of a letter are not compared. */
function mayEndWith(name: string, value: string): boolean {
  for (let at = name.length - 1, last = value.length - 1; ; at -= 1, last -= 1) {
    while (last >= 0 && !isInWord(value.charCodeAt(last))) last -= 1
    if (last < 0) return true
    while (at >= 0 && !isInWord(name.charCodeAt(at))) at -= 1
    const unit = value.charCodeAt(last)
    const unitOfName = name.charCodeAt(at)
    if (unit > 0x7f || unitOfName > 0x7f) return true
    if ((unit | 0x20) !== (unitOfName | 0x20)) return false
  }
}

function isInWord(unit: number): boolean {
  return isLetterOrDigit(unit) || unit > 0x7f
}

/** `accessToken`, `APIKey`; the last capital before what is no letter ends a word: `ACCESS_KEY`. */
function beginsWord(text: string, lowerCase: string, at: number): boolean {
  if (text[at] === lowerCase[at]) return false
  if (text[at - 1] === lowerCase[at - 1]) return true
  const next = text[at + 1] ?? ''
  return next === lowerCase[at + 1] && next !== next.toUpperCase()
}

function withoutLastNumber(found: string[]): string[] {
  const last = found.at(-1)
  if (last === undefined) return found
  let end = last.length
  while (end > 0 && isDigit(last.charCodeAt(end - 1))) end -= 1
  if (end === last.length) return found
  return end === 0 ? found.slice(0, -1) : [...found.slice(0, -1), last.slice(0, end)]
}

/** Make a question whether a text is one of some words, in any case. */
export function createWordSet(words: Iterable<string>): (text: string) => boolean {
  const find = createWordMap(Array.from(words, (word) => [word, true] as const))
  return (text) => find(text, true) === true
}

/**
 * Make a search for words and what is known of them: most other texts are told by their first two units, and not looked up.
 *
 * @returns a function of a text and of whether it may be in any case
 */
export function createWordMap<T>(
  entries: Iterable<readonly [string, T]>,
): (text: string, isInAnyCase?: boolean) => T | undefined {
  const known = new Map(entries)
  const beginnings = new Uint8Array(32 ** 2)
  for (const word of known.keys()) beginnings[beginningOf(word)] = 1
  return (text, isInAnyCase = false) => {
    const isAscii = text.charCodeAt(0) < 0x80 && text.charCodeAt(1) < 0x80
    if (isAscii && beginnings[beginningOf(text)] !== 1) return undefined
    return known.get(isInAnyCase ? text.toLowerCase() : text)
  }
}

/** Five bits of each of the first two units, in which the cases of a letter are one. */
function beginningOf(word: string): number {
  return ((word.charCodeAt(0) & 31) << 5) | (word.charCodeAt(1) & 31)
}
