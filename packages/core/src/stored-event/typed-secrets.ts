import type { TextPlace } from '../values/plain-builder.ts'
import { toPlainValue } from '../values/plain-value.ts'
import { isNameOfField, isPostalCode, kindOfField } from '../redact/names/fields.ts'
import { splitWords } from '../redact/names/words.ts'
import {
  doesType,
  entriesOf,
  focusOf,
  isList,
  kindOfNamed,
  kindOfSaid,
  namingOf,
  type Entries,
} from '../redact/names/named-field.ts'
import { isReference, isStandIn } from '../redact/names/value.ts'
import { isMixed } from '../redact/scan/pair-values.ts'
import { fieldRoles } from '../redact/text/aria-line.ts'
import { scanTypedCode, typedInWords } from '../redact/scan/typed.ts'
import type { RedactionKind } from '../redact/text/placeholder.ts'
import { isObject } from './fields.ts'
import { isNamedKey, leavingKeys, pressedNames, typedByKeys } from './pressed-keys.ts'
import { createToldFields, referenceNames, type ToldFields } from './told-fields.ts'

/** A value that a step has typed into a field for a secret, and the accessible name of that field where it is told. */
export interface TypedSecret {
  readonly value: string
  readonly kind: RedactionKind
  readonly field: string | undefined
}

/**
 * The texts that a step has typed. `kind` is set where all of its arguments are: then nothing under an unknown name is
 * kept.
 */
export interface TypedSecrets {
  readonly kind: RedactionKind | undefined
  readonly secrets: readonly TypedSecret[]
}

/** Nothing typed that is a secret. */
export const noneTyped: TypedSecrets = { kind: undefined, secrets: [] }

/** Names of arguments that hold what is typed. */
export const typedNames: ReadonlySet<string> = new Set(
  'text value values input string content password passcode code otp pin inputText input_text textToType keys_to_type'.split(
    ' ',
  ),
)
/** Names of arguments that hold a list of what is typed. */
const listNames = new Set(['arguments', 'args'])
/** Names of arguments that say in a sentence what is typed. */
const sentences = new Set(['action', 'instruction', 'prompt', 'describe', 'description', 'intent'])
/** Names of arguments that say where and how, never what. Under any other name of a sensitive step nothing is kept. */
const keptNames = new Set(
  'type method actionName selector locator target ref element elementId role name label frame button modifiers url reasoning describe description placeholder field xpath css id'.split(
    ' ',
  ),
)
/** Names of arguments that aim at another place, or go to another page. */
const aims = new Set(['x', 'y', 'coordinate', 'coordinates', 'point', 'url'])
/**
 * Find what a step has typed into fields for secrets. A step that says itself that it is `sensitive` has typed all of
 * its texts; of any other the fields are asked by their names: its `target`, its arguments that name a field, each of
 * several fields for itself, what code and instructions say, and what earlier steps have told of the fields.
 */
export function typedSecrets(payload: unknown, fields: ToldFields = createToldFields()): TypedSecrets {
  const { sensitive, target, actionName, actionArgs } = readStep(payload)
  const targetName = text(target, 'name')
  if (sensitive) {
    const kind = (targetName && kindOfField(targetName)) || 'password'
    return { kind, secrets: all(actionArgs, kind, targetName) }
  }
  const found: TypedSecret[] = []
  const above = kindOfTarget(target)
  const verb = typeof actionName === 'string' ? actionName : ''
  const own = (isObject(actionArgs) ? verbOf(entriesOf(actionArgs)) : undefined) ?? verb
  if (focusOf(own) === 'leaves') {
    const url = text(actionArgs, 'url')
    fields.aimed = undefined
    // The tree may have been told already of the page that it goes to.
    if (url === undefined) fields.forget()
    else fields.isAt(url, true)
  }
  // It is for what is typed next, and for no other step.
  else if (doesType(own) !== true && focusOf(own) !== 'looks') fields.aimed = undefined
  const aim = isObject(target) ? entriesOf(target) : []
  if (focusOf(verb) === 'aims' && aim.some(([key, item]) => isAim(key, item)))
    fields.aimed = aimsAtField(aim) ? () => above : undefined
  visit(actionArgs, { above, field: targetName, found, fields, verb, depth: 0 })
  if (isObject(actionArgs) && entriesOf(actionArgs).some(isSending)) fields.aimed = undefined
  return found.length === 0 ? noneTyped : { kind: undefined, secrets: found }
}

/** The kind of secret that the field takes which a target names. */
export function kindOfTarget(target: unknown): RedactionKind | undefined {
  return typeof target === 'object' && target !== null ? kindOfNamed(entriesOf(target)) : undefined
}

interface Visit {
  readonly above: RedactionKind | undefined
  readonly field: string | undefined
  readonly found: TypedSecret[]
  readonly fields: ToldFields
  /** The name of the action, or of an entry of a batch. */
  readonly verb: string
  readonly depth: number
}

