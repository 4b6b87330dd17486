import { unlessRefused } from '../io/disk-error.ts'
import { basename, dirname, join, resolve } from 'node:path'
import { assertKnownOptions, ContrailError, isContrailError } from '@contrail/core'
import { encodeIdentifier } from '../directory/identifier.ts'
import { removedPrefix } from '../directory/names.ts'
import { namesIn, statIfThere } from '../io/files.ts'
import { findForeign, foreignFiles } from '../directory/foreign-files.ts'
import { holdsRecording, markOf } from './holds-recording.ts'
import { forgivingIo } from '../io/forgiving-io.ts'
import { diskIo, errnoOf, type Io } from '../io/io.ts'
import { assertNotHeld, readLock, type LockReport } from '../directory/lock.ts'
import { isOwnRoot } from '../directory/root.ts'
import { noJournal } from '../journal/scan.ts'
import { readTaskDataIfSound } from '../finish/task-data.ts'

/**
 * Remove a recording for good, whether it is finished or not. It is renamed first, so that nobody ever sees half of it;
 * the folder of the run goes too when this was its last recording. A link in it is removed as a link, never followed.
 *
 * @param options.force also when its writer is on another host or namespace and cannot be asked, and with whatever it
 * holds that is not ours
 * @throws {ContrailError} JOURNAL_LOCKED (pid and host) while its writer lives; FOREIGN_FILES, naming them, where it holds
 * names that neither Contrail nor Stagehand has put there; JOURNAL_MISSING for a directory that holds
 * no recording, so that nothing else is ever removed; FILE_UNSAFE for a link to one; FILE_UNREADABLE;
 * DIRECTORY_UNAVAILABLE when the disk refuses
 */
export function removeRecording(directory: string, options: { force?: boolean } = {}): Promise<void> {
  return removeRecordingOn(diskIo, directory, options)
}

/** {@link removeRecording} on another disk. */
export async function removeRecordingOn(
  under: Io,
  directory: string,
  options: { force?: boolean } = {},
): Promise<void> {
  assertKnownOptions('removeRecording', options, ['force'])
  const { force = false } = options
  const io = forgivingIo(under)
  const path = resolve(directory)
  const stat = await statIfThere(io, path)
  if (stat?.kind === 'link') {
    throw new ContrailError('FILE_UNSAFE', `${path} is a link: name the directory itself`, { details: { path } })
  }
  if (stat?.kind !== 'directory' || !(await holdsRecording(io, path))) throw noJournal(path)
  assertNotHeld(path, await readLockOf(io, path), force)
  const foreign = force ? [] : await findForeign(io, path)
  if (foreign.length > 0) throw foreignFiles(path, foreign)
  let aside = path
  try {
    aside = await moveAside(io, path)
    // Whoever has taken the lock since then did so under the old name: from here on nobody can.
    const report = await readLockOf(io, aside)
    const isHeld = report.state === 'live' || (report.state === 'foreign' && !force)
    if (isHeld) await io.rename(aside, path)
    assertNotHeld(path, report, force)
    await removeMoved(io, aside)
    await io.syncDirectory(await nearestFolder(io, dirname(path)))
  } catch (cause) {
    throw undeletable(path, aside, cause)
  }
}

/**
 * Remove the directory of a recorder that gives up: the caller is its writer, so nobody is asked.
 *
 * @throws the system's error when the disk refuses
 */
export async function discardRecording(io: Io, directory: string): Promise<void> {
  await removeMoved(io, await moveAside(io, directory))
}

/**
 * Tells whether a directory is what a removal that was cut off has left: of a recording that nobody writes, and nothing
 * of anybody else's. While a removal is going on it looks the same; that two complete it harms nobody.
 *
 * @throws {ContrailError} FILE_UNREADABLE
 */
