// Long, since it is a list: one function for each way in which words tell a secret.
import { endOfRun, isLetter, isSpace } from '../text/characters.ts'
import { createAutomaton } from '../text/automaton.ts'
import type { Report } from '../text/report.ts'
import { isPostalCode, kindOfField } from '../names/fields.ts'
import { isSecurityCode } from '../names/sent-codes.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import type { KeyNames } from '../names/keys.ts'
import { isStateWord } from '../names/prose.ts'
import { looksLikeKey } from '../text/key-look.ts'
import { codeListMarks } from './code-list.ts'
import { codeMarks, isSplit } from './codes.ts'
import { isCodeWord, isTold, kindOfSubject, lastOf } from './label.ts'
import { endLines, readLine, tellingMarks } from './lines.ts'
import { sentenceBefore, type Reading, type ToldMark } from './reading.ts'
import { onceMarks } from './shown-once.ts'
import { signMarks } from './signs.ts'

const longestValue = 200

/** The marks that part a secret from what tells that it is one. */
const marks: readonly ToldMark[] = [
  ..." is| was| to| lautet| ist| est| es| é| è| är| er| jest| je| este| là| είναι| هي| هو| היא| हैं| है| adalah| ialah| jest to| wynosi| c'est| c’est"
    .split('|')
    .flatMap((verb) => [`${verb} `, `${verb}: `, `${verb} : `].map((mark): ToldMark => [mark, behindName])),
  ...[' provided: ', ' created: ', ' generated: ', ' now: ', ' below: ', ' -> ', ' → ', ' - ', ' – ', ' — '].map(
    (mark): ToldMark => [mark, behindName],
  ),
  [' on ', behindFinnish],
  [' into ', typedInto],
  ...[' in the ', ' in '].map((mark): ToldMark => [mark, typedIn]),
  ...['redentials: ', 'redentials ', 'ugangsdaten: ', 'asic auth: '].map((mark): ToldMark => [mark, credentials]),
  ...['ogin: ', 'ogin with ', 'og in with ', 'ign in with ', 'ccount: '].map((mark): ToldMark => [
    mark,
    mailAndPassword,
  ]),
  ['@localhost: ', ofHost],
  ...['ssword ', 'asswort ', 'ennwort ', 'ontraseña ', 'ot de passe ', 'enha ', 'achtwoord '].map((mark): ToldMark => [
    mark,
    besideName,
  ]),
  ['key ', keyBesideName],
  ['token ', keyBesideName],
  ['secret ', keyBesideName],
  ['\n', (reading, lineBreak) => readLine(reading, lineBreak)],
  ...tellingMarks,
  ...onceMarks,
  ...codeMarks,
  ...codeListMarks,
  ...signMarks,
]
const search = createAutomaton(marks.map(([mark]) => mark))

/**
 * Report secrets that a sentence tells, or a label: `the password is hunter2`, `password changed to ...`, `Your code is 493817`,
 * `493817 is your verification code`, `type ... into the password field`, and the line under a line that is a name of a secret
 * and nothing else. What only may be a word is none: `the password is required`.
 */
export function scanTold(text: string, names: KeyNames, report: Report): void {
  const reading: Reading = {
    text,
    names,
    report,
    signIn: -Infinity,
    failure: -Infinity,
    listEnd: 0,
    code: undefined,
    lineStart: 0,
    telling: 0,
    phrase: 0,
    shared: 0,
    keyWord: 0,
    onceWord: 0,
    onceLines: 0,
    above: undefined,
  }
  search(text, (index, end) => {
    const [mark, read] = marks[index]!
    read(reading, end - mark.length, end)
    return true
  })
  endLines(reading)
}

/** `the password is hunter2`, `API key was changed to ...` */
function behindName({ text, names, report }: Reading, nameEnd: number, from: number): void {
  const subjectEnd = withoutVerbs(text, nameEnd)
  const isName = names.canEndAt(text, subjectEnd) || isCodeWord(text, subjectEnd)
  const start = behindOpening(text, endOfRun(text, from, isSpace, 2))
  const isRead = isName || beginsVerb.has(text[nameEnd + 1]!)
  const end = !isRead ? start : isSplit(text, start) ? start + 7 : valueEnd(text, start)
  if (!hasSigns(text, start, end) && !(isName && endsClause(text, start, end))) return
  const subject = sentenceBefore(text, subjectEnd)
  const named = isName ? kindOfSubject(subject, names) : undefined
  const kind = named === 'card' && isSecurityCode(subject) ? 'one_time_code' : (named ?? kindOfPurpose(subject, names))
  if (!kind) return
  const value = text.slice(start, end)
  if (kind === 'one_time_code' && isPostalCode(lastOf(subject, 2), value)) return
  const isWord = kind === 'password' && text.startsWith(' is ', nameEnd) && isChosenWord(value)
  if (isWord || isTold(kind, value)) report(start, end, kind)
}

