/** The size of the tests. Read here and nowhere else, from `CONTRAIL_TESTS` and `CONTRAIL_TEST_SEED`. */

/**
 * `fast` (default): what `npm test` runs, some three minutes on two cores. `faults`: the searches for crashes in full, and
 * all kinds of pages, before the recorder's write, finish, keep, directory or io land, and every night. `long`: everything that a search can try.
 */
export type TestSize = 'fast' | 'faults' | 'long'

const sizes: readonly TestSize[] = ['fast', 'faults', 'long']

/** The size of this run. */
export const testSize: TestSize = readTestSize(process.env['CONTRAIL_TESTS'])

/**
 * The seed of every search: fixed in `fast`, so that a clone passes on any day, and the day's date (e.g. 20261128) in the
 * other sizes, so that a week of runs looks at seven times as much. A search that fails names it.
 */
export const testSeed: number = Number(
  process.env['CONTRAIL_TEST_SEED'] ?? (testSize === 'fast' ? 1 : dayOf(new Date())),
)

/** Choose what to try by the size of this run. */
export function bySize<T>(choices: Readonly<Record<TestSize, T>>): T {
  return choices[testSize]
}

/** Choose what the smallest size tries of all that the larger ones do. */
export function inFast<T>(few: T, all: T): T {
  return testSize === 'fast' ? few : all
}

/** @throws {TypeError} for a word that is no size */
export function readTestSize(word: string | undefined): TestSize {
  const size = sizes.find((known) => known === (word || 'fast'))
  if (size === undefined) throw new TypeError(`CONTRAIL_TESTS: expected ${sizes.join(', ')}; got "${word}"`)
  return size
}

function dayOf(date: Date): number {
  return Number(date.toISOString().slice(0, 10).replaceAll('-', ''))
}
