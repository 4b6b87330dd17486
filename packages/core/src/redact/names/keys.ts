// Long, since a name is looked up in one place, whatever language or spelling it is in.
import type { RedactionKind } from '../text/placeholder.ts'
import { remember } from '../text/memoize.ts'
import { isLetter, isLetterOrDigit } from '../text/characters.ts'
import {
  doubtfulNames,
  doubtfulWholeNames,
  harmlessKeys,
  harmlessCards,
  harmlessPasses,
  harmlessPins,
  harmlessTokens,
  searchWords,
  sureNames,
  sureWholeNames,
  verbsBeforeNames,
  wordsBehindNames,
  wordsBetween,
} from './key-lists.ts'
import { compoundNames, fieldSigns, otherHeads } from './field-words.ts'
import { isPostalPin, namedFields } from './fields.ts'
import { createWordMap, wordsOf } from './words.ts'

/** A name that makes what stands under it a secret. */
export interface SecretName {
  readonly kind: RedactionKind
  /** One token under it is a secret whatever it is; under any other, only what looks like one. */
  readonly isSure: boolean
  /** Six digits under it are a postal code: `PIN code`, as India calls one. */
  readonly isPostal?: boolean
  /** A word of letters alone is none: under `secret` stands what a game is about. */
  readonly mayBeWord?: boolean
}

/** Names that are secrets in the query of a URL only: of a signature, and, where the value looks like it, of a code or key. */
const signatureNames = joined('sig signature x-amz-signature x-goog-signature')
const queryNames = joined(
  'oob-code magic magic-link reset-key login-challenge consent-challenge invite-code invitation-code activation-code confirmation-code key code auth ticket hmac assertion saml-response code-verifier otp login-hint-token appid access-key oauth-verifier',
)

const sureLast = new Map([
  ...namedFields
    .filter(({ phrase }) => !/^(?:pin|puk)(?: code)?$|^mnemonic$/.test(phrase))
    .map(({ kind, phrase }) => [wordsOf(phrase).join(''), kind] as const),
  ...kindsByName(sureNames),
])
const sureWhole = kindsByName(sureWholeNames)
const doubtfulLast = kindsByName(doubtfulNames)
const doubtfulWhole = kindsByName(doubtfulWholeNames)
/** The word of all of these lists on a name, or on the last words of one. */
interface Listed {
  readonly sureWhole: RedactionKind | undefined
  readonly doubtfulWhole: RedactionKind | undefined
  readonly sureLast: RedactionKind | undefined
  readonly doubtfulLast: RedactionKind | undefined
}
const builtIn = [sureLast, sureWhole, doubtfulLast, doubtfulWhole].flatMap((names) => [...names.keys()])
const signs = Object.entries(fieldSigns).flatMap(([kind, all]) =>
  all.split('|').map((sign) => [sign.replaceAll(' ', ''), kind as RedactionKind] as const),
)
const listed = createWordMap(
  builtIn.map((name): [string, Listed] => [
    name,
    {
      sureWhole: sureWhole.get(name),
      doubtfulWhole: doubtfulWhole.get(name),
      sureLast: sureLast.get(name),
      doubtfulLast: doubtfulLast.get(name),
    },
  ]),
)
const mostWords = 5

/** Which names are names of secrets. */
export interface KeyNames {
  /** The kind of secret that the name of a property, header, field or parameter promises, and how surely. */
  named(name: string): SecretName | undefined
  /** The kind of secret that stands under a name; `undefined` where only the value can tell that it is one. */
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
  builtInEnds ??= endsOf(searchedNames())
  const ends = extra.size > 0 ? endsOf(extraNames, builtInEnds.slice()) : builtInEnds
  const named = remember((name: string): SecretName | undefined => {
    const parts = wordsOf(name)
    const whole = parts.join('')
    if (allowed.size > 0 && allowed.has(whole)) return undefined
    if (extra.size > 0 && endsWithOneOf(parts, extra)) return { kind: 'secret', isSure: true }
    // The name of a package.
    const isPackage = name.startsWith('@') && name.includes('/')
    // In a list of countries `PW` is Palau.
    if (whole === 'pw') return { kind: 'password', isSure: !name.endsWith('PW') }
    const found = nameOf(parts, whole) ?? nameInCapitals(name, parts)
    return found && isPackage ? { ...found, isSure: false } : found
  })
  return {
    named,
    canEndAt: (text, end) => ends[lastLetters(text, end)] === 1,
    kindOf: (name) => {
      const found = named(name)
      return found?.isSure === true || isFieldName(name) ? found?.kind : undefined
    },
  }
}

