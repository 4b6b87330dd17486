import type { TextPlace } from '../values/plain-builder.ts'
import type { PlainValue } from '../values/plain-value.ts'
import type { RedactionKind } from './text/placeholder.ts'
import { isSecretNumber } from './scan/pair-values.ts'

/** What replaces the texts of a value; see `Redactor`. */
export interface TextRedactor {
  text(text: string): string
  field(key: string | undefined, text: string, place?: TextPlace): string
  typed(text: string): string
  kindOfKey(key: string): RedactionKind | undefined
}

type Fields = { readonly [key: string]: PlainValue }

/** An array or object that is still to be copied. */
interface Pending {
  readonly from: readonly PlainValue[] | Fields
  readonly to: PlainValue[] | Record<string, PlainValue>
  /** Names above its items, the nearest first. */
  readonly keys: readonly string[]
}

/** Copy plain data without its secrets; see `Redactor.value`. */
export function redactValue(plain: PlainValue, redactor: TextRedactor, isSensitive: boolean): PlainValue {
  const waiting: Pending[] = []
  const copy = (value: PlainValue, keys: readonly string[], parent: object): PlainValue => {
    if (typeof value === 'string')
      return isSensitive ? redactor.typed(value) : redactText(redactor, value, keys, parent)
    if (typeof value === 'number') {
      if (isSensitive) return redactor.typed(String(value))
      return redactNumber(redactor, value, keys[0], { keys: () => keys, parent }) ?? value
    }
    if (typeof value !== 'object' || value === null) return value
    const to = Array.isArray(value) ? [] : {}
    waiting.push({ from: value, to, keys })
    return to
  }

  const whole = copy(plain, [], {})
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { from, to, keys } = next
    if (Array.isArray(to)) {
      for (const item of from as readonly PlainValue[]) to.push(copy(item, keys, from))
      continue
    }
    for (const [key, item] of Object.entries(from as Fields)) {
      const value = copy(item, [key, ...keys.slice(0, 1)], from)
      Object.defineProperty(to, uniqueName(to, redactor.text(key)), { value, ...ordinary })
    }
  }
  return whole
}

/**
 * What stands for a number that is a secret, `undefined` for all others: a password or a code by its name, another secret by
 * its name from 6 digits on, lest a count be taken for one, and what is found by its digits.
 */
export function redactNumber(
  redactor: TextRedactor,
  value: number,
  key: string | undefined,
  place: TextPlace,
): string | undefined {
  const digits = String(value)
  if (digits.length < 3) return undefined
  const kind = key === undefined ? undefined : redactor.kindOfKey(key)
  const isCount = kind !== undefined && !isSecretNumber(digits.length, kind)
  const redacted = isCount ? redactor.text(digits) : redactor.field(key, digits, place)
  return redacted === digits ? undefined : redacted
}

const ordinary = { enumerable: true, configurable: true, writable: true }

function redactText(redactor: TextRedactor, text: string, keys: readonly string[], parent: object): string {
  return redactor.field(keys[0], text, { keys: () => keys, parent })
}

/** Names that become equal are told apart by a number. */
function uniqueName(target: object, name: string): string {
  let unique = name
  for (let count = 2; Object.hasOwn(target, unique); count += 1) unique = `${name}~${count}`
  return unique
}
