/**
 * Turn a value that Playwright gave back into what is recorded of it. Its live objects hold the whole connection to the
 * browser, so they become a few plain facts: a response as url and status, a page or frame as its url, any other by its
 * name. Every other value is returned as it is; arrays are looked into one level deep.
 */
export function toPlainResult(value: unknown): unknown {
  return Array.isArray(value) ? value.map(toPlainValue) : toPlainValue(value)
}

function toPlainValue(value: unknown): unknown {
  if (!isLive(value)) return value
  if (isMethod(value, 'status') && isMethod(value, 'url')) return { url: value.url(), status: value.status() }
  if (isMethod(value, 'url')) return { url: value.url() }
  return nameOf(value)
}

/** A locator as one would write it; any other object of Playwright's by its class. */
export function nameOf(value: { toString(): string }): string {
  const text = value.toString()
  return text === '[object Object]' ? value.constructor.name.replace(/^_/, '') : text
}

/**
 * Tells whether a value is tied to a browser. Playwright gives no public mark; an object on its wire has had `_guid`
 * and `_connection`, and a locator `_frame` or `_frameSelector`, since it was first released.
 */
export function isLive(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  try {
    return ('_guid' in value && '_connection' in value) || isLocator(value) || '_frameSelector' in value
  } catch {
    return false // a Proxy of the user's that cannot be asked is no object of Playwright's
  }
}

/** Tells whether a value is a Playwright locator. */
function isLocator(value: object): boolean {
  return '_selector' in value && '_frame' in value
}

function isMethod<K extends string>(value: object, key: K): value is Record<K, () => unknown> {
  return typeof (value as Record<string, unknown>)[key] === 'function'
}
