// The well-known packages for this take `30` for 30 ms and `5 apples` for 5 bytes: too much to lose where things are removed.

const durations: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

const sizes: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/**
 * Read a duration: a number and its unit, `s`, `min` or `m`, `h`, `d` or `w`, e.g. `30d`, `1.5 h`.
 *
 * @returns ms
 * @throws {TypeError} for all else; a number without a unit is nobody's guess
 */
export function parseDuration(text: string): number {
  return parseQuantity(text, durations, 'a duration with its unit, e.g. 90s, 2m, 12h, 30d or 2w')
}

/**
 * Read a size: a number and its unit, in any case: `B`, `kB`, `MB`, `GB`, `TB` of 1000, `KiB`, `MiB`, ... of 1024.
 *
 * @returns bytes
 * @throws {TypeError} for all else
 */
export function parseSize(text: string): number {
  return Math.floor(parseQuantity(text, sizes, 'a size with its unit, e.g. 500MB, 5GB or 2GiB'))
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>, expected: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?) ?([a-z]{1,3})$/i.exec(text.trim()) ?? []
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined
  if (factor === undefined) throw new TypeError(`expected ${expected}, got ${JSON.stringify(text.slice(0, 80))}`)
  return Number(digits) * factor
}

/**
 * Read the number of a port; 0 stands for any that is free.
 *
 * @throws {TypeError} for what is none
 */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new TypeError(`expected a port from 0 to 65535, got ${JSON.stringify(text)}`)
}

/**
 * Read a number of things, from 1.
 *
 * @throws {TypeError} for what is none
 */
export function parseCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count >= 1) return count
  throw new TypeError(`expected a whole number from 1, got ${JSON.stringify(text.slice(0, 80))}`)
}

/**
 * Read the most that there may be of things that are counted: a whole number from 0.
 *
 * @throws {TypeError} for what is none
 */
export function parseMost(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new TypeError(`expected a whole number from 0, got ${JSON.stringify(text.slice(0, 80))}`)
}

/**
 * Read an amount of dollars, from 0, e.g. `0.50`.
 *
 * @throws {TypeError} for what is none
 */
export function parseDollars(text: string): number {
  if (/^\d{1,9}(?:\.\d{1,8})?$/.test(text)) return Number(text)
  throw new TypeError(`expected dollars, e.g. 0.50, got ${JSON.stringify(text.slice(0, 80))}`)
}

/**
 * Read words with commas between them, each of which is to be one of some.
 *
 * @throws {TypeError} for any other
 */
export function parseWords<T extends string>(text: string, words: readonly T[]): T[] {
  return text.split(',').map((part) => parseWord(part.trim(), words))
}

/**
 * Read a word that is to be one of some.
 *
 * @throws {TypeError} for any other
 */
export function parseWord<T extends string>(text: string, words: readonly T[]): T {
  const found = words.find((word) => word === text)
  if (found !== undefined) return found
  throw new TypeError(`expected ${words.join(', ')}, got ${JSON.stringify(text.slice(0, 80))}`)
}

/**
 * Read the name of somebody who labels.
 *
 * @throws {TypeError} for an empty one, and what looks like a path
 */
export function parseAnnotator(text: string): string {
  const name = text.trim()
  if (/^[^/\\\p{Cc}]{1,80}$/u.test(name) && !/^\.+$/.test(name)) return name
  throw new TypeError(`expected a name of 1 to 80 characters and no path, got ${JSON.stringify(text.slice(0, 80))}`)
}
