// Long, since half of it is words: of fields, and of what an action does to them.
import type { RedactionKind } from '../text/placeholder.ts'
import { remember } from '../text/memoize.ts'
import { otherFields } from './field-words.ts'
import { kindInField } from './field-value.ts'
import {
  isBesideSecret,
  isHarmlessField,
  isOfSomethingElse,
  isPostalCode,
  kindOfField,
  kindOfSelector,
} from './fields.ts'
import { splitWords } from './words.ts'
import { fieldOf } from '../../values/plain-fields.ts'

/**
 * The ways in which an entry of an object says which field is meant: by a `name` or a selector of it, or in `words`, as
 * descriptions and orders do.
 */
type Naming = 'name' | 'words'

const names = new Set(
  'field element elements control widget label selector selectors locator name placeholder target xpath css id role into where node testid autocomplete'.split(
    ' ',
  ),
)
const words = new Set('describe description action instruction prompt query intent'.split(' '))
/** Words that may stand beside those: `targetDescription`, `input_name`, `ariaLabel`. */
const besideNames = new Set('input aria accessible html dom test data form box text get by'.split(' '))

/** Tells how an entry of such a name says which field is meant; `undefined` for all others. */
export const namingOf = remember((key: string): Naming | undefined => {
  const parts = splitWords(key)
  if (parts.some((part) => !names.has(part) && !words.has(part) && !besideNames.has(part))) return undefined
  if (parts.some((part) => words.has(part))) return 'words'
  return parts.some((part) => names.has(part)) ? 'name' : undefined
})

/**
 * Tells the kind of secret that the field takes which an object names: `{element: 'Password'}`, `{selector: '#pin'}`,
 * `{target: {name: 'API key'}}`, `{node: {attributes: {type: 'password'}}}`. A name of another field beats what is said in
 * words: `{label: 'Username', description: 'Before the password'}`.
 *
 * @param typed what is typed there: with it names count that do not decide alone, see {@link kindInField}
 */
export function kindOfNamed(entries: Entries, typed?: string, depth = 0): RedactionKind | undefined {
  let said: RedactionKind | undefined
  const isElse = entries.some(([key, item]) => namesSomethingElse(key, item, typed))
  for (const [key, item] of entries) {
    if (item === 'password' && isTypeOfField(key)) return 'password'
    if (isElse) continue
    const naming = key === 'attributes' ? 'name' : namingOf(key)
    if (naming === undefined) continue
    // Of a list of selectors the last one is the element itself.
    const text = isList(item) ? lastOf(item) : item
    const kind = typeof text === 'string' ? kindOfFieldText(key, text, typed) : kindOfObject(item, typed, depth)
    if (kind && naming === 'name') return kind
    said ??= kind
  }
  const isOther =
    said !== undefined && entries.some(([key, item]) => namesOther(key, isList(item) ? lastOf(item) : item))
  return isOther ? undefined : said
}

/** Tells whether a name of a field says that what its element is called is none of a secret: `{label: 'Game PIN', selector: '#pin'}`. */
export function namesSomethingElse(key: string, text: unknown, typed: string | undefined): boolean {
  if (typeof text !== 'string' || text.length > 100 || namingOf(key) !== 'name') return false
  return isOfSomethingElse(text) || (typed !== undefined && isPostalCode(text, typed))
}

/** `type`, `inputType`, `field_type`; a `grant_type` is none of a field. */
const isTypeOfField = remember((key: string): boolean => {
  const parts = splitWords(key)
  return parts.pop() === 'type' && parts.every((part) => names.has(part) || besideNames.has(part))
})

/** The entries of an object. */
export type Entries = readonly (readonly [string, unknown])[]

function kindOfObject(item: unknown, typed: string | undefined, depth: number): RedactionKind | undefined {
  const isObject = typeof item === 'object' && item !== null && !isList(item)
  if (!isObject || depth >= 3) return undefined
  const entries = entriesOf(item)
  // `{using: 'css selector', value: '*[id="pin"]'}`, as WebDriver has it.
  const found = entries.some(([key]) => key === 'using') ? entries.find(([key]) => key === 'value')?.[1] : undefined
  return typeof found === 'string' ? kindOfFieldText('selector', found, typed) : kindOfNamed(entries, typed, depth + 1)
}

