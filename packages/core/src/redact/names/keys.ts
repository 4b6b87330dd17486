import type { RedactionKind } from '../text/placeholder.ts'
import { remember } from '../text/memoize.ts'
import { isDigit, isLetter, isLetterOrDigit } from '../text/characters.ts'

/** Names under which a text is a secret. They also count behind other words: `dbPassword`, `X-Auth-Token`, `NPM_TOKEN`. */
const lastWords: Partial<Record<RedactionKind, string>> = {
  password: 'password passwd pwd passphrase passcode password-confirmation password-confirm password-again',
  one_time_code: 'otp totp one-time-code one-time-password mfa-code verification-code',
  card: 'card-number cvc cvv card-code security-code',
  authorization: 'authorization',
  cookie: 'set-cookie session-cookie auth-cookie',
  session: 'session-id session-key',
  api_key: 'api-key',
  token: 'token access-token auth-token refresh-token id-token csrf-token xsrf-token session-token jwt bearer',
  secret:
    'secret client-secret private-key secret-key secret-access-key encryption-key signing-key master-key account-key',
}

/** Names that count only when nothing else is in the name. */
const wholeNames: Partial<Record<RedactionKind, string>> = {
  password: 'pass pw passwords',
  one_time_code: 'pin pin-code',
  cookie: 'cookie cookies',
  session: 'session sid jsessionid phpsessid',
  secret: 'secrets',
}

/** Words before `token` that make it no secret: of a tokenizer, of the next page of a list, of a call that can be cancelled. */
const harmlessTokens = words(
  'next page continuation continue cursor sync cancel cancellation abort stop end start eos bos pad unk mask sep cls special first last current previous design color',
)

/** Names that are secrets in the query of a URL only: of a signature, and, where the value looks like it, of a code or key. */
const signatureNames = words('sig signature x-amz-signature x-goog-signature')
const queryNames = words('key code auth ticket hmac assertion saml-response code-verifier')

const kindsOfLastWords = kindsByName(lastWords)
const kindsOfWholeNames = kindsByName(wholeNames)
const builtIn = [...Object.values(lastWords), ...Object.values(wholeNames)].join(' ').split(' ')
const longestName = 64

/** Which names are names of secrets. */
export interface KeyNames {
  /** The kind of secret that stands under the name of a property, header, field or parameter. */
  kindOf(name: string): RedactionKind | undefined
  /** A quick look at the end (exclusive) of a name in a text: false only when neither it nor a query's name is one. */
  canEndAt(text: string, end: number): boolean
}

/**
 * Collect the names of secrets.
 *
 * Names are read word by word, whatever their spelling: `accessToken`, `ACCESS_TOKEN`, `access-token` and `Access token`
 * are one. A secret word counts at the end of a name only, so `tokenCount`, `max_tokens`, `input_tokens`, `token_type`,
 * `passwordHint` and `cookieConsent` are no secrets, and neither is `nextPageToken`. A number at the end is passed over.
 *
 * @param extraNames more names, in any spelling, that count like the built-in ones; their kind is `secret`
 * @param allowedNames names, in any spelling, that never count
 */
export function createKeyNames(extraNames: readonly string[] = [], allowedNames: readonly string[] = []): KeyNames {
  const extra = new Set(extraNames.map((name) => wordsOf(name).join('')).filter((name) => name !== ''))
  const allowed = new Set(allowedNames.map((name) => wordsOf(name).join('')))
  const ends = new Uint8Array(32 ** 3)
  for (const name of [...builtIn, ...signatureNames, ...queryNames, ...extraNames, 'value']) {
    const parts = wordsOf(name)
    for (const part of [parts.join(''), parts.at(-1) ?? '']) ends[lastLetters(part, part.length)] = 1
  }
  return {
    canEndAt: (text, end) => ends[lastLetters(text, end)] === 1,
    kindOf: remember((name) => {
      const parts = wordsOf(name)
      const whole = parts.join('')
      if (allowed.has(whole)) return undefined
      const kind = kindsOfWholeNames.get(whole) ?? kindOfLastWords(parts)
      return kind ?? (extra.size > 0 && endsWithOneOf(parts, extra) ? 'secret' : undefined)
    }),
  }
}

