import { createKeyNames, kindOfField, type RedactionKind } from '@contrail/core'
import type { FieldWords } from '../fields/field-facts.ts'
import type { FieldGroup } from '../fields/field-groups.ts'
import type { SeenSecret } from './seen-secrets.ts'

/** The tags of fields. */
export const fieldTags: readonly string[] = ['input', 'textarea', 'select']

/** Every element that may be a field for a secret, in the document and in its open shadow roots. */
export const fieldSelector = `${fieldTags.join(', ')}, [contenteditable], [role=textbox], [role=searchbox]`

/** Fields that are one by their type or `autocomplete`, for each tag: a browser finds what it knows by tag five times as fast. */
export const certainSelectors: readonly string[] = fieldTags.map(
  (tag) =>
    `${tag}:is([type=password i], [autocomplete*='-password' i], [autocomplete*='one-time-' i], [autocomplete*='cc-' i])`,
)

/** Nothing is typed into these. A `hidden` one is not on the screen. */
const typesWithoutText = new Set('hidden checkbox radio button submit reset image file range color'.split(' '))

const kindsByAutocomplete = new Map<string, RedactionKind>([
  ['current-password', 'password'],
  ['new-password', 'password'],
  ['one-time-code', 'one_time_code'],
  ['cc-number', 'card'],
  ['cc-csc', 'card'],
  ['cc-exp', 'card'],
  ['cc-exp-month', 'card'],
  ['cc-exp-year', 'card'],
])

const kindOfKey = createKeyNames().kindOf

/**
 * The one definition of a field whose value is a secret: an input of type `password`; one whose `autocomplete` asks for a
 * password, a one-time code, or the number, code or expiry of a card, also when a toggle shows it as text; and one that is
 * named like a secret, by the same lists that the redactor knows names by.
 *
 * @returns what it takes; `undefined` for every other field, and for one to search in
 */
export function kindOfSensitiveField({
  type,
  autocomplete,
  keys,
  labels,
  near = [],
  group,
}: FieldWords): RedactionKind | undefined {
  if (typesWithoutText.has(type)) return undefined
  for (const fill of autocomplete.toLowerCase().split(/\s+/)) {
    const kind = kindsByAutocomplete.get(fill)
    if (kind) return kind
  }
  const names = group?.parts === 'signs' ? [...labels, ...group.names] : labels
  const named = type === 'search' ? undefined : (firstKind(names, kindOfLabel) ?? firstKind(keys, kindOfFieldName))
  if (named || type === 'password') return named ?? 'password'
  if (group && isOfCode(group)) return 'one_time_code'
  if (group && isOfPhrase(group)) return 'secret'
  return type === 'search' ? undefined : firstKind(near.filter(readsAsLabel), kindOfLabel)
}

/** Boxes for a sign each: of a code, unless they have a name of their own that is of something else, such as `Date of birth`. */
function isOfCode({ isCode, isOwnName, names }: FieldGroup): boolean {
  const asksForCode = names.some((name) => saysCode.test(name) && !saysOtherCode.test(name))
  return isCode && (!isOwnName || names.length === 0 || asksForCode)
}

/** Words of what asks for a code, beside the names of fields. */
const saysCode = /cod|digit|otp|verif|sent|sms|mail|authenti|factor|2fa|confirm|secur|sign in|log ?in/i
const saysOtherCode =
  /\b(?:zip|post(?:al)?|area|country|sort|bank|product|promo|coupon|discount|gift|voucher|referral)\b/i

/** Fields for a word each, under the name of a phrase. */
function isOfPhrase({ parts, names, near }: FieldGroup): boolean {
  return (
    parts === 'words' && [...names, ...near].some((name) => kindOfField(name) === 'secret' || /\bsrp\b/i.test(name))
  )
}

/** The text that stands in all fields of a group, where it is of one code or one phrase, and `kind` that of one of them. */
export function wholeOf(group: FieldGroup | undefined, kind: RedactionKind): SeenSecret | undefined {
  if (!group || (group.parts === 'words' && !isOfPhrase(group))) return undefined
  return { value: group.text, kind: group.parts === 'signs' ? 'one_time_code' : kind }
}

/** Tells whether a text is the number of a card, by its length and its check digit (the formula of Luhn), whatever it stands under. */
export function holdsCard(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '')
  if (!/^\d{13,19}$/.test(digits)) return false
  const sum = Array.from(digits, Number)
    .toReversed()
    .reduce((total, digit, at) => total + (at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0)
  return sum % 10 === 0
}

/** A text that nobody has made a label counts as one only where it reads so, and not as a heading or a question: `Forgot password?` */
function readsAsLabel(text: string): boolean {
  return text.length <= 45 && !/[.?!]$|\b(?:forgot|reset|change|lost|show|hide|manage|settings)\b/i.test(text)
}

/** The same of a field as it was read: one whose characters the page shows as discs, or did before, is one, too. */
export function kindOfFacts(
  facts: FieldWords & { readonly isHidden: boolean; readonly wasPassword: boolean },
): RedactionKind | undefined {
  return kindOfSensitiveField(facts) ?? (facts.isHidden || facts.wasPassword ? 'password' : undefined)
}

function kindOfLabel(label: string): RedactionKind | undefined {
  if (label.toLowerCase().includes('search')) return undefined
  return kindOfField(label) ?? kindOfName(label) ?? (cardExpiry.test(label) ? 'card' : undefined)
}

/** As it is printed on cards, in English, German, and the languages that write years with an A. */
const cardExpiry = /^mm ?[/|-] ?(?:yy|jj|aa)$/i

/** A visible field named "session" or "cookie" takes a lecture or a recipe; only a header of that name is a secret. */
function kindOfName(name: string): RedactionKind | undefined {
  const kind = kindOfKey(name)
  return kind === 'session' || kind === 'cookie' || kind === 'authorization' ? undefined : kind
}

/** In the `name` of a field these count behind other words, too: `userPin`, `user_pass`. */
const lastWords = new Map<string, RedactionKind>([
  ['pin', 'one_time_code'],
  ['pass', 'password'],
])

function kindOfFieldName(name: string): RedactionKind | undefined {
  const [, last = ''] = /([A-Z]?[a-z]+|[A-Z]+)[^A-Za-z]{0,4}$/.exec(name.slice(-64)) ?? []
  return kindOfName(name) ?? lastWords.get(last.toLowerCase())
}

function firstKind(
  names: readonly string[],
  kindOf: (name: string) => RedactionKind | undefined,
): RedactionKind | undefined {
  for (const name of names) {
    const kind = name === '' ? undefined : kindOf(name)
    if (kind) return kind
  }
  return undefined
}
