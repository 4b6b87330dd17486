/** One measured figure, beside what it must reach and what the peers reach on the same machine in the same run. */
export interface Figure {
  /** The thing that was measured, in words: `added per step, thinking 100 ms`. */
  readonly name: string
  /** `ms`, `KB`, `MB`, `per second`, `x` for a ratio, `` for a count. With `growth`: of its values. */
  readonly unit: string
  /** The median of the runs that were kept; a count is exact. With `growth`: the exponent. */
  readonly median: number
  readonly min?: number
  /** The number of runs behind it. */
  readonly runs?: number
  /**
   * The bound that it is to reach. The report says whether it does; a missed target fails nothing. Without one a figure
   * is for comparison only.
   */
  readonly target?: Bound
  /**
   * A bound that nothing but a regression breaks; the bench then ends with 1. Only a count has one, since a time
   * depends on who else is running. It is where we are, with a small margin, and so beside a target that is still
   * missed.
   */
  readonly gate?: Bound
  /** Its growth with the length of a run, the number of runs or the size of a page: shown in a table of its own. */
  readonly growth?: Growth
  /** A note that a reader needs to judge it. */
  readonly note?: string
}

/** A bound that a figure is held against. */
export type Bound = { readonly atMost: number } | { readonly atLeast: number }

/** A cost at several sizes. */
export interface Growth {
  readonly of: 'steps' | 'runs' | 'frames' | 'elements' | 'entities' | 'events'
  /** From the smallest size up. */
  readonly points: readonly GrowthPoint[]
}

/** A cost at one size. */
export interface GrowthPoint {
  readonly size: number
  readonly cost: number
}

/** Options of `pnpm bench`. */
export interface BenchOptions {
  /** Fewer rounds and variants, and shorter scripts: all parts together in less than two minutes, for a look and not for a claim. */
  readonly isQuick: boolean
  /** Also what takes long and proves little: peers over 5,000 steps. Default false. */
  readonly isFull?: boolean
  /** The number of times that each variant runs, where a part repeats; default the part's own. */
  readonly rounds?: number
  /**
   * The number of steps in a run of the script, where a part runs it, and the most that a growth is followed to;
   * default the part's own.
   */
  readonly steps?: number
  /** An empty folder of the part's own; it is removed afterwards. */
  readonly directory: string
  /** Tell how far it is. */
  readonly progress: (line: string) => void
  /** Keep one run as it was measured, for the JSON file: plain data. */
  readonly keepRun?: (run: object) => void
}

/** One group of figures, measured together. */
export interface BenchPart {
  /** A word for `pnpm bench --only <name>`. */
  readonly name: string
  run(options: BenchOptions): Promise<readonly Figure[]>
}

/** Tells whether a figure reaches its target; one without a target does. */
export function reaches({ median, target }: Figure): boolean {
  return !target || isWithin(median, target)
}

/** Tells whether a figure holds its gate; one without a gate does. */
export function holds({ median, gate }: Figure): boolean {
  return !gate || isWithin(median, gate)
}

/** No bound holds what is not a number. */
function isWithin(value: number, bound: Bound): boolean {
  return 'atMost' in bound ? value <= bound.atMost : value >= bound.atLeast
}
