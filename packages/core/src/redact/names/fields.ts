import type { RedactionKind } from '../text/placeholder.ts'
import { createAutomaton } from '../text/automaton.ts'
import { isDigit, isLetterOrDigit, sorts, sortsOf } from '../text/characters.ts'
import { remember } from '../text/memoize.ts'
import { harmlessPasses, harmlessPins, pinsOfGames } from './key-lists.ts'
import { isSentTo } from './sent-codes.ts'
import {
  compoundNames,
  fieldPhrases,
  fieldSigns,
  harmlessCardWords,
  harmlessFieldWords,
  otherHeads,
  personNumbers,
  typedPhrases,
} from './field-words.ts'
import { createWordSet, splitWords } from './words.ts'

const longestName = 300

/** Every phrase that names a secret, with its kind. */
export const namedFields = phrasesOf(fieldPhrases)

function phrasesOf(lists: typeof fieldPhrases): { readonly kind: RedactionKind; readonly phrase: string }[] {
  return Object.entries(lists).flatMap(([kind, lines]) =>
    lines.flatMap((line) => line.split('|')).map((phrase) => ({ kind: kind as RedactionKind, phrase })),
  )
}

const isCompound = new Set(compoundNames)
const known = [...namedFields, ...phrasesOf(typedPhrases), ...phrasesOf({ secret: personNumbers })]
  .flatMap(({ kind, phrase }) =>
    withHyphens(phrase).map((text) => ({ kind, text, isWord: true, isLast: isCompound.has(text) })),
  )
  .concat(
    Object.entries(fieldSigns).flatMap(([kind, signs]) =>
      signs.split('|').map((text) => ({ kind: kind as RedactionKind, text, isWord: false, isLast: false })),
    ),
  )
const automaton = createAutomaton(known.map(({ text }) => text))

/**
 * Tells the kind of secret that a field takes by its accessible name: a password, the number or the code of a card, a PIN or
 * one-time code, a key or a recovery phrase. `undefined` for all others, for a field to search in or for a hint, and where
 * the word behind says what the field really takes: `API key name`, `reset_password_email`.
 */
export const kindOfField = remember((name: string): RedactionKind | undefined => {
  // None is shorter than two signs of Chinese.
  if (name.length < 2) return undefined
  const text = name.slice(0, longestName).normalize('NFC').replaceAll('’', "'").toLowerCase()
  let kind: RedactionKind | undefined
  let longest = 0
  let behind = 0
  automaton(text, (index, end) => {
    const found = known[index]!
    const { length } = found.text
    const start = end - length
    if (found.isWord && ((!found.isLast && isInWord(text, start - 1)) || isInWord(text, end))) return false
    // The last of the longest: `Security code` of a card, `one-time password` and no password.
    if (length > longest) [kind, longest, behind] = [found.kind, length, end]
    return true
  })
  if (kind === undefined && name.includes('TAN') && /(?:^|\s)(?:\p{Ll}{0,8})TAN(?=$|[\s:(-])/u.test(name))
    kind = 'one_time_code'
  if (kind === undefined && isSentTo(name.slice(0, longestName))) kind = 'one_time_code'
  if (kind === undefined) return undefined
  // `Answer to security question`: a word of the name itself says nothing else of it.
  const others = `${text.slice(0, behind - longest)} ${text.slice(behind)}`
  const isOther =
    isHarmlessField(others, kind) ||
    isOtherHead(text.slice(behind)) ||
    isOfSecret.test(text) ||
    (kind === 'one_time_code' && isOfOther.test(text))
  return isOther ? undefined : kind
})

/** `GPIO pin`, `boarding_pass`, `PIN del juego` */
const isOfOther = new RegExp(
  `(?:^|[^a-z])(?:(?:${[...harmlessPins].join('|')})[ _-]pins?|(?:${[...harmlessPasses].join('|')})[ _-]pass(?:es)?|pin (?:del?|do|du|des) (?:${pinsOfGames}))(?![a-z])`,
  'i',
)

/** Tells whether a name is one of a pin or a pass that is no secret: on a map, for a gate. */
export function isOfSomethingElse(name: string): boolean {
  return isOfOther.test(name)
}

/** Tells whether a name is one of the number by which a state knows a person. */
export const isOfPerson = remember((name: string): boolean => ofPerson.test(name.slice(0, longestName)))

const ofPerson = new RegExp(`(?:^|[^\\p{L}])(?:${personNumbers.join('|')})(?![\\p{L}])`, 'iu')

/** Tells whether the word behind the name of a secret, with nothing else there, makes it a name of something else. */
function isOtherHead(rest: string): boolean {
  const head =
    /^[\s_-](?:(?!(?:for|of|to|in|on|at|and|or|with|your|the|name|id|class|type|data|value|title|aria)\b)[a-z]{2,12}[\s_-])?([a-z]{2,12})[\s:*)]*$/.exec(
      rest,
    )?.[1]
  return head !== undefined && otherHeads.has(head)
}

/** Tells whether words name another field first, and the one for a secret to say where that is: `Email (used for password reset)`. */
export function isBesideSecret(text: string): boolean {
  const other = besideSecret.exec(text)
  if (!other || /^\s{0,9}(?:after|once)\b/i.test(text)) return false
  const isFirst = kindOfField(text.slice(0, other.index)) === undefined
  return isFirst && kindOfField(text.slice(other.index + other[0].length)) !== undefined
}

