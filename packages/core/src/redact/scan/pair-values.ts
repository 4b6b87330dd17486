// Long, since it is a list: one function for each way in which a value ends.
import {
  endOfRun,
  isBase64Digit,
  isDigit,
  isLetter,
  isLetterOrDigit,
  isNameUnit,
  isNoSpace,
  isQuote,
  isSpace,
  isWordUnit,
  unitsOf,
} from '../text/characters.ts'
import { endOfCookie } from '../format/cookies.ts'
import { isMnemonic } from '../names/prose.ts'
import { isGroupedKey } from '../told/label.ts'

/** A value in a text: `[start, end)`, and where reading goes on. */
export interface FoundValue {
  readonly start: number
  readonly end: number
  readonly next: number
}

/** Classes of units: what ends any value, what parts values, what ends a parameter of a query or of a connection string, and signs that passwords have. */
const endsAny = 1
const separatesValues = 2
const endsQuery = 4
const signOfPassword = 8
const endsConnection = 16
const classes = new Uint8Array(65_536)
for (let unit = 0; unit <= 0x20; unit += 1) classes[unit] = endsAny | endsQuery
for (const unit of unitsOf('"\'`<>()[]{}')) classes[unit] = endsAny | endsQuery
for (const unit of unitsOf('|,;&')) classes[unit] = separatesValues
for (const unit of unitsOf('|;&#')) classes[unit]! |= endsQuery
for (const unit of unitsOf('!@#$%^&*+=~')) classes[unit]! |= signOfPassword
for (const unit of unitsOf('"\'`(){}[];')) classes[unit]! |= endsConnection
for (let unit = 0; unit < 0x20; unit += 1) classes[unit]! |= endsConnection
classes[0xa0] = endsAny

/**
 * The text inside quotes that open at a place and close in the same line. Reading is linear over a text: whatever a
 * search has passed over in vain holds no quote of its sort, so at most one search for each sort of quote is in vain.
 *
 * @param cut where the text was cut: what is open there ends there
 */
export function quotedValue(text: string, at: number, cut?: number): FoundValue | undefined {
  const quote = text.charCodeAt(at)
  for (let end = at + 1; end < text.length; end += 1) {
    const unit = text.charCodeAt(end)
    if (unit === quote) return { start: at + 1, end, next: end + 1 }
    if (end === cut) return { start: at + 1, end, next: end }
    if (unit === 0x0a) return undefined
    if (unit === 0x5c) end += 1
  }
  return openValue(text, at + 1)
}

const longestOpen = 4_000

/** One word in quotes that the end of the text leaves open: `{"password":"hunt`. */
function openValue(text: string, start: number): FoundValue | undefined {
  const end = text.length
  const isWord = end - start >= 4 && end - start < longestOpen && !/[\s,{}[\]()<>;]/.test(text.slice(start))
  return isWord ? { start, end, next: end } : undefined
}

/** The one line of a block of YAML, behind the mark that opens it: `password: |`, and in the next line the value. */
export function blockValue(text: string, start: number): FoundValue | undefined {
  const opened = /^[|>][+-]?[ \t]{0,4}\r?\n[ \t]{1,40}(?=\S)/.exec(text.slice(start, start + 50))
  if (!opened) return undefined
  const from = start + opened[0].length
  const end = endOfRun(text, from, isNoSpace, 400)
  return endsLine(text, end) ? { start: from, end, next: end } : undefined
}

/** A value without quotes, up to white space or what separates values: one of these, unless the word goes on behind it. */
export function bareValue(text: string, start: number): FoundValue {
  let end = start
  for (; end < text.length; end += 1) {
    const found = classes[text.charCodeAt(end)]! & (endsAny | separatesValues)
    if (found === 0) continue
    if ((found & endsAny) !== 0 || end === start || isFollowedByName(text, end + 1)) break
    // `token=132,a.flags|=4`
    if (end - start < 10 && endOfRun(text, start, isDigit) === end && ofCode.test(text.slice(end, end + 40))) break
  }
  // Behind a number a full stop ends the sentence.
  if (text.charCodeAt(end - 1) === 0x2e && end - start < 10 && endOfRun(text, start, isDigit) === end - 1) end -= 1
  return { start, end, next: end }
}

