import type { RedactionKind } from '../text/placeholder.ts'
import { remember } from '../text/memoize.ts'
import { harmlessKeys } from './key-lists.ts'
import { isBesideSecret, isHarmlessField, isOfPerson, isOfSomethingElse, isPostalCode, kindOfField } from './fields.ts'
import { builtInNames, type KeyNames } from './keys.ts'
import { isMnemonic } from './prose.ts'
import { codeWord, otherCodes } from './sent-codes.ts'
import { splitWords } from './words.ts'
import { looksLikeKey, looksScattered } from '../text/key-look.ts'

const longestLabel = 90
const longestValue = 4_000

/** Tells the kind of secret that a value is in a field of a name: its label, or the `name` of its element. */
export type KindInField = (name: string, value: string) => RedactionKind | undefined

/**
 * Make what knows a field for a secret, by its name and by its value. Beside the names that decide alone, in words or as code spells
 * them, those count under which other things stand as well: there the value has to be a code or a key, as in `Enter code`,
 * `Code from SMS`, `License key`; and six digits under the `PIN code` of an address are none. A name that leaves it to the value says
 * nothing of an empty field.
 */
export function createKindInField(names: KeyNames): KindInField {
  const kindOfName = remember((name) => {
    if (isBesideSecret(name)) return undefined
    return kindOfField(name) ?? (isHarmlessField(name) ? undefined : typeable(names.kindOf(name)))
  })
  return (name, value) => {
    const kind = kindOfName(name)
    if (!kind) return kindByValue(name, value)
    return (kind === 'one_time_code' || kind === 'secret') && isNoneThere(name, value) ? undefined : kind
  }
}

/** {@link createKindInField} by the built-in names. */
export const kindInField: KindInField = createKindInField(builtInNames)

/** A field named "session" or "cookie" takes a lecture or a recipe; only a header of that name is a secret. */
function typeable(kind: RedactionKind | undefined): RedactionKind | undefined {
  return kind === 'session' || kind === 'cookie' || kind === 'authorization' ? undefined : kind
}

/** Tells whether what stands under the name of a code is one of something else: of an address, or `on file` under that of a person. */
function isNoneThere(name: string, value: string): boolean {
  return isPostalCode(name, value) || (isOfPerson(name) && /[^\d\s.-]/.test(value) && !hasDigits(value))
}

function hasDigits(value: string): boolean {
  return value.replaceAll(/\D/g, '').length >= 4
}

/**
 * The kind of a value by all the names of its field, the first that tells one. A name of something else makes it none: `Game PIN`,
 * whatever its element is called.
 *
 * @param keys the `name` and `id` of its element: they tell nothing where a label names another code
 */
export function kindByNames(
  labels: readonly string[],
  value: string,
  keys: readonly string[] = [],
): RedactionKind | undefined {
  if (labels.some((label) => isOfSomethingElse(label) || isPostalCode(label, value))) return undefined
  const kind = firstKind(labels, value)
  if (kind) return kind
  const isOther = labels.some((label) => otherCodes.test(label) || isHarmlessField(label))
  return firstKind(isOther ? keys.filter(isOfNoCode) : keys, value)
}

function isOfNoCode(key: string): boolean {
  const kind = kindInField(key, '')
  return kind !== undefined && kind !== 'one_time_code'
}

function firstKind(names: readonly string[], value: string): RedactionKind | undefined {
  for (const name of names) {
    const kind = name === '' ? undefined : kindInField(name, value)
    if (kind) return kind
  }
  return undefined
}

/** Tells whether six digits under a `PIN code` are that of a card, by the texts around it: those of an address say that they are not. */
export function isPinOfCard(name: string, value: string, around: () => string): boolean {
  if (value.length < 6 || value.length > 7 || !isPostalCode(name, value)) return false
  const text = around()
  return (
    /\b(?:card|cvv|cvc|atm|debit|credit)\b/i.test(text) &&
    !/\b(?:address|city|town|state|street|delivery|shipping|district|landmark|pincode)\b/i.test(text)
  )
}

/** The kind of a value in a field whose name alone decides nothing. */
function kindByValue(given: string, value: string): RedactionKind | undefined {
  // Most values are too short for either.
  if (value.length < 4 || value.length > longestValue) return undefined
  const name = given.length <= longestLabel && isOfCode.test(given) ? splitWords(given).join(' ') : given
  if (isOfPerson(name)) return hasDigits(value) ? 'secret' : undefined
  if (cardExpiry.test(given)) return /^\d\d ?[/-]? ?(?:\d\d){1,2}$/.test(value) ? 'card' : undefined
  const isCode = isSentCode(value) && isCodeLabel(name)
  // Under the bare word stands the number of a product, too.
  if (isCode && (/^\d{3}[ -]?\d{3}$/.test(value) || !/^\P{L}*\p{L}+\P{L}*$/u.test(name))) return 'one_time_code'
  if (!isCode && /^\d{6}(?:\d\d)?$|^\d{3}[ -]\d{3}$/.test(value) && ofSecondFactor.test(name)) return 'one_time_code'
  if (isMnemonic(value)) return ofPhrase.test(name) ? 'secret' : undefined
  if (seed.test(name) && looksScattered(value)) return 'secret'
  if (value.length < 12 || isHarmlessField(name)) return undefined
  const isKey = (isKeyLabel.test(name) && looksLikeKey(value, 12)) || (isKeyOfService(name) && isRandom(value))
  return isKey ? 'api_key' : undefined
}

