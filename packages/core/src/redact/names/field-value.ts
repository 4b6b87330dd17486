import type { RedactionKind } from '../text/placeholder.ts'
import { isHarmlessField, isPostalCode, kindOfField } from './fields.ts'
import { splitWords } from './words.ts'
import { looksLikeKey } from './value.ts'

const longestLabel = 90
const longestValue = 4_000

/**
 * Tells the kind of secret that a value is in a field of this accessible name. Beside the names that decide alone, see
 * {@link kindOfField}, those count under which other things stand as well: there the value has to be a code or a key, as in
 * `Enter code`, `Code from SMS`, `License key`; and six digits under the `PIN code` of an address are none.
 */
export function kindInField(name: string, value: string): RedactionKind | undefined {
  const kind = kindOfField(name)
  if (kind) return kind === 'one_time_code' && isPostalCode(name, value) ? undefined : kind
  return kindByValue(name, value)
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

/** The kind of a value in a field whose name alone decides nothing, see {@link kindInField}. */
export function kindByValue(name: string, value: string): RedactionKind | undefined {
  // Most values are too short for either.
  if (value.length < 4 || value.length > longestValue) return undefined
  const isCode = isSentCode(value) && isCodeLabel(name)
  // Under the bare word stands the number of a product, too.
  if (isCode && (/^\d{3}[ -]?\d{3}$/.test(value) || !/^\P{L}*\p{L}+\P{L}*$/u.test(name))) return 'one_time_code'
  return value.length >= 12 && isKeyLabel.test(name) && looksLikeKey(value, 12) && !isHarmlessField(name)
    ? 'api_key'
    : undefined
}

/** Tells whether a text is a code as people are sent them: `493817`, `493 817`, `G-493817`, `4 9 3 8 1 7`. */
export function isSentCode(value: string): boolean {
  return /^(?:[A-Z]{1,3}-)?\d{4,8}$|^\d{3}[ -]\d{3}$|^\d{4} \d{4}$|^\d(?: \d){3,7}$/.test(value)
}

/** Words that make a code one of something else than signing in. */
export const otherCodes =
  /\b(?:zip|post|postal|area|country|dial\w*|error|status|exit|promo\w*|discount|coupon|voucher|gift|order|booking|reference|customer|client|product|item|bar|qr|source|dress|color|colour|tax|bank|sort|swift|class|course|invoice|tracking|referral|https?|html|css|team|room|game|party|project)\b/i
const otherLabels =
  /\b(?:employee|staff|student|airport|station|store|branch|language|currency|snippet|editor|sku|iata|icao|vat|hs|unit|location|region|state|city|department|cost|account|routing|charity|search|name|number)\b/i

/** Tells whether a label asks for a code that was sent: it says where it comes from, or nothing but that one is to be entered. */
export function isCodeLabel(name: string): boolean {
  if (name.length > longestLabel || !codeWord.test(name)) return false
  if (otherCodes.test(name) || otherLabels.test(name) || isHarmlessField(name)) return false
  return sent.test(name) || splitWords(name).every((word) => besideCode.has(word))
}

const codeWord = /(?:^|[^\p{L}])(?:codes?|código|codigo|codice|kod|koden|kode|koodi|код)(?![\p{L}])/iu
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
  /\b(?:licen[cs]e|activation|access|product|serial|app|application|service|deploy|server|consumer|webhook|storage|account|sdk|project) (?:key|token)\b(?! (?:name|id|type|alias|label)\b)/i