/** The next assignment of code: `,a.flags|=`. */
const ofCode = /^,[\w$.]{1,30}[|&^+*-]?=/

/** Tells whether nothing comes, or a quote, another separator, or `name=`. */
function isFollowedByName(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  if (at >= text.length || ((classes[unit]! & (endsAny | separatesValues)) !== 0 && unit !== 0xa0)) return true
  let nameEnd = at
  while (nameEnd - at < 40 && isNameUnit(text.charCodeAt(nameEnd))) nameEnd += 1
  const behind = text.charCodeAt(nameEnd)
  return nameEnd > at && (behind === 0x3d || behind === 0x3a)
}

/**
 * The value of a parameter in a query, a fragment or a form; a full stop or the like behind it is not part of it.
 *
 * @param before one that was read before: what begins inside it ends with it
 */
export function queryValue(text: string, start: number, before?: FoundValue): FoundValue {
  if (before && start >= before.start && start < before.next)
    return { start, end: Math.max(start, before.end), next: before.next }
  let next = start
  while (next < text.length && (classes[text.charCodeAt(next)]! & endsQuery) === 0) next += 1
  let end = next
  while (end > start && '.,:!?'.includes(text[end - 1]!)) end -= 1
  return { start, end, next }
}

/**
 * A value in what holds it: `Optional[...]`, `Some(...)` as languages print them, `[...]` in a map of Go
 * (`map[X-Api-Key:[...] Host:[a]]`), and what stands for a variable that is not set: `${MAIL_PASSWORD:...}`, `${TOKEN:-...}`.
 */
export function wrappedValue(text: string, start: number): FoundValue | undefined {
  if (!opensWrapped.has(text.charCodeAt(start))) return undefined
  const found = wrapped.exec(text.slice(start, start + 500))
  if (!found) return undefined
  const [whole, inside, listed, variable] = found
  const value = inside ?? listed ?? variable!
  const from = start + whole.length - value.length
  // Code has names of variables there.
  if (inside !== undefined && !isMixed(text, { start: from, end: start + whole.length, next: 0 })) return undefined
  return { start: from, end: start + whole.length, next: start + whole.length + 1 }
}

const opensWrapped = unitsOf('[$#OS')
const wrapped =
  /^(?:(?:Optional|Some|Success)[([]([^\s"'()[\]{}]{1,400})(?=[)\]])|\[([^\][\n"']{1,400})(?=\](?:\]| [\w-]{1,64}:\[))|[$#]\{(?:env:)?[\w.-]{1,64}(?::-?|-)(?![?+=])([^{}\s"']{1,400})(?=\}))/

/** The words of a wallet, to the end of their line, or a key in groups: `Setup key: JBSW Y3DP EHPK 3PXP`. */
export function phraseAt(text: string, start: number): FoundValue | undefined {
  const groups = /^[A-Z2-7]{4}(?: [A-Z2-7]{4}){2,15}(?![^\s.,;)])/i.exec(text.slice(start, start + 100))?.[0]
  if (groups !== undefined && isGroupedKey(groups)) {
    const end = start + groups.length
    return { start, end, next: end }
  }
  const end = endOfRun(text, start, isMnemonicUnit, 240)
  return isMnemonic(text.slice(start, end)) ? { start, end, next: end } : undefined
}

function isMnemonicUnit(unit: number): boolean {
  return unit === 0x20 || isLetter(unit)
}

/** Tells whether a value is one of a record, behind `{` or `,` and before `}`, `,` or `;`: `{ Email = a, Password = ... }`. */
export function isMember(text: string, nameStart: number, end: number): boolean {
  return (
    /[{,;] ?$/.test(text.slice(Math.max(0, nameStart - 2), nameStart)) &&
    /^(?: ?\}|[,;] )/.test(text.slice(end, end + 2))
  )
}

