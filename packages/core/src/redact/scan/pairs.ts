// Long, since a separator is asked once for all: what it is, what stands before it and what behind, in one pass over a text.
import type { RedactionKind } from '../text/placeholder.ts'
import { createNextOf, endOfRun, isBlank, isLetter, isLetterOrDigit, isQuote, isSpace } from '../text/characters.ts'
import { endBeforeCut } from '../text/cut.ts'
import type { KeyNames, SecretName } from '../names/keys.ts'
import { kindOfField } from '../names/fields.ts'
import { isItself } from '../names/words.ts'
import { isSecretNumber, isSecretUnder } from '../names/value.ts'
import { isOfNames, looksLikeKey, looksScattered } from '../text/key-look.ts'
import type { Report } from '../text/report.ts'
import {
  isMemberOfCode,
  isQuerySecret,
  isVariable,
  isVariableWithNumber,
  keyBefore,
  labelBefore,
  labelOf,
  nameInQuery,
  type Key,
} from './pair-names.ts'
import {
  behindMarks,
  behindTag,
  authorizationValue,
  bareValue,
  connectionValue,
  cookieValue,
  blockValue,
  endsLine,
  isCode,
  isHeaderValue,
  isMember,
  isMixed,
  isNumber,
  isShortNumber,
  phraseAt,
  quotedValue,
  queryValue,
  wrappedValue,
  type FoundValue,
} from './pair-values.ts'

const equals = 0x3d
const colon = 0x3a
const longestJudged = 400
/** Of a parameter in the value of another one. */
const longestInside = 100

/**
 * Report values that stand behind the name of a secret and `=`, `:`, `:=` or `=>` in a text, if they can be one:
 *
 * - in quotes, as JSON and code have it: `"password": "..."`, `token = '...'`, `{"name": "Cookie", "value": "..."}`; behind
 *   a name in quotes a number too
 * - in a query, a fragment or a form: `?access_token=...`, `&sig=...`, `#id_token=...`
 * - in a connection string, a variable or a flag: `;Password=...`, `DB_PASSWORD=...`, `--password=...`
 * - in a line of its own, as YAML and INI have it: `password: ...`, `password = ...`
 * - headers: `Authorization: Bearer ...`, `Cookie: a=b; c=d`, `X-Api-Key: ...`
 * - behind a colon elsewhere only what cannot be a word: `password: hunter2`, but not `password: required`
 */
export function scanPairs(text: string, names: KeyNames, report: Report): void {
  const reading: Reading = {
    text,
    names,
    cut: endBeforeCut(text),
    nextEquals: createNextOf(text, '='),
    bareUntil: 0,
    weakUntil: 0,
    query: undefined,
  }
  const next = createNextOf(text, '=:')
  for (let at = next(0); at < text.length; at = next(at + 1)) {
    const key = keyBefore(text, names, at)
    const found = key && valueOf(reading, key, at)
    if (!found) continue
    if (found.end > found.start) report(found.start, found.end, found.kind)
    at = found.next - 1
    const changed = text.startsWith(' -> "', found.next) ? quotedValue(text, found.next + 4, reading.cut) : undefined
    if (changed && isSecretUnder(found.name, text.slice(changed.start, changed.end), names))
      report(changed.start, changed.end, found.kind)
  }
}

interface Reading {
  readonly text: string
  readonly names: KeyNames
  /** The place at which the text was cut. */
  readonly cut: number | undefined
  readonly nextEquals: (from: number) => number
  /** The end of what was no value, and so is none in part: up to here, nothing is read twice. */
  bareUntil: number
  weakUntil: number
  /** The value of a parameter that was read last. */
  query: FoundValue | undefined
}

type Value = FoundValue & { readonly kind: RedactionKind; readonly name: SecretName }

