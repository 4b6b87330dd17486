import { readRecording } from '../recordings-at.ts'
import type { Trajectory } from '@contrail/core'
import type { FailureReport } from '@contrail/evaluation'
import { readVerdicts, type NamedVerdict } from '@contrail/recorder'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { classify } from '../classified.ts'
import { tellStory } from './story.ts'

/**
 * Tell a recording in under 40 lines, with its verdicts and the class of its failure, also while it is being written or after its process died.
 * It only tells: it is 0 whenever it could be read. As JSON it is the whole trajectory; images are named, not included.
 *
 * @throws {ContrailError} JOURNAL_MISSING and what `readTrajectory` throws
 */
export async function showRecording(
  input: { directory: string; paint: Paint; columns?: number | undefined } & Surroundings,
): Promise<CommandResult> {
  const { directory, trajectory } = await readRecording(input)
  const verdicts = await readVerdicts(directory)
  const { report: failures } = await classify(directory, trajectory, verdicts)
  const { paint, columns, cwd } = input
  return {
    exitCode: 0,
    text: tellStory(trajectory, formatPath(directory, cwd), paint, { columns, verdicts, failures }),
    json: toJson(directory, trajectory, verdicts, failures),
  }
}

/** An image's `read` is a function and so left out by JSON: what stays is its name, type, size and hash. */
function toJson(
  directory: string,
  trajectory: Trajectory,
  verdicts: readonly NamedVerdict[],
  { primary, failures }: FailureReport,
): unknown {
  return { directory, ...trajectory, verdicts, primary, failures }
}