/** A value of a connection string: up to the next semicolon, or to white space where none comes. */
export function connectionValue(text: string, start: number): FoundValue {
  // `PWD={...};`
  const close = text[start] === '{' ? text.slice(start, start + 120).indexOf('};') : -1
  if (close > 1) return { start: start + 1, end: start + close, next: start + close + 1 }
  const last = Math.min(text.length, start + 120)
  let end = start
  while (end < last && (classes[text.charCodeAt(end)]! & endsConnection) === 0) end += 1
  if (end - start >= 4 && text[end] === ';') return { start, end, next: end }
  return bareValue(text, start)
}

/** The beginning of a value that is set apart from its name: `**Password:** ...`, `Password: <code>...`. */
export function behindMarks(text: string, start: number): number {
  if (text[start] !== '*' && text[start] !== '<') return start
  const marks = /^(?:\*{2} ?|\* |<(?:b|code|strong|em|span|kbd)>)/.exec(text.slice(start, start + 10))
  return marks ? start + marks[0].length : start
}

/** The beginning of a value of YAML that others refer to, or that has its type: `password: &main ...`, `password: !!str ...`. */
export function behindTag(text: string, start: number): number {
  const first = text[start]
  if (first !== '&' && first !== '!') return start
  return start + (/^(?:&[A-Za-z][\w-]{0,40}|!!str) (?=\S)/.exec(text.slice(start, start + 44))?.[0].length ?? 0)
}

const schemesOfOneWord = new Set('bearer basic token negotiate ntlm apikey api-key key'.split(' '))
const schemesOfMany = new Set('digest aws4-hmac-sha256 signature hawk oauth'.split(' '))

/**
 * The value of an `Authorization` header in a line of text: a known scheme with its credentials, or one word of 8 characters
 * and more with a digit, or of 16 and more where the line ends.
 *
 * @param closing the quote that the header stands in, NaN for none
 */
export function authorizationValue(text: string, start: number, closing: number): FoundValue | undefined {
  const wordEnd = endOfRun(text, start, isCredentialUnit)
  const scheme = text.slice(start, Math.min(wordEnd, start + 32)).toLowerCase()
  if (schemesOfMany.has(scheme)) {
    const end = endOfRun(text, wordEnd, (unit) => unit !== 0x0a && unit !== 0x0d && unit !== closing)
    return { start, end, next: end }
  }
  if (schemesOfOneWord.has(scheme)) {
    const credentials = endOfRun(text, wordEnd, isSpace, 4)
    const end = endOfRun(text, credentials, isHeaderUnit)
    return end > credentials ? { start, end, next: end } : undefined
  }
  const word = text.slice(start, wordEnd)
  // `type CompanyAuthorization = Accounts.V2.CompanyAuthorization`
  if (text[wordEnd] === '(' || nameOfType.test(word)) return undefined
  const isLong = word.length >= 16 && endsLine(text, wordEnd) && !word.includes('://')
  return isLong || (word.length >= 8 && /[0-9]/.test(word)) ? { start, end: wordEnd, next: wordEnd } : undefined
}

/** Joined words with dots between: each capital has small letters behind it. */
const nameOfType = /^(?:(?:[a-z]+|[A-Z][a-z]{2,}|V\d)(?:[A-Z][a-z]{2,}|_[a-z]*)*(?:\.(?=.)|$)){2,}$/

/** The value of a `Cookie` or `Set-Cookie` header in a line of text: `a=b; c=d; HttpOnly`. */
export function cookieValue(text: string, start: number): FoundValue | undefined {
  let end = start
  for (let pair = start; ;) {
    const nameEnd = endOfRun(text, pair, isCookieName)
    const hasValue = text[nameEnd] === '=' && text[nameEnd + 1] !== '='
    if (nameEnd === pair || (pair === start && !hasValue)) break
    end = hasValue ? endOfRun(text, nameEnd + 1, isCookieUnit) : nameEnd
    if (text[end] !== ';') break
    pair = endOfRun(text, end + 1, isSpace, 2)
  }
  return end > start ? { start, end: start + endOfCookie(text.slice(start, end)), next: end } : undefined
}

