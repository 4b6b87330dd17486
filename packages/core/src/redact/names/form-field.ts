import type { RedactionKind } from '../text/placeholder.ts'
import { kindByNames } from './field-value.ts'

/** A field of a page, by all that tells what it takes. All texts but `labels` as they are written in the page. */
export interface FormField {
  /** `type` of an input in lower case; empty for other elements. */
  readonly type: string
  readonly autocomplete: string
  /** `name` and `id`. */
  readonly keys: readonly string[]
  /** Texts a person knows the field by: its label, `aria-label`, placeholder, title. */
  readonly labels: readonly string[]
  /** Of a field that has no such text, what stands just before it, or describes it. Default none. */
  readonly near?: readonly string[]
  /** The text that stands in it. */
  readonly value: string
}

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

/**
 * Tells the kind of secret that a field of a page takes: an input of type `password`; one whose `autocomplete` asks for a password, a
 * one-time code, or the number, code or expiry of a card, also when a toggle shows it as text; and one that is named like a secret,
 * and holds nothing that is none, by the same question that the redactor asks of what is typed.
 *
 * @returns `undefined` for every other field, for one to search in, and for an empty one of which only the value would tell
 */
export function kindOfFormField({
  type,
  autocomplete,
  keys,
  labels,
  near = [],
  value,
}: FormField): RedactionKind | undefined {
  if (typesWithoutText.has(type)) return undefined
  for (const fill of autocomplete.toLowerCase().split(/\s+/)) {
    const kind = kindsByAutocomplete.get(fill)
    if (kind) return kind
  }
  if (type === 'search') return undefined
  const named = kindByNames(labels, value, keys) ?? kindByNames(near.filter(readsAsLabel), value)
  return named ?? (type === 'password' ? 'password' : undefined)
}

/** A text that nobody has made a label counts as one only where it reads so, and not as a heading or a question: `Forgot password?` */
function readsAsLabel(text: string): boolean {
  return text.length <= 45 && !/[.?!]$|\b(?:forgot|reset|change|lost|show|hide|manage|settings)\b/i.test(text)
}
