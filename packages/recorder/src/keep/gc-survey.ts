import { namesOfRuns } from '../directory/root.ts'
import { join } from 'node:path'
import { ContrailError, messageOf } from '@contrail/core'
import { journalName, fileNames, removedPrefix } from '../directory/names.ts'
import { measureDisk, type DiskUsage } from './disk-usage.ts'
import { namesIn, statIfThere } from '../io/files.ts'
import { findForeign } from '../directory/foreign-files.ts'
import { holdsRecording } from './holds-recording.ts'
import { type Io } from '../io/io.ts'
import { readLockOf, isCutOffRemoval } from './remove-recording.ts'
import { readTaskDataIfSound } from '../finish/task-data.ts'

/** A recording as garbage collection sees it. */
export interface SurveyedRecording {
  readonly kind: 'recording'
  readonly directory: string
  /** When its run ended, in ms since 1970; where it does not say so, when it was last written. */
  readonly endedMs: number
  readonly usage: DiskUsage
  /** True where somebody has judged it. */
  readonly judged: boolean
  /** Files in it that are not ours, as relative paths. */
  readonly foreign: readonly string[]
  /** Why nobody may remove it now. */
  readonly held?: { reason: 'being_written' | 'owner_unknown'; message: string }
}

/** One thing below a root: a recording, or what could not be weighed as one. */
export type Surveyed =
  | SurveyedRecording
  | { readonly kind: 'cut_off_removal'; readonly directory: string; readonly usage: DiskUsage }
  | { readonly kind: 'no_recording'; readonly directory: string }
  | { readonly kind: 'unreadable'; readonly directory: string; readonly message: string }

/**
 * Look at everything that stands where a recording does, `<root>/<run>/<task>`, and at what removals have left there.
 * A root that is the folder of one run has its recordings straight below it: a recording is never entered as a run.
 * One that cannot be read hides no other. Folders of runs that are links are not entered.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when the root cannot be read or is a recording itself
 */
export async function* surveyRoot(io: Io, root: string): AsyncGenerator<Surveyed> {
  const runs = await namesOfRuns(io, root)
  if (await holdsRecording(io, root)) {
    const message = `${root} is a recording itself: "contrail rm" removes one, and gc wants the folder that holds them`
    throw new ContrailError('DIRECTORY_UNAVAILABLE', message, { details: { root } })
  }
  for (const run of runs) {
    const folder = join(root, run)
    try {
      if ((await statIfThere(io, folder))?.kind !== 'directory') continue
      if ((await isCutOffRemoval(io, folder)) || (!run.startsWith('.') && (await holdsRecording(io, folder)))) {
        const found = await survey(io, folder, run)
        if (found) yield found
        continue
      }
      if (run.startsWith('.')) continue
      for (const name of await namesIn(io, folder)) {
        const found = await survey(io, join(folder, name), name)
        if (found) yield found
      }
    } catch (cause) {
      yield unreadableAt(folder, cause)
    }
  }
}

async function survey(io: Io, directory: string, name: string): Promise<Surveyed | undefined> {
  try {
    if ((await statIfThere(io, directory))?.kind !== 'directory') return undefined
    if (name.startsWith(removedPrefix)) {
      if (!(await isCutOffRemoval(io, directory))) return { kind: 'no_recording', directory }
      return { kind: 'cut_off_removal', directory, usage: await measureDisk(io, directory) }
    }
    if (!(await holdsRecording(io, directory))) return { kind: 'no_recording', directory }
    return await surveyRecording(io, directory)
  } catch (cause) {
    return unreadableAt(directory, cause)
  }
}

async function surveyRecording(io: Io, directory: string): Promise<SurveyedRecording> {
  const { state, owner } = await readLockOf(io, directory)
  const held =
    state === 'live'
      ? { reason: 'being_written' as const, message: `is being written by pid ${owner?.pid} on ${owner?.host}` }
      : state === 'foreign'
        ? { reason: 'owner_unknown' as const, message: `may still be written by pid ${owner?.pid} on ${owner?.host}` }
        : undefined
  const scores = await namesIn(io, join(directory, fileNames.scores))
  const labels = await namesIn(io, join(directory, fileNames.labels))
  return {
    kind: 'recording',
    directory,
    endedMs: await endOf(io, directory),
    usage: await measureDisk(io, directory),
    foreign: await findForeign(io, directory),
    judged: [...scores, ...labels].some((name) => name.endsWith('.json')),
    ...(held ? { held } : {}),
  }
}

/** The last that a Date can hold: of what is gone by now. */
const lastDateMs = 8.64e15

/** The end of a run, in ms since 1970. A directory's own time is that of its last copy or clearing, and says nothing of the run. */
export async function endOf(io: Io, directory: string): Promise<number> {
  const endedAt = (await readTaskDataIfSound(io, directory))?.timing?.endedAt
  const endedMs = endedAt === undefined ? Number.NaN : Date.parse(endedAt)
  if (!Number.isNaN(endedMs)) return endedMs
  for (const name of [journalName, fileNames.trajectory, '.']) {
    const stat = await statIfThere(io, join(directory, name))
    if (stat) return stat.modifiedMs
  }
  return lastDateMs
}

function unreadableAt(directory: string, cause: unknown): Surveyed {
  return { kind: 'unreadable', directory, message: messageOf(cause) }
}