/** Look through arguments: what is typed in an object is a secret if that object, or one around it, names such a field. */
function visit(value: unknown, visited: Visit): void {
  const { found, fields, depth } = visited
  if (typeof value === 'string') return inText(value, visited)
  if (typeof value !== 'object' || value === null || depth > deepestArguments) return
  const items = entriesOf(value)
  if (isList(value)) {
    for (const [, item] of items) visit(item, { ...visited, depth: depth + 1 })
    return
  }
  const verb = verbOf(items) ?? visited.verb
  const action = doesType(verb)
  const said = (): RedactionKind | undefined => (action === true ? kindOfSaid(items, isTypedName) : undefined)
  const isAimed = items.some(([key, item]) => isAim(key, item))
  // A click types nothing: its field is asked for when a later step types there. A name of the element beats its reference.
  const pointed = items.some((entry) => isElementName(entry, fields)) ? undefined : fields.kindOf(items)
  const aim = (kindOf: () => RedactionKind | undefined): void => {
    if (isAimed && focusOf(verb) === 'aims') fields.aimed = pointed || aimsAtField(items) ? kindOf : undefined
  }
  if (action === false && items.every(isPlainItem)) return aim(() => kindOfNamed(items) ?? pointed)
  const named = kindOfNamed(items) ?? pointed ?? said()
  aim(() => named)
  const kind = named ?? visited.above ?? (action === true && !isAimed ? fields.aimed?.() : undefined)
  const add = (typed: string): void => {
    if (action !== false && kind && !isPostal(items, visited.field, typed)) keep(typed, kind, visited.field, found)
  }
  for (const [key, item] of items) {
    const isTyped = typedNames.has(key)
    if (isTyped && (typeof item === 'string' || typeof item === 'number') && !isJson(item)) add(String(item))
    else if (pressedNames.has(key)) for (const typed of typedByKeys(key, item)) add(typed)
    else if ((isTyped || listNames.has(key)) && isList(item)) {
      for (const part of item.slice(0, 100)) {
        if (typeof part === 'object') visit(part, visited)
        else if (typeof part === 'string' || typeof part === 'number') add(String(part))
      }
    } else if (typeof item === 'string' && sentences.has(key)) inWords(item, visited)
    else {
      const above = named && !isList(item) ? kind : visited.above
      visit(item, { ...visited, verb, above, depth: depth + 1 })
    }
  }
}

const deepestArguments = 6

function isTypedName(key: string): boolean {
  return typedNames.has(key) || pressedNames.has(key)
}

/** Tells whether an argument holds nothing that could be another call. */
function isPlainItem([, item]: Entries[number]): boolean {
  return typeof item === 'string' ? !isJson(item) : typeof item !== 'object' || item === null
}

/** Tells whether an argument names the element of a reference in words: `{element: 'Search box', ref: 'e4'}`. */
function isElementName([key, item]: Entries[number], fields: ToldFields): boolean {
  const isName =
    namingOf(key) === 'name' && !referenceNames.has(key) && typeof item === 'string' && isOfWords.test(item)
  return isName && fields.kindOf([[key, item]]) === undefined
}