/**
 * The entries of an object or array; of bytes and of what cannot be read none, and of a large one its beginning. A hole of an
 * array and what is behind a getter that throws are `undefined`.
 */
export function entriesOf(value: object): Entries {
  try {
    if (ArrayBuffer.isView(value)) return []
    if (isList(value)) return itemsOf(value, mostEntries).map((item, index) => [String(index), item])
    const keys = Object.keys(value)
    if (keys.length > mostEntries) keys.length = mostEntries
    try {
      return keys.map((key) => [key, (value as Record<string, unknown>)[key]])
    } catch {
      return keys.map((key) => [key, fieldOf(value, key)])
    }
  } catch {
    // A Proxy that throws is met again by the converter, which marks it.
    return []
  }
}

const mostEntries = 1_000

/** The first items of a caller's array as one of our own: no method of its class is called, and holes are `undefined`. */
export function itemsOf(list: readonly unknown[], most: number): unknown[] {
  const length = Math.min(lengthOf(list), most)
  const items: unknown[] = []
  try {
    for (let index = 0; index < length; index += 1) items.push(list[index])
  } catch {
    while (items.length < length) items.push(fieldOf(list, items.length))
  }
  return items
}

/** The last item of a caller's array; `undefined` where there is none. */
function lastOf(list: readonly unknown[]): unknown {
  return fieldOf(list, lengthOf(list) - 1)
}

/** 0 for an array, or a Proxy that says it is one, whose length is none. */
function lengthOf(list: readonly unknown[]): number {
  const length = fieldOf(list, 'length')
  return typeof length === 'number' && length > 0 ? Math.trunc(length) : 0
}

