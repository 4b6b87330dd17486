/**
 * Find Playwright's own side of one of its objects, which is not public: what is there is to be asked before it is called.
 *
 * @returns undefined where Playwright does not run in this process (`connect`), and for what is gone: who is asked instead says so
 */
export function insideOf<T extends object>(of: object): Partial<T> | undefined {
  const { _connection: connection } = of as { _connection?: { toImpl?: (one: object) => T | undefined } }
  try {
    return connection?.toImpl?.(of)
  } catch {
    return undefined
  }
}
