import { join } from 'node:path'
import { settleAttachments } from '../attachments/locate.ts'
import type { ImageReference, Trajectory } from '@contrail/core'
import {
  journalName,
  framesLogName,
  fileNames,
  frameFolders,
  withoutExtension,
  hashOfBlob,
  maxFrameBytes,
} from '../directory/names.ts'
import { linkWhereKnown, makeDirectories, removeIfThere, replaceFile, syncFile } from '../io/files.ts'
import { foldRecording, type FoldedRecording } from '../read/fold.ts'
import { type PlannedFrame } from '../frames/plan.ts'
import { readFramesLog } from '../frames/log.ts'
import { hashOfFile, holds, type LocatedFrames } from '../frames/locate.ts'
import { systemError, type Io } from '../io/io.ts'
import { jsonChunks } from '../io/json-chunks.ts'
import { clearLeftovers } from './leftovers.ts'
import { listUntrusted, readUntrusted } from '../io/open-untrusted.ts'
import { assertOwnFolders } from '../directory/folders.ts'
import { severalAtOnce } from '../io/concurrently.ts'
import { readScores, taskDataFile } from './task-data.ts'
import { timesFile, trajectoryFile } from './trajectory-file.ts'

const nameFolders = [frameFolders.agent, frameFolders.probe]

/**
 * Turn a journal into a finished recording: steps 2 to 6 of the finalise protocol. The caller holds the lock and has
 * closed the journal.
 *
 * The order is the promise: the journal is durable before anything is made of it, names are linked before the files that
 * mention them, `trajectory.json` is the last file, and only when it is durable do blobs, frames that were re-encoded,
 * temporary files and the lock go. Where there was a `trajectory.json` already, every frame that it names can be read at any
 * moment. A crash before that point redoes everything, a crash after it only the clearing; the same journal gives the same
 * bytes.
 *
 * @param written the sha256 of frames and paths of attachments that this very process has written, whole; they are not read again
 * @throws {ContrailError} as `scanJournal` and `readFramesLog`, FILE_UNSAFE; the system's error where the disk refuses a write
 */
export async function finalise(
  io: Io,
  directory: string,
  written: ReadonlySet<string> = new Set(),
): Promise<FoldedRecording> {
  await assertOwnFolders(io, directory)
  // A run that was killed, or one whose acks promised no fsync, may not be on the disk yet.
  await syncFile(io, join(directory, journalName))
  await settleFramesLog(io, directory)
  const folded = await foldRecording(io, directory, written)
  await linkFrames(io, directory, folded)
  await writeDerivedFiles(io, directory, folded)
  // Every frame that was found has all its names now.
  await clearLeftovers(io, directory, folded, new Set(folded.located.paths.keys()))
  return folded
}

/** Rebuild `task_data.json` from a trajectory and the scores beside it. The caller holds the lock. */
export async function writeTaskData(io: Io, directory: string, trajectory: Trajectory<ImageReference>): Promise<void> {
  const scores = await readScores(io, directory)
  await replaceFile(io, join(directory, fileNames.taskData), jsonChunks(taskDataFile(trajectory, scores)))
  await io.syncDirectory(directory)
}

/** Make the log of frames durable, without a tail that was never committed. */
async function settleFramesLog(io: Io, directory: string): Promise<void> {
  const log = await readFramesLog(io, directory)
  if (!log) return
  const path = join(directory, framesLogName)
  if (log.tornBytes === 0) await syncFile(io, path)
  else if (log.committed.byteLength > 0) await replaceFile(io, path, [log.committed])
  else await removeIfThere(io, path)
  await io.syncDirectory(directory)
}

async function linkFrames(io: Io, directory: string, folded: FoldedRecording): Promise<void> {
  const { plan, located, scan } = folded
  const started = scan.entries[0]
  const framesAreDurable = started?.type === 'run_started' && started.event.durability === 'step'
  for (const folder of nameFolders) await makeDirectories(io, join(directory, folder))
  if (!framesAreDurable) {
    await severalAtOnce(located.paths.values(), (place) => syncFile(io, join(directory, place)))
  }
  const name = async ({ path, image }: PlannedFrame): Promise<void> => {
    const place = located.paths.get(image.sha256)
    if (place === undefined || place === path) return
    if (folded.replaced) await keepReplaced(io, directory, path, folded)
    await giveName(io, directory, place, path, image.sha256)
  }
  // A name that is taken from one frame for another may be where a third is found: then one after the other.
  if (folded.replaced) for (const frame of plan.frames) await name(frame)
  else await severalAtOnce(plan.frames, name)
  await removeUnplanned(io, directory, folded)
  if (!framesAreDurable) {
    await settleNameless(io, directory, located)
    await settleAttachments(io, directory)
  }
  for (const folder of [...nameFolders, 'screenshots', '.']) await io.syncDirectory(join(directory, folder))
}

