import type { Entries } from '../../redact/names/named-field.ts'
import { isSecretOfKind } from '../../redact/names/value.ts'
import { splitWords } from '../../redact/names/words.ts'
import { remember } from '../../redact/text/memoize.ts'
import type { RedactionKind } from '../../redact/text/placeholder.ts'
import { typedNames } from './read-step.ts'
import type { KindOf } from './told-fields.ts'

const comparing = new Set('assert expect verify wait check compare have equal equals match matches should'.split(' '))
/** Words for the other parts of an element that are compared. */
const otherParts = new Set('attribute attr property prop css style class role count state url title'.split(' '))
const expectedNames = new Set('expected expectedValue expected_value expectedText expected_text equals'.split(' '))

/** Tells whether an action of this name compares the value of an element with another. */
const doesCompare = remember((actionName: string): boolean => {
  const words = splitWords(actionName)
  return words.some((word) => comparing.has(word)) && !words.some((word) => otherParts.has(word))
})

/**
 * Find what a step compares with the text of a field for a secret: `{action: 'verify_value', ref: 'e12', value: '...'}`. A `text` that
 * is waited for may be any of the page, so it has to look like a secret itself.
 *
 * @param kindOf the kinds that the field takes which the step names or points at
 */
export function comparedSecrets(
  verb: string,
  items: Entries,
  kindOf: KindOf,
): readonly { readonly value: string; readonly kind: RedactionKind }[] {
  if (!doesCompare(verb) || items.some(([key]) => otherParts.has(key))) return []
  return items.flatMap(([key, item]) => {
    const isCompared =
      typeof item === 'string' && item.length <= 4_096 && (typedNames.has(key) || expectedNames.has(key))
    const kind = isCompared ? kindOf(item) : undefined
    const isSecret = kind && isSecretOfKind(kind, item as string, key !== 'text')
    return isSecret ? [{ value: item as string, kind }] : []
  })
}
