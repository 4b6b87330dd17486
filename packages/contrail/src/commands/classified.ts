import type { ClassifyOptions, FailureReport } from '@contrail/evaluation'
import type { Trajectory } from '@contrail/core'
import { createAttachmentReader, readTrajectory, readVerdicts, type NamedVerdict } from '@contrail/recorder'
import type { FailureClass } from '@contrail/viewer'

/** A recording with the class of its failure. */
export interface ClassifiedRun {
  readonly trajectory: Trajectory
  /** The options that it was classified with: its newest verdict, and what it kept of files. */
  readonly options: ClassifyOptions
  readonly report: FailureReport
}

/**
 * Read a recording and classify it, with what its newest verdict says and what it kept of files.
 *
 * @throws {ContrailError} as `readTrajectory` and `readVerdicts`
 */
export async function readClassified(directory: string): Promise<ClassifiedRun> {
  const trajectory = await readTrajectory(directory)
  return { trajectory, ...(await classify(directory, trajectory, await readVerdicts(directory))) }
}

/** Name how a run failed: the class of its failure, `CORRECT`, `UNKNOWN`. Only a class has a confidence. */
export function toFailureClass({ primary, failures }: FailureReport): FailureClass {
  return { name: primary, confidence: failures.find((failure) => failure.class === primary)?.confidence ?? null }
}

/** Classify a recording that was read. */
export async function classify(
  directory: string,
  trajectory: Trajectory,
  verdicts: readonly NamedVerdict[],
): Promise<Omit<ClassifiedRun, 'trajectory'>> {
  const { classifyFailures, newestVerdict } = await import('@contrail/evaluation')
  const options = { verdict: newestVerdict(verdicts), readAttachment: createAttachmentReader(directory) }
  return { options, report: classifyFailures(trajectory, options) }
}
