import { isLetterOrDigit, isNameUnit, isQuote } from '../text/characters.ts'
import { queryNameOf, type KeyNames, type SecretName } from '../names/keys.ts'
import { looksLikeKey } from '../text/key-look.ts'
import { splitWords } from '../names/words.ts'

const longestKey = 64

/** A name before a separator. */
export interface Key {
  readonly text: string
  readonly start: number
  readonly isQuoted: boolean
}

/** The name that ends before a separator, if it can be the name of a secret at all. */
export function keyBefore(text: string, names: KeyNames, at: number): Key | undefined {
  // Most separators stand behind something else than a name.
  let end = beforeOperator(text, at)
  if (!canEndKey(text.charCodeAt(end - 1))) return undefined
  while (at - end < 8 && text.charCodeAt(end - 1) === 0x20) end -= 1
  end = beforeType(text, end, at)
  // `headers["X-Api-Key"] = `
  if (text.charCodeAt(end - 1) === 0x5d && isQuote(text.charCodeAt(end - 2))) end -= 1
  // `Access token (expires in 1 h): ...`
  if (text.charCodeAt(end - 1) === 0x29) end = beforeParentheses(text, end)
  // `**Password**: ...`
  while (at - end < 10 && text.charCodeAt(end - 1) === 0x2a) end -= 1
  const last = text.charCodeAt(end - 1)
  const isQuoted = isQuote(last)
  if (isQuoted) end -= 1
  if (!names.canEndAt(text, end)) return undefined
  let start = end
  for (; start > 0 && end - start <= longestKey; start -= 1) {
    const unit = text.charCodeAt(start - 1)
    const isInside = isQuoted ? unit !== last && unit !== 0x0a : isNameUnit(unit) || unit > 0xbf
    if (!isInside) break
  }
  if (end - start > longestKey || start === end) return undefined
  // `case 'id_token':`, `isHybrid ? 'id_token' : 'code'`
  if (
    isQuoted &&
    inChoice.test(text.slice(Math.max(0, start - 6), start - 1)) &&
    !hasDigit.test(text.slice(at, at + 99))
  )
    return undefined
  return { text: text.slice(start, end), start, isQuoted }
}

/** The end of what stands before an assignment that keeps what is set: `password ||= "..."`, `PASSWORD ?= ...`. */
function beforeOperator(text: string, at: number): number {
  const sign = text[at - 1]
  if ((sign !== '?' && sign !== '|') || text[at] !== '=') return at
  const start = text[at - 2] === sign ? at - 2 : at - 1
  return text[start - 1] === ' ' && text[at + 1] === ' ' ? start - 1 : at
}