const besideSecret =
  /\b(?:user ?name|e-?mail|login name|search|phone)\b[^.\n]{0,40}?(?:\b(?:above|below|before|beside|near|next|over|under|left|right|in|on|used|then)\b|[,;(])/i

/** `Name of the API key` */
const isOfSecret = /^(?:the )?(?:name|type|expiry|owner|path|location|id)[ _-](?:of|for)[ _-]/

/** Tells whether a name is one of the postal code of India, and says of no bank, card or game: six digits under it are one. */
export const isPostalName = remember((name: string): boolean => isPostalPin(splitWords(name.slice(0, longestName))))

/** {@link isPostalName} for the words of a name. */
export function isPostalPin(words: readonly string[]): boolean {
  const isPin = words.includes('pincode') || (words.includes('pin') && words.some((word) => ofPostalPin.has(word)))
  if (!isPin || words.some((word) => ofOtherPin.has(word))) return false
  return !words.includes('your') || words.some((word) => ofAddress.has(word))
}

const ofAddress = new Set('postal post zip area delivery shipping address pincode'.split(' '))
const ofPostalPin = new Set([...ofAddress, 'code'])
/** Words that make a `PIN code` one of something else than an address. */
const ofOtherPin = new Set(
  'card bank atm debit credit account login sign security secret verification otp sms game door lock unlock sim device phone app upi wallet transaction payment admin user access entry gate alarm voicemail parental my new old current confirm repeat reset change forgot'.split(
    ' ',
  ),
)

/** Tells whether a value is six digits, as the postal code of India has them. */
export function isPostalNumber(value: string): boolean {
  return /^[1-9]\d{2} ?\d{3}$/.test(value)
}

/** Tells whether a value is none of a card or an account under such a name: six digits, or anything where it says so itself, and nothing yet. */
export function isPostalCode(name: string, value: string): boolean {
  return (value === '' || isPostalNumber(value) || saysPostal.test(name)) && isPostalName(name)
}

const saysPostal = /\b(?:zip|postal|postcode)\b/i

/** Tells whether a field says something of a secret, or searches among them, and takes none. */
export function isHarmlessField(name: string, kind?: RedactionKind): boolean {
  const isHarmless = (word: string): boolean =>
    harmlessFieldWords.has(word) || (kind === 'card' && harmlessCardWords.has(word))
  return splitWords(name.slice(0, longestName)).some(isHarmless)
}

/** Tells whether a text is a name of a field for a secret and nothing else, as the label of one is. */
export function isNameOfField(text: string): boolean {
  if (text.length > longestPhrase) return false
  const isPlain = (sortsOf(text) & sorts.beyondAscii) === 0
  return isName((isPlain ? text : text.normalize('NFC').replaceAll('’', "'")).trim())
}

const longestPhrase = 45
const isName = createWordSet(known.map(({ text }) => text))

/** The kind of secret that the element of a selector or a line of code takes, by the words of its last part. */
export function kindOfSelector(selector: string): RedactionKind | undefined {
  if (isOfOther.test(selector)) return undefined
  const part = lastPart(selector.slice(0, longestName))
  if (/\[type ?= ?["']?password\b/i.test(part)) return 'password'
  const words = splitWords(part).map((word) =>
    isDigit(word.charCodeAt(word.length - 1)) ? word.replace(/\d{1,2}$/, '') : word,
  )
  const text = words.join(' ')
  if (isOfOther.test(text)) return undefined
  if (/\bcc (?:number|csc|exp)\b/.test(text)) return 'card'
  const named = kindOfField(text)
  const head = words.at(-1) ?? ''
  if (named === undefined && (otherHeads.has(head) || harmlessFieldWords.has(head))) return undefined
  const kind = named ?? (joinedPassword.test(text) ? 'password' : undefined)
  const isShort = words.includes('pw') || words.includes('pass')
  return kind ?? (isShort ? 'password' : undefined)
}

/** The kind of a field by a selector, or by the name that it is found by. */
export const kindOfElement = remember((text: string): RedactionKind | undefined =>
  /[#.[\]=/:>]/.test(text) ? kindOfSelector(text) : (kindOfField(text) ?? kindOfSelector(text)),
)

/** `userpassword`, `loginpasswd`, `passwordinput`: names that run words together. */
const joinedPassword = /(?:password|passwd|passwort)(?:input|field|box)?\b/

/** The element itself, and not those around it: `form#login > input[name=x]`, `//form//input`. */
function lastPart(selector: string): string {
  let depth = 0
  for (let at = selector.length - 1; at > 0; at -= 1) {
    const unit = selector[at]!
    if (unit === ']' || unit === ')') depth += 1
    else if (unit === '[' || unit === '(') depth -= 1
    else if (depth <= 0 && (unit === ' ' || unit === '>' || unit === '/')) return selector.slice(at + 1)
  }
  return selector
}

/** `one time code`, `one-time code`, `one time-code`, `one-time-code` */
function withHyphens(phrase: string): string[] {
  const [first, ...rest] = phrase.replaceAll('’', "'").split(' ')
  let spellings = [first!]
  for (const word of rest) spellings = spellings.flatMap((text) => [`${text} ${word}`, `${text}-${word}`])
  return spellings
}

function isInWord(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return isLetterOrDigit(unit) || (unit >= 0xc0 && unit < 0x2000)
}
