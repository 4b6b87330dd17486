import { endOfRun, isDigit, isLetterOrDigit } from '../text/characters.ts'
import { isPostalCode, kindOfField } from '../names/fields.ts'
import { isSecurityCode, otherCodes } from '../names/sent-codes.ts'
import { lastOf } from './label.ts'
import { sentenceBefore, type Reading, type ToldMark } from './reading.ts'

/** So far from words of signing in a bare `Code: 493817` still belongs to them. */
const nearby = 160

/** The marks of one-time codes in what people and messages say. */
export const codeMarks: readonly ToldMark[] = [
  ...' is your| as your| est votre| est ton| ist Ihr| ist dein| es tu| es su| è il tuo| è il suo| é o seu| é seu| is je| is uw| är din| er din| to twój| — ваш| - ваш'
    .split('|')
    .map((mark): ToldMark => [`${mark} `, codeBefore]),
  ...[' is the ', ' est le ', ' ist der ', ' es el ', ' è il ', ' é o ', ' is de '].map((mark): ToldMark => [
    mark,
    thatCode,
  ]),
  ['ode for ', codeFor],
  ...['code ', 'कोड ', 'التحقق '].map((mark): ToldMark => [mark, codeBehind]),
  ['OTP ', codeBehind],
  ['PIN ', pinBehind],
  ['PUK ', pukBehind],
  ...['CVV ', 'CVC ', 'cvv ', 'cvc ', 'CVV2 ', 'CVC2 ']
    .flatMap((mark) => [mark, `${mark}is `])
    .map((mark): ToldMark => [mark, checkDigits]),
  ...[' to ', ' for '].flatMap((link) =>
    ['sign', 'log', 'verif', 'confirm', 'authenticate', 'access', 'complete your', 'finish'].map((verb): ToldMark => [
      link + verb,
      usedCode,
    ]),
  ),
  ...['ode: ', 'Код: ', 'код: ', 'ódigo: ', 'odice: ', 'Kod: ', 'Kode: '].map((mark): ToldMark => [mark, bareCode]),
  ...'erif|ign in|ign-in|igning in|og in|og-in|ogin|ne-time|ne time|wo-factor|2FA|MFA|uthent|OTP|SMS|asscode|ent a code|ent you a'
    .split('|')
    .map((mark): ToldMark => [mark, (reading, _, end) => (reading.signIn = end)]),
  ...' fail|Fail|rror|enied|nvalid|eject|xception|nable to|ould not|tatus'
    .split('|')
    .map((mark): ToldMark => [mark, (reading, _, end) => (reading.failure = end)]),
  ..."ot share|n't share|n’t share|alid for |xpires in |икому не|e le partage|o lo comparta|ão compartilhe|on condivider|n niemanden|ür niemanden|niemandem|eel deze|ie udostępniaj|aylaşmayın"
    .split('|')
    .map((mark): ToldMark => [mark, keptCode]),
]

/** `493817 is your verification code`, `Use 493817 as your login code` */
function codeBefore({ text, report }: Reading, end: number, markEnd: number): void {
  const start = codeStart(text, end)
  const phrase = start === undefined ? undefined : /^[^.,;!?\n]{0,60}/.exec(text.slice(markEnd, markEnd + 70))?.[0]
  if (
    phrase !== undefined &&
    (kindOfField(phrase) === 'one_time_code' ||
      isSecurityCode(phrase) ||
      isCodeOfSender(phrase) ||
      isPlain.test(phrase))
  )
    report(start!, end, 'one_time_code')
}

/** `493817 is the verification code` */
function thatCode({ text, report }: Reading, end: number, markEnd: number): void {
  const start = codeStart(text, end)
  const phrase = start === undefined ? '' : /^[^.,;!?\n]{0,60}/.exec(text.slice(markEnd, markEnd + 70))![0]
  // `2024 is the year of the PIN`
  if (kindOfField(phrase) === 'one_time_code' && !/ (?:of|page|length|for [A-Z])/.test(phrase))
    report(start!, end, 'one_time_code')
}