/**
 * Keep a replaced frame as a blob where a re-encoded one takes its very name: a `trajectory.json` that was written
 * before names it, and stays until there is another.
 */
async function keepReplaced(io: Io, directory: string, path: string, { replaced }: FoldedRecording): Promise<void> {
  const hash = await hashOfFile(io, directory, path)
  if (hash === undefined || !replaced?.successors.has(hash)) return
  const blob = `${frameFolders.blobs}/${hash}${path.slice(path.lastIndexOf('.'))}`
  const made = await makeDirectories(io, join(directory, frameFolders.blobs))
  await giveName(io, directory, path, blob, hash)
  await io.syncDirectory(join(directory, frameFolders.blobs))
  if (made.length > 0) await io.syncDirectory(join(directory, 'screenshots'))
}

/** Give a frame a second name, by link where the file system can, else by a copy of its own. */
async function giveName(io: Io, directory: string, place: string, path: string, hash: string): Promise<void> {
  const to = join(directory, path)
  try {
    if (await linkWhereKnown(io, join(directory, place), to)) return
  } catch {
    if (await holds(io, directory, path, hash)) return
  }
  const bytes = await readUntrusted(io, directory, place, maxFrameBytes)
  if (!bytes) throw systemError('ENOENT', `${join(directory, place)} is gone`)
  await replaceFile(io, to, [bytes])
}

/**
 * Remove the names that the fold does not make: copies that a crash cut off, and second names of frames that stand
 * elsewhere. A picture that stands nowhere else is evidence, whoever put it there; it stays.
 */
async function removeUnplanned(io: Io, directory: string, folded: FoldedRecording): Promise<void> {
  const { plan, located, replaced } = folded
  const planned = new Set(plan.frames.map(({ path }) => path))
  for (const folder of nameFolders) {
    for (const name of await listUntrusted(io, directory, folder)) {
      if (planned.has(`${folder}/${name}`)) continue
      const path = `${folder}/${name}`
      // A trajectory.json that was written before may name it; it goes when there is another.
      if (!name.endsWith('.tmp') && replaced?.recordedNames.has(withoutExtension(path))) continue
      if (!name.endsWith('.tmp') && !located.paths.has((await hashOfFile(io, directory, path)) ?? '')) continue
      await io.unlink(join(directory, path))
    }
  }
}

/**
 * Make the blobs that the fold has no name for durable where the acks promised no fsync, since they stay, and remove
 * those that a power cut has left without their bytes. A blob that was durable once and is another now stays: its
 * damage is for `check` to report.
 */
async function settleNameless(io: Io, directory: string, { paths }: LocatedFrames): Promise<void> {
  const named = new Set(paths.values())
  const blobs = (await listUntrusted(io, directory, frameFolders.blobs)).map((name) => ({
    path: `${frameFolders.blobs}/${name}`,
    hash: hashOfBlob(name),
  }))
  const nameless = blobs.filter(({ path }) => !named.has(path))
  await severalAtOnce(nameless, async ({ path, hash }) => {
    if (await holds(io, directory, path, hash)) await syncFile(io, join(directory, path))
    else await io.unlink(join(directory, path))
  })
  if (nameless.length > 0) await io.syncDirectory(join(directory, frameFolders.blobs))
}

/** Write `times.json`, `task_data.json` and, when they are durable, `trajectory.json`. */
async function writeDerivedFiles(io: Io, directory: string, folded: FoldedRecording): Promise<void> {
  const { trajectory } = folded
  await makeDirectories(io, join(directory, fileNames.scores))
  await replaceFile(io, join(directory, fileNames.times), jsonChunks(timesFile(trajectory)))
  await writeTaskData(io, directory, trajectory)
  await replaceFile(io, join(directory, fileNames.trajectory), jsonChunks(trajectoryFile(folded)))
  await io.syncDirectory(directory)
}
