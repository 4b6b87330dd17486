import { join, resolve } from 'node:path'
import { assertKnownOptions } from '@contrail/core'
import { fileNames, frameFolders, framesLogName, isLockName, isOfRecording, journalName } from '../directory/names.ts'
import { namesIn, statIfThere } from '../io/files.ts'
import { diskIo } from '../io/io.ts'
import { endOf } from './gc-survey.ts'
import { listRuns, summariseRecording, type RunSummary } from './list-runs.ts'

/** The recordings at a directory, and what the directory is to them. */
export interface FoundRecordings {
  readonly kind: 'recording' | 'run' | 'root'
  readonly recordings: readonly RunSummary[]
  /** The number of recordings that were found and did not fit the options. */
  readonly passedOver: number
}

/** Options of {@link findRecordings}. They choose among those below a directory: one that is named itself is always meant. */
export interface FindOptions {
  /** Only those that `recoverRecording` has something to do for. Default all. */
  unfinished?: boolean | undefined
  /** Only those whose run ended longer ago. Default all. */
  olderThanMs?: number | undefined
  /** Default now. */
  nowMs?: number | undefined
}

/**
 * Find the recordings at a directory: that which it is itself, else those below it as a root, else those of it as one run.
 * A directory without any counts as a root.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when it cannot be read, and why
 */
export async function findRecordings(directory: string, options: FindOptions = {}): Promise<FoundRecordings> {
  assertKnownOptions('findRecordings', options, ['unfinished', 'olderThanMs', 'nowMs'])
  const { unfinished = false, olderThanMs, nowMs = Date.now() } = options
  const { kind, recordings } = await findAll(resolve(directory))
  if (kind === 'recording') return { kind, recordings, passedOver: 0 }
  const isMeant = async (run: RunSummary): Promise<boolean> =>
    (!unfinished || !run.finished || (await hasLeftovers(run.directory))) &&
    (olderThanMs === undefined || nowMs - (await endOf(diskIo, run.directory)) > olderThanMs)
  const meant = await Promise.all(recordings.map(isMeant))
  const chosen = recordings.filter((_, at) => meant[at])
  return { kind, recordings: chosen, passedOver: recordings.length - chosen.length }
}

/** Tells if a directory is a recording by its names, finished or not. One that cannot be looked into is none. */
export async function isRecording(directory: string): Promise<boolean> {
  // Who needs the recording meets the same refusal again, and reports it.
  return isOfRecording(await namesIn(diskIo, directory).catch((): string[] => []))
}

async function findAll(directory: string): Promise<Omit<FoundRecordings, 'passedOver'>> {
  if (await isRecording(directory)) return { kind: 'recording', recordings: await summarise([directory]) }
  const below = await listRuns(directory)
  if (below.length > 0) return { kind: 'root', recordings: below }
  const tasks = (await namesIn(diskIo, directory)).filter((name) => !name.startsWith('.')).toSorted()
  const ofRun = await summarise(tasks.map((name) => join(directory, name)))
  return { kind: ofRun.length > 0 ? 'run' : 'root', recordings: ofRun }
}

async function summarise(directories: readonly string[]): Promise<RunSummary[]> {
  const found: (RunSummary | undefined)[] = []
  for (const directory of directories) found.push(await summariseRecording(directory))
  return found.filter((run) => run !== undefined)
}

/** Something is left over from its making, or from a compaction that a disk refused to complete. */
async function hasLeftovers(directory: string): Promise<boolean> {
  // One that is gone by now needs nothing, and what cannot be read any more is for the next to report.
  const names = await namesIn(diskIo, directory).catch((): string[] => [])
  if (names.some(isLockName)) return true
  if (!names.includes(framesLogName)) return false
  const blobs = await statIfThere(diskIo, join(directory, frameFolders.blobs)).catch(() => undefined)
  return blobs?.kind === 'directory'
}

/** A stamp of what a recording is on the disk: another one when it was written to, recovered or compacted. */
export async function stampOf(directory: string): Promise<string> {
  const of = (name: string): Promise<string> =>
    diskIo.lstat(join(directory, name)).then(
      ({ modifiedMs, sizeBytes, inode }) => `${modifiedMs} ${sizeBytes} ${inode}`,
      () => 'none',
    )
  return `${await of(fileNames.trajectory)} ${await of(journalName)}`
}