/** `confirmationCode`, `license_key`, `access-key` */
const isOfCode = /^(?:[a-z\d-]+|[\w.[\]-]*(?:[a-z][A-Z]|[_.[])[\w.[\]-]*)$/
/** As it is printed on cards, in English, German, and the languages that write years with an A. */
const cardExpiry = /^mm ?[/|-] ?(?:yy|jj|aa)$/i
/** That of a wallet; a number is one of chance. */
const seed = /^(?:\w+ )?seed\W*$/i

/** Labels of fields for a code that say no more than what it is for. */
const ofSecondFactor =
  /^(?:(?:two|2)[ -](?:factor|step)(?: (?:auth|authentication|verification))?|2fa|tfa|mfa|authenticator(?: app)?|verification|zwei-faktor-authentifizierung|authentification à (?:deux|2) facteurs|autenticación (?:de|en) (?:dos|2) (?:factores|pasos)|(?:autenticação|verificação) (?:de|em) (?:dois|duas|2) (?:fatores|etapas)|autenticazione a (?:due|2) fattori)[:*\s]*$/iu

/** Words of fields for the words of a wallet. */
const ofPhrase = /(?:^|[^\p{L}])(?:seed|words?|phrase|wallet|wörter|mots|palabras|palavras|parole|frase)(?![\p{L}])/iu

/** `OpenAI key`: the key of a service, and of no table, list or keyboard. */
function isKeyOfService(name: string): boolean {
  const words = splitWords(name)
  return words.length > 1 && words.length < 5 && words.at(-1) === 'key' && !words.some((word) => harmlessKeys.has(word))
}

/** Capitals, small letters and digits in one run, as keys have them and names do not. */
function isRandom(value: string): boolean {
  return /^[\w-]{16,400}$/.test(value) && /\d/.test(value) && /[a-z][A-Z].*[A-Z]/.test(value) && looksLikeKey(value, 16)
}

/** Tells whether a text is a code as people are sent them: `493817`, `493 817`, `G-493817`, `4 9 3 8 1 7`. */
export function isSentCode(value: string): boolean {
  return /^(?:[A-Z]{1,3}-)?\d{4,8}$|^\d{3}[ -]\d{3}$|^\d{4} \d{4}$|^\d(?: \d){3,7}$/.test(value)
}

const otherLabels =
  /\b(?:employee|staff|student|airport|station|store|branch|language|currency|snippet|editor|sku|iata|icao|vat|hs|unit|location|region|state|city|department|cost|account|routing|charity|search|name|number)\b/i

/** Tells whether a label asks for a code that was sent: it says where it comes from, or nothing but that one is to be entered. */
export function isCodeLabel(name: string): boolean {
  if (name.length > longestLabel || !codeWord.test(name)) return false
  if (otherCodes.test(name) || otherLabels.test(name) || isHarmlessField(name)) return false
  return sent.test(name) || splitWords(name).every((word) => besideCode.has(word))
}

const sent =
  /(?:^|[^\p{L}])(?:sms|sent|send|texted|text|e-?mail(?:ed)?|mail|received|receive|phone|mobile|authenticator|app|device|digits?|ziffern|verif\w*|confirm\w*|auth\w*|log ?in|sign ?in|reçu|envoyé|enviado|enviamos|recibido|recebido|inviato|ricevuto|gesendet|geschickt|erhalten|ontvangen|verzonden|skickat|sendt|wysłany|gönderilen|отправили|отправлен|получен|смс)(?![\p{L}])/iu
/** Words of a label that has nothing but a code. */
const besideCode = new Set(
  'code código codigo codice kod koden kode koodi код enter type input insert please the your a here below in eingeben geben sie den ihren deinen bitte ein introduce introduzca ingrese ingresa escribe el su tu aquí digite insira o seu inserisci il tuo saisissez saisir entrez le votre voer de uw je wpisz swój ange din indtast skriv введите ваш girin'.split(
    ' ',
  ),
)

/** Names of keys that also name what is no secret, such as the licence of a program. */
const isKeyLabel =
  /\b(?:licen[cs]e|activation|access|product|serial|app|application|service|deploy|server|consumer|webhook|storage|account|sdk|project) (?:key|token)\b(?! (?:name|id|type|alias|label)\b)|(?:zugriffs|zugangs|lizenz|aktivierungs)schlüssel|clé d['’](?:accès|activation)|clé de licence|clave de (?:licencia|activación)|chave de (?:acesso|licença|ativação)|chiave di (?:accesso|licenza|attivazione)/i
