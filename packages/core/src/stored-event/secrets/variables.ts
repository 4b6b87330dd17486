import { doesType, entriesOf, isList, namingOf, type Entries } from '../../redact/names/named-field.ts'
import { splitWords } from '../../redact/names/words.ts'
import type { Redactor } from '../../redact/redactor.ts'
import { isReference, isStandIn } from '../../redact/names/value.ts'
import type { NamedSecret } from './named-secrets.ts'
import { typedNames, type Step } from './read-step.ts'

const namesTyped = new WeakMap<object, string>()

/**
 * Find what a step types into the field for a value beside one for its name, in editors of variables: `DB_PASSWORD` into `Key`, and the
 * secret into `Value`, in one step or in two.
 *
 * @param source an object that stands for the source in its run
 */
export function variablesTyped(
  source: object,
  { actionName, actionArgs, aim }: Step,
  redactor: Redactor,
): readonly NamedSecret[] {
  if (doesType(actionName) === false) return []
  const found: NamedSecret[] = []
  for (const { field, value } of typingsIn(actionArgs, fieldOf(aim), 0)) {
    const variable = namesTyped.get(source)
    if (isName(field, value)) {
      namesTyped.set(source, value)
    } else if (variable !== undefined && (field === 'value' || (field === undefined && isConstant.test(variable)))) {
      namesTyped.delete(source)
      const kind = redactor.kindOfPlace(variable, undefined, () => value)
      if (kind && !isReference(value) && !isStandIn(value)) found.push({ value, kind })
    }
  }
  return found
}

interface Typing {
  readonly field: string | undefined
  readonly value: string
}

/** The fields that a step types into, and the texts. */
function typingsIn(args: unknown, above: string | undefined, depth: number): Typing[] {
  if (!isObject(args) || depth > 3) return []
  const entries = entriesOf(args)
  if (isList(args)) return entries.slice(0, 100).flatMap(([, item]) => typingsIn(item, undefined, depth + 1))
  const field = fieldOf(entries) ?? above
  const value = entries.find(([key, item]) => typedNames.has(key) && typeof item === 'string')?.[1]
  if (typeof value === 'string') return value === '' || value.length > 4_096 ? [] : [{ field, value }]
  return entries.flatMap(([, item]) => (isList(item) ? typingsIn(item, undefined, depth + 1) : []))
}

/** The last word of the name of the field: `env[0][key]`, `Variable name`, `textarea[name="value"]`. */
function fieldOf(entries: Entries): string | undefined {
  let word: string | undefined
  for (const [key, item] of entries) {
    if (typeof item !== 'string' || item.length > 100 || namingOf(key) !== 'name' || key === 'role') continue
    if (/^(?:ref|target)$/.test(key) && /^\w{0,3}\d+\w{0,4}$/.test(item)) continue
    if (example.test(item)) return 'key'
    const last = splitWords(item).findLast((part) => !/^\d+$/.test(part) && !besideField.has(part))
    if (last !== undefined && ofVariables.has(last)) return last
    word ??= last
  }
  return word
}

function isName(field: string | undefined, value: string): boolean {
  return /^[A-Za-z_][\w.-]{1,64}$/.test(value) && (field === undefined ? isConstant.test(value) : ofNames.has(field))
}

const ofNames = new Set(['key', 'name', 'variable', 'var'])
const ofVariables = new Set([...ofNames, 'value'])
const besideField = new Set(['field', 'input', 'box', 'text', 'textbox', 'textarea'])
const isConstant = /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$/
/** A placeholder that is a name: `e.g. CLIENT_KEY`. */
const example = /(?:^|\s)[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$/

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
