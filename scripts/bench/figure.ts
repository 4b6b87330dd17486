/** One measured figure, beside what it must reach and what the peers reach on the same machine in the same run. */
export interface Figure {
  /** What was measured, in words: `added per step, thinking 100 ms`. */
  readonly name: string
  /** `ms`, `KB`, `MB`, `per second`, `x` for a ratio, `` for a count. */
  readonly unit: string
  /** The median of the runs that were kept; a count is exact. */
  readonly median: number
  readonly min?: number
  /** How many runs stand behind it. */
  readonly runs?: number
  /** What it must reach. A figure without one is shown for comparison only. */
  readonly target?: { readonly atMost: number } | { readonly atLeast: number }
  /** A count that must hold everywhere, so that it may fail a build. A time never does. */
  readonly isGate?: boolean
  /** What a reader must know to judge it. */
  readonly note?: string
}

/** How `pnpm bench` runs. */
export interface BenchOptions {
  /** Fewer rounds and shorter scripts: all parts together in about two minutes, for a look and not for a claim. */
  readonly isQuick: boolean
  /** Also what takes long and proves little: peers over 5,000 steps. Default false. */
  readonly isFull?: boolean
  /** How often each variant runs, where a part repeats; default the part's own. */
  readonly rounds?: number
  /** How many steps a run of the script has, where a part runs it; default the part's own. */
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

/** Whether a figure reaches its target; one without a target does. */
export function reaches({ median, target }: Figure): boolean {
  if (!target) return true
  return 'atMost' in target ? median <= target.atMost : median >= target.atLeast
}
