import type { Figure } from './figure.ts'
import type { Variant } from './recorders/variants.ts'
import type { BenchRun } from './rounds.ts'
import { median } from './statistics.ts'

/** The median and the least of some runs. `note` says when none of them was undisturbed. */
export type Summary = Pick<Figure, 'median' | 'note'> & Required<Pick<Figure, 'min' | 'runs'>>

/** What of a run a summary is of. */
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
  const summary = { median: median(values), min: Math.min(...values), runs: values.length }
  return kept.length > 0 ? summary : { ...summary, note: `others disturbed every run of ${variant}` }
}

/** What a variant adds to a bare run of the same rounds: the medians less each other, and the least ones. */
export function addedBy(runs: readonly BenchRun[], variant: Variant, measure: Measure): Summary {
  return less(summarise(runs, variant, measure), summarise(runs, 'bare', measure))
}

/** One summary less another. */
export function less(one: Summary, other: Summary): Summary {
  return {
    median: one.median - other.median,
    min: one.min - other.min,
    ...together(one, other),
  }
}

/** One summary as so many times another; less than nothing where one of them is. */
export function ratio(one: Summary, other: Summary): Summary {
  return { median: one.median / other.median, min: one.min / other.min, ...together(one, other) }
}

function together(one: Summary, other: Summary): Pick<Summary, 'runs' | 'note'> {
  const notes = new Set([one.note, other.note].filter((note) => note !== undefined))
  return { runs: Math.min(one.runs, other.runs), ...(notes.size > 0 ? { note: [...notes].join('; ') } : {}) }
}
