import type { TextPlace } from '../values/place.ts'
import type { PlainValue } from '../values/plain-value.ts'

/** A redactor of the texts of a value; see `Redactor`. */
export interface TextRedactor {
  text(text: string): string
  field(key: string | undefined, text: string, place?: TextPlace): string
  number(value: number, key: string | undefined, place: TextPlace): string | undefined
  typed(text: string): string
}

type Fields = { readonly [key: string]: PlainValue }

/** The standing of a value; both lists have the nearest first. */
interface Standing {
  /** Names above it. */
  readonly keys: readonly string[]
  readonly parent: object
  /** The objects around `parent`. */
  readonly around: readonly object[]
}

/** An array or object that is still to be copied. */
interface Pending {
  readonly from: readonly PlainValue[] | Fields
  readonly to: PlainValue[] | Record<string, PlainValue>
  /** The standing of its items. */
  readonly items: Standing
}

/** Copy plain data without its secrets; see `Redactor.value`. */
export function redactValue(plain: PlainValue, redactor: TextRedactor, isSensitive: boolean): PlainValue {
  const waiting: Pending[] = []
  const copy = (value: PlainValue, { keys, parent, around }: Standing): PlainValue => {
    const place: TextPlace = { keys: () => keys, parent, around: () => around }
    if (typeof value === 'string') return isSensitive ? redactor.typed(value) : redactor.field(keys[0], value, place)
    if (typeof value === 'number')
      return isSensitive ? redactor.typed(String(value)) : (redactor.number(value, keys[0], place) ?? value)
    if (typeof value !== 'object' || value === null) return value
    const to = Array.isArray(value) ? [] : {}
    waiting.push({ from: value, to, items: { keys, parent: value, around: [parent, ...around.slice(0, 2)] } })
    return to
  }

  const whole = copy(plain, { keys: [], parent: {}, around: [] })
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { from, to, items } = next
    if (Array.isArray(to)) {
      for (const item of from as readonly PlainValue[]) to.push(copy(item, items))
      continue
    }
    for (const [key, item] of Object.entries(from as Fields)) {
      const value = copy(item, { ...items, keys: [key, ...items.keys.slice(0, 1)] })
      Object.defineProperty(to, uniqueName(to, redactor.text(key)), { value, ...ordinary })
    }
  }
  return whole
}

const ordinary = { enumerable: true, configurable: true, writable: true }

/** Names that become equal are told apart by a number. */
function uniqueName(target: object, name: string): string {
  let unique = name
  for (let count = 2; Object.hasOwn(target, unique); count += 1) unique = `${name}~${count}`
  return unique
}
