const mostLevels = 100

/**
 * Copy the arguments of an action, arrays and plain objects to their leaves: what the action then does to them is not what
 * the agent asked for. All other values, and what nests deeper than 100 levels, are shared.
 */
export function copyArguments(actionArgs: Record<string, unknown>): Record<string, unknown> {
  return copyValue(actionArgs, 0, new Map()) as Record<string, unknown>
}

function copyValue(value: unknown, level: number, copies: Map<object, object>): unknown {
  if (typeof value !== 'object' || value === null || level > mostLevels) return value
  const known = copies.get(value)
  if (known) return known
  try {
    if (Array.isArray(value)) {
      const copy: unknown[] = []
      copies.set(value, copy)
      for (const item of value) copy.push(copyValue(item, level + 1, copies))
      return copy
    }
    const prototype: unknown = Object.getPrototypeOf(value)
    if (level > 0 && prototype !== Object.prototype && prototype !== null) return value
    const copy = {}
    copies.set(value, copy)
    for (const [key, item] of Object.entries(value)) {
      const field = { value: copyValue(item, level + 1, copies), enumerable: true, configurable: true, writable: true }
      Object.defineProperty(copy, key, field)
    }
    return copy
  } catch {
    // A getter or a Proxy that throws: whoever records the value meets it and says so.
    return value
  }
}
