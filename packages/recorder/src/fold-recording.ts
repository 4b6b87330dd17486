import { assemble, type ImageReference, type Trajectory } from '@contrail/core'
import { planFrames, type FramePlan } from './frame-plan.ts'
import { locateFrames, type LocatedFrames } from './frames.ts'
import type { Io } from './io.ts'
import { scanJournal, type JournalScan } from './scan-journal.ts'

/** A journal folded, and its frames named. Nothing but the journal has been looked at. */
export interface FoldedJournal {
  readonly trajectory: Trajectory<ImageReference>
  readonly plan: FramePlan
  readonly scan: JournalScan
}

/** A journal folded, its frames found and named: all that the derived files are made from. */
export interface FoldedRecording extends FoldedJournal {
  readonly located: LocatedFrames
}

/**
 * Fold the journal of a directory as it stands on the disk.
 *
 * @throws {ContrailError} as `scanJournal`
 */
export async function foldJournal(io: Io, directory: string): Promise<FoldedJournal> {
  const scan = await scanJournal(io, directory)
  const trajectory = assemble(scan.entries)
  return { trajectory, plan: planFrames(trajectory), scan }
}

/**
 * Fold the journal of a directory and find its frames. A frame that no file holds is a gap `frame_missing`.
 *
 * @param written the frames whose blobs need not be verified; see {@link locateFrames}
 * @throws {ContrailError} as `scanJournal`
 */
export async function foldRecording(
  io: Io,
  directory: string,
  written?: ReadonlySet<string>,
): Promise<FoldedRecording> {
  const folded = await foldJournal(io, directory)
  const located = await locateFrames(io, directory, folded.plan, written)
  return { ...folded, located, trajectory: withMissingFrames(folded.trajectory, located.missing) }
}

/** Say in a trajectory which of its images are not to be had. */
export function withMissingFrames(
  trajectory: Trajectory<ImageReference>,
  missing: readonly ImageReference[],
): Trajectory<ImageReference> {
  if (missing.length === 0) return trajectory
  const gaps = missing.map(({ sha256 }) => ({
    what: 'screenshot' as const,
    reason: 'frame_missing',
    detail: { sha256 },
  }))
  return { ...trajectory, gaps: [...trajectory.gaps, ...gaps] }
}
