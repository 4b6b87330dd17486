/**
 * Refuse an option that does not exist: a misspelt one would otherwise be one that was never given.
 *
 * @param what names the options in the error, e.g. `captureDom`
 * @param names those that there are
 * @throws {TypeError} that names the unknown one and those that there are
 */
export function assertKnownOptions(what: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`expected the options of ${what} to be an object, got ${String(options)}`)
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new TypeError(
      `expected the options of ${what} to be among ${names.join(', ')}; got ${JSON.stringify(unknown)}`,
    )
  }
}
