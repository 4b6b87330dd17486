// Long, since what is no secret is told by many looks, and each of them is asked only where the others let it be.
import { decodeBase64 } from '../../values/base64.ts'
import { isLetterOrDigit, isQuote, isSmall, sorts, sortsOf } from '../text/characters.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import { looksLikeKey, looksLikePassword, looksScattered, isOfNames } from '../text/key-look.ts'
import { isNameOfField, isPostalNumber, kindOfSelector } from './fields.ts'
import type { KeyNames, SecretName } from './keys.ts'
import { isForeignProse, isLabelOfForm, isMnemonic, isProse, isStateWord } from './prose.ts'

const longestJudged = 400

/**
 * Tells whether a value can be the secret that its name says it is. A name alone decides nothing: what counts, locates
 * or names something, what stands for a value, what code says, and what is said of a secret are none.
 *
 * @param value all of what is under the name, without quotes and escapes
 * @param names tells that a value is the name of a secret itself: `token: GITHUB_TOKEN`
 */
export function isSecretUnder(name: SecretName, value: string, names: Pick<KeyNames, 'named'>): boolean {
  const { kind, isSure } = name
  const text = withoutEscapes(value.length > longestJudged ? value.slice(0, longestJudged) : value).trim()
  if (text === '') return false
  const held = sortsOf(text)
  const hasSpace = holdsSpace(text, held)
  // `{secret: 'garden'}`
  if (name.mayBeWord && /^\p{L}\p{Ll}{0,9}$/u.test(text)) return false
  // Most of what stands under a doubtful name is none, which is told soonest by how it looks.
  const isLookedAt = !isSure && judgedByLook.has(kind) && !hasSpace
  if (isLookedAt && (isAddress(text, held) || !looksLike(kind, text, held))) return false
  if (isReference(text) || standsIn(text, held) || toChange.test(text)) return false
  if ((held & sorts.dot) !== 0 && version.test(text)) return false
  // `{apiKey: 'Schlüssel', clientSecret: 'Klantgeheim', token: '#a1b2c3d4'}`
  const mayBeLabel = (held & (sorts.capital | sorts.beyondAscii)) !== 0 && !isSmall(text.charCodeAt(0))
  if (!chosenByPeople.has(kind) && ((mayBeLabel && label.test(text)) || (text[0] === '#' && colour.test(text))))
    return false
  // `DATA_API_KEY = '.data-api'`, `NO_ACCESS_TOKEN: '2'`
  if (madeByChance.has(kind) && /^(?:\d{1,2}|[.#][a-z-]+)$/.test(text)) return false
  if (kind === 'authorization') return isAuthorization(text, isSure)
  // `SESSION_COOKIE = 'sessionid'` is the name of one.
  if (kind === 'cookie')
    return text.includes('=') || (!hasSpace && (isSure ? !isSaid(text, held, isSure, names) : looksLikeKey(text, 8)))
  if (kind === 'one_time_code') return !(name.isPostal && isPostalNumber(text)) && isCode(text, held, isSure)
  if (kind === 'card') return isCard(text)
  if (hasSpace) return isSecretPhrase(text, kind, isSure)
  // `{newPassword: 'New', passcode: 'Code'}`: what a form says there.
  if ((mayBeLabel && isLabelOfForm(text)) || isSaid(text, held, isSure, names)) return false
  return isSure || isLookedAt
}

function isAddress(text: string, held: number): boolean {
  return (held & sorts.colon) !== 0 && /^(?:[a-z][\w+.-]{1,20}:\/\/|arn:|mailto:)/i.test(text)
}

function holdsSpace(text: string, held: number): boolean {
  return (held & sorts.space) !== 0 || ((held & sorts.beyondAscii) !== 0 && /\s/.test(text))
}

/** Kinds that may be a word: all others are made by chance, and a word in its usual spelling is what they are called. */
const chosenByPeople = new Set<RedactionKind>(['password', 'one_time_code', 'card'])
/** Kinds that nobody chooses. */
const madeByChance = new Set<RedactionKind>(['token', 'api_key'])
const label = /^\p{Lu}\p{Ll}+(?:[-'’]\p{L}?\p{Ll}+)*$/u
const colour = /^#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i

/** A text in which letters beyond ASCII are spelt: `Schl\\u00fcssel`. */
function withoutEscapes(text: string): string {
  if (!text.includes('\\u')) return text
  return text.replaceAll(/\\u([\da-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

/** {@link isSecretUnder} where something other than a name says what a value is, surely unless it is said otherwise. */
export function isSecretOfKind(kind: RedactionKind, value: string, isSure = true): boolean {
  return isSecretUnder({ kind, isSure }, value, noNames)
}

const noNames = { named: () => undefined }

const judgedByLook = new Set<RedactionKind>(['password', 'token', 'session', 'secret', 'api_key'])

function looksLike(kind: RedactionKind, text: string, held: number): boolean {
  if (kind === 'password') return (looksLikePassword(text, held) || looksScattered(text)) && !isOfNames(text)
  // `credentials: ada:hunter2`
  const mayBePair = kind === 'secret' && (held & sorts.colon) !== 0
  const password = mayBePair ? /^[\w.@+-]{1,64}:([^\s:/]+)$/.exec(text)?.[1] : undefined
  if (kind === 'secret' && (held & sorts.joint) !== 0 && /^\d{3}-\d\d-\d{4}$/.test(text)) return true
  return looksLikeKey(text, 8) || (password !== undefined && looksLikePassword(password, sortsOf(password)))
}

/** Tells whether a number, written without quotes where data is, is a secret under a name and no count. */
export function isSecretNumber(length: number, { kind, isSure, isPostal }: SecretName): boolean {
  if (kind === 'one_time_code') return length >= 4 && length <= 10 && !(isPostal && length === 6)
  if (!isSure) return false
  if (kind === 'card') return length === 3 || length === 4 || length >= 12
  return length >= (kind === 'password' ? 3 : 6)
}

/**
 * Tells whether a value names a secret or hides one already: `%password%`, `{{password}}`, `${password}`, `$TOKEN`,
 * `****`.
 */
export function isReference(value: string): boolean {
  const first = value.charCodeAt(0)
  if (value.length > 100 || (first < 0x80 && !opensReference.includes(value[0]!))) return false
  return /^(?:%[\w.-]+%|\{\{ ?[\w.-]+ ?\}\}|\$\{[\w.-]+\}|<secret>[\w.-]+<\/secret>|[*•●]+)$/.test(value)
}

const opensReference = '%{$<*'

/** Tells whether a text is in the place of a value that is somewhere else, or that somebody is to fill in. */
export function isStandIn(text: string): boolean {
  return text.length <= longestJudged && standsIn(text, sortsOf(text))
}

/** {@link isStandIn} for a text whose sorts are known. */
function standsIn(text: string, held: number): boolean {
  const first = text.charCodeAt(0)
  // Most values are letters and digits, which stand for no other.
  if ((held & ~alphanumeric) === 0) return (first | 0x20) === 0x78 && masked.test(text)
  const isWord = isLetterOrDigit(first)
  if (!isWord && (signsAlone.test(text) || bracketed.test(text) || variable.test(text))) return true
  if (isWord && (held & (sorts.dot | sorts.bracket)) !== 0 && member.test(text)) return true
  if (isWord && (held & (sorts.joint | sorts.space)) !== 0 && (toFillIn.test(text) || constant.test(text))) return true
  return (
    ((held & sorts.star) !== 0 && (text.includes('***') || masked.test(text))) ||
    ((held & sorts.dot) !== 0 && text.includes('...')) ||
    ((held & sorts.beyondAscii) !== 0 && (text.includes('…') || text.includes('••'))) ||
    ((first | 0x20) === 0x78 && masked.test(text))
  )
}

const alphanumeric = sorts.small | sorts.capital | sorts.digit

const signsAlone = /^[^\p{L}\p{N}]{0,3}$|^[*•●.·…#_-]{3,}$/u
const bracketed =
  /^<[^<>]{0,80}>$|^\[[^[\]]{0,60}\]$|^\([^()]{0,60}\)$|^<%|^[#@]?\{[^{}]{0,80}\}$|^\{\{[^{}]{0,80}\}\}$/
const variable =
  /^\$(?:[A-Za-z_]\w*(?:\.\w+)*|\d|[@*])$|^!(?:Ref|Sub|GetAtt|ImportValue|secret|vault|env_var|include) |^\$(?:env:|\(|\{)|^%(?:[a-z]+|[A-Z_]+|\(\w+\)[a-z]|\w+%)$|^:[a-z]\w{0,30}$/
const member =
  /^(?:process|import\.meta|os|env|ENV|secrets?|vars?|local|config|settings|self|this|options?|opts|args|params|props|state|ctx|context|req|request|res|response|data|user|credentials|form|body|creds|auth)\??[.[]\??#?\w*(?:[.[(]|$)/
/** `STRING_VALUE`, as references of interfaces have it, and constants of many words. */
const constant = /^[A-Z]+(?:_[A-Z]+)*_VALUE$|^[A-Z]+(?:_(?:[A-Z]+\d?|\d{1,2})){3,}$/
const toFillIn = /^(?:your|my|insert|enter|replace|add|put|some|example|sample|the)[-_ ][\w-]{0,60}$/i
/** `^0.7.1`, and `13.1.0`, which no date is: of a package that is called like a secret. */
const version = /^(?:[\^~]|[<>]?=)?\d{1,3}(?:\.\d{1,3}){2}(?:-[a-z]+(?:\.\d+)?)?$/
const toChange = /^(?:change|replace)[-_]?(?:me|it|this)$|^(?:[a-z]+[-_])?placeholder$/i
const masked = /^[xX]{3,}$|^(?:[xX*•●#]{2,}[-\s])+/

/** Tells whether a text is what is said of a secret where it would be, a place where it is kept, or its name. */
function isSaid(text: string, held: number, isSure: boolean, names: Pick<KeyNames, 'named'>): boolean {
  if (isWordOrName(text, held)) return true
  const isAlphanumeric = (held & ~alphanumeric) === 0
  if (isSure && isAlphanumeric) return false
  if ((held & ofFinders) !== 0 && isFinder(text, held)) return true
  if ((held & ofRules) !== 0 && isRule(text)) return true
  if ((held & sorts.joint) !== 0 && isClassOf(text, names)) return true
  if (isAddress(text, held)) return true
  if (/^[./~]/.test(text) && /^(?:\.{0,2}|~)\/[\w./~-]*(?:#[a-z-]*)?$/.test(text)) {
    if (!looksLikeKey(text.replaceAll('/', ''), 24)) return true
  }
  // `projects/1/secrets/db`
  const segments = (held & sorts.slash) !== 0 && text.length < 200 ? text.replaceAll('\\', '').split('/') : []
  const isPlace = segments.length > 2 && segments.some((part) => isWord.test(part) && names.named(part) !== undefined)
  if (isPlace && segments.every((part) => /^\w[\w-]*$/.test(part) && !looksLikeKey(part, 12))) return true
  // `getToken()`, `payload.access_token`, `a => b`
  const isExpression = (held & ofExpressions) !== 0 && /[(.]|=>/.test(text) && expression.test(text)
  if (isExpression && !/\d.*\d/.test(text)) return true
  if (isAlphanumeric && ((held & sorts.digit) !== 0 || held === sorts.small)) return false
  if (!/^[A-Za-z]{1,24}[-_.A-Za-z]/.test(text)) return false
  const isConstant =
    /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$/.test(text) ||
    /^(?:new|old|user|current|confirm|auth|access|client|refresh)(?:_[a-z]+)+$/.test(text)
  const isIdentifier = isConstant || (!isSure && /^[A-Za-z]+(?:[-_.][A-Za-z]+)+$|^[a-z]+(?:[A-Z][a-z]+)+$/.test(text))
  return isIdentifier && names.named(text) !== undefined
}

const ofFinders = sorts.dot | sorts.colon | sorts.slash | sorts.bracket | sorts.equals | sorts.hash
const ofRules = sorts.caret | sorts.bracket | sorts.colon | sorts.equals
const ofExpressions = sorts.dot | sorts.bracket | sorts.equals

/**
 * Tells whether a text finds a field: `#password`, `input[type="password"]`, `css=#login .pw2`, `//form/input[2]`, `#login > input`. Of one that
 * stands in a text of JSON the first quote may end it.
 */
function isFinder(text: string, held = sortsOf(text)): boolean {
  if ((held & sorts.equals) !== 0 && (engine.test(text) || /^\[[\w-]{2,40}[~|^$*]?=$/.test(text))) return true
  if ((held & sorts.slash) !== 0 && path.test(text)) return true
  if (/input|textarea|field/.test(text) && element.test(text)) return true
  return (
    (held & (sorts.hash | sorts.dot | sorts.bracket)) !== 0 &&
    /^(?:css=|xpath=)?(?:[#.][a-z][a-z_-]*|\/{0,2}[a-z.#-]*\[[^\n]{1,100}\])$/i.test(text) &&
    kindOfSelector(text) !== undefined
  )
}

/** The word before a selector that says how it is written, as Playwright has it. */
const engine =
  /^(?:(?:css|xpath|data-test(?:id)?|aria)=(?:[.#*/([]|input\b|textarea\b)|role=[a-z]+(?:\[|$)|(?:text|id|name|type|label|placeholder)=\w{0,20}(?:pass|pw|token|secret|code))/i
const path = /^\(?\/\/(?:[a-z]+|\*)(?:[[/:)]|$)/
const element =
  /^(?:input|textarea)[.#[:]\S{0,60}$|^(?=.*[.#[>]).*[\s>](?:input|textarea)(?:[.#[:]\S{0,60})?$|^[#.][a-z_-]{2,40}(?:input|field)\d?$/

/** Tells whether a text is the name of a class that a build made: `Login_password__x7Kq2`, `_password_1x7kq_12`, `sc-bdVaJa`. */
function isClassOf(text: string, names: Pick<KeyNames, 'named'>): boolean {
  if (/^(?:sc|css|jss|emotion)-[A-Za-z\d]{5,8}$/.test(text)) return true
  const made =
    /^(?:[A-Za-z][\w-]{0,60}?(?:__?|--))?([A-Za-z][A-Za-z-]{1,40})(?:__|--)[\w-]{5,8}$|^_([A-Za-z][\w-]{1,40})_[a-z\d]{5}_\d{1,4}$/.exec(
      text,
    )
  const name = made?.[1] ?? made?.[2]
  return name !== undefined && names.named(name) !== undefined
}

/** Tells whether a text is a rule that values have to keep: `^(?=.*\d).{8,}$`, `min:8`. */
function isRule(text: string): boolean {
  const isPattern =
    /^(?:\/?\^.{1,300}[\]}*+?)].{0,10}\$\/?[a-z]{0,3}|[\w-]{0,16}[[\\(].{1,100}\{\d{1,3},?\d{0,3}\})$/.test(text)
  return isPattern || rule.test(text)
}

const isWord = /^[a-z][a-z_-]+$/i
const rule =
  /^(?:(?:min|max|size|between|length|minlength|maxlength|same|different|required_\w{2,12})[:=][\w,]{1,40}|regex:\/.{1,100}\/|(?:var)?char\(\d{1,5}\))$/i

const expression = /^[A-Za-z_$][\w$.]{0,60}\(.{0,60}\)?$|=>|^[a-z_]\w{0,30}(?:\.[A-Za-z_]\w{0,30})+$/

/** One word of what is said of secrets, or a list of them, or the name of a field for one. */
function isWordOrName(text: string, held: number): boolean {
  if (text.length > 60) return (held & sorts.beyondAscii) !== 0 && isForeignProse(text)
  const isPlain = (held & ~(alphanumeric | sorts.joint)) === 0
  const bare = isPlain ? text : withoutEdges(text)
  if (isStateWord(bare) || isNameOfField(bare)) return true
  if (isPlain || !/[|:,/]|[^\0-\x7f]/.test(bare)) return false
  const isList = /^[a-z]+(?:[|:,/]\w{1,12})+$/.test(bare) && bare.split(/[|:,/]/).some(isStateWord)
  const areRules = /^[a-z_]+(?::\d{1,4})?(?:\|[a-z_]+(?::[\w,]{1,12})?)+$/.test(bare)
  return isList || areRules || isForeignProse(text)
}

/** A text without a quote before it, and without quotes and the end of a sentence behind it. */
function withoutEdges(text: string): string {
  const start = isQuote(text.charCodeAt(0)) ? 1 : 0
  let end = text.length
  while (end > start && end > text.length - 2 && '"\'`.,;:!?'.includes(text[end - 1]!)) end -= 1
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

const schemes =
  /^(?:bearer|basic|token|digest|negotiate|ntlm|apikey|api-key|key|hawk|oauth|signature|aws4-hmac-sha256|hmac|jwt|dpop|ssws)\b/i

function isAuthorization(text: string, isSure: boolean): boolean {
  const scheme = schemes.exec(text)?.[0]
  const rest = scheme === undefined ? text : text.slice(scheme.length).trim()
  if (rest === '' || isStandIn(rest)) return false
  if (scheme === undefined)
    return (
      !/\s/.test(text) &&
      !isSaid(text, sortsOf(text), true, noNames) &&
      (isSure || looksLikeKey(text, 8) || isCredentials(text))
    )
  return (
    !isStateWord(rest) &&
    !/^(?:tokens?|auth|authentication|scheme|header|credentials|realm=.*|\d(?:\.\d)*)$/i.test(rest) &&
    !(/\s/.test(rest) && isProse(rest) && !rest.includes('='))
  )
}

/** `user:password` in base64, as Docker keeps it. */
function isCredentials(text: string): boolean {
  const bytes = text.length > 4_096 ? undefined : decodeBase64(text)
  const colon = bytes?.indexOf(0x3a) ?? -1
  return bytes !== undefined && colon > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
}

/** Digits, or digits and letters, as people are sent them; of letters alone only capitals. */
function isCode(text: string, held: number, isSure: boolean): boolean {
  const compact = (held & ~alphanumeric) === 0 ? text : text.replaceAll(/[\s-]/g, '')
  const isNumber = held === sorts.digit
  if (!isNumber && (!/^[A-Za-z0-9]+$/.test(compact) || isStateWord(text))) return false
  const digits = isNumber ? text.length : compact.replaceAll(/\D/g, '').length
  if (digits === compact.length) return digits >= (isSure ? 3 : 4) && digits <= 10
  const fits = compact.length >= 4 && compact.length <= 64
  return (
    isSure &&
    fits &&
    (digits >= 2 || (digits > 0 && compact.length >= 5) || (/^[A-Z]{5,10}$/.test(text) && compact.length >= 5))
  )
}

/** A whole number of a card, the three or four digits of its check, or the six that many a site calls a security code. */
function isCard(text: string): boolean {
  const digits = text.replaceAll(/[\s-]/g, '')
  return /^\d{12,19}$/.test(digits) || /^(?:\d{3,4}|\d{6})$/.test(text)
}

/** Several words: a phrase somebody chose, or a scheme and its token. */
function isSecretPhrase(text: string, kind: RedactionKind, isSure: boolean): boolean {
  if (schemes.test(text) && kind !== 'password') {
    const token = text.slice(text.lastIndexOf(' ') + 1)
    // `Token price` and `Basic plan` are what stands in a column.
    return isAuthorization(text, isSure) && (isSure || looksLikeKey(token, 8) || isCredentials(token))
  }
  if (isMnemonic(text)) return true
  if (!isSure) return false
  // `{secret: 'Santa party', accessToken: 'Jeton d’accès'}`
  if (!chosenByPeople.has(kind) && /^[\p{L}\s'’.,-]+$/u.test(text)) return false
  // `"API_KEY", "agent search (useSearch: true)"`
  if (madeByChance.has(kind) && !/\d/.test(text)) return false
  return !isFinder(text) && !isProse(text)
}
