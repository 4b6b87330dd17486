import { endOfRun, isDigit, isLetterOrDigit } from '../text/characters.ts'
import { kindOfField } from '../names/fields.ts'
import { sentenceBefore, type Reading, type ToldMark } from './reading.ts'

/** So far from words of signing in a bare `Code: 493817` still belongs to them. */
const nearby = 160

/** The marks of one-time codes in what people and messages say. */
export const codeMarks: readonly ToldMark[] = [
  [' is your ', codeBefore],
  [' as your ', codeBefore],
  ['code ', codeBehind],
  ['OTP ', codeBehind],
  ...[' to ', ' for '].flatMap((link) =>
    ['sign', 'log', 'verif', 'confirm', 'authenticate', 'access', 'complete your'].map((verb): ToldMark => [
      link + verb,
      usedCode,
    ]),
  ),
  ['ode: ', bareCode],
  ...'erif|ign in|ign-in|igning in|og in|og-in|ogin|ne-time|ne time|wo-factor|2FA|MFA|uthent|OTP|SMS|asscode|ent a code|ent you a'
    .split('|')
    .map((mark): ToldMark => [mark, (reading, _, end) => (reading.signIn = end)]),
  ...' fail|Fail|rror|enied|nvalid|eject|xception|nable to|ould not|tatus'
    .split('|')
    .map((mark): ToldMark => [mark, (reading, _, end) => (reading.failure = end)]),
  ...['ot share', "n't share", 'n’t share', 'alid for ', 'xpires in '].map((mark): ToldMark => [mark, keptCode]),
]

/** `493817 is your verification code`, `Use 493817 as your login code` */
function codeBefore({ text, report }: Reading, end: number, markEnd: number): void {
  const start = codeStart(text, end)
  const phrase = start === undefined ? undefined : /^[^.,;!?\n]{0,60}/.exec(text.slice(markEnd, markEnd + 70))?.[0]
  if (phrase !== undefined && kindOfField(phrase) === 'one_time_code') report(start!, end, 'one_time_code')
}

/** `verification code 493817` */
function codeBehind({ text, report }: Reading, _: number, start: number): void {
  const end = codeEnd(text, start)
  if (end === undefined) return
  const words = sentenceBefore(text, start - 1).split(' ')
  if (kindOfField(words.slice(-3).join(' ')) === 'one_time_code') report(start, end, 'one_time_code')
}

/** `Use code 493817 to sign in`, `Enter 493817 to confirm your sign-in` */
function usedCode({ text, report }: Reading, end: number): void {
  const start = codeStart(text, end)
  if (start === undefined) return
  const before = text.slice(Math.max(0, start - 24), start)
  const isYear = /^(?:19|20)\d\d$/.test(text.slice(start, end)) && !before.endsWith('code ')
  if (!isYear && /\b(?:use|enter|type|input)(?: (?:the|this|your))?(?: code)? $/i.test(before))
    report(start, end, 'one_time_code')
}

/**
 * `Code: 493817`, where nothing else says of what it is one: near words of signing in, and not near those of a failure
 * (`Sign in failed. Code: 50034`). A label that says more (`Postal code: `) is another one.
 */
function bareCode(reading: Reading, start: number, valueStart: number): void {
  const { text, report } = reading
  const first = text[start - 1]
  const before = text.slice(Math.max(0, start - 3), start - 1)
  if ((first !== 'C' && first !== 'c') || !/^$|["'\n>]$|[.!?:]\s$|- $/.test(before)) return
  const end = codeEnd(text, valueStart)
  if (end === undefined || end - valueStart < 5 || start - reading.failure < nearby) return
  if (start - reading.signIn < nearby) report(valueStart, end, 'one_time_code')
  else reading.code = { start: valueStart, end }
}

/** `Code: 493817. Do not share it.` */
function keptCode({ text, code, failure, report }: Reading, start: number, end: number): void {
  const isTime = text[end - 1] !== ' ' || isDigit(text.charCodeAt(end))
  if (code && isTime && start - code.end < nearby && failure < code.end) report(code.start, code.end, 'one_time_code')
}

/** The beginning of a number of four to eight digits that ends at a place. */
function codeStart(text: string, end: number): number | undefined {
  let start = end
  while (end - start < 9 && isDigit(text.charCodeAt(start - 1))) start -= 1
  const isCode = end - start >= 4 && end - start <= 8 && !isLetterOrDigit(text.charCodeAt(start - 1))
  return isCode ? start : undefined
}

/** The end of such a number that begins at a place. */
function codeEnd(text: string, start: number): number | undefined {
  const end = endOfRun(text, start, isDigit, 9)
  return end - start >= 4 && end - start <= 8 && !isLetterOrDigit(text.charCodeAt(end)) ? end : undefined
}
