import { isCodeLabel } from '../../redact/names/field-value.ts'
import { isNameOfField } from '../../redact/names/fields.ts'
import { doesType, isOtherField, namingOf, type Entries } from '../../redact/names/named-field.ts'
import { splitWords } from '../../redact/names/words.ts'
import { fieldRoles } from '../../redact/text/aria-line.ts'
import { leavingKeys, pressedNames } from './pressed-keys.ts'
import { referenceNames } from './told-fields.ts'

/** Names of arguments that aim at a place of the page. */
const places = new Set(['x', 'y', 'coordinate', 'coordinates', 'point', 'start_box'])

/** The place of the page at which arguments aim, `3,4`; `undefined` where they name none, or an element as well. */
export function placeOf(items: Entries): string | undefined {
  const numbers = items.flatMap(([key, item]) => (places.has(key) ? [String(item)] : []))
  return numbers.length === 0 || items.some(([key, item]) => !places.has(key) && isAim(key, item))
    ? undefined
    : numbers.join(',')
}

/** Tells whether an argument says in words that an element is another field, whatever its reference was before: `{element: 'Search box', ref: 'e4'}`. */
export function namesOtherField([key, item]: Entries[number]): boolean {
  return namingOf(key) === 'name' && typeof item === 'string' && isOfWords.test(item) && isOtherField(item)
}

const isOfWords = /^\p{L}[\p{L}\p{N} '’-]*$/u

/** Tells whether what is aimed at is a field by its very name, and nothing that speaks of one: `Password`, `#password`. */
export function aimsAtField(items: Entries): boolean {
  const role = items.find(([key]) => key === 'role')?.[1]
  if (typeof role === 'string' && !fieldRoles.includes(role)) return false
  return items.some(
    ([key, item]) =>
      (namingOf(key) === 'name' || isDescription.test(key)) &&
      typeof item === 'string' &&
      item.length <= 200 &&
      isFieldItself(item),
  )
}

/** Names of arguments that say in words at what a click aims. */
const isDescription = /^(?:(?:target|element)_?)?descri(?:be|ption)$/i

function isFieldItself(name: string): boolean {
  if (/^(?:input|textarea)\b|[.>\s/](?:input|textarea)\[/.test(name)) return true
  const inCall = /[bB]y/.test(name)
    ? /getBy(?:Label|Placeholder)\(["'`]([^"'`]+)|getByRole\(["'`]textbox["'`], ?\{ ?name: ?["'`]([^"'`]+)|^By\.(?:id|name)\(["'`]([^"'`]+)/.exec(
        name,
      )
    : null
  const attribute = /^(?:#|\[(?:name|id|placeholder|aria-label)=["']?)([\w -]+)["']?\]?$/.exec(name)?.[1]
  const words = inCall?.slice(1).find(Boolean) ?? attribute ?? (isOfWords.test(name) ? name : '')
  if (words === '') return false
  const label = splitWords(words)
    .filter((word) => !fieldWords.has(word))
    .join(' ')
  return isNameOfField(label) || isCodeLabel(label)
}

/** Words beside the name of a field that say that it is one. */
const fieldWords = new Set('field input box textbox text the login user current new my your'.split(' '))

/** Tells whether an argument sends what was typed, or presses keys for the browser. */
export function isSending([key, item]: Entries[number]): boolean {
  if (key === 'submit') return item === true
  return pressedNames.has(key) && typeof item === 'string' && (leavingKeys.has(item) || isChord.test(item))
}

const isChord = /^(?:control|ctrl|meta|cmd|command|alt|controlormeta)\+/i

/** The action of an entry of a batch: `{type: 'click', selector: '#password'}`. */
export function verbOf(items: Entries): string | undefined {
  const verb = items.find(([key, item]) => verbNames.has(key) && isVerb(item))?.[1]
  return typeof verb === 'string' ? verb : undefined
}

const verbNames = new Set(['action', 'type', 'method', 'name', 'tool', 'actionName', 'kind', 'command'])

function isVerb(item: unknown): boolean {
  return typeof item === 'string' && /^[\w.]{1,40}$/.test(item) && doesType(item) !== undefined
}

/** Tells whether an argument says at which field or place a step aims. */
export function isAim(key: string, item: unknown): boolean {
  if (places.has(key) || key === 'url' || referenceNames.has(key)) return true
  if (pressedNames.has(key)) return typeof item === 'string' && leavingKeys.has(item)
  return namesElement(key, item) || isDescription.test(key)
}

/** Tells whether an argument names the element that a step aims at. */
export function namesElement(key: string, item: unknown): boolean {
  return namingOf(key) === 'name' && !(verbNames.has(key) && isVerb(item))
}
