import { endOfRun, isDigit, isLetter, isLetterOrDigit, isSpace } from '../text/characters.ts'
import { createAutomaton } from '../text/automaton.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import type { Report } from '../text/report.ts'
import { kindOfField } from '../names/fields.ts'
import type { KeyNames, SecretName } from '../names/keys.ts'
import { isSecretUnder, isStandIn, looksLikeKey } from '../names/value.ts'

const longestValue = 200
const longestName = 48

type Read = (reading: Reading, start: number, end: number) => void

interface Reading {
  readonly text: string
  readonly names: KeyNames
  readonly report: Report
}

/** The marks that part a secret from what tells that it is one. */
const marks: readonly (readonly [mark: string, read: Read])[] = [
  ...[' is', ' was', ' to', ' lautet', ' ist', ' est', ' es'].flatMap((verb) =>
    [`${verb} `, `${verb}: `].map((mark) => [mark, behindName] as const),
  ),
  [' is your ', codeBefore],
  [' into ', typedInto],
  [' -> ', behindName],
  [' → ', behindName],
  ['code ', codeBehind],
  ['OTP ', codeBehind],
  ['ssword ', besideName],
  ['\n', underLabel],
]
const search = createAutomaton(marks.map(([mark]) => mark))

/**
 * Report secrets that a sentence tells, or a label: `the password is hunter2`, `password changed to ...`, `Your code is 493817`,
 * `493817 is your verification code`, `type ... into the password field`, and the line under a line that is a name of a secret
 * and nothing else. What only may be a word is none: `the password is required`.
 */
export function scanTold(text: string, names: KeyNames, report: Report): void {
  const reading = { text, names, report }
  search(text, (index, end) => {
    const [mark, read] = marks[index]!
    read(reading, end - mark.length, end)
    return true
  })
}

/** `the password is hunter2`, `API key was changed to ...` */
function behindName({ text, names, report }: Reading, nameEnd: number, from: number): void {
  const start = endOfRun(text, from, isSpace, 2)
  const end = valueEnd(text, start)
  if (!hasSigns(text, start, end)) return
  const subjectEnd = withoutVerbs(text, nameEnd)
  const name = text.slice(Math.max(0, subjectEnd - longestName), subjectEnd)
  if (!names.canEndAt(text, subjectEnd) && !isCodeWord(text, subjectEnd)) return
  const kind = kindOfSubject(name.slice(name.search(/[^.,;:!?\n]*$/)), names)
  if (kind && isTold(kind, text.slice(start, end))) report(start, end, kind)
}

/** The end of a name before `was set`, `has been changed`, `should be`. */
function withoutVerbs(text: string, end: number): number {
  const before = text.slice(Math.max(0, end - 24), end)
  const verbs = / (?:(?:was|is|has been|been|got) )?(?:re)?(?:set|changed|updated)$/.exec(before)
  return verbs ? end - verbs[0].length : end
}

/** The kind that the last words before a verb name. */
function kindOfSubject(label: string, names: KeyNames): RedactionKind | undefined {
  const words = label.trim().split(' ')
  // `Your code`, `Your Acme code`
  if (/\byour (?:[A-Z]\w+ )?code$/i.test(label) && !/ [a-z]\w+ code$/.test(label.replace(/your code$/i, '')))
    return 'one_time_code'
  for (let count = Math.min(4, words.length); count > 0; count -= 1) {
    const name = names.named(words.slice(-count).join(' '))
    if (name?.isSure) return name.kind
  }
  return kindOfField(words.slice(-4).join(' '))
}

/** `493817 is your verification code` */
function codeBefore({ text, report }: Reading, end: number, markEnd: number): void {
  let start = end
  while (end - start < 9 && isDigit(text.charCodeAt(start - 1))) start -= 1
  const isCode = end - start >= 4 && end - start <= 8 && !isLetterOrDigit(text.charCodeAt(start - 1))
  const phrase = isCode ? /^[^.,;!?\n]{0,60}/.exec(text.slice(markEnd, markEnd + 70))?.[0] : undefined
  if (phrase !== undefined && kindOfField(phrase) === 'one_time_code') report(start, end, 'one_time_code')
}

/** `Use code 493817 to sign in`, `verification code 493817` */
function codeBehind({ text, report }: Reading, _: number, start: number): void {
  const nameEnd = start - 1
  const end = endOfRun(text, start, isDigit, 9)
  if (end - start < 4 || end - start > 8 || isLetterOrDigit(text.charCodeAt(end))) return
  const before = text.slice(Math.max(0, nameEnd - longestName), nameEnd)
  const isUsed =
    /\buse (?:the )?code$/i.test(before) &&
    /^ (?:to|for) (?:sign|log|verify|confirm|authenticate|access|complete your (?:sign|log))/.test(
      text.slice(end, end + 24),
    )
  const words = before.slice(before.search(/[^.,;:!?\n]*$/)).split(' ')
  if (isUsed || kindOfField(words.slice(-3).join(' ')) === 'one_time_code') report(start, end, 'one_time_code')
}

