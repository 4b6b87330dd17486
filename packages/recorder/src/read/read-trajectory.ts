import { basename, dirname, join, resolve } from 'node:path'
import {
  ContrailError,
  describeIssue,
  formatVersion,
  isContrailError,
  mapImages,
  refuseLaterFormat,
  type Image,
  type ImageReference,
  type Trajectory,
} from '@contrail/core'
import { fileNames, maxFileBytes, blobPath } from '../directory/names.ts'
import { claimsToBeOurs } from './claims-to-be-ours.ts'
import { foldJournal } from './fold.ts'
import { planFrames } from '../frames/plan.ts'
import { namesOf, readFrame } from '../frames/locate.ts'
import { diskIo, type Io } from '../io/io.ts'
import { readLock } from '../directory/lock.ts'
import { readUntrusted } from '../io/open-untrusted.ts'
import { readTrajectoryFile } from './read-trajectory-file.ts'
import { isNotAJournal } from '../journal/scan.ts'
import { FileTrajectory } from './trajectory-schema.ts'
import { parseUntrusted } from '../io/untrusted-json.ts'

/**
 * Read a recording: ours, finished or not, or one of Stagehand's (3.7.3, its first layout, inline base64). An
 * unfinished one is folded from its journal and has the status `recording` while its writer lives, else `killed`. So is
 * one of ours whose `trajectory.json` is larger than 512 MB, about the longest string of the engine.
 * Image bytes are read only when asked for.
 *
 * @throws {ContrailError} JOURNAL_MISSING, FILE_INVALID (file, JSON path, expected and got), FILE_UNSAFE,
 * FILE_TOO_LARGE, FILE_UNREADABLE, SCHEMA_TOO_NEW
 * @example
 * const { status, steps } = await readTrajectory('.trajectories/20261128-155920-069f401f/buy-lamp')
 * const failed = steps.filter(({ toolOutput }) => !toolOutput.ok)
 */
export function readTrajectory(directory: string): Promise<Trajectory> {
  return readTrajectoryOn(diskIo, directory)
}

/** {@link readTrajectory} on another disk. */
export async function readTrajectoryOn(io: Io, directory: string): Promise<Trajectory> {
  const root = resolve(directory)
  let file: FileTrajectory | undefined
  try {
    file = await readFinished(io, root)
  } catch (cause) {
    const trajectory = await readTooLarge(io, root, cause)
    if (trajectory) return trajectory
    throw cause
  }
  return file ? readTrajectoryFile(io, root, file, basename(dirname(root))) : readUnfinished(io, root)
}

/** Read and validate `trajectory.json`; undefined where there is none. */
async function readFinished(io: Io, directory: string): Promise<FileTrajectory | undefined> {
  const path = join(directory, fileNames.trajectory)
  const bytes = await readUntrusted(io, directory, fileNames.trajectory, maxFileBytes)
  if (!bytes) return undefined
  const json = parseUntrusted(bytes)
  if ('invalid' in json) throw invalid(path, `${json.invalid}; "contrail recover" makes it anew from core.log`)
  const { value } = json
  refuseLaterFormat(value, { supported: formatVersion, path, update: 'contrail' })
  const parsed = FileTrajectory.safeParse(value)
  if (parsed.success) return parsed.data
  throw invalid(path, `at ${describeIssue(parsed.error)}`)
}

/** The journal says what the file does, line by line. Undefined where there is none of ours, and for another fault. */
async function readTooLarge(io: Io, directory: string, cause: unknown): Promise<Trajectory | undefined> {
  if (!isContrailError(cause) || cause.code !== 'FILE_TOO_LARGE') return undefined
  if (!(await claimsToBeOurs(io, directory))) return undefined
  const folded = await foldJournal(io, directory).catch((error: unknown) => {
    if (isNotAJournal(error)) return undefined
    throw error
  })
  return folded && bindImages(io, directory, folded.trajectory)
}

async function readUnfinished(io: Io, directory: string): Promise<Trajectory> {
  const { state } = await readLock(io, directory)
  const { trajectory } = await foldJournal(io, directory)
  const status = state === 'live' && trajectory.status === 'killed' ? ('recording' as const) : trajectory.status
  return bindImages(io, directory, { ...trajectory, status }, blobPath)
}

/**
 * Give every image of a folded trajectory its place in a directory, and a way to read it.
 *
 * @param pathOf where an image stands now; default the name that the finished recording gives it
 */
export function bindImages(
  io: Io,
  directory: string,
  trajectory: Trajectory<ImageReference>,
  pathOf?: (image: ImageReference) => string,
): Trajectory {
  const names = namesOf(planFrames(trajectory))
  return mapImages(trajectory, (image): Image => {
    const { paths } = names.get(image.sha256) ?? { paths: [] }
    const path = pathOf?.(image) ?? paths[0] ?? blobPath(image)
    return { ...image, path, read: () => readFrame(io, directory, paths, image) }
  })
}

function invalid(path: string, why: string): ContrailError {
  return new ContrailError('FILE_INVALID', `${path} ${why}`, { details: { path, why } })
}
