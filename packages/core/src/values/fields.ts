/** A record without its absent fields. */
export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Drop the fields whose value is undefined, so that absent evidence has no key at all. */
export function present<T extends object>(fields: T): Present<T> {
  const kept: Record<string, unknown> = {}
  // Without `Object.entries`, whose pairs take longer than all the rest: the fold of a run does this for every event.
  for (const key of Object.keys(fields)) {
    const value = (fields as Record<string, unknown>)[key]
    if (value === undefined) continue
    // An assignment to this name would set the prototype.
    if (key === '__proto__')
      Object.defineProperty(kept, key, { value, enumerable: true, configurable: true, writable: true })
    else kept[key] = value
  }
  return kept as Present<T>
}

/** Tells whether a value is an object with fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The fields of an event that its schema does not name; undefined where there are none. */
export function unknownFields(event: object, known: readonly string[]): Record<string, unknown> | undefined {
  const unknown = Object.entries(event).filter(([key, value]) => value !== undefined && !known.includes(key))
  return unknown.length > 0 ? Object.fromEntries(unknown) : undefined
}

/** Freeze plain data to its leaves. Functions and byte arrays are left alone. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const nested of Object.values(value)) freeze(nested)
  return value
}
