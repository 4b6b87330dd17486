import type { RedactionKind } from '../text/placeholder.ts'
import { kindOfField } from '../names/fields.ts'
import { isSentCode } from '../names/field-value.ts'
import { columnOf, type KeyNames, type SecretName } from '../names/keys.ts'
import { isMnemonic } from '../names/prose.ts'
import { sorts, sortsOf } from '../text/characters.ts'
import { isSecretUnder, isStandIn } from '../names/value.ts'
import { looksLikeKey, looksScattered } from '../text/key-look.ts'

/** The kind of secret that a label names, if it is a name and nothing else. The PIN of an address is none. */
export function kindOfLabel(label: string, names: KeyNames): RedactionKind | undefined {
  if (label.split(' ').length > 4 || /[^\p{L}\p{N} _:-]/u.test(label) || /^pin/i.test(label)) return undefined
  const named = names.named(label.replace(/:$/, ''))
  return named && isTelling(named) ? named.kind : kindOfField(label)
}

/** Tells whether a name is one surely, or one of a key, which {@link isTold} knows by its length and its mix. */
export function isTelling({ isSure, kind }: SecretName): boolean {
  return isSure || kind === 'token' || kind === 'api_key'
}

/** Names of methods, sizes and versions, mail addresses, paths: said of secrets, and none themselves. */
const saidOfSecrets =
  /^(?:sha|md|base|utf|aes|rsa|oauth|http|ipv|pbkdf|argon|scrypt|ntlm|rc|3?des|x|v|win|level|step|page|version|number|day|phase|part)-?\d|^\d+[-+]?[a-z]*$|^[\w.+-]+@[\w-]+\.[\w.]+$|:\/\/|^[./~]|password|^[\d.:/-]+$/i

/** Tells whether what stands beside a name, in words of people, is a secret and no word about one. */
export function isTold(kind: RedactionKind, value: string): boolean {
  // Nearly all of them are words, which no other rule has to be asked for.
  if (kind === 'password' && !isPasswordLike(value)) return false
  if (isStandIn(value)) return false
  if (kind === 'one_time_code') return isSentCode(value)
  if (kind === 'secret' && (isGroupedKey(value) || isMnemonic(value))) return true
  if (/\s/.test(value)) return false
  if (kind === 'card') return false
  // What stands under `Token` may be the address of one.
  if (kind !== 'password') return looksLikeKey(value, 16) && !/^0x[0-9a-f]{40}$/i.test(value)
  const isByChance = looksScattered(value) && /^[\w+/]+={0,2}$/.test(value)
  if (!isByChance && saidOfSecrets.test(value)) return false
  return isByChance || !/^[\w-]+\.[a-z]{2,5}$|[([{<>=]/i.test(value)
}

/** Tells whether a text has the length of a password, a letter, and a digit or a sign that those have. */
function isPasswordLike(value: string): boolean {
  if (value.length < 6 || value.length > 64) return false
  const held = sortsOf(value)
  if ((held & ofPasswords) === 0 || (held & sorts.space) !== 0) return false
  return (held & (sorts.small | sorts.capital)) !== 0 || ((held & sorts.beyondAscii) !== 0 && /\p{L}/u.test(value))
}

const ofPasswords = sorts.digit | sorts.mark | sorts.hash | sorts.caret | sorts.star | sorts.equals

/** Tells whether a text is a key for second factors as sites show it, in groups of four: `JBSW Y3DP EHPK 3PXP`. */
export function isGroupedKey(text: string): boolean {
  const isGrouped = /^[A-Z2-7]{4}(?:[ -][A-Z2-7]{4}){2,15}(?:[ -][A-Z2-7]{1,3})?$/i.test(text)
  return isGrouped && (!/[a-z]/.test(text) || /\d/.test(text) || text.length > 38)
}

/** The names of secrets among the heads of a table. `Pass` is one beside what tells of whose: else it is a ticket, or what went well. */
export function columnsOf(heads: readonly string[], names: KeyNames): readonly (SecretName | undefined)[] {
  const columns = heads.map((head) => columnOf(head, names))
  const isDoubtful = columns.some((name) => name?.kind === 'password' && !name.isSure)
  if (!isDoubtful || heads.some((head) => people.test(head))) return columns
  return columns.map((name) => (name?.isSure === false && name.kind === 'password' ? undefined : name))
}

const people = /user|login|mail|account|host|server|usr|uname|benutzer|utilisateur|usuario/i

/**
 * Tells whether a cell is a secret by the head of its column. What stands under `API key` may well be the name of one, and a capital and
 * small letters are what a button is called.
 */
export function isSecretCell(name: SecretName, content: string, names: KeyNames): boolean {
  if (name.kind !== 'password') return isTold(name.kind, content)
  return !/^[A-Z][a-z]+$/.test(content) && isSecretUnder(name, content, names)
}

/** The kind that the last words before a verb name; what else counts something is none, unless a key stands behind it. */
export function kindOfSubject(label: string, names: KeyNames): RedactionKind | undefined {
  const subject = label.trim()
  if ((isCodeWord(subject, subject.length) || subject.endsWith('код')) && isYourCode(subject)) return 'one_time_code'
  const lastWords = lastOf(subject, 4)
  for (let words = lastWords; words !== ''; words = words.slice(words.indexOf(' ') + 1 || words.length)) {
    const name = names.named(words)
    if (name && isTelling(name)) return name.kind
  }
  return kindOfField(lastWords)
}

/** The last words of a text that are parted by spaces. */
export function lastOf(text: string, words: number): string {
  let start = text.length
  for (let count = 0; count < words && start >= 0; count += 1) start = text.lastIndexOf(' ', start - 1)
  return text.slice(start + 1)
}

/** `Your code`, `Your Acme code` */
function isYourCode(label: string): boolean {
  const isEnglish =
    /\byour (?:[A-Z]\w+ )?code$/i.test(label) && !/ [a-z]\w+ code$/.test(label.replace(/your code$/i, ''))
  return isEnglish || yourCode.test(label)
}

/** `Seu código`, in the languages most met on the web. */
const yourCode =
  /(?:^|[^\p{L}])(?:seu código|(?:tu|su) código|(?:votre|ton) code|(?:ihr|dein) code|(?:il )?(?:tuo|suo) codice|(?:je|uw|jouw) code|din kod|din kode|twój kod|ваш код)$/iu

/** Tells whether a word for a code ends at a place. */
export function isCodeWord(text: string, end: number): boolean {
  const last = text.charCodeAt(end - 1) | 0x20
  if (last === 0x65) return text.slice(end - 4, end).toLowerCase() === 'code' || text.slice(end - 6, end) === 'codice'
  return last === 0x6f ? text.slice(end - 6, end) === 'código' : last === 0x64 && text.slice(end - 4, end) === ' kod'
}