function valueOf(reading: Reading, key: Key, separator: number): Value | undefined {
  const { text } = reading
  const isEquals = text.charCodeAt(separator) === equals
  const isPrivate = text.startsWith('.#', key.start - 2)
  if (isEquals && !isPrivate && opensParameter(text.charCodeAt(key.start - 1)))
    return valueInQuery(reading, key, separator)
  const isConnected = isEquals && isInConnection(text, key.start)
  if (!isConnected && isInBare(reading, separator)) return undefined
  const name = nameOf(reading, key, separator)
  if (!name) return undefined
  const inConnection =
    isConnected && !isQuote(text.charCodeAt(endOfBlanks(text, separator + 1)))
      ? connection(reading, separator, name)
      : undefined
  // `cd app; secret_key = ...`
  const isApart = !isConnected || isBlank(text.charCodeAt(separator + 1)) || isQuote(text.charCodeAt(separator + 1))
  const value = inConnection ?? (isApart ? valueAfter(reading, separator, name, key) : undefined)
  return value && { start: value.start, end: value.end, next: value.next, kind: name.kind, name }
}

/** Tells whether a value that begins right behind a separator is inside of a word that is none, and so is none itself. */
function isInBare(reading: Reading, separator: number): boolean {
  const { text } = reading
  const start = separator + 1
  if (start >= reading.bareUntil) return false
  const first = text.charCodeAt(start)
  // `b"..."`, `Some("...")`
  if (!isLetterOrDigit(first) || isQuote(text.charCodeAt(start + 1)) || opensCall(first)) return false
  return text.charCodeAt(separator) === equals || !isAssigned(reading, start)
}

/** `O`, `P` and `S` begin what wraps a value. */
function opensCall(unit: number): boolean {
  return unit === 0x4f || unit === 0x50 || unit === 0x53
}

/** `?`, `&` or `#` */
function opensParameter(unit: number): boolean {
  return unit === 0x3f || unit === 0x26 || unit === 0x23
}

function nameOf(reading: Reading, key: Key, separator: number): SecretName | undefined {
  const { text, names } = reading
  if (key.text === 'text' && key.isQuoted) {
    const name = names.named(labelBefore(text, key.start))
    return name?.isSure === true ? name : undefined
  }
  if (key.text !== 'value' && key.text !== 'Value' && key.text !== 'default') {
    const name = names.named(key.text)
    if (name?.isSure) return name
    // `a cookie sid=...`: no words before it make another of it.
    if (name?.kind === 'session' && text.charCodeAt(separator) === equals) return name
    const label = labelOf(text, key)
    if (label !== key.text) return names.named(label)
    // `PIN: 560034`, as addresses of India end.
    return key.text === 'PIN' && !key.isQuoted && name ? { ...name, isPostal: true } : name
  }
  return names.named(labelBefore(text, key.start))
}

/** A parameter's value: there a token is one however short, and other names are secrets where their value looks like it. */
function valueInQuery(reading: Reading, key: Key, separator: number): Value | undefined {
  const { text, names } = reading
  const name = nameInQuery(text, key, names, separator)
  if (!name && separator < reading.weakUntil) return undefined
  const isInside = reading.query !== undefined && separator < reading.query.next
  const found = queryValue(text, separator + 1, reading.query)
  reading.query = found
  // What is longer is no key, or one by its beginning.
  const value = text.slice(found.start, Math.min(found.end, found.start + (isInside ? longestInside : longestJudged)))
  const isDoubtful = name?.isSure === false && isOfNames(value)
  const isSecret =
    name === undefined
      ? isQuerySecret(key.text, value)
      : !isDoubtful &&
        (isSecretUnder(name, value, names) || (name.kind === 'token' && value.length >= 6 && /[0-9]/.test(value)))
  if (isSecret) return { ...found, kind: 'url_query', name: name ?? { kind: 'url_query', isSure: false } }
  reading.weakUntil = found.next
  return undefined
}

/** `Server=db;User Id=sa;Password=...;` */
function isInConnection(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1)
  return (before === 0x20 ? text.charCodeAt(start - 2) : before) === 0x3b
}