/** The name of a secret over a column. Under the bare word stands who or what is one, as often as a secret itself. */
export function columnOf(head: string, names: Pick<KeyNames, 'named'>): SecretName | undefined {
  const name = names.named(head)
  return name && /^secrets?$/i.test(head.trim()) ? { ...name, isSure: false } : name
}

/** Endings of the names that are known from the start, of which there are hundreds: they are read once. */
let builtInEnds: Uint8Array | undefined

function searchedNames(): string[] {
  const others = 'value default text key prod production staging test live dev local old backup'.split(' ')
  return [
    ...builtIn,
    ...namedFields.map(({ phrase }) => phrase),
    ...signatureNames,
    ...queryNames,
    ...signs.map(([sign]) => sign),
    ...wordsBehindNames,
    'tan',
    'pw',
    ...others,
  ]
}

/** Mark the {@link lastLetters} of names, and of their last words. */
function endsOf(searched: Iterable<string>, ends = new Uint8Array(32 ** 3)): Uint8Array {
  for (const name of searched) {
    const parts = wordsOf(name)
    for (const part of [parts.join(''), parts.at(-1) ?? '', name]) {
      const letters = lastLetters(part, part.length)
      ends[letters] = 1
      // Before a shorter name a letter of another word may stand.
      if (part.length === 2) for (let before = 0; before < 32; before += 1) ends[letters | (before << 10)] = 1
    }
  }
  return ends
}

function nameOf(parts: readonly string[], whole: string): SecretName | undefined {
  // `Name of the API key`
  if (parts[1] === 'of' && otherHeads.has(parts[0] ?? '')) return undefined
  if (isPostalPin(parts)) {
    const isZip = parts.includes('zip') || parts.includes('postal')
    return isZip ? undefined : { kind: 'one_time_code', isSure: false, isPostal: true }
  }
  if (whole === 'secret') return { kind: 'secret', isSure: true, mayBeWord: true }
  const asWhole = listed(whole)
  if (asWhole?.sureWhole) return { kind: asWhole.sureWhole, isSure: true }
  if (asWhole?.doubtfulWhole) return { kind: asWhole.doubtfulWhole, isSure: false }
  let ending = ''
  let found: SecretName | undefined
  for (let index = parts.length - 1; index >= Math.max(0, parts.length - mostWords); index -= 1) {
    ending = parts[index]! + ending
    const before = parts[index - 1] ?? ''
    const asLast = index === 0 ? asWhole : listed(ending)
    const sure = asLast?.sureLast
    if (before !== '' && searchWords.has(before)) return undefined
    if (sure === 'card' && harmlessCards.has(before)) return undefined
    if (sure) return { kind: sure, isSure: !verbsBeforeNames.has(before) }
    const kind = asLast?.doubtfulLast
    if (kind) {
      if (ending === 'token' && harmlessTokens.has(before)) return undefined
      if (ending === 'pin' && harmlessPins.has(before)) return undefined
      if (ending === 'pass' && harmlessPasses.has(before)) return undefined
      found ??= { kind, isSure: false }
    }
  }
  return found ?? runTogether(parts.at(-1) ?? '') ?? nameBehindWhich(parts)
}

/** `Mot de passe temporaire` is one as `Mot de passe` is. */
function nameBehindWhich(parts: readonly string[]): SecretName | undefined {
  if (!wordsBehindNames.has(parts.at(-1) ?? '')) return undefined
  const last = parts.findLastIndex((part) => !wordsBehindNames.has(part) && !wordsBetween.has(part))
  const named = parts.slice(0, last + 1)
  const name = last < 0 ? undefined : nameOf(named, named.join(''))
  return name?.isSure ? name : undefined
}

