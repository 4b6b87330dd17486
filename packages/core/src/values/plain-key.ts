const reservedNames = new Set(['frame', 'type', 'truncated'])

/** Escape a key that would be taken for one of the marks of plain data; see {@link unescapeKey}. */
export function escapeKey(key: string): string {
  return isReserved(key) ? `$${key}` : key
}

/**
 * Undo the escaping of keys. `$frame`, `$type` and `$truncated` mean something in plain data, so an input's key of that
 * name gets one more `$` in front (`$$frame`), and so does one that is escaped already. Other keys are as they were.
 */
export function unescapeKey(key: string): string {
  return key.startsWith('$$') && isReserved(key) ? key.slice(1) : key
}

function isReserved(key: string): boolean {
  let start = 0
  while (key[start] === '$') start += 1
  return start > 0 && reservedNames.has(key.slice(start))
}
