import { toPlainValue, type PlainValue, type PlainValueOptions } from './plain-value.ts'

/** Options that say how a field is converted. */
type FieldOptions = Pick<PlainValueOptions, 'transformText' | 'transformNumber' | 'transformBytes' | 'lift' | 'onCut'>

/** Convert the fields of an event one by one, so that each has the full budget and one bad field harms no other. */
export function toPlainFields(
  payload: unknown,
  optionsOf: (field: string) => FieldOptions,
): Record<string, PlainValue> {
  if (!isObject(payload)) return { value: toPlainValue(payload, optionsOf('value')) ?? null }
  const fields: Record<string, PlainValue> = {}
  for (const key of ownKeys(payload)) {
    if (key === 'type') continue
    const plain = toPlainValue(singleField(payload, key), optionsOf(key)) as Record<string, PlainValue>
    // One entry, under its escaped name; none for `undefined`; a mark for a name that is too long.
    for (const name of Object.keys(plain)) setField(fields, name, plain[name])
  }
  return fields
}

/** A field in a record of its own. */
function singleField(payload: Record<string, unknown>, key: string): object {
  try {
    return setField({}, key, payload[key])
  } catch {
    // A getter that throws is met again, and marked, inside the converter.
    return Object.defineProperty({}, key, { enumerable: true, get: () => payload[key] })
  }
}

/** As data, whatever its name: an assignment to `__proto__` would set the prototype. */
function setField(fields: Record<string, unknown>, name: string, value: unknown): object {
  if (name === '__proto__') Object.defineProperty(fields, name, { value, enumerable: true, configurable: true })
  else fields[name] = value
  return fields
}

/** Tells whether a value is an object with fields. Never throws. */
export function isObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  try {
    return !Array.isArray(value)
  } catch {
    // A revoked Proxy has no fields: it is a value like any other, and the converter marks it as unreadable.
    return false
  }
}

function ownKeys(payload: object): string[] {
  try {
    return Object.keys(payload)
  } catch {
    // A Proxy that refuses to be listed has no fields; the event becomes a gap for lack of them.
    return []
  }
}

/** Read the text under a key of any value, `undefined` where it is none. Never throws. */
export function textOf(value: unknown, key: string): string | undefined {
  const text = fieldOf(value, key)
  return typeof text === 'string' ? text : undefined
}

/** Read what stands under a key of any value, `undefined` where that throws. */
export function fieldOf(value: unknown, key: string | number): unknown {
  try {
    return (value as Record<string, unknown>)[key]
  } catch {
    // The converter meets the same getter and marks the field as unreadable.
    return undefined
  }
}

/** Read a value, `undefined` where that throws. */
export function safely(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    // The converter meets the same getter and marks the field as unreadable.
    return undefined
  }
}