/** Tells whether a value is an array. Never throws: a revoked Proxy is none. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value)
  } catch {
    // It has nothing that could be read.
    return false
  }
}

/** Tells the kind of a field by what an argument of this name says of it: its name, a selector, or words. */
export function kindOfFieldText(key: string, value: string, typed?: string): RedactionKind | undefined {
  if (value.length > 500) return undefined
  const isSelector = /^(?:[#.[/]|(?:\w+|\*)[[#.])|^(?:css|xpath|text|id|role|internal)[=:]|getBy|get_by|>>/.test(value)
  if (isSelector || key === 'id' || key === 'xpath' || key === 'css') {
    const [, name = key === 'id' ? value : ''] = nameInSelector.exec(value) ?? []
    return kindOfSelector(value) ?? (typed === undefined || name === '' ? undefined : kindInField(name, typed))
  }
  if (isBesideSecret(value) || noField.test(value)) return undefined
  const isName = namingOf(key) !== 'words' && !isHarmlessField(value)
  const kind = typed === undefined ? kindOfField(value) : kindInField(value, typed)
  // What stands there was asked already.
  const isAsked = typed !== undefined && kindOfField(value) !== undefined
  return kind ?? (isName && !isAsked ? kindOfSelector(value) : undefined)
}

/** `#access-key`, `input[name="accessKey"]`, `getByLabel('Access key')` */
const nameInSelector =
  /^(?:#(?=[\w-]+$)|(?:\w{0,10}|\*)\[(?:name|id|placeholder|aria-label)=["']?(?=[^\]]+\]$)|(?:page\.)?getBy(?:Label|Placeholder)\(["'`](?=[^)]+\)$))([^"'`\]()]{1,90})/

/**
 * Tells the kind of a field by what a call that types says in words, under whatever names: `{on: 'Password'}`,
 * `{thought: 'Enter the PIN'}`. A sentence has to say that it types, and what is over names no field to come.
 */
export function kindOfSaid(
  entries: Entries,
  isTyped: (key: string) => boolean,
  typed?: string,
): RedactionKind | undefined {
  for (const [key, item] of entries) {
    if (typeof item !== 'string' || item.length > longestSaid || isTyped(key) || namingOf(key)) continue
    if (splitWords(key).some((word) => ofOthers.has(word)) || isPressed(item)) continue
    const isLabel = item.length <= longestLabel || saysTyping.test(item)
    const kind = isLabel && !isOver.test(item) ? kindOfFieldText('description', item, typed) : undefined
    if (kind) return entries.some(([name, text]) => namesOther(name, text)) ? undefined : kind
  }
  return undefined
}

const longestSaid = 120
const longestLabel = 30
const saysTyping =
  /\b(?:typ(?:e|ing)|enter(?:ing)?|fill(?:ing)?|input(?:ting)?|put(?:ting)?|writ(?:e|ing)|past(?:e|ing))\b/i
const isOver = /\b(?:typed|entered|filled|done|after|previous|accepted|page|screen|form|not|without|no)\b|:\/\//i
/** Words of names of arguments that belong to a run, and to no field. */
const ofOthers = new Set(
  'id session task run user account tool model category url file filename path tag mode type title subject page next expected'.split(
    ' ',
  ),
)

function namesOther(key: string, item: unknown): boolean {
  return typeof item === 'string' && namingOf(key) === 'name' && isOtherField(item)
}

/** Tells whether a text is the name of something that is pressed, and no field: `Forgot password?`, `Passwords tab`. */
export function isPressed(text: string): boolean {
  return text.length <= 100 && (pressed.test(text) || noField.test(text))
}

const pressed = /^(?:forgot|show|hide|change|reset|toggle|view|reveal|copy|generate)\b/i
const noField =
  /^(?:link|button|tab|heading|menuitem|checkbox)\b|\b(?:link|button|tab|icon|toggle|checkbox|heading|menuitem)$/i

/** Tells whether a name or selector is of a field that takes no secret: `Username`, `#email`. */
export function isOtherField(text: string): boolean {
  return text.length <= 100 && splitWords(text).some((word) => otherFields.has(word))
}

const typing = new Set('type types typed typing fill fills write insert paste sequentially'.split(' '))
const entering = new Set('input enter press keyboard keys'.split(' '))
const typesNothing = new Set(
  'assert expect verify wait find check uncheck click dblclick tap hover scroll get read extract screenshot query observe look goto navigate open close drag focus blur is count clear move highlight select inspect describe list show copy reload'.split(
    ' ',
  ),
)

/**
 * Tells what the name of an action says: that it types, or that it looks, waits or points and types nothing. A word of typing
 * wins wherever it stands: `focus_and_type`, `pressSequentially`, `find_and_input`.
 */
export const doesType = remember((actionName: string): boolean | undefined => {
  const parts = splitWords(actionName)
    .join(' ')
    .split(/ (?:and|then) /)
  const found = parts.map((part) => doesPartType(part.split(' ')))
  if (found.includes(true)) return true
  return found.every((does) => does === false) ? false : undefined
})

function doesPartType(parts: readonly string[]): boolean | undefined {
  if (parts.includes('file')) return undefined
  if (parts.some((part) => typing.has(part))) return true
  if (parts.some((part) => typesNothing.has(part) || typesNothing.has(part.replace(/s$/, '')))) return false
  return parts.some((part) => entering.has(part)) ? true : undefined
}

const leaving = new Set('goto go visit navigate open close back forward reload refresh switch'.split(' '))
const looking = new Set(
  'hover assert expect verify wait find get read extract screenshot query observe look scroll is count inspect describe list highlight'.split(
    ' ',
  ),
)

/** Tells what an action does to the field that has the focus: it aims at one, finds one for a later step, leaves it for another page, or only looks. */
export const focusOf = remember((actionName: string): 'aims' | 'finds' | 'leaves' | 'looks' => {
  const parts = splitWords(actionName)
  if (parts.some((part) => leaving.has(part))) return 'leaves'
  if (doesType(actionName) === false && (parts[0] === 'find' || parts.includes('locate'))) return 'finds'
  return doesType(actionName) === false && parts.some((part) => looking.has(part)) ? 'looks' : 'aims'
})