/** `Your login code for Acme: 493817` */
function codeFor({ text, report }: Reading, start: number, from: number): void {
  const purpose = /^[\p{L}\d @.'’&-]{1,40}: (?=\d)/u.exec(text.slice(from, from + 50))
  const end = purpose ? codeEnd(text, from + purpose[0].length) : undefined
  const subject = end === undefined ? '' : `${sentenceBefore(text, start)}ode`
  if (kindOfField(lastOf(subject, 3)) === 'one_time_code') report(from + purpose![0].length, end!, 'one_time_code')
}

/** `739204 is your code`; a security code that somebody is told is none of a card. */
const isPlain = /^(?:security )?code(?![\p{L}\p{N} _-]*\p{L})/u

/** `Acme code`, and no code of a place, an order or a discount. */
function isCodeOfSender(phrase: string): boolean {
  const sender = /^((?:[\p{Lu}\d][\p{L}\d.&-]{0,30} ){1,3})code\b/u.exec(phrase)?.[1]
  return sender !== undefined && !otherCodes.test(sender)
}

/** `Use PIN 4926 to unlock`; that of an address has six digits and nobody uses it. */
function pinBehind({ text, report }: Reading, start: number, from: number): void {
  const end = codeEnd(text, from)
  const isUsed = /\b(?:use|enter|type|your|my|the|new|with) $/i.test(text.slice(Math.max(0, start - 8), start))
  if (end !== undefined && isUsed && (end - from < 6 || text.startsWith(' to ', end)))
    report(from, end, 'one_time_code')
}

/** `PUK 71306712`, which has eight digits always. */
function pukBehind({ text, report }: Reading, _: number, from: number): void {
  const end = codeEnd(text, from)
  const isDate = /^(?:19|20)\d\d[01]\d[0-3]\d/.test(text.slice(from, from + 8))
  if (end === from + 8 && !isDate) report(from, end, 'one_time_code')
}

/** `cvv 318` */
function checkDigits({ text, report }: Reading, _: number, from: number): void {
  const end = endOfRun(text, from, isDigit, 5)
  // `CVC is 250 N/mm`
  if (text.startsWith('is ', from - 3) && /^ ?[\p{L}%]/u.test(text.slice(end, end + 2))) return
  const isWhole = !isLetterOrDigit(text.charCodeAt(end)) && !/^[.,/-]\d/.test(text.slice(end, end + 2))
  if ((end - from === 3 || end - from === 4) && isWhole) report(from, end, 'card')
}

/** `verification code 493817` */
function codeBehind({ text, report }: Reading, _: number, start: number): void {
  const end = codeEnd(text, start)
  if (end === undefined) return
  const words = lastOf(sentenceBefore(text, start - 1), 3)
  if (kindOfField(words) !== 'one_time_code') return
  if (!isPostalCode(lastOf(words, 2), text.slice(start, end))) report(start, end, 'one_time_code')
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
  const label = ofCode.exec(text.slice(Math.max(0, start - 40), valueStart))
  if (!label || otherCodes.test(label[0])) return
  const end = codeEnd(text, valueStart)
  if (end === undefined || end - valueStart < 5 || start - reading.failure < nearby) return
  const isTheirs =
    label[1] !== undefined && end - valueStart > 5 && /^(?:[.,;!"'<)\]\r\n]|$)/.test(text.slice(end, end + 1))
  if (isTheirs || start - reading.signIn < nearby) report(valueStart, end, 'one_time_code')
  else reading.code = { start: valueStart, end }
}

/** `Code: `, `Your code: `, `Acme code: `: nothing before it, or whose it is or who sent it. `WhatsApp` is surely who sent it. */
const ofCode =
  /(?:^|["'\n>]|[.!?:]\s|- )(?:([Yy]our (?:\p{Lu}[\p{L}\d]{1,30} )?|\p{Lu}\p{Ll}{1,12}\p{Lu}\p{L}{1,12} )|\p{Lu}[\p{L}\d]{1,30} )?(?:[Cc]ode|[Кк]од|[Cc]ódigo|[Cc]odice|Kode?): $/u

/** `Code: 493817. Do not share it.` */
function keptCode({ text, code, failure, report }: Reading, start: number, end: number): void {
  const isTime = text[end - 1] !== ' ' || isDigit(text.charCodeAt(end))
  if (code && isTime && start - code.end < nearby && failure < code.end) report(code.start, code.end, 'one_time_code')
}

/** The beginning of a code that ends at a place: four to eight digits, or twice three of them. */
function codeStart(text: string, end: number): number | undefined {
  let start = end
  while (end - start < 9 && isDigit(text.charCodeAt(start - 1))) start -= 1
  if (end - start === 3 && isSplit(text, end - 7)) start = end - 7
  return isCode(text, start, end) ? start : undefined
}

/** The end of one that begins at a place. */
function codeEnd(text: string, start: number): number | undefined {
  const end = isSplit(text, start) ? start + 7 : endOfRun(text, start, isDigit, 9)
  return isCode(text, start, end) ? end : undefined
}

/** Tells whether a code in two halves begins at a place: `493 817`, `493-817`. */
export function isSplit(text: string, start: number): boolean {
  const between = text[start + 3]
  return (between === ' ' || between === '-') && /^\d{3}[ -]\d{3}$/.test(text.slice(start, start + 7))
}

function isCode(text: string, start: number, end: number): boolean {
  const isAlone = !isLetterOrDigit(text.charCodeAt(start - 1)) && !isLetterOrDigit(text.charCodeAt(end))
  return isAlone && end - start >= 4 && end - start <= 8
}
