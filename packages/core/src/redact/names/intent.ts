import type { RedactionKind } from '../text/placeholder.ts'
import { isSentCode, kindInField } from './field-value.ts'
import { otherFields } from './field-words.ts'
import { isBesideSecret, isNameOfField, kindOfField } from './fields.ts'
import { isMnemonic } from './prose.ts'
import { isSecretOfKind } from './value.ts'
import { splitWords } from './words.ts'

/** Agents plan at length, and say last what they do now. */
const longestRead = 1_200
const mostSentences = 12
const longestObject = 80

/**
 * Tells what an agent says in its own words that it types into (`types`), or goes to (`aims`): a name of a field as it calls it,
 * such as `the password`. Of several sentences the last one that says so counts; a plan for later (`then the password`) does not.
 *
 * @param count how often the same words came before: of `the username and the password` they then name the next one
 * @param isListed only a name in such a list counts
 */
export function saidField(words: string, does: 'types' | 'aims', count = 0, isListed = false): string | undefined {
  const sentences = words
    .slice(-longestRead)
    .split(/[.!?;]+(?:\s|$)|[。！？；]|\n+/, 40)
    .slice(-mostSentences)
  let later: string | undefined
  for (const [at, sentence] of [...sentences.entries()].toReversed()) {
    const found = objectIn(sentence, does, count, isListed)
    if (found === undefined) continue
    const object = isPronoun.test(found) ? lastOf(sentences.slice(0, at)) : found
    if (object === '') continue
    if (!laterOn.test(sentence)) return object
    later ??= object
  }
  // `Password`, and nothing else.
  const label = cut(words)
  return later ?? (does === 'types' && !isListed && isNameOfField(label) ? label : undefined)
}

