import type { TextPlace } from '../values/plain-builder.ts'
import type { PlainValue } from '../values/plain-value.ts'

/** A redactor of the texts of a value; see `Redactor`. */
export interface TextRedactor {
  text(text: string): string
  field(key: string | undefined, text: string, place?: TextPlace): string
  number(value: number, key: string | undefined, place: TextPlace): string | undefined
  typed(text: string): string
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
      return redactor.number(value, keys[0], { keys: () => keys, parent }) ?? value
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
