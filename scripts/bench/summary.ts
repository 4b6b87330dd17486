import type { Figure } from './figure.ts'
import type { Variant } from './recorders/variants.ts'
import type { BenchRun } from './rounds.ts'
import { medianOf } from './statistics.ts'

/** The median and the least of some runs. `note` says when none of them was undisturbed. */
export type Summary = Pick<Figure, 'median' | 'note'> & Required<Pick<Figure, 'min' | 'runs'>>

const disturbed = 'others disturbed every run behind it: measure again on a quiet machine'
const tooSmall = 'no ratio: what it is held against is not to be told from nothing in these runs'

/** A reader of the figure of a run that is summed up. */
type Measure = (run: BenchRun) => number

/**
 * A measure over the runs of one variant that were kept. Where others disturbed all of them, over all of them, and `note` says so.
 *
 * @throws {TypeError} when the variant did not run
 */
export function summarise(runs: readonly BenchRun[], variant: Variant, measure: Measure): Summary {
  const all = runs.filter((run) => run.variant === variant)
  const kept = all.filter(({ isKept }) => isKept)
  const values = (kept.length > 0 ? kept : all).map(measure)
  if (values.length === 0) throw new TypeError(`expected a run of ${variant}, got none`)
  const summary = { median: medianOf(values), min: Math.min(...values), runs: values.length }
  return kept.length > 0 ? summary : { ...summary, note: disturbed }
}

/**
 * A count over all runs of one variant: nobody disturbs that.
 *
 * @throws {TypeError} when the variant did not run
 */
export function summariseCount(runs: readonly BenchRun[], variant: Variant, measure: Measure): Summary {
  const { note: _note, ...summary } = summarise(
    runs.map((run) => ({ ...run, isKept: true })),
    variant,
    measure,
  )
  return summary
}

/** The cost that a variant adds to a bare run of the same rounds: the medians less each other, and the least ones. */
export function addedBy(runs: readonly BenchRun[], variant: Variant, measure: Measure): Summary {
  return less(summarise(runs, variant, measure), summarise(runs, 'bare', measure))
}

/** One summary less another. */
export function less(one: Summary, other: Summary): Summary {
  return { median: one.median - other.median, min: one.min - other.min, ...together(one, other) }
}

/**
 * One summary as so many times another. Less than nothing where the first adds nothing to be measured; not a number where the
 * other does not, since then nothing can be held against it.
 */
export function ratio(one: Summary, other: Summary): Summary {
  const divide = (value: number, by: number): number => (by > 0 ? value / by : Number.NaN)
  return {
    median: divide(one.median, other.median),
    min: divide(one.min, other.min),
    ...together(one, other),
    ...(other.median > 0 ? {} : { note: tooSmall }),
  }
}

function together(one: Summary, other: Summary): Pick<Summary, 'runs' | 'note'> {
  const note = one.note ?? other.note
  return { runs: Math.min(one.runs, other.runs), ...(note === undefined ? {} : { note }) }
}
