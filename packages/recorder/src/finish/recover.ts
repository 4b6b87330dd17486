import { basename, resolve } from 'node:path'
import { ContrailError, systemClock, type Clock, type TrajectoryStatus } from '@contrail/core'
import { claimsToBeOurs } from '../read/claims-to-be-ours.ts'
import { findDamagedAttachments, listAttachments } from '../attachments/locate.ts'
import { findDamagedBlobs } from '../frames/locate.ts'
import { unwritable } from '../io/disk-error.ts'
import { finalise, writeTaskData } from './finalise.ts'
import { namesIn, statIfThere } from '../io/files.ts'
import { foldJournal, foldRecording, type FoldedJournal, type FoldedRecording } from '../read/fold.ts'
import { readFramesLog } from '../frames/log.ts'
import { stateOfLog } from '../frames/log-state.ts'
import { forgivingIo } from '../io/forgiving-io.ts'
import { diskIo, type Io } from '../io/io.ts'
import { clearLeftovers, findLeftovers } from './leftovers.ts'
import { assertNotHeld, readLock, releaseLock, takeOverLock } from '../directory/lock.ts'
import { assertOwnFolders } from '../directory/folders.ts'
import { fileNames, isLockName, journalName, removedPrefix } from '../directory/names.ts'
import { readTrajectoryOn } from '../read/read-trajectory.ts'
import { isNotAJournal, noJournal } from '../journal/scan.ts'
import { findUnlistedScores } from './task-data.ts'
import { readClaims } from '../read/claims.ts'

/** The report of what a recovery did, or would do. */
export interface RecoverReport {
  readonly directory: string
  /** `left_alone`: there is nothing to recover, or not yet; `reason` says which. */
  readonly outcome: 'recovered' | 'already_finished' | 'left_alone'
  readonly reason?: string
  readonly status?: TrajectoryStatus
  readonly steps: number
  readonly gaps: number
  /** Bytes at the journal's end that were never committed. They stay in the file. */
  readonly tornBytes: number
  /** Stretches in the middle of the journal that are not as they were written: what it held there is lost. Absent where there is none. */
  readonly holes?: number
  /** Frames and attachments whose bytes are not what was recorded. They are gaps, and the files stay. Absent where there is none. */
  readonly damaged?: readonly string[]
  readonly dryRun: boolean
}

/** A directory without a journal may be one that is being made this moment. */
const youngMs = 60_000

/**
 * Finish a recording whose process is gone, from its journal. The journal itself is never changed; a run that did not
 * say how it ended is `killed`. Doing it again changes nothing.
 *
 * @param options.force also when the owner is on another host or namespace and cannot be asked, and also when
 * `trajectory.json` is there already: it is made anew
 * @param options.dryRun only say what would be done
 * @throws {ContrailError} JOURNAL_LOCKED (pid and host) while its writer lives, JOURNAL_MISSING, JOURNAL_CORRUPT,
 * FILE_UNREADABLE, FILE_UNSAFE, SCHEMA_TOO_NEW, RECORDING_FAILED where the disk refuses a write
 */
export function recoverRecording(
  directory: string,
  options: { force?: boolean; dryRun?: boolean; clock?: Clock } = {},
): Promise<RecoverReport> {
  return recoverRecordingOn(diskIo, directory, options)
}