function connection({ text, names }: Reading, separator: number, name: SecretName): FoundValue | undefined {
  const found = connectionValue(text, separator + 1)
  if (found.end - found.start < 3 || text[found.end] === '(') return undefined
  return isSecretUnder(name, text.slice(found.start, found.end), names) ? found : undefined
}

/** Behind a name in quotes, as JSON has it, also in the next line. */
function startOfValue(text: string, separator: number, { isQuoted }: Key): number {
  const isJson = isQuoted && text.charCodeAt(separator) === colon
  const isArrow = text[separator + 1] === '>'
  // `userPassword:: ...`, as LDIF has what stands in base64; `${TOKEN:-...}`
  const behind = text.charCodeAt(separator + 1)
  if (behind === colon && text[separator + 2] === ' ') return separator + 3
  if (behind === 0x2d && text.charCodeAt(separator) === colon) return separator + 2
  // `["password"]=>` and, in the next line, `string(8) "..."`, as PHP dumps it.
  if (isArrow && isQuoted) return behindLength(text, endOfRun(text, separator + 2, isSpace, 40))
  const isDefined = behind === equals && text.charCodeAt(separator) === colon
  const from = isArrow || isDefined ? separator + 2 : separator + 1
  return isJson ? endOfRun(text, from, isSpace, 200) : endOfBlanks(text, from)
}

function endOfBlanks(text: string, start: number): number {
  let end = start
  while (end - start < 8 && isBlank(text.charCodeAt(end))) end += 1
  return end
}

