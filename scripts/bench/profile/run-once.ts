import type { BenchOptions } from '../figure.ts'
import { measureRun, type RunMeasurement } from '../measure-run.ts'
import type { RunSpec } from '../run-spec.ts'

/** Run the script once on a quiet machine, to explain a figure: whoever disturbs it, it is not repeated. */
export async function runOnce(
  spec: RunSpec,
  { progress, keepRun }: Pick<BenchOptions, 'progress' | 'keepRun'>,
): Promise<RunMeasurement> {
  const { variant, steps, thinkMs, nodeFlags = [] } = spec
  progress([`${variant}, ${steps} steps, thinking ${thinkMs} ms`, ...nodeFlags].join(', '))
  const measured = await measureRun(spec, 10_000)
  keepRun?.({ ...measured, urls: measured.urls.length, rssMb: [], nodeFlags })
  return measured
}
