/**
 * Check a caller's time limit or size.
 *
 * @throws {TypeError} unless the value is a positive finite number
 */
export function assertPositive(name: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) {
    throw new TypeError(`expected ${name} to be a positive number, got ${String(value)}`)
  }
}
