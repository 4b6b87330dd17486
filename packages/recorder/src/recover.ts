import { basename, join, resolve } from 'node:path'
import { ContrailError, type TrajectoryStatus } from '@contrail/core'
import { systemClock, type Clock } from './environment.ts'
import { clear, finalise, foldRecording, isLeftover } from './finalise.ts'
import { namesIn, readWhole } from './files.ts'
import { diskIo, type Io } from './io.ts'
import { assertNotHeld, lockName, readLock, releaseLock, takeOverLock } from './lock.ts'
import { journalName } from './scan-journal.ts'
import { fileNames } from './trajectory-file.ts'

/** What a recovery did, or would do. */
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
 * @throws {ContrailError} JOURNAL_LOCKED (pid and host) while its writer lives, JOURNAL_MISSING, FILE_UNREADABLE,
 * SCHEMA_TOO_NEW
 */
export async function recover(
  directory: string,
  options: { force?: boolean; dryRun?: boolean; io?: Io; clock?: Clock } = {},
): Promise<RecoverReport> {
  const io = options.io ?? diskIo
  const root = resolve(directory)
  const dryRun = options.dryRun ?? false
  const nothing = { directory: root, steps: 0, gaps: 0, tornBytes: 0, dryRun }
  const names = await namesIn(io, root)
  if (!names.includes(journalName)) {
    if (names.includes(fileNames.trajectory))
      return { ...nothing, outcome: 'already_finished', reason: 'it is not one of ours' }
    const reason = await whyNothing(io, root, names, options.clock ?? systemClock)
    return { ...nothing, outcome: 'left_alone', reason }
  }
  assertNotHeld(root, await readLock(io, root), options.force ?? false)
  const finished = names.includes(fileNames.trajectory) ? await describeFinished(io, root) : undefined
  if (finished?.ours === false) return { ...nothing, outcome: 'already_finished', reason: 'it is not one of ours' }
  const redo = !finished?.readable || options.force === true
  // The lock goes last of all: without one, a finished recording has nothing left to clear.
  if (dryRun || (!redo && !names.some(isLeftover))) {
    const { trajectory, scan } = await foldRecording(io, root)
    return report(root, redo, trajectory, scan.tornBytes, dryRun)
  }
  await takeOverLock(io, root, options)
  try {
    if (redo) {
      const { trajectory, scan } = await finalise(io, root)
      return report(root, redo, trajectory, scan.tornBytes, dryRun)
    }
    const folded = await foldRecording(io, root)
    await clear(io, root, folded)
    return report(root, redo, folded.trajectory, folded.scan.tornBytes, dryRun)
  } finally {
    await releaseLock(io, root)
  }
}

function report(
  directory: string,
  redo: boolean,
  trajectory: { status: TrajectoryStatus; steps: readonly unknown[]; gaps: readonly unknown[] },
  tornBytes: number,
  dryRun: boolean,
): RecoverReport {
  return {
    directory,
    outcome: redo ? 'recovered' : 'already_finished',
    status: trajectory.status,
    steps: trajectory.steps.length,
    gaps: trajectory.gaps.length,
    tornBytes,
    dryRun,
  }
}

async function whyNothing(io: Io, directory: string, names: readonly string[], clock: Clock): Promise<string> {
  if (basename(directory).startsWith('.removed-')) return 'it is a recording that was being removed'
  const { modifiedMs } = await io.lstat(directory).catch((cause: unknown) => {
    throw new ContrailError('JOURNAL_MISSING', `${directory} does not exist`, { cause, details: { directory } })
  })
  if (clock.now().getTime() - modifiedMs < youngMs) return 'it has no journal yet; it may be starting this moment'
  if (names.length === 0 || names.every((name) => name === lockName)) return 'it died before anything was recorded'
  throw new ContrailError('JOURNAL_MISSING', `${directory} holds no recording: there is no ${journalName} in it`, {
    details: { directory },
  })
}

/** Whether a `trajectory.json` can be read as JSON, and is ours. One that cannot is made anew from the journal. */
async function describeFinished(io: Io, directory: string): Promise<{ readable: boolean; ours: boolean }> {
  const bytes = await readWhole(io, join(directory, fileNames.trajectory), 64_000_000)
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as { formatVersion?: unknown } | null
    return { readable: true, ours: value?.formatVersion !== undefined }
  } catch {
    return { readable: false, ours: true }
  }
}