function behindLength(text: string, start: number): number {
  const length = text.startsWith('string(', start)
    ? /^string\(\d{1,6}\) (?=")/.exec(text.slice(start, start + 20))
    : null
  return start + (length?.[0].length ?? 0)
}

function valueAfter(reading: Reading, separator: number, name: SecretName, key: Key): FoundValue | undefined {
  const { text, names } = reading
  const isEquals = text.charCodeAt(separator) === equals
  if (isEquals && text[separator + 1] === '=') return undefined
  if (!isEquals && isVariableOfSql(text, separator)) return undefined
  let start = startOfValue(text, separator, key)
  if (!isEquals) start = behindMarks(text, behindTag(text, behindType(reading, start)))
  start = behindBreak(text, start)
  // Strings of Python and Rust have a letter before their quote, those of C# a sign, and long ones three quotes.
  if (isQuote(text.charCodeAt(start + 1)) && /[bBrRuUfFN@$]/.test(text[start] ?? '')) start += 1
  const isQuoted = isQuote(text.charCodeAt(start))
  if (isQuoted && (text.startsWith('"""', start) || text.startsWith("'''", start)))
    start = endOfRun(text, start + 2, isBreakOrQuote, 3)
  // `Some("...")`, `SecretStr("...")`: what wraps a secret holds it.
  if (opensCall(text.charCodeAt(start))) start += wrapper.exec(text.slice(start, start + 24))?.[0].length ?? 0
  // `"password": ["..."]`: in a list of others only what looks like one.
  const isListed = key.isQuoted && text[start] === '[' && isQuote(text.charCodeAt(start + 1))
  if (isListed) start += 1
  const quoted = isQuote(text.charCodeAt(start)) ? quotedValue(text, start, reading.cut) : undefined
  if (quoted) {
    const value = text.slice(quoted.start, quoted.end)
    // `"password: '" + value + "'"`, `"password:"),`: the quote ends a text.
    if (/^["'`]\s?\+|^\)[,;]|^\s?\+(?:\s.*\s|\D*)\+\s?$/.test(value)) return undefined
    const isTemplate = text[start] === '`' && value.includes('${')
    // `ID_TOKEN = "id_token"`
    if (isItself(value, key.text)) return undefined
    const judged = isListed && name.kind !== 'password' ? { ...name, isSure: false } : name
    return isTemplate || !isSecretUnder(judged, value, names) ? undefined : quoted
  }
  const wrapped = wrappedValue(text, start)
  if (wrapped) return isSecretUnder(name, text.slice(wrapped.start, wrapped.end), names) ? wrapped : undefined
  const inBlock = !isEquals && (text[start] === '|' || text[start] === '>') ? blockValue(text, start) : undefined
  if (inBlock) return isSecretUnder(name, text.slice(inBlock.start, inBlock.end), names) ? inBlock : undefined
  if (start < reading.bareUntil) return undefined
  const phrase = name.kind === 'secret' ? phraseAt(text, start) : undefined
  if (phrase) return phrase
  const bare = beforeCut(bareValue(text, start), reading.cut)
  if (key.isQuoted && !isEquals && isNumber(text, bare))
    return isSecretNumber(bare.end - bare.start, name) ? bare : undefined
  if (hasBreak(text, separator + 1, start)) return undefined
  const value =
    name.kind === 'authorization'
      ? authorizationValue(text, start, quoteAt(text, key.start - 1))
      : name.kind === 'cookie'
        ? (cookieValue(text, start) ?? (looksLikeKey(text.slice(bare.start, bare.end), 16) ? bare : undefined))
        : isBareSecret(reading, { bare, separator, name, key })
          ? bare
          : undefined
  if (!value || !isSecretUnder(name, text.slice(value.start, value.end), names)) {
    reading.bareUntil = Math.max(bare.next, value?.next ?? 0)
    return undefined
  }
  return value
}

function hasBreak(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (text.charCodeAt(at) === 0x0a) return true
  return false
}

/** `PASSWORD :'db_password'`: a variable of psql. */
function isVariableOfSql(text: string, colonAt: number): boolean {
  const isSet = text.charCodeAt(colonAt - 1) === 0x20 && isQuote(text.charCodeAt(colonAt + 1))
  return isSet && variableOfSql.test(text.slice(colonAt, colonAt + longestVariable))
}

const longestVariable = 64
const variableOfSql = /^:(["'])[a-z][a-z_]{0,60}\1/

/** The beginning of a text in quotes that stands in parentheses or in the next line, as code is written that is too long for one. */
function behindBreak(text: string, start: number): number {
  const first = text[start]
  if (first !== '(' && first !== '\n' && first !== '\r') return start
  const found = inNextLine.exec(text.slice(start, start + 450))
  return found ? start + found[1]!.length : start
}

const inNextLine = /^(\(\s{0,40}|\r?\n[ \t]{1,40})(["'`])[^\s"'`]{4,400}\2(?!\s{0,4}[:=])/

const wrapper = /^(?:Some|Optional|Success|Secret|SecretStr|SecretString|String::from|Password)\((?=["'])/

/** The beginning of the value of a declaration with a type: `token: str = "..."`, `password: &str = "..."`, `token: string | undefined = '...'`. */
function behindType(reading: Reading, start: number): number {
  if (!isAssigned(reading, start)) return start
  const { text } = reading
  const type = /^&?(?:'static )?[A-Za-z_][\w<>[\]|?.]{0,30}(?: \| (?:undefined|null|None))? ?= ?(?=["'`])/.exec(
    text.slice(start, start + 50),
  )
  return type ? start + type[0].length : start
}

/** Tells whether a quote stands behind the next `=`, and that is not far. */
function isAssigned({ text, nextEquals }: Reading, start: number): boolean {
  const at = nextEquals(start)
  if (at - start > longestType) return false
  return isQuote(text.charCodeAt(text.charCodeAt(at + 1) === 0x20 ? at + 2 : at + 1))
}

const longestType = 45

function beforeCut(found: FoundValue, cut: number | undefined): FoundValue {
  return cut !== undefined && found.start < cut && found.end > cut ? { start: found.start, end: cut, next: cut } : found
}

interface Bare {
  readonly bare: FoundValue
  readonly separator: number
  readonly name: SecretName
  readonly key: Key
}

/** A word that looks like a key and is as long is one wherever a sentence goes on behind it. */
const shortestKey = 20

/** Tells whether a word without quotes is a value, and no word of code or prose. */
function isBareSecret({ text, names }: Reading, { bare, separator, name, key }: Bare): boolean {
  const value = text.slice(bare.start, bare.end)
  if (isCode(text, bare) || isMemberOfCode(text, key, value) || /^!!(?:null|bool|int|float)$/.test(value)) return false
  if (isVariable(value) && names.named(value) !== undefined) return false
  if (isItself(value, key.text)) return false
  const isEquals = text.charCodeAt(separator) === equals && text[separator + 1] !== '>'
  const isTight = isEquals && bare.start === separator + 1 && text[separator - 1] !== ' '
  if (isTight) return value.length >= 4
  // `Password: velvetOtter`; code has names of variables behind one that begins small.
  if (name.isSure && name.kind === 'password' && isLetter(text.charCodeAt(bare.start))) {
    const chosen = /^[A-Z]/.test(key.text) ? /^[a-z]{6,}$|^[a-z]{2,}[A-Z][a-z]+$/ : /^[a-z]{6,}$/
    if (chosen.test(value) && isLine(text, key, bare)) return true
  }
  const isOfPerson = name.kind === 'secret' && /^\d{3}-\d\d-\d{4}$/.test(value)
  const isMade = isMixed(text, bare) || looksScattered(value, 10) || isOfPerson
  if (isEquals)
    return (
      isMade &&
      (endsLine(text, bare.end) ||
        (isMember(text, key.start, bare.end) && !names.named(value)) ||
        (name.isSure && looksLikeKey(value, shortestKey)) ||
        isLine(text, key, bare)) &&
      !/^[a-z]+(?:[A-Z][a-z]+)+\d{0,2}$/.test(value)
    )
  if (!name.isSure && (/^!!\D*$/.test(value) || (name.kind !== 'password' && isVariableWithNumber(value)))) return false
  // `one-time password: 493817`
  if (isMade || (isShortNumber(text, bare) && isCodeName(text, name, key))) return true
  if ((name.kind === 'password' || name.kind === 'secret') && isNumber(text, bare)) {
    if (name.kind === 'password' && isLine(text, key, bare)) return value.length >= 4
    // `WPA2 key: ...`, which many a router has of digits alone.
    const label = value.length < 8 || !endsLine(text, bare.end) ? '' : labelOf(text, key)
    const isNamed = label !== '' && (name.kind === 'secret' || names.named(label)?.isSure === true)
    return isNamed && beginsLine(text, key.start + key.text.length - label.length)
  }
  return !key.isQuoted && key.text.indexOf('-') > 0 && isHeaderValue(text, key.start, bare)
}

/** Tells whether a pair is a line of its own, with nothing behind the value but a comment. */
function isLine(text: string, key: Key, bare: FoundValue): boolean {
  return endsLine(text, endOfBlanks(text, bare.end)) && beginsLine(text, key.start)
}

function isCodeName(text: string, name: SecretName, key: Key): boolean {
  return name.kind === 'one_time_code' || name.kind === 'card' || kindOfField(labelOf(text, key)) === 'one_time_code'
}

/** `password`, `  - password`, `export PASSWORD`, `"password"` at the beginning of a line. */
function beginsLine(text: string, start: number): boolean {
  const from = Math.max(0, start - 40)
  const before = text.slice(from, start)
  const line = before.slice(before.lastIndexOf('\n') + 1)
  if (line.length === before.length && from > 0) return false
  return /^[\s#$"'-]*(?:(?:export|set|ENV|ARG)\s)?[\s"']*$/.test(line)
}

/** A quote that stands at a place, else NaN. */
function quoteAt(text: string, at: number): number {
  return isQuote(text.charCodeAt(at)) ? text.charCodeAt(at) : Number.NaN
}

function isBreakOrQuote(unit: number): boolean {
  return unit === 0x0a || unit === 0x0d || unit === 0x22 || unit === 0x27
}
