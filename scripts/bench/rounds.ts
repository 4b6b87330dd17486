import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { compactRecording } from './compact-recording.ts'
import type { BenchOptions } from './figure.ts'
import { inspectRecording, type Inspection } from './inspect-recording.ts'
import { measureRun, type RunMeasurement } from './measure-run.ts'
import { isOurs, recordingIn, type Variant } from './recorders/variants.ts'
import type { RunSpec } from './run-spec.ts'

/** Above this share of the machine used by others, a run is done again. The filter looks at nothing else. */
const foreignLimit = 0.15

/** One run, and what is in the recording that it made, where it is one of ours. */
export interface BenchRun extends RunMeasurement, Partial<Inspection> {
  /** From 0. */
  readonly round: number
  /** After `contrail compact`, where that was run, and how long it took. */
  readonly compactedBytes?: number
  readonly compactMs?: number
  /** True where others used less than {@link foreignLimit}: only such runs count, unless a variant has none. */
  readonly isKept: boolean
}

/** The runs that are to be made, and how often. */
export interface Rounds extends Pick<RunSpec, 'origin' | 'steps' | 'thinkMs' | 'isNumbered'> {
  readonly variants: readonly Variant[]
  readonly rounds: number
  /** Only counts are asked of these runs: nobody minds who disturbs them. Default false. */
  readonly isUntimed?: boolean
  /** Also compact what `ours` recorded in the first round. Default false. */
  readonly isCompacted?: boolean
}

/**
 * Run each variant once in each round, the rounds beginning with another one each. A timed run that others disturbed is
 * repeated up to three times; on a machine that is never quiet that ends when there have been as many repeats as runs. With
 * `--quick` nothing is repeated: what was disturbed is told as such.
 */
export async function runRounds(wanted: Rounds, options: BenchOptions): Promise<BenchRun[]> {
  const runs: BenchRun[] = []
  let repeatsLeft = options.isQuick ? 0 : wanted.variants.length * wanted.rounds
  for (let round = 0; round < wanted.rounds; round++) {
    for (const variant of rotate(wanted.variants, round)) {
      const what = `${variant}, ${wanted.steps} steps, thinking ${wanted.thinkMs} ms`
      options.progress(`${what}: round ${round + 1} of ${wanted.rounds}`)
      for (let attempt = 1; ; attempt++) {
        const run = await runOnce(wanted, variant, round, options)
        runs.push(run)
        if (run.isKept || wanted.isUntimed === true) break
        const isLast = attempt === 4 || repeatsLeft === 0
        const share = Math.round(run.foreignShare * 100)
        options.progress(`${what}: others used ${share} % of the machine, ${isLast ? 'given up' : 'once more'}`)
        if (isLast) break
        repeatsLeft -= 1
      }
    }
  }
  return runs
}

async function runOnce(
  { origin, steps, thinkMs, isNumbered = false, isUntimed = false, isCompacted = false }: Rounds,
  variant: Variant,
  round: number,
  options: BenchOptions,
): Promise<BenchRun> {
  const directory = join(options.directory, variant)
  const quietLimitMs = isUntimed ? 0 : options.isQuick ? 2_000 : 10_000
  try {
    const measured = await measureRun({ variant, origin, steps, thinkMs, isNumbered, directory }, quietLimitMs)
    const { urls, rssMb } = measured
    const recording = recordingIn(directory, variant)
    const inspected = isOurs(variant) ? await inspectRecording(recording, { urls, isNumbered }) : {}
    const isSmaller = isCompacted && variant === 'ours' && round === 0
    const compacted = isSmaller ? await compactRecording(recording) : {}
    const isKept = measured.foreignShare <= foreignLimit
    const run: BenchRun = { ...measured, ...inspected, ...compacted, round, isKept }
    options.keepRun?.({ ...run, urls: urls.length, rssMb: thinned(rssMb) })
    return run
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** So that no variant always runs after the same other one, or first. */
export function rotate<T>(values: readonly T[], by: number): T[] {
  const at = values.length === 0 ? 0 : by % values.length
  return [...values.slice(at), ...values.slice(0, at)]
}

/** At most a hundred of them, evenly. */
function thinned<T>(values: readonly T[]): T[] {
  const every = Math.max(1, Math.ceil(values.length / 100))
  return values.filter((_, index) => index % every === 0)
}
