import type { FailureReport } from '@contrail/evaluation'
import { isContrailError, type AttachmentReference, type Trajectory, type Verdict } from '@contrail/core'
import { createAttachmentReader, readTrajectory, readVerdicts, type NamedVerdict } from '@contrail/recorder'

/** A recording with the class of its failure. */
export interface ClassifiedRun {
  readonly trajectory: Trajectory
  readonly report: FailureReport
}

/**
 * Read a recording and classify it, with what its newest verdict says and what it kept of files.
 *
 * @throws {ContrailError} as `readTrajectory` and `readVerdicts`
 */
export async function readClassified(directory: string): Promise<ClassifiedRun> {
  const trajectory = await readTrajectory(directory)
  return { trajectory, report: await classify(directory, trajectory, await readVerdicts(directory)) }
}

/** Classify a recording that was read. */
export async function classify(
  directory: string,
  trajectory: Trajectory,
  verdicts: readonly NamedVerdict[],
): Promise<FailureReport> {
  const { classifyFailures } = await import('@contrail/evaluation')
  const read = createAttachmentReader(directory)
  const readAttachment = (reference: AttachmentReference): Uint8Array | undefined => {
    try {
      return read(reference)
    } catch (error) {
      // What is lost cannot be searched; `check` says that it is lost.
      if (isContrailError(error)) return undefined
      throw error
    }
  }
  return classifyFailures(trajectory, { verdict: verdictOf(verdicts), readAttachment })
}

/** Choose the verdict that counts: the last of the default name, else the last of all. */
function verdictOf(verdicts: readonly NamedVerdict[]): Verdict | undefined {
  const byNumber = new Intl.Collator('en', { numeric: true })
  const whole = verdicts.filter(({ verdict }) => verdict !== undefined)
  const ordered = whole.toSorted((one, other) => byNumber.compare(one.name, other.name))
  return (ordered.findLast(({ name }) => /^mmrubric_v1(?:-\d+)?$/.test(name)) ?? ordered.at(-1))?.verdict
}