/** The last three letters before a place as one number; separators and a number at the end are passed over. */
function lastLetters(text: string, end: number): number {
  let at = end - 1
  while (end - at < 10 && !isLetter(text.charCodeAt(at)) && text.charCodeAt(at) < 0x80) at -= 1
  let letters = 0
  for (let count = 0; count < 3; count += 1, at -= 1) {
    let unit = text.charCodeAt(at)
    if (unit === 0x2d || unit === 0x5f || unit === 0x2e) unit = text.charCodeAt((at -= 1))
    if (!isLetterOrDigit(unit) && !(unit > 0x7f)) break
    letters |= (unit & 31) << (count * 5)
  }
  return letters
}

/**
 * Whether a parameter of a URL's query or fragment is a secret there, though its name is none elsewhere: a signature, or a
 * `code`, `key` or the like with a value of 16 characters and more in which letters and digits are mixed. `state` is none.
 */
export function isQuerySecret(name: string, value: string): boolean {
  const whole = wordsOf(name).join('')
  if (signatureNames.has(whole)) return value.length >= 8
  if (!queryNames.has(whole) || value.length < 16 || !/[0-9]/.test(value) || !/[A-Za-z]/.test(value)) return false
  // The key of an object in a store is a path.
  return whole !== 'key' || /^[A-Za-z0-9_-]+$/.test(value)
}

/** The words of a name in lower case, without a number or `value` at the end; of a very long name the last ones. */
function wordsOf(name: string): string[] {
  const found: string[] = []
  const text = name.slice(-longestName)
  const lowerCase = text.toLowerCase()
  // A letter whose lower case is longer than itself would shift what follows; no such name is a secret's.
  if (lowerCase.length !== text.length) return []
  let start = -1
  for (let at = 0; at <= text.length; at += 1) {
    const unit = text.charCodeAt(at)
    const isInside = isLetterOrDigit(unit) || unit > 0x7f
    if (start >= 0 && (!isInside || beginsWord(text, lowerCase, at))) {
      found.push(lowerCase.slice(start, at))
      start = -1
    }
    if (isInside && start < 0) start = at
  }
  const named = withoutLastNumber(found)
  return named.length > 1 && named.at(-1) === 'value' ? named.slice(0, -1) : named
}

/** `accessToken`, `APIKey` */
function beginsWord(text: string, lowerCase: string, at: number): boolean {
  if (text[at] === lowerCase[at]) return false
  return text[at - 1] === lowerCase[at - 1] || (at + 1 < text.length && text[at + 1] === lowerCase[at + 1])
}

function withoutLastNumber(found: string[]): string[] {
  const last = found.at(-1)
  if (last === undefined) return found
  let end = last.length
  while (end > 0 && isDigit(last.charCodeAt(end - 1))) end -= 1
  if (end === last.length) return found
  return end === 0 ? found.slice(0, -1) : [...found.slice(0, -1), last.slice(0, end)]
}

function kindOfLastWords(parts: readonly string[]): RedactionKind | undefined {
  let ending = ''
  for (let index = parts.length - 1; index >= Math.max(0, parts.length - 4); index -= 1) {
    ending = parts[index]! + ending
    const kind = kindsOfLastWords.get(ending)
    if (kind) return ending === 'token' && harmlessTokens.has(parts[index - 1] ?? '') ? undefined : kind
  }
  // Names in one case run words together: nothing else ends with these.
  const last = parts.at(-1) ?? ''
  if (last.endsWith('apikey')) return 'api_key'
  return last.endsWith('password') || last.endsWith('passwd') || last.endsWith('passphrase') ? 'password' : undefined
}

function endsWithOneOf(parts: readonly string[], names: ReadonlySet<string>): boolean {
  let ending = ''
  return parts.toReversed().some((part) => {
    ending = part + ending
    return names.has(ending)
  })
}

function kindsByName(named: Partial<Record<RedactionKind, string>>): Map<string, RedactionKind> {
  const entries = Object.entries(named) as [RedactionKind, string][]
  return new Map(entries.flatMap(([kind, names]) => [...words(names)].map((name) => [name, kind] as const)))
}

function words(names: string): Set<string> {
  return new Set(names.split(' ').map((name) => name.replaceAll('-', '')))
}
