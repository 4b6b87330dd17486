import { imagesByHash, mapImages, type ImageReference, type Trajectory } from '@contrail/core'
import { withoutExtension } from '../directory/names.ts'
import { planFrames, type FramePlan } from './plan.ts'
import { locateFrames } from './locate.ts'
import { identityOf, parseFramesLog, readFramesLog, type FramesLog } from './log.ts'
import type { Io } from '../io/io.ts'

/** The identity of the `frames.log` from which a `trajectory.json` says that it was made. */
export interface FramesClaim {
  readonly sizeBytes: number
  readonly sha256: string
  /** Hashes that no file held then, so that what they had replaced was used. */
  readonly lost?: readonly string[] | undefined
}

/** The frames of a trajectory that were replaced by re-encoded ones. */
interface ReplacedFrames {
  readonly log: FramesLog
  readonly claim: FramesClaim
  /** The frames that stand for bytes that are not used any more, by the hash of those. */
  readonly successors: ReadonlyMap<string, ImageReference>
  /** The names that the frames had as they were recorded, without their extensions. */
  readonly recordedNames: ReadonlySet<string>
}

/** A trajectory with its frames as they are now. */
export interface ReplacedTrajectory {
  readonly trajectory: Trajectory<ImageReference>
  readonly plan: FramePlan
  /** Absent where `frames.log` has no line. */
  readonly replaced?: ReplacedFrames
}

/**
 * Fold `frames.log` into a trajectory: every frame by the last that stands for it. Where no file holds that, what was recorded is
 * taken.
 *
 * @param claim what of the log is used, and what counts as lost; default all, and what is not there now
 * @throws {ContrailError} as `readFramesLog`
 */
export async function replaceFrames(
  io: Io,
  directory: string,
  recorded: Trajectory<ImageReference>,
  claim: FramesClaim | 'all' | 'none' = 'all',
): Promise<ReplacedTrajectory> {
  const whole = claim === 'none' ? undefined : await readFramesLog(io, directory)
  const log = whole && typeof claim === 'object' ? await beginningOf(whole, claim.sizeBytes) : whole
  if (!log || log.replacements.size === 0) return { trajectory: recorded, plan: planFrames(recorded) }
  const lost = typeof claim === 'object' ? new Set(claim.lost) : await findLost(io, directory, recorded, log)
  const trajectory = follow(recorded, log, lost)
  return {
    trajectory,
    plan: planFrames(trajectory),
    replaced: {
      log,
      claim: { ...identityOf(log), ...(lost.size > 0 ? { lost: [...lost].toSorted() } : {}) },
      successors: findSuccessors(recorded, log, lost),
      recordedNames: new Set(planFrames(recorded).frames.map(({ path }) => withoutExtension(path))),
    },
  }
}

/** The log as it was when it had so many bytes. */
async function beginningOf(log: FramesLog, sizeBytes: number): Promise<FramesLog> {
  return sizeBytes >= log.committed.byteLength ? log : parseFramesLog(log.committed.subarray(0, sizeBytes))
}

function follow(
  recorded: Trajectory<ImageReference>,
  log: FramesLog,
  lost: ReadonlySet<string>,
): Trajectory<ImageReference> {
  return mapImages(recorded, (image) => currentOf(image, log, lost))
}

function currentOf(image: ImageReference, { replacements }: FramesLog, lost: ReadonlySet<string>): ImageReference {
  const line = replacements.get(image.sha256)
  if (!line || lost.has(line.to)) return image
  const { to, mediaType, sizeBytes } = line
  return { sha256: to, mediaType, sizeBytes, originalSha256: image.sha256 }
}

async function findLost(
  io: Io,
  directory: string,
  recorded: Trajectory<ImageReference>,
  log: FramesLog,
): Promise<ReadonlySet<string>> {
  const { missing } = await locateFrames(io, directory, planFrames(follow(recorded, log, new Set())))
  return new Set(missing.flatMap(({ sha256 }) => (log.standIns.has(sha256) ? [sha256] : [])))
}

function findSuccessors(
  recorded: Trajectory<ImageReference>,
  log: FramesLog,
  lost: ReadonlySet<string>,
): ReadonlyMap<string, ImageReference> {
  const successors = new Map<string, ImageReference>()
  for (const image of imagesByHash(recorded).values()) {
    const current = currentOf(image, log, lost)
    for (const hash of [image.sha256, log.replacements.get(image.sha256)?.to])
      if (hash !== undefined && hash !== current.sha256) successors.set(hash, current)
  }
  return successors
}