const isOfWords = /^\p{L}[\p{L}\p{N} '’-]*$/u

/** Tells whether what is aimed at is a field by its very name, and nothing that speaks of one: `Password`, `#password`. */
function aimsAtField(items: Entries): boolean {
  const role = items.find(([key]) => key === 'role')?.[1]
  if (typeof role === 'string' && !fieldRoles.includes(role)) return false
  return items.some(
    ([key, item]) => namingOf(key) === 'name' && typeof item === 'string' && item.length <= 200 && isFieldItself(item),
  )
}

function isFieldItself(name: string): boolean {
  if (/^(?:input|textarea)\b|[.>\s/](?:input|textarea)\[/.test(name)) return true
  const inCall =
    /getBy(?:Label|Placeholder)\(["'`]([^"'`]+)|getByRole\(["'`]textbox["'`], ?\{ ?name: ?["'`]([^"'`]+)/.exec(name)
  const attribute = /^(?:#|\[(?:name|id|placeholder|aria-label)=["']?)([\w -]+)["']?\]?$/.exec(name)?.[1]
  const words = inCall?.[1] ?? inCall?.[2] ?? attribute ?? (isOfWords.test(name) ? name : '')
  return isNameOfField(
    splitWords(words)
      .filter((word) => !fieldWords.has(word))
      .join(' '),
  )
}

/** Words beside the name of a field that say that it is one. */
const fieldWords = new Set('field input box textbox text the login user current new my your'.split(' '))

/** Tells whether an argument sends what was typed, or presses keys for the browser. */
function isSending([key, item]: Entries[number]): boolean {
  if (key === 'submit') return item === true
  return pressedNames.has(key) && typeof item === 'string' && (leavingKeys.has(item) || isChord.test(item))
}

const isChord = /^(?:control|ctrl|meta|cmd|command|alt|controlormeta)\+/i

/** The action of an entry of a batch: `{type: 'click', selector: '#password'}`. */
function verbOf(items: Entries): string | undefined {
  const verb = items.find(([key, item]) => verbNames.has(key) && isVerb(item))?.[1]
  return typeof verb === 'string' ? verb : undefined
}

const verbNames = new Set(['action', 'type', 'method', 'name', 'tool', 'actionName', 'kind', 'command'])

function isVerb(item: unknown): boolean {
  return typeof item === 'string' && /^[\w.]{1,40}$/.test(item) && doesType(item) !== undefined
}

/** Tells whether an argument says at which field or place a step aims. */
function isAim(key: string, item: unknown): boolean {
  if (aims.has(key) || referenceNames.has(key)) return true
  if (pressedNames.has(key)) return typeof item === 'string' && leavingKeys.has(item)
  return namingOf(key) === 'name' && !(verbNames.has(key) && isVerb(item))
}

function isPostal(items: Entries, field: string | undefined, value: string): boolean {
  const names = items.flatMap(([key, item]) => (namingOf(key) && typeof item === 'string' ? [item] : []))
  return [...names, field ?? ''].some((name) => isPostalCode(name, value))
}

function keep(value: string, kind: RedactionKind, field: string | undefined, found: TypedSecret[]): void {
  const isNone = value === '' || value.length > 4_096 || leavingKeys.has(value) || isTicked.test(value)
  if (!isNone && !isReference(value) && !isStandIn(value)) found.push({ value, kind, field })
}

/** The value of a box to tick, such as "Show password". */
const isTicked = /^(?:true|false|on|off|(?:un)?checked)$/i

/** Tells whether a text is an object or a list of JSON, as models give the arguments of a call. */
function isJson(value: unknown): boolean {
  return typeof value === 'string' && value.length < 100_000 && /^\s{0,9}[{[]\s{0,9}["{}[\]]/.test(value)
}

function inText(value: string, visited: Visit): void {
  if (isJson(value)) {
    try {
      return visit(JSON.parse(value), { ...visited, depth: visited.depth + 1 })
    } catch {
      // No JSON after all: a text like any other.
    }
  }
  if (value.length > 100_000 || (!value.includes('(') && !value.includes('.value'))) return
  if (doesType(visited.verb) === false) return
  scanTypedCode(value, (start, end, kind) => keep(value.slice(start, end), kind, undefined, visited.found))
}

function inWords(value: string, visited: Visit): void {
  const typed = doesType(visited.verb) === false ? undefined : typedInWords(value)
  if (typed) keep(value.slice(typed.start, typed.end), typed.kind, undefined, visited.found)
  else inText(value, visited)
}

/** Every text of the arguments of a sensitive step that may have been typed. */
function all(actionArgs: unknown, kind: RedactionKind, field: string | undefined): TypedSecret[] {
  const found: TypedSecret[] = []
  const learn = (value: string, key: string | undefined): string => {
    if (typedNames.has(key ?? '') || (!isKept(key ?? '', value) && isOneToken(value)))
      found.push({ value, kind, field })
    return ''
  }
  // Conversion reads whatever stands there without throwing, and gives every text whole; what it makes is not needed.
  toPlainValue(
    { actionArgs },
    {
      transformText: (value, key, place: TextPlace | undefined) => (place ? learn(value, key) : value),
      transformNumber: (value, key) => (typedNames.has(key ?? '') ? learn(String(value), key) : undefined),
    },
  )
  return found
}

/** Tells whether an argument says where or how. An `action` is a verb, or says in a sentence what is typed. */
export function isKept(name: string, value: string): boolean {
  if (pressedNames.has(name)) return isNamedKey(value)
  return keptNames.has(name) || (name === 'action' && /^[a-z_]{1,30}$/.test(value))
}

/** Under a name that we do not know, what reads like a password: one word of letters and digits, and no selector or path. */
function isOneToken(value: string): boolean {
  const isToken = value.length <= 200 && !/^[#./[]|[\s:]/.test(value)
  return isToken && isMixed(value, { start: 0, end: value.length, next: 0 })
}

interface Step {
  readonly sensitive: boolean
  readonly target: unknown
  readonly actionName: unknown
  readonly actionArgs: unknown
}

/** The fields of a step that tell what it typed. Never throws. */
export function readStep(payload: unknown): Step {
  const read = (key: string): unknown => {
    try {
      return Reflect.get(Object(payload) as object, key)
    } catch {
      // The converter meets the same getter and marks it; what it would have said is not known.
      return undefined
    }
  }
  return {
    sensitive: read('sensitive') === true,
    target: read('target'),
    actionName: read('actionName'),
    actionArgs: read('actionArgs'),
  }
}

function text(value: unknown, key: string): string | undefined {
  const found =
    typeof value === 'object' && value !== null ? entriesOf(value).find(([name]) => name === key)?.[1] : undefined
  return typeof found === 'string' ? found : undefined
}
