import { isContrailError } from '@contrail/core'
import { readTrajectory, removeRecording } from '@contrail/recorder'
import path from 'node:path'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import type { Confirm } from '../../terminal/confirm.ts'
import { describeError } from '../../terminal/describe-error.ts'
import { formatCount, formatSize } from '../../terminal/format.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { assertRecording } from '../recordings-at.ts'
import { readTree } from '../tree.ts'

/**
 * Remove a recording for good. It is 1 where it stays: it is being written, holds files of
 * somebody else, or the answer was no.
 *
 * @param input.confirm asks before it goes; without it nobody is asked
 * @throws {ContrailError} JOURNAL_MISSING where there is no recording, and what `removeRecording` throws
 */
export async function removeOne(
  input: { directory: string; force: boolean; confirm: Confirm | undefined; paint: Paint } & Surroundings,
): Promise<CommandResult> {
  const { force, confirm, paint, cwd } = input
  const directory = path.resolve(cwd, input.directory)
  await assertRecording(directory, input)
  const shown = formatPath(directory, cwd)
  const { sizeBytes } = await readTree(directory)
  if (confirm && !(await confirm(`Remove ${shown} for good? ${await describe(directory, sizeBytes)}`))) {
    return { exitCode: 1, text: `${shown} stays.`, json: { directory, removed: false } }
  }
  try {
    await removeRecording(directory, { force })
  } catch (error) {
    if (!isContrailError(error) || !['JOURNAL_LOCKED', 'FOREIGN_FILES'].includes(error.code)) throw error
    return { ...describeError(error), exitCode: 1 }
  }
  return {
    exitCode: 0,
    text: `${paint('good', 'removed')}  ${shown}, ${formatSize(sizeBytes)}`,
    json: { directory, removed: true, sizeBytes },
  }
}

/** Describe a recording by what somebody wants to know before it is gone. */
async function describe(directory: string, sizeBytes: number): Promise<string> {
  try {
    const { task, status, steps } = await readTrajectory(directory)
    const name = toPrintable(task.id, 60)
    return `(${name}, ${status}, ${formatCount(steps.length, 'step')}, ${formatSize(sizeBytes)})`
  } catch {
    // A damaged recording may be removed as well.
    return `(it cannot be read, ${formatSize(sizeBytes)})`
  }
}