/** The end of a name before its type, as Go, SQL and Basic have it: `var token string = "..."`, `Dim password As String = "..."`. */
function beforeType(text: string, end: number, at: number): number {
  const last = text.charCodeAt(end - 1) | 0x20
  if ((last !== 0x67 && last !== 0x74) || (text[at] !== '=' && text[at + 1] !== '=')) return end
  return (
    end -
    (/(?<=[\w\]"'])(?: As)? (?:[Ss]tring|TEXT|text)$/.exec(text.slice(Math.max(0, end - 12), end))?.[0].length ?? 0)
  )
}

const inChoice = /case $|\? ?$/
/** In quotes behind a colon. */
const hasDigit = /^:\s{0,9}["'][^\s"']*\d/

/** The end of what stands before a remark in parentheses. */
function beforeParentheses(text: string, end: number): number {
  const opening = text.slice(Math.max(0, end - longestKey), end).lastIndexOf(' (')
  return opening < 0 ? end : Math.max(0, end - longestKey) + opening
}

/** A name with the words before it in the line: `API key`, where the last one alone says less. */
export function labelOf(text: string, key: Key): string {
  if (key.isQuoted || text.charCodeAt(key.start - 1) !== 0x20) return key.text
  const end = key.start + key.text.length
  return text.slice(labelStart(text, key.start, end), end).replace(/^(?:export|set|env|arg|declare) /i, '')
}

/** The beginning of a label of up to six words: `Code de vérification`. */
function labelStart(text: string, keyStart: number, end: number): number {
  let start = keyStart
  for (let words = 0; words < 5 && text.charCodeAt(start - 1) === 0x20; words += 1) {
    let before = start - 1
    while (before > 0 && end - before < longestKey && isLabelUnit(text.charCodeAt(before - 1))) before -= 1
    if (before === start - 1) break
    start = before
  }
  return start
}

function isLabelUnit(unit: number): boolean {
  return isLetterOrDigit(unit) || unit === 0x2d || unit > 0xbf
}

function canEndKey(unit: number): boolean {
  return (
    isLetterOrDigit(unit) ||
    unit === 0x20 ||
    unit === 0x5d ||
    unit === 0x29 ||
    unit === 0x2a ||
    unit > 0x7f ||
    isQuote(unit)
  )
}

/** The name that stands before a value in YAML and in a block of code, or in a piece of JSON without its beginning, else "". */
export function labelBefore(text: string, start: number): string {
  const before = text.slice(Math.max(0, start - 160), start)
  const found =
    (before.includes('\n') ? lineBefore.exec(before) : null) ??
    (before.includes('{')
      ? blockBefore.exec(before)
      : /,\s{0,40}["']$/.test(before.slice(-50))
        ? memberBefore.exec(before)
        : null)
  return found?.[1] ?? ''
}

const memberBefore =
  /["'](?:name|key|field|id|label|header)["']\s{0,9}:\s{0,9}["']([^"'\\]{1,64})["']\s{0,9},\s{0,40}["']$/i
const lineBefore =
  /(?:^|[\s-])(?:name|key) {0,12}: {1,4}["']?([\w.-]{1,64}(?: [\w.-]{1,20}){0,3})["']?\r?\n(?: {1,40}(?:ref|role|uid|description|type): [^\n]{0,40}\n){0,2} {0,40}$/i
const blockBefore = /(?:variable|output)\s"([\w-]{1,64})"\s?\{[^{}]{0,99}$/

const longestBeside = 150

/** The name of a parameter, judged by the rest of its URL where it is doubtful: `?user=ada&pass=blue-house7`, `/card/verify?pin=560034`. */
export function nameInQuery(text: string, key: Key, names: KeyNames, separator: number): SecretName | undefined {
  if (isOfCode.test(text.slice(separator, separator + 6))) return undefined
  const name = names.named(key.text)
  if (!name || name.isSure || name.isPostal) return name
  const before = text.slice(Math.max(0, key.start - longestBeside), key.start)
  if (name.kind === 'password') return { ...name, isSure: besideUser.test(before) }
  if (name.kind !== 'one_time_code' || key.text.toLowerCase() !== 'pin') return name
  if (!/^[1-9]\d{5}(?!\d)/.test(text.slice(separator + 1, separator + 8))) return name
  // Six digits are a postal code, as India calls one, where nothing speaks of a card or an account.
  const behind = text.slice(separator, separator + longestBeside).split(/\s/, 1)
  return { ...name, isPostal: !ofAccount.test(before.split(/\s/).at(-1)! + behind[0]!) }
}

/** `&a.token === b.token`, `&&a.token=!0` */
const isOfCode = /^==|^=![\w$.]{1,3}(?![\w$.])/
const besideUser = /[?&](?:user|username|login|email|usr|uname)=[^&\s]*&(?:[^&\s]*&)?$/i
const ofAccount =
  /[/?&.=_-](?:log-?in|sign-?in|auth\w*|verif\w*|confirm\w*|unlock|bank\w*|cards?|atm|account\w*|wallet|pay\w*|users?|username|e?mail|phone|msisdn|mobile|otp|sim|device|door|lock|upi|pin)(?![a-z])/i

/** `this.password=e`, `;r.password=e`: what code assigns without quotes is a variable, if it has no look of a key. Settings have longer words before a dot. */
export function isMemberOfCode(text: string, { text: name, start, isQuoted }: Key, value: string): boolean {
  if (isQuoted || !/^(?:this[.[]|[\w$]?\.)/.test(name) || looksLikeKey(value, 8)) return false
  const isInside = name.startsWith('this') || text.startsWith('return ', start - 7)
  return isInside || ';{}(),!?]#&|'.includes(text[start - 1] ?? ' ')
}

/** Tells whether a word is a variable of code with a number in it: `recaptchaV2Token`, `defaultToConfig2`. */
export function isVariableWithNumber(value: string): boolean {
  const words = /^[A-Za-z]\w{7,39}$/.test(value) ? splitWords(value) : []
  return words.length > 1 && words.every((word) => /^(?:[a-z]{2,}\d{0,2}[a-z]*|v\d)$/.test(word))
}

/** `access_token`, `accessToken`: words that are joined. */
export function isVariable(value: string): boolean {
  return /^[A-Za-z]+(?:[-_][A-Za-z]+)+$|^[a-z]+(?:[A-Z][a-z]+)+\d?$/.test(value)
}

/** A signature, or a `code`, `key` or the like with 16 characters and more in which letters and digits are mixed. */
export function isQuerySecret(key: string, value: string): boolean {
  const name = queryNameOf(key)
  // `John-Smith-signature` is that of a person.
  if (name === 'signature') return looksLikeKey(value, 8) && !value.includes('%20')
  // The key of an object in a store is a path.
  return name !== undefined && looksLikeKey(value, 16) && (name === 'other' || /^[A-Za-z0-9_-]+$/.test(value))
}