/** `Salasana on ...`. In English something is on a place: `the password on iPhone15`. */
function behindFinnish(reading: Reading, nameEnd: number, from: number): void {
  if (/salasana$/i.test(reading.text.slice(Math.max(0, nameEnd - 8), nameEnd))) behindName(reading, nameEnd, from)
}

/** The end of a name before `was set`, `has been changed`, `should be`. */
function withoutVerbs(text: string, end: number): number {
  const last = text[end - 1]
  if (last === 'l' || last === 'a' || last === 'e') {
    const said = ofTime.exec(text.slice(Math.max(0, end - 12), end))
    return said ? end - said[0].length : end
  }
  if (last !== 't' && last !== 'd') return end
  const before = text.slice(Math.max(0, end - 24), end)
  const verbs = / (?:(?:was|is|has been|been|got) )?(?:re)?(?:set|changed|updated)$/.exec(before)
  return verbs ? end - verbs[0].length : end
}

/** `La contraseña temporal`, `la password temporanea`: some languages say behind a name which one it is. */
const ofTime =
  / (?:temporal|inicial|actual|provisional|nueva|temporanea|iniziale|attuale|nuova|temporária|provisória|atual|nova|provisoire|temporaire|initial|actuel(?:le)?|tymczasowe|jednorazowe)$/

/** The first letters of verbs in {@link marks}. */
const beginsVerb = new Set('ilejéèä')

/** The kind of `The password` in `The password for the portal`, `Le mot de passe du portail`. Of a code much else is said so: `votre code de réduction`. */
function kindOfPurpose(subject: string, names: KeyNames): RedactionKind | undefined {
  let others = mostPurposes
  for (const { 0: word, index } of subject.matchAll(purpose)) {
    if ((others -= 1) < 0) return undefined
    const kind = kindOfSubject(subject.slice(0, index), names)
    if (kind && (kind !== 'one_time_code' || ofCodes.has(word))) return kind
  }
  return undefined
}

const mostPurposes = 3
const ofCodes = new Set([' for', ' of', ' của'])
const purpose =
  / (?:for|of|at|in|on|from|here|im|für|vom|von|zum|zur|am|beim|du|des?|pour|au|del|para|do|da|no|na|en|em|della|di|per|van|voor|till|för|på|của)(?= |$)/gu

const openings = new Set(Array.from('"\'`“‘„«‹', (sign) => sign.charCodeAt(0)))

/** The beginning of a value that is set apart: `<strong>493817`, `` `Vx83...` ``. */
function behindOpening(text: string, start: number): number {
  if (openings.has(text.charCodeAt(start))) return start + 1
  const tag =
    text[start] === '<' ? /^<(?:b|code|strong|em|span|kbd)\b[^<>]{0,60}>/.exec(text.slice(start, start + 70)) : null
  return tag ? start + tag[0].length : start
}

/** Words of the endings of adjectives, participles and abstract nouns, which say something of a password. */
const saysOf =
  /(?:ed|ing|able|ible|ive|ary|ory|al|ful|less|ent|ant|ly|ous|ic|ion|ment|ness|ity|ship|where|thing|case|proof|ward|place|wise|text|phrase|word|board|neath|self|ise|ize|ate)$/

/** Tells whether a word of letters alone is one that somebody chose: `correcthorse`. */
function isChosenWord(value: string): boolean {
  return /^[a-z]{10,40}$/.test(value) && !saysOf.test(value) && !isStateWord(value)
}

/** Tells whether a word is long and nothing of its clause comes behind it. */
function endsClause(text: string, start: number, end: number): boolean {
  const behind = text[end]
  return end - start >= 10 && (behind === undefined || '.,;!\n'.includes(behind))
}