/** Names in one case run words together, and so do languages: nothing else ends with these. */
const joinedNames: readonly (readonly [string, RedactionKind])[] = [
  ['apikey', 'api_key'],
  ['password', 'password'],
  ['passwd', 'password'],
  ['passphrase', 'password'],
  ['authtoken', 'token'],
  ['accesstoken', 'token'],
  ...compoundNames.map((name) => [name, 'password'] as const),
  // Scripts without spaces between words: `支付密码`.
  ...signs.filter(([sign]) => sign.charCodeAt(sign.length - 1) > 0x7f),
]
/** By their last unit. */
const joinedByEnd = Map.groupBy(joinedNames, ([name]) => name.charCodeAt(name.length - 1))

function runTogether(last: string): SecretName | undefined {
  const found = joinedByEnd.get(last.charCodeAt(last.length - 1))?.find(([name]) => last.endsWith(name))
  return found && { kind: found[1], isSure: true }
}

/** `STRIPE_KEY`, as variables of the environment are named; `TAN`, which in small letters is a colour or a function. */
function nameInCapitals(name: string, parts: readonly string[]): SecretName | undefined {
  if (name.endsWith('TAN') && !/\p{Lu}TAN$/u.test(name)) return { kind: 'one_time_code', isSure: false }
  const isVariable = parts.length > 1 && parts.at(-1) === 'key' && !/[a-z]/.test(name)
  return isVariable && !harmlessKeys.has(parts.at(-2) ?? '') ? { kind: 'api_key', isSure: false } : undefined
}

/** Doubtful names that take nothing but a secret where they name a field that a person fills in. */
const fieldNames = joined('pass token bearer jwt pin pin-code session session-id session-key sid')

function isFieldName(name: string): boolean {
  const parts = wordsOf(name)
  if (fieldNames.has(parts.join(''))) return true
  const last = parts.length > 1 ? parts.at(-1)! : ''
  // In words a `Gate pass` is one; `userPin` and `login[pass]` are names of elements.
  return last === 'token' || last === 'jwt' || ((last === 'pin' || last === 'pass') && !/\s/.test(name))
}

/**
 * Bits of a unit for {@link lastLetters}: five bits of a letter or digit, a mark that it is one, or of what parts
 * words.
 */
const member = 32
const letter = 64
const separator = 128
// Beyond ASCII the two cases of a letter share no bits: all are one.
const folded = new Uint8Array(65_536).fill(member | letter | 31, 0x80)
for (let unit = 0; unit < 0x80; unit += 1) {
  if (isLetterOrDigit(unit)) folded[unit] = member | (unit & 31)
  if (isLetter(unit)) folded[unit]! |= letter
}
for (const unit of [0x20, 0x2d, 0x2e, 0x5f]) folded[unit] = separator

/** The last three letters before a place as one number; separators and a number at the end are passed over. */
function lastLetters(text: string, end: number): number {
  let at = end - 1
  while (at >= 0 && end - at < 10 && (folded[text.charCodeAt(at)]! & letter) === 0) at -= 1
  let letters = 0
  for (let count = 0; count < 15 && at >= 0; count += 5, at -= 1) {
    let unit = folded[text.charCodeAt(at)]!
    if (unit === separator && at > 0) unit = folded[text.charCodeAt((at -= 1))]!
    if ((unit & member) === 0) break
    letters |= (unit & 31) << count
  }
  return letters
}

/** The kind of a parameter that is a secret in a URL's query or fragment, though its name is none elsewhere. */
export type QueryName = 'signature' | 'path' | 'other' | undefined

/** The kind of a parameter's name that is one of a secret only in a query: a signature, the key of an object, another one. */
export const queryNameOf = remember((name: string): QueryName => {
  const whole = wordsOf(name).join('')
  if (signatureNames.has(whole)) return 'signature'
  if (whole === 'key') return 'path'
  return queryNames.has(whole) ? 'other' : undefined
})

function endsWithOneOf(parts: readonly string[], names: ReadonlySet<string>): boolean {
  let ending = ''
  return parts.toReversed().some((part) => {
    ending = part + ending
    return names.has(ending)
  })
}

function kindsByName(named: Partial<Record<RedactionKind, string>>): Map<string, RedactionKind> {
  const entries = Object.entries(named) as [RedactionKind, string][]
  return new Map(entries.flatMap(([kind, names]) => [...joined(names)].map((name) => [name, kind] as const)))
}

function joined(names: string): Set<string> {
  return new Set(names.split(' ').map((name) => name.replaceAll('-', '')))
}

/** The names that are known from the start, and no others. */
export const builtInNames: KeyNames = createKeyNames()