/** Words of code and prose, and types, that stand where a value would. */
const codeWords = new Set(
  'null undefined true false none this await new class function typeof void string number Optional.empty'.split(' '),
)
const typeNames = /^(?:u?int|float|utf|base|sha|md|bigu?int|x509|pkcs|ed|uuid|[erh]s)[-_]?[0-9]/i

/** Tells whether a bare text cannot be a value: a word of code, or the beginning of an expression. */
export function isCode(text: string, { start, end }: FoundValue): boolean {
  const behind = text.charCodeAt(end)
  if (behind === 0x28 || behind === 0x5b || behind === 0x7b) return true
  return end - start < 16 && end > start && isLetter(text.charCodeAt(end - 1)) && codeWords.has(text.slice(start, end))
}

/**
 * Tells whether a bare word behind a colon is a value and no word of prose: it mixes digits and letters, or has signs
 * inside.
 */
export function isMixed(text: string, { start, end }: FoundValue): boolean {
  if (end - start < 6) return false
  let digits = 0
  let letters = 0
  let signs = 0
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at)
    if (isDigit(unit)) digits += 1
    else if (isLetterOrDigit(unit)) letters += 1
    else if (at > start && at + 1 < end && (classes[unit]! & signOfPassword) !== 0) signs += 1
  }
  return letters > 0 && (digits > 0 || signs > 0) && !(end - start <= 16 && typeNames.test(text.slice(start, end)))
}

/** Words that are said of a value, where it would be. */
const wordsOfState = new Set(
  'required optional mandatory undefined provided supplied expected accepted rejected supported unsupported generated configured disabled forbidden redacted incorrect malformed mismatch unauthorized unavailable unspecified deprecated'.split(
    ' ',
  ),
)

/**
 * Tells whether a bare text behind a name with hyphens is the value of a header: 8 characters and more, and no word of
 * prose. What reads like a word counts at the end of a line that the header begins, or anywhere behind a name such as
 * `x-api-key`.
 */
export function isHeaderValue(text: string, nameStart: number, { start, end }: FoundValue): boolean {
  const value = text.slice(start, end)
  if (value.length < 8) return false
  if (!/^[A-Za-z'.-]+$/.test(value)) return true
  if (!endsLine(text, end) || wordsOfState.has(value.toLowerCase())) return false
  const before = text.charCodeAt(nameStart - 1)
  const beginsLine = nameStart === 0 || before === 0x0a || isQuote(before)
  return beginsLine || text.slice(nameStart, nameStart + 2).toLowerCase() === 'x-'
}

/** Tells whether a line, a text or what is in quotes ends at a place. */
export function endsLine(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return at >= text.length || unit === 0x0a || unit === 0x0d || isQuote(unit)
}

/** Tells whether a bare word is a short number, as the codes of cards and second factors are. */
export function isShortNumber(text: string, value: FoundValue): boolean {
  return isNumber(text, value) && value.end - value.start >= 3 && value.end - value.start <= 8
}

/** Tells whether a bare word is digits and nothing else. */
export function isNumber(text: string, { start, end }: FoundValue): boolean {
  return endOfRun(text, start, isDigit) === end
}

function isCredentialUnit(unit: number): boolean {
  return isBase64Digit(unit) || unit === 0x2e || unit === 0x7e || unit === 0x3d || unit === 0x3a
}

/** Few schemes keep to the letters of base64. */
function isHeaderUnit(unit: number): boolean {
  return unit !== 0x5c && (classes[unit]! & (endsAny | separatesValues)) === 0
}

function isCookieName(unit: number): boolean {
  return isWordUnit(unit) || unit === 0x2e || unit === 0x24
}

function isCookieUnit(unit: number): boolean {
  return unit > 0x20 && unit !== 0x3b && !isQuote(unit)
}
