import { kindOfField, kindOfFormField, type FormField, type RedactionKind } from '@contrail/core'
import type { FieldFacts } from '../fields/field-facts.ts'
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

/**
 * Tells the kind of secret that a field takes, by itself, by the fields that take one text with it, and where the page shows its
 * characters as discs, or did before.
 */
export function kindOfFacts(facts: FieldFacts): RedactionKind | undefined {
  const { group, isHidden, wasPassword } = facts
  const kind = kindOfFormField(group && group.parts !== 'words' ? asBox(facts, group) : facts)
  if (kind) return kind
  if (group?.parts === 'pieces' && /^[2-6]/.test(group.text) && holdsCard(group.text)) return 'card'
  const ofFirst = group?.first && kindOfFormField(asBox(group.first, group))
  if (ofFirst) return ofFirst
  if (group && isOfCode(group)) return 'one_time_code'
  if (group && isOfPhrase(group)) return 'secret'
  return isHidden || wasPassword ? 'password' : undefined
}

/** A box as what all of them are: it has the name of their group too, and what they are called but for a number, such as `card1`. */
function asBox(box: FormField, { parts, names, near, text }: FieldGroup): FormField {
  const labels = [...box.labels, ...names]
  if (parts === 'signs') return { ...box, labels }
  const numbers = near.map((name) => `${name.replace(/^cc$/i, 'card')} number`)
  return { ...box, labels, keys: [...box.keys, ...numbers], value: text }
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
