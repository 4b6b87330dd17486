import { assembleTrajectory, type Gap, type ImageReference, type Trajectory } from '@contrail/core'
import { attachmentMissingGap, missingAttachments, namedAttachments } from '../attachments/locate.ts'
import { hashOfAttachment } from '../directory/names.ts'
import { locateFrames, type LocatedFrames } from '../frames/locate.ts'
import type { Io } from '../io/io.ts'
import { replaceFrames, type FramesClaim, type ReplacedTrajectory } from '../frames/replaced.ts'
import { scanJournal, type JournalScan } from '../journal/scan.ts'

/**
 * A journal folded, its frames replaced by those that `frames.log` names, and named. Where there is no such log, nothing but
 * the journal has been looked at.
 */
export interface FoldedJournal extends ReplacedTrajectory {
  readonly scan: JournalScan
}

/** A journal folded, its frames found and named: all that the derived files are made from. */
export interface FoldedRecording extends FoldedJournal {
  readonly located: LocatedFrames
}

/**
 * Fold the journal and the log of frames of a directory as they stand on the disk.
 *
 * @param claim what is used of the log of frames, see `replaceFrames`; default all of it
 * @throws {ContrailError} as `scanJournal` and `readFramesLog`
 */
export async function foldJournal(
  io: Io,
  directory: string,
  claim: FramesClaim | 'all' | 'none' = 'all',
): Promise<FoldedJournal> {
  const scan = await scanJournal(io, directory)
  return { ...(await replaceFrames(io, directory, assembleTrajectory(scan.entries), claim)), scan }
}

/**
 * Fold the journal of a directory and find its frames and attachments. A frame that no file holds is a gap `frame_missing`, an
 * attachment `attachment_missing`.
 *
 * @param written the frames and attachments that need not be verified; see {@link locateFrames}
 * @throws {ContrailError} as `scanJournal`
 */
export async function foldRecording(
  io: Io,
  directory: string,
  written?: ReadonlySet<string>,
): Promise<FoldedRecording> {
  const folded = await foldJournal(io, directory)
  const located = await locateFrames(io, directory, folded.plan, written)
  const missing = await missingAttachments(io, directory, namedAttachments(folded.scan.entries), written)
  const trajectory = withMissingAttachments(withMissingFrames(folded.trajectory, located.missing), missing)
  return { ...folded, located, trajectory }
}

/** Say in a trajectory which of its attachments, by path, are not to be had. */
export function withMissingAttachments(
  trajectory: Trajectory<ImageReference>,
  paths: readonly string[],
): Trajectory<ImageReference> {
  return withMissing(trajectory, 'event', attachmentMissingGap, paths.map(hashOfAttachment))
}

/** Say in a trajectory which of its images are not to be had. */
export function withMissingFrames(
  trajectory: Trajectory<ImageReference>,
  missing: readonly ImageReference[],
): Trajectory<ImageReference> {
  const hashes = missing.map(({ sha256 }) => sha256)
  return withMissing(trajectory, 'screenshot', 'frame_missing', hashes)
}

function withMissing(
  trajectory: Trajectory<ImageReference>,
  what: Gap['what'],
  reason: string,
  hashes: readonly string[],
): Trajectory<ImageReference> {
  if (hashes.length === 0) return trajectory
  const gaps = hashes.map((sha256) => ({ what, reason, detail: { sha256 } }))
  return { ...trajectory, gaps: [...trajectory.gaps, ...gaps] }
}