/** `type ... into the password field` */
function typedInto({ text, report }: Reading, end: number, markEnd: number): void {
  let start = end
  while (end - start < longestValue && text.charCodeAt(start - 1) > 0x20) start -= 1
  if (!hasSigns(text, start, end)) return
  const field = /^[^.,;!?\n]{0,60}/.exec(text.slice(markEnd, markEnd + 70))?.[0] ?? ''
  const kind = kindOfField(field)
  const value = text.slice(start, end).replaceAll(/^["'`“‘]|["'`”’]$/g, '')
  const from = text.indexOf(value, start)
  if (kind && isTold(kind, value)) report(from, from + value.length, kind)
}

/** `Password Tr0ub4dor&3`: behind the bare word only what is made of letters, digits and signs. */
function besideName({ text, report }: Reading, _: number, start: number): void {
  const end = valueEnd(text, start)
  if (!hasSigns(text, start, end)) return
  const value = text.slice(start, end)
  const sorts = [/[a-z]/, /[A-Z]/, /\d/, /[!@#$%^&*+=?~]/].filter((sort) => sort.test(value)).length
  if (sorts >= 3 && isTold('password', value)) report(start, end, 'password')
}

/** A line under a line that is a name, as a page shows a label over its value; one empty line may part them. */
function underLabel({ text, names, report }: Reading, lineBreak: number): void {
  const start = endOfRun(text, lineBreak + 1, isSpace, 12)
  const end = endOfRun(text, start, (unit) => unit > 0x20, longestValue)
  if (!hasSigns(text, start, end)) return
  const behind = text.charCodeAt(endOfRun(text, end, isBlank, 4))
  if (behind !== 0x0a && behind !== 0x0d && !Number.isNaN(behind)) return
  let labelEnd = lineBreak
  while (labelEnd > 0 && (isBlank(text.charCodeAt(labelEnd - 1)) || text.charCodeAt(labelEnd - 1) === 0x0d))
    labelEnd -= 1
  if (!names.canEndAt(text, labelEnd) && !isCodeWord(text, labelEnd)) return
  const from = text.lastIndexOf('\n', labelEnd - 1) + 1
  if (labelEnd - from > longestName) return
  const kind = kindOfLabel(text.slice(from, labelEnd).trim(), names)
  if (kind && isTold(kind, text.slice(start, end))) report(start, end, kind)
}

/** The kind of secret that a label names, if it is a name and nothing else. The PIN of an address is none. */
export function kindOfLabel(label: string, names: KeyNames): RedactionKind | undefined {
  if (label.split(' ').length > 4 || /[^\p{L}\p{N} _:-]/u.test(label) || /^pin/i.test(label)) return undefined
  const named = names.named(label.replace(/:$/, ''))
  return named?.isSure === true ? named.kind : kindOfField(label)
}

function isCodeWord(text: string, end: number): boolean {
  return text.slice(end - 4, end).toLowerCase() === 'code'
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09
}

/** The end of a word without the punctuation of its sentence. */
function valueEnd(text: string, start: number): number {
  let end = endOfRun(text, start, (unit) => unit > 0x20, longestValue)
  while (end > start && '.,;:)]}"\'”’`'.includes(text[end - 1]!)) end -= 1
  return end
}

/** Nearly every word is of letters alone, and none of these is taken. */
function hasSigns(text: string, start: number, end: number): boolean {
  if (end - start < 4) return false
  for (let at = start; at < end; at += 1) if (!isLetter(text.charCodeAt(at))) return true
  return false
}

/** Names of methods, sizes and versions, mail addresses, paths: said of secrets, and none themselves. */
const saidOfSecrets =
  /^(?:sha|md|base|utf|aes|rsa|oauth|http|ipv|pbkdf|argon|scrypt|ntlm|rc|3?des|x|v|win|level|step|page|version|number|day|phase|part)-?\d|^\d+[-+]?[a-z]*$|^[\w.+-]+@[\w-]+\.[\w.]+$|:\/\/|^[./~]|password|^[\d.:/-]+$/i

/** Tells whether what stands beside a name, in words of people, is a secret and no word about one. */
export function isTold(kind: RedactionKind, value: string): boolean {
  if (isStandIn(value) || /\s/.test(value)) return false
  if (kind === 'one_time_code') return /^\d{4,8}$|^\d{3}-\d{3}$/.test(value)
  if (kind === 'card') return false
  if (kind !== 'password') return looksLikeKey(value, 16)
  if (value.length < 6 || value.length > 64 || saidOfSecrets.test(value)) return false
  return /\p{L}/u.test(value) && /[0-9!@#$%^&*+=?~]/.test(value) && !/^[\w-]+\.[a-z]{2,5}$|[([{<>=]/i.test(value)
}

/**
 * Tells whether a cell is a secret by the head of its column. What stands under `API key` may well be the name of one, and a capital and
 * small letters are what a button is called.
 */
export function isSecretCell(name: SecretName, content: string, names: KeyNames): boolean {
  if (name.kind !== 'password') return isTold(name.kind, content)
  return !/^[A-Z][a-z]+$/.test(content) && isSecretUnder(name, content, names)
}
