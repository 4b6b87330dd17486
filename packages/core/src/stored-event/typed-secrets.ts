import type { TextPlace } from '../values/plain-builder.ts'
import { toPlainValue } from '../values/plain-value.ts'
import { kindOfField, kindOfSelector } from '../redact/names/fields.ts'
import { isReference, isStandIn } from '../redact/names/value.ts'
import { isMixed } from '../redact/scan/pair-values.ts'
import { scanTypedCode, typedInWords } from '../redact/scan/typed.ts'
import type { RedactionKind } from '../redact/text/placeholder.ts'

/** A value that a step has typed into a field for a secret, and the accessible name of that field where it is told. */
interface TypedSecret {
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
/** Names of arguments that say which field is meant. */
const fieldNames = new Set(
  'field element describe description label selector locator name placeholder target action instruction xpath css id role prompt query elementDescription element_description fieldName field_name'.split(
    ' ',
  ),
)
/** Of these the ones that say it in words, not as a selector does. */
const sentences = new Set(['action', 'instruction', 'prompt', 'describe', 'description'])
/** Names of arguments that say where and how, never what. Under any other name of a sensitive step nothing is kept. */
const keptNames = new Set(
  'type method actionName selector locator target ref element elementId role name label frame button modifiers url reasoning describe description placeholder field xpath css id'.split(
    ' ',
  ),
)
/** Keys that type nothing. */
const namedKeys = new Set(
  'enter return tab escape esc backspace delete del insert home end pageup pagedown arrowup arrowdown arrowleft arrowright up down left right capslock'.split(
    ' ',
  ),
)
const modifierKeys = new Set('control ctrl alt option meta cmd command super win controlormeta shift'.split(' '))
/** Actions that look, wait or press, and type nothing. */
const typeNothing =
  /(?:^|[_.\- ])(?:assert|expect|verify|wait|find|check|uncheck|click|dblclick|tap|hover|scroll|get|read|extract|screenshot|query|observe|look|goto|navigate|open|press|drag|focus|blur)/i

/**
 * Find what a step has typed into fields for secrets. A step that says itself that it is `sensitive` has typed all of
 * its texts; of any other the fields are asked by their names: its `target`, its arguments that name a field, each of
 * several fields for itself, and what code and instructions say.
 */
export function typedSecrets(payload: unknown): TypedSecrets {
  const { sensitive, target, actionName, actionArgs } = readStep(payload)
  const targetName = text(target, 'name')
  if (sensitive) {
    const kind = (targetName && kindOfField(targetName)) || 'password'
    return { kind, secrets: all(actionArgs, kind, targetName) }
  }
  if (typeof actionName === 'string' && typeNothing.test(actionName.replaceAll(/([a-z])([A-Z])/g, '$1_$2')))
    return noneTyped
  const kind = kindOfTarget(target)
  const found: TypedSecret[] = []
  visit(actionArgs, kind, targetName, found, 0)
  return found.length === 0 ? noneTyped : { kind: undefined, secrets: found }
}

/** Look through arguments: what is typed in an object is a secret if that object, or one around it, names such a field. */
function visit(
  value: unknown,
  above: RedactionKind | undefined,
  field: string | undefined,
  found: TypedSecret[],
  depth: number,
): void {
  if (typeof value === 'string') return inText(value, found)
  if (typeof value !== 'object' || value === null || depth > deepestArguments) return
  const items = entriesOf(value)
  const named = Array.isArray(value) ? undefined : kindOfNamed(items)
  const kind = named ?? above
  for (const [key, item] of items) {
    const isTyped = !Array.isArray(value) && typedNames.has(key)
    if (kind && isTyped && (typeof item === 'string' || typeof item === 'number')) add(String(item), kind, field, found)
    else if (kind && key === 'keys' && typeof item === 'string' && !isNamedKey(item)) add(item, kind, field, found)
    else if (kind && (isTyped || listNames.has(key)) && Array.isArray(item))
      for (const part of item.slice(0, 100)) add(String(part), kind, field, found)
    else if (typeof item === 'string' && sentences.has(key)) inWords(item, found)
    else visit(item, named && !Array.isArray(item) ? kind : above, field, found, depth + 1)
  }
}

const deepestArguments = 6

function add(value: string, kind: RedactionKind, field: string | undefined, found: TypedSecret[]): void {
  if (value !== '' && value.length <= 4_096 && !isReference(value) && !isStandIn(value))
    found.push({ value, kind, field })
}

function inText(value: string, found: TypedSecret[]): void {
  if (value.length > 100_000 || (!value.includes('(') && !value.includes('.value'))) return
  scanTypedCode(value, (start, end, kind) => add(value.slice(start, end), kind, undefined, found))
}

function inWords(value: string, found: TypedSecret[]): void {
  const typed = typedInWords(value)
  if (typed) add(value.slice(typed.start, typed.end), typed.kind, undefined, found)
  else inText(value, found)
}

function kindOfNamed(items: readonly (readonly [string, unknown])[]): RedactionKind | undefined {
  for (const [key, item] of items) {
    if (!fieldNames.has(key)) continue
    const kind = typeof item === 'string' ? kindOfFieldText(key, item) : kindOfTarget(item)
    if (kind) return kind
  }
  return undefined
}

function kindOfFieldText(key: string, value: string): RedactionKind | undefined {
  if (value.length > 500) return undefined
  const isSelector = /^(?:[#.[/]|\w+[[#.])|^(?:css|xpath|text|id|role|internal)[=:]|getBy|get_by|>>/.test(value)
  if (isSelector || key === 'id' || key === 'xpath' || key === 'css') return kindOfSelector(value)
  return kindOfField(value) ?? (sentences.has(key) ? undefined : kindOfSelector(value))
}

function kindOfTarget(target: unknown): RedactionKind | undefined {
  if (typeof target !== 'object' || target === null) return undefined
  const { name, label, placeholder, selector, locator, id } = Object.fromEntries(entriesOf(target))
  for (const words of [name, label, placeholder]) {
    const kind = typeof words === 'string' ? kindOfField(words) : undefined
    if (kind) return kind
  }
  for (const finder of [selector, locator, id]) {
    const kind = typeof finder === 'string' ? kindOfSelector(finder) : undefined
    if (kind) return kind
  }
  return undefined
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
  if (name === 'key' || name === 'keys') return isNamedKey(value)
  return keptNames.has(name) || (name === 'action' && /^[a-z_]{1,30}$/.test(value))
}

/** `Enter`, `Shift+Tab`, `Control+A`; with Shift alone a letter is typed. */
function isNamedKey(value: string): boolean {
  const keys = value.toLowerCase().split('+', 6)
  const last = keys.pop()!
  if (!keys.every((key) => modifierKeys.has(key))) return false
  const isChord = keys.some((key) => key !== 'shift') && last.length === 1
  return namedKeys.has(last) || modifierKeys.has(last) || isChord
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

function readStep(payload: unknown): Step {
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

/** The entries of an object or array; of what cannot be read none, and of a large one its beginning. */
function entriesOf(value: object): readonly (readonly [string, unknown])[] {
  try {
    return Object.entries(value).slice(0, 1_000)
  } catch {
    // A getter or Proxy that throws is met again by the converter, which marks it.
    return []
  }
}