/** The kind of secret that a value can be which an agent types where it says so, see {@link saidField}. */
export function kindOfSaidField(said: string, value: string): RedactionKind | undefined {
  const typed = value.trim()
  const [name = ''] = said.split(/ (?:on|about|regarding) /, 1)
  // `The code from the email` is a code.
  const [thing = ''] = said.split(/ (?:from|of|for|sent) /, 1)
  const isOther =
    splitWords(thing).some((word) => otherFields.has(word) || otherThings.has(word)) || isBesideSecret(said)
  if (isOther || (/\s/.test(typed) && !isMnemonic(typed)) || /@[\w-]+\.|:\/\//.test(typed)) return undefined
  const kind = kindInField(name, typed)
  if (kind === 'one_time_code') return isSentCode(typed) ? kind : undefined
  return kind && isSecretOfKind(kind, typed) ? kind : undefined
}

/** Tells whether what an agent goes to is a field by what it calls it: `the password field`, `Password`; an `API key in the list` is none. */
export function isSaidField(said: string): boolean {
  return /\b(?:field|box|input|textbox|area|prompt)(?:es|s)?\b/i.test(said) || isNameOfField(said)
}

/** Verbs as they are said of what is done now; `filled` and `entered` are over. */
const verbs = {
  types:
    /\b(?:typ(?:e|ing)|enter(?:ing)?|fill(?:ing)?|input(?:ting)?|put(?:ting)?|past(?:e|ing)|provid(?:e|ing)|suppl(?:y|ying)|writ(?:e|ing)|us(?:e|ing)|complet(?:e|ing)|key(?:ing)? in|add(?:ing)?|set(?:ting)?)\b(?:\s+(?:in|out)\b)?/gi,
  aims: /\b(?:click(?:ing)?|tap(?:ping)?|select(?:ing)?|focus(?:ing)?|mov(?:e|ing)|go(?:ing)?|press(?:ing)?|activat(?:e|ing))\b(?:\s+(?:on|in|into|to|inside)\b)?/gi,
}
/** The same in other languages, where the object stands before the verb or behind it. */
const foreign = {
  types:
    /(?:^|[^\p{L}])(?:gebe|gib|tippe|eingeben|escrib|introdu|ingres|tecle|digit|inser|saisi|tape|entre|wpis|vul|typ|skriv|ввож|введ|введите)\p{L}*|输入|輸入|填写|入力|입력/iu,
  aims: /(?:^|[^\p{L}])(?:klick|clic|haga|fai|cliqu|klik|нажим|кликн)\p{L}*|点击|點擊|クリック|클릭/iu,
}
const english = /\b(?:the|i|my|to|and|now|is|was|it)\b/i
/** The end of what a verb is about. */
const ends =
  /,|\(|:|\b(?:then|and|before|after|so|because|since|which|that|who|with|using|as|again|now|instead|followed)\b|(?<!\bthe )\b(?:first|next)\b/i
const into = /\s+(?:into|in|inside|at|on)\s+(?=(?:the|this|that|its|my|your|our)\b)/i
const laterOn = /^\s*(?:then|next|later|afterwards|after that|and then)\b/i
const isPronoun =
  /^(?:it|this|that|them|one|(?:value|text|string|credential|characters?)|(?:(?:first|second|next|same|empty|focused|active) )?(?:field|box|input|form))?$/i
const determiner =
  /^(?:(?:the|a|an|my|your|our|their|its|user's|user’s|correct|given|provided|saved|stored|account|valid|same)\s+)+/i

function objectIn(sentence: string, does: 'types' | 'aims', count: number, isListed: boolean): string | undefined {
  let found: string | undefined
  let before = ''
  for (const { index, 0: verb } of sentence.matchAll(verbs[does])) {
    const behind = sentence.slice(index + verb.length, index + verb.length + longestObject)
    // `Click the "Enter" button`: behind a hyphen or in quotes it is a name.
    if (/["'“‘-]$/.test(sentence.slice(0, index)) || !/^\s/.test(behind)) continue
    const listed = count > 0 && does === 'types' ? itemOf(behind, count, isListed) : undefined
    if (listed !== undefined || isListed) return listed
    const [thing = '', place = ''] = behind.split(into, 2).map(cut)
    const object = isPronoun.test(thing) ? place : thing
    found = object === '' ? thing : object
    if (!isPronoun.test(found)) return found
    before ||= sentence.slice(0, index).trim()
  }
  // `Confirming the password by typing it again`
  if (found !== undefined) return before.split(' ').length > 3 ? before : found
  if (isListed) return undefined
  const next = does === 'types' ? /^\s*now,? ((?:\S+ ?){1,3})$/i.exec(sentence)?.[1] : undefined
  if (next !== undefined) return cut(next)
  const isForeign = sentence.length <= longestObject && !english.test(sentence) && /\s|[^\0-\x7f]/.test(sentence.trim())
  return isForeign ? foreignObject(sentence, does) : undefined
}

/** The last part of a sentence that tells of now, in another language than English; `Ya escribí la contraseña` is over. */
function foreignObject(sentence: string, does: 'types' | 'aims'): string | undefined {
  const parts = sentence.split(foreignParts, 12)
  const left = parts.filter((part) => !isOver.test(part))
  const isNext = left.length < parts.length
  const at = left.findLastIndex((part) => foreign[does].test(part) || (isNext && now.test(part)))
  return at < 0 ? undefined : left.slice(at).join(' ')
}

const foreignParts = /[,、，:：–—]|\s(?:und|et|puis|y|e|ed|en|i|и|а|och|og)\s/iu
/** Words of what is typed already. */
const isOver =
  /(?:^|[^\p{L}])(?:typed|entered|filled|done|schon|bereits|(?:ein)?ge(?:geben|tippt|füllt|tragen)|ausgefüllt|eingegeben|eingetragen|déjà|saisi|entré|tapé|rempli|inséré|escrit[oa]|escribí|introducid[oa]|introduje|ingresad[oa]|ingresé|teclead[oa]|tecleé|complet(?:ad[oa]|é)|inserit[oa]|digitat[oa]|scritt[oa]|digitei|digitad[oa]|inserid[oa]|inseri|escrevi|preenchi(?:d[oa])?|ingevuld|ingevoerd|getypt|wpisan[yea]|wpisał[ea]m|wprowadzon[yea]|(?:в|на)вед[её]н[оаы]?|вв[её]л[аи]?|набран[оаы]?|уже|skrivit|skrevet|indtastet|ifyllt)(?![\p{L}])|已|输入了|輸入了|填好|完成|完了|入力済|ました|した(?:ので|後|あと)|했|입력됨|완료/iu
const now =
  /(?:^|[^\p{L}])(?:now|jetzt|nun|maintenant|ahora|ora|adesso|agora|nu|teraz|теперь|сейчас|далее)(?![\p{L}])|现在|現在|接下来|次に|次は|今|이제|지금/iu

/** One of several fields that are named together: `the username and the password`. */
function itemOf(text: string, count: number, isListed: boolean): string | undefined {
  const items = text
    .split(/,(?: and)? | and /)
    .map(cut)
    .filter((item) => !isTab.test(item))
  const fields = items.slice(0, items.findIndex((item) => !isField(item)) + 1 || items.length).filter(isField)
  return fields.length > 1 ? fields[isListed ? count : Math.min(count, fields.length - 1)] : undefined
}

const isTab = /^(?:press )?(?:the )?tab(?: key)?$/i

function isField(name: string): boolean {
  const words = splitWords(name)
  return words.length <= 4 && (words.some((word) => otherFields.has(word)) || kindOfField(name) !== undefined)
}

function cut(text: string): string {
  const end = text.search(ends)
  return (end < 0 ? text : text.slice(0, end))
    .trim()
    .replace(/\s+(?:in|out)$/, '')
    .replace(determiner, '')
    .trim()
}

/** The thing that the sentence before speaks of last: `What is left is the password. I type it in now.` */
function lastOf(sentences: readonly string[]): string {
  const last = sentences.at(-1) ?? ''
  return last.slice(Math.max(last.lastIndexOf(','), last.lastIndexOf(' is ') + 3) + 1).trim()
}

/** Words of what is written in many words, or is none of a person's secrets. */
const otherThings = new Set(
  'row link menu option item list section settings add save manage open help query search question comment message title heading subject text sentence note address url link page city name quantity amount date description about policy promo coupon discount zip postal tab button icon eye forgot show hide reset change create generate copy'.split(
    ' ',
  ),
)
