import { basename, dirname, join, resolve } from 'node:path'
import {
  assemble,
  ContrailError,
  formatVersion,
  mapImages,
  type Image,
  type ImageReference,
  type Trajectory,
} from '@contrail/core'
import { readTrajectoryFile } from './read-trajectory-file.ts'
import { planFrames } from './frame-plan.ts'
import { blobPath, readFrame } from './frames.ts'
import { diskIo, errnoOf, type Io } from './io.ts'
import { exceedsDepth } from './json-depth.ts'
import { readLock } from './lock.ts'
import { openUntrusted } from './open-untrusted.ts'
import { scanJournal } from './scan-journal.ts'
import { fileNames } from './trajectory-file.ts'
import { FileTrajectory } from './trajectory-schema.ts'

const maxTrajectoryBytes = 64_000_000

/**
 * Read a recording: ours, finished or not, or one of Stagehand's (3.7.3, its first layout, inline base64). An
 * unfinished one is folded from its journal and has the status `recording` while its writer lives, else `killed`.
 * Image bytes are read only when asked for.
 *
 * @throws {ContrailError} JOURNAL_MISSING, FILE_INVALID (file, JSON path, expected and got), FILE_UNSAFE,
 * FILE_TOO_LARGE, FILE_UNREADABLE, SCHEMA_TOO_NEW
 */
export async function readTrajectory(directory: string, options: { io?: Io } = {}): Promise<Trajectory> {
  const io = options.io ?? diskIo
  const root = resolve(directory)
  const file = await readFinished(io, root)
  return file ? readTrajectoryFile(io, root, file, basename(dirname(root))) : readUnfinished(io, root)
}

/** Read and validate `trajectory.json`; undefined where there is none. */
async function readFinished(io: Io, directory: string): Promise<FileTrajectory | undefined> {
  const path = join(directory, fileNames.trajectory)
  try {
    await io.lstat(path)
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT' || errnoOf(cause) === 'ENOTDIR') return undefined
    throw new ContrailError('FILE_UNREADABLE', `${path} cannot be read (${errnoOf(cause) ?? 'unknown error'})`, {
      cause,
      details: { path },
    })
  }
  const text = Buffer.from(await openUntrusted(io, directory, fileNames.trajectory, maxTrajectoryBytes)).toString(
    'utf8',
  )
  if (exceedsDepth(text, 256)) throw invalid(path, 'nests deeper than 256 levels')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid(path, 'is not JSON; "contrail recover" makes it anew from core.log', cause)
  }
  const version = (value as { formatVersion?: unknown } | null)?.formatVersion
  if (typeof version === 'number' && version > formatVersion) {
    throw new ContrailError(
      'SCHEMA_TOO_NEW',
      `${path} has format version ${version}; this version of contrail reads up to ${formatVersion}: update contrail`,
      {
        details: { path, version, supported: formatVersion },
      },
    )
  }
  const parsed = FileTrajectory.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalid(path, `at ${issue?.path.join('.') || '(root)'}: ${issue?.message ?? 'not a trajectory'}`)
}

async function readUnfinished(io: Io, directory: string): Promise<Trajectory> {
  const { state } = await readLock(io, directory)
  const { entries } = await scanJournal(io, directory)
  const assembled = assemble(entries)
  const ended = assembled.status !== 'killed'
  const status = state === 'live' && !ended ? ('recording' as const) : assembled.status
  return bindImages(io, directory, { ...assembled, status })
}

/** Give every image of a folded trajectory its place in a directory, and a way to read it. */
export function bindImages(io: Io, directory: string, trajectory: Trajectory<ImageReference>): Trajectory {
  const plan = planFrames(trajectory)
  const places = new Map<string, string[]>()
  for (const { image, path } of plan.frames) {
    places.set(image.sha256, [...(places.get(image.sha256) ?? [blobPath(image)]), path])
  }
  return mapImages(trajectory, (image): Image => {
    const [blob = '', ...names] = places.get(image.sha256) ?? []
    const path = names[0] ?? blob
    return { ...image, path, read: () => readFrame(io, directory, [...names, blob], image) }
  })
}

function invalid(path: string, why: string, cause?: unknown): ContrailError {
  return new ContrailError('FILE_INVALID', `${path} ${why}`, { cause, details: { path, why } })
}