/** `type ... into the password field` */
function typedInto({ text, report }: Reading, end: number, markEnd: number): void {
  let start = end
  while (end - start < longestValue && text.charCodeAt(start - 1) > 0x20) start -= 1
  if (!hasSigns(text, start, end)) return
  const [field = ''] = (/^[^.,;!?\n]{0,60}/.exec(text.slice(markEnd, markEnd + 70))?.[0] ?? '').split(/ (?:to|so) /, 1)
  const kind = kindOfField(field)
  const value = text.slice(start, end).replaceAll(/^["'`“‘]|["'`”’]$/g, '')
  const from = text.indexOf(value, start)
  if (kind && isTold(kind, value) && !keys.test(value)) report(from, from + value.length, kind)
}

const keys = /^(?:ctrl|control|shift|alt|option|meta|cmd|command|tab|enter|return|escape|backspace|delete)\+/i

/** `type ... in the password field`; much else is in one: `ERR_1001 in the password field`. */
function typedIn(reading: Reading, end: number, markEnd: number): void {
  const { text } = reading
  let start = end
  while (end - start < longestValue && text.charCodeAt(start - 1) > 0x20) start -= 1
  if (typing.test(text.slice(Math.max(0, start - 12), start))) typedInto(reading, end, markEnd)
}

const typing =
  /\b(?:typ(?:e|es|ed|ing)|enter(?:s|ed|ing)?|puts?|inputs?|insert(?:s|ed|ing)?|past(?:e|es|ed|ing)|wrote|writ(?:e|es|ing)|fill(?:s|ed|ing)?(?: in)?) $/i

/** `Credentials: ada@shop.test / ...`, `the credentials ada:...` */
function credentials({ text, report }: Reading, _: number, from: number): void {
  const found = /^[\w.@+-]{2,60}(?: \/ |:)(?=\S{6,64})/.exec(text.slice(from, from + 130))
  if (!found || /^(?:arn|urn|sts|aws|gcp|file|env|profile|provider):/i.test(found[0])) return
  const start = from + found[0].length
  const end = valueEnd(text, start)
  // `basic auth: nginx:1.25-alpine` is an image and its version.
  const isVersion = /^v?\d+\.\d/.test(text.slice(start, end))
  if (!isVersion && isTold('password', text.slice(start, end))) report(start, end, 'password')
}

/** `Login: ada@shop.test / ...` */
function mailAndPassword({ text, report }: Reading, _: number, from: number): void {
  const found = /^[\w.+-]{1,60}@[\w.-]{1,60} \/ (?=\S{6,64})/.exec(text.slice(from, from + 130))
  const start = from + (found?.[0].length ?? 0)
  const end = found ? valueEnd(text, start) : start
  // `Account: ada@shop.test / org-1042`
  const value = text.slice(start, end)
  const isMixed = [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/].every((sort) => sort.test(value))
  if (text.startsWith('ccount: ', from - 8) && !isMixed) return
  if (isTold('password', value)) report(start, end, 'password')
}

/** `A temporary password is generated for root@localhost: ...` */
function ofHost({ text, report }: Reading, start: number, from: number): void {
  const end = valueEnd(text, from)
  const isOfPassword = /\bpassword [a-z ]{0,30}[\w-]{1,30}$/.test(text.slice(Math.max(0, start - 80), start))
  if (isOfPassword && isTold('password', text.slice(from, end))) report(from, end, 'password')
}

/** `Password Tr0ub4dor&3`, `Password for ada: ...`: behind the bare word only what is made of letters, digits and signs. */
function besideName({ text, report }: Reading, _: number, from: number): void {
  const named = behindOwner(text, from)
  const start = behindOpening(text, named)
  const end = valueEnd(text, start)
  if (!hasSigns(text, start, end)) return
  const value = text.slice(start, end)
  const sorts = [/[a-z]/, /[A-Z]/, /\d/, /[!@#$%^&*+=?~]/].filter((sort) => sort.test(value)).length
  const isNamed = named > from || isUnderUser.test(text.slice(Math.max(0, from - 90), from))
  if ((sorts >= 3 || isNamed) && isTold('password', value)) report(start, end, 'password')
}

/** A line of settings under that of the user: `username ada`, `password ...`. */
const isUnderUser = /(?:^|\n)[ \t]{0,8}(?:user(?:name)?|login):? \S{1,60}\r?\n[ \t]{0,8}password $/

/** `secret access key Vx83...`: behind the bare name only what is as long and as mixed as keys are. */
function keyBesideName({ text, names, report }: Reading, _: number, from: number): void {
  const start = behindOpening(text, behindOwner(text, from))
  const end = valueEnd(text, start)
  if (end - start < 20 || !hasSigns(text, start, end) || !/^[\w+/=-]+$/.test(text.slice(start, end))) return
  const kind = kindOfSubject(sentenceBefore(text, from - 1), names)
  if (kind && kind !== 'password' && /\d/.test(text.slice(start, end)) && looksLikeKey(text.slice(start, end), 20))
    report(start, end, kind)
}

/** The place behind the words that say whose a password is, and a colon: `for ada: `. */
function behindOwner(text: string, start: number): number {
  const owner = text.startsWith('for ', start) ? ofOwner.exec(text.slice(start, start + 100)) : null
  return owner ? start + owner[0].length : start
}

const ofOwner = /^for (?:(?:the )?(?:user|account) )?[\w.@+-]{1,60} ?: {1,4}(?=\S)/

/** The end of a word without the punctuation of its sentence. */
function valueEnd(text: string, start: number): number {
  let end = endOfRun(text, start, (unit) => unit > 0x20 && unit !== 0x3c, longestValue)
  while (end > start && '.,;:)]}"\'”’`“»›'.includes(text[end - 1]!)) end -= 1
  // `The password is weak!`
  const isCry = (text[end - 1] === '!' || text[end - 1] === '?') && endOfRun(text, start, isLetter) === end - 1
  return isCry ? end - 1 : end
}

/** Nearly every word is of letters alone, and none of these is taken. */
function hasSigns(text: string, start: number, end: number): boolean {
  if (end - start < 4) return false
  for (let at = start; at < end; at += 1) if (!isLetter(text.charCodeAt(at))) return true
  return false
}