/** {@link recoverRecording} on another disk. */
export async function recoverRecordingOn(
  under: Io,
  directory: string,
  options: Parameters<typeof recoverRecording>[1] = {},
): Promise<RecoverReport> {
  const io = forgivingIo(under)
  const root = resolve(directory)
  const dryRun = options.dryRun ?? false
  const nothing = { directory: root, steps: 0, gaps: 0, tornBytes: 0, dryRun }
  const foreign = { ...nothing, outcome: 'already_finished', reason: 'it is not one of ours' } as const
  const names = await namesIn(io, root)
  const hasTrajectory = names.includes(fileNames.trajectory)
  if (!names.includes(journalName)) {
    if (hasTrajectory) return foreign
    const reason = await whyNothing(io, root, names, options.clock ?? systemClock)
    return { ...nothing, outcome: 'left_alone', reason }
  }
  assertNotHeld(root, await readLock(io, root), options.force ?? false)
  const claimed = hasTrajectory && (await claimsToBeOurs(io, root))
  const folded = await foldJournal(io, root).catch((cause: unknown) => {
    if (hasTrajectory && !claimed && isNotAJournal(cause)) return undefined
    throw cause
  })
  if (!folded) return foreign
  // Beside a journal of ours, a trajectory.json that does not claim to be ours is damaged.
  const redo = options.force === true || !claimed || (await wasCompacting(io, root))
  const needless = !redo && !(await needsRepair(io, root, folded))
  if (dryRun || needless) return await report(io, root, redo, await foldRecording(io, root), dryRun)
  try {
    await takeOverLock(io, root, options)
    let finished: FoldedRecording | undefined
    try {
      // Each of them releases the lock as its last step; from then on it may be somebody else's.
      if (redo) finished = await finalise(io, root)
      else await repair(io, root, folded)
    } catch (cause) {
      await releaseLock(io, root)
      throw cause
    }
    return await report(io, root, redo, finished ?? (await foldRecording(io, root)), dryRun)
  } catch (cause) {
    throw unwritable(root, cause)
  }
}

/**
 * Tells whether a compaction was cut off before it came to `trajectory.json`. Where that was made from another log than
 * the one that is there, nothing is made anew by itself: it may know what no other file does.
 */
async function wasCompacting(io: Io, root: string): Promise<boolean> {
  const log = await readFramesLog(io, root)
  if (!log) return false
  const claims = await readClaims(io, root)
  return claims !== undefined && stateOfLog(log, claims.framesLog) === 'pending'
}

/** Tells whether a finished recording shows that somebody was cut off after `trajectory.json`. */
async function needsRepair(io: Io, root: string, folded: FoldedJournal): Promise<boolean> {
  return (await findLeftovers(io, root, folded)).length > 0 || (await findUnlistedScores(io, root)).length > 0
}

/** Complete what was cut off: a verdict between its two files, or the clearing at the end of finish. */
async function repair(io: Io, root: string, folded: FoldedJournal): Promise<void> {
  await assertOwnFolders(io, root)
  const unlisted = await findUnlistedScores(io, root)
  if (unlisted.length > 0) await writeTaskData(io, root, await readTrajectoryOn(io, root))
  await clearLeftovers(io, root, folded)
}

async function report(
  io: Io,
  directory: string,
  redo: boolean,
  { trajectory, scan }: FoldedRecording,
  dryRun: boolean,
): Promise<RecoverReport> {
  const holes = scan.entries.filter(({ type }) => type === 'hole').length
  const attached = await listAttachments(io, directory)
  const damaged = [
    ...(await findDamagedBlobs(io, directory)),
    ...(await findDamagedAttachments(io, directory, attached)),
  ]
  return {
    directory,
    outcome: redo ? 'recovered' : 'already_finished',
    status: trajectory.status,
    steps: trajectory.steps.length,
    gaps: trajectory.gaps.length,
    tornBytes: scan.tornBytes,
    ...(holes > 0 ? { holes } : {}),
    ...(damaged.length > 0 ? { damaged } : {}),
    dryRun,
  }
}

async function whyNothing(io: Io, directory: string, names: readonly string[], clock: Clock): Promise<string> {
  if (basename(directory).startsWith(removedPrefix)) return 'it is a recording that was being removed'
  const stat = await statIfThere(io, directory)
  if (!stat) throw new ContrailError('JOURNAL_MISSING', `${directory} does not exist`, { details: { directory } })
  if (clock.now().getTime() - stat.modifiedMs < youngMs) return 'it has no journal yet; it may be starting this moment'
  if (names.every(isLockName)) return 'it died before anything was recorded'
  throw noJournal(directory)
}