export async function isCutOffRemoval(io: Io, directory: string): Promise<boolean> {
  if (!basename(directory).startsWith(removedPrefix)) return false
  if ((await statIfThere(io, directory))?.kind !== 'directory') return false
  if (!(await holdsRecording(io, directory))) return (await namesIn(io, directory)).length === 0
  if ((await findForeign(io, directory)).length > 0) return false
  const { state } = await readLockOf(io, directory)
  return state === 'none' || state === 'stale'
}

/**
 * Complete a removal that was cut off, see `isCutOffRemoval`.
 *
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when the disk refuses
 */
export async function completeRemoval(io: Io, directory: string): Promise<void> {
  try {
    await removeMoved(io, directory)
    await io.syncDirectory(await nearestFolder(io, dirname(directory)))
  } catch (cause) {
    throw undeletable(directory, directory, cause)
  }
}

/**
 * Complete a removal: of a directory that has its name already. The file that tells that it was a recording goes last, so
 * that a removal that is cut off at any moment can be known and completed.
 *
 * @throws the system's error when the disk refuses
 */
async function removeMoved(io: Io, aside: string): Promise<void> {
  const isOfRun = await isRunFolder(io, aside)
  const mark = await markOf(io, aside)
  for (const name of await namesIn(io, aside)) if (name !== mark) await removeTree(io, join(aside, name))
  await removeTree(io, aside)
  if (!isOfRun) return
  try {
    await io.rmdir(dirname(aside))
  } catch (cause) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errnoOf(cause) ?? '')) throw cause
  }
}

/**
 * Tells whether the folder above a recording was made for its run: it is in a root of ours, or has the name of the run.
 * The folder of somebody who has copied a recording into it is his.
 */
async function isRunFolder(io: Io, directory: string): Promise<boolean> {
  const folder = dirname(directory)
  if (await isOwnRoot(io, dirname(folder))) return true
  const runId = (await readTaskDataIfSound(io, directory))?.runId
  return runId !== undefined && encodeIdentifier(runId) === basename(folder)
}

/** As `readLock`; what is no plain file or far too large was never a lock of ours, and holds nobody off. */
export async function readLockOf(io: Io, directory: string): Promise<LockReport> {
  return (await unlessRefused(() => readLock(io, directory))) ?? { state: 'none' }
}

/**
 * Give a directory the name of one that is being removed, and where something else has that already, a free one: whose it
 * is a name does not tell. What an earlier removal of the same recording, cut off, has left is removed first.
 */
async function moveAside(io: Io, directory: string): Promise<string> {
  const first = join(dirname(directory), `${removedPrefix}${basename(directory)}`)
  for (let attempt = 1; ; attempt++) {
    const aside = attempt === 1 ? first : `${first}-${attempt}`
    if (await isCutOffRemoval(io, aside)) await removeTree(io, aside)
    else if (await statIfThere(io, aside)) continue
    try {
      await io.rename(directory, aside)
      return aside
    } catch (cause) {
      // Somebody has taken the name in this moment.
      if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errnoOf(cause) ?? '')) throw cause
    }
  }
}

/** Remove whatever a name stands for. That somebody else removes it at the same time is fine. */
async function removeTree(io: Io, path: string): Promise<void> {
  try {
    if ((await io.lstat(path)).kind !== 'directory') return await io.unlink(path)
    for (const name of await io.readdir(path)) await removeTree(io, join(path, name))
    await io.rmdir(path)
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw cause
  }
}

/** The folder of the run, or the root when that is gone. */
async function nearestFolder(io: Io, path: string): Promise<string> {
  return (await statIfThere(io, path)) ? path : dirname(path)
}

function undeletable(path: string, aside: string, cause: unknown): unknown {
  const errno = isContrailError(cause) ? undefined : errnoOf(cause)
  if (errno === undefined) return cause
  const left =
    aside === path ? '' : `; what is left of it is ${basename(aside)} beside it, and "contrail gc" removes it`
  return new ContrailError('DIRECTORY_UNAVAILABLE', `${path} cannot be removed (${errno})${left}`, {
    cause,
    details: { directory: path, errno },
  })
}
