import { join } from 'node:path'
import type { ImageReference, Trajectory } from '@contrail/core'
import { createFile, makeDirectories, removeIfThere, replaceFile, syncFile } from './files.ts'
import { foldRecording, type FoldedRecording } from './fold-recording.ts'
import { frameFolders } from './frame-plan.ts'
import { hashOfBlob, hashOfFile, holds, maxFrameBytes, type LocatedFrames } from './frames.ts'
import { errnoOf, systemError, type Io } from './io.ts'
import { jsonChunks } from './json-chunks.ts'
import { clearLeftovers } from './leftovers.ts'
import { listUntrusted, readUntrusted } from './open-untrusted.ts'
import { assertOwnFolders } from './own-folders.ts'
import { journalName } from './scan-journal.ts'
import { severalAtOnce } from './several-at-once.ts'
import { readScores, taskDataFile } from './task-data.ts'
import { fileNames, timesFile, trajectoryFile } from './trajectory-file.ts'

const nameFolders = [frameFolders.agent, frameFolders.probe]

/**
 * Turn a journal into a finished recording: steps 2 to 6 of the finalise protocol. The caller holds the lock and has
 * closed the journal.
 *
 * The order is the promise: the journal is durable before anything is made of it, names are linked before the files that
 * mention them, `trajectory.json` is the last file, and only when it is durable do blobs, temporary files and the lock
 * go. A crash before that point redoes everything, a crash after it only the clearing; the same journal gives the same
 * bytes.
 *
 * @param written the sha256 of frames that this very process has put among the blobs, whole; they are not read again
 * @throws {ContrailError} as `scanJournal`, FILE_UNSAFE; the system's error where the disk refuses a write
 */
export async function finalise(
  io: Io,
  directory: string,
  written: ReadonlySet<string> = new Set(),
): Promise<FoldedRecording> {
  await assertOwnFolders(io, directory)
  // A run that was killed, or one whose acks promised no fsync, may not be on the disk yet.
  await syncFile(io, join(directory, journalName))
  const folded = await foldRecording(io, directory, written)
  await linkFrames(io, directory, folded)
  await writeDerivedFiles(io, directory, folded)
  await clearLeftovers(io, directory, new Set(folded.located.paths.keys()))
  return folded
}

/** Rebuild `task_data.json` from a trajectory and the scores beside it. The caller holds the lock. */
export async function writeTaskData(io: Io, directory: string, trajectory: Trajectory<ImageReference>): Promise<void> {
  const scores = await readScores(io, directory)
  await replaceFile(io, join(directory, fileNames.taskData), jsonChunks(taskDataFile(trajectory, scores)))
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
  await severalAtOnce(plan.frames, async ({ path, image }) => {
    const place = located.paths.get(image.sha256)
    if (place !== undefined && place !== path) await giveName(io, directory, place, path, image.sha256)
  })
  await removeUnplanned(io, directory, folded)
  if (!framesAreDurable) await removeTorn(io, directory, located)
  for (const folder of [...nameFolders, 'screenshots', '.']) await io.syncDirectory(join(directory, folder))
}

/** Give a frame a second name, by link where the file system can, else by a copy of its own. */
async function giveName(io: Io, directory: string, place: string, path: string, hash: string): Promise<void> {
  const to = join(directory, path)
  try {
    await io.link(join(directory, place), to)
    return
  } catch (cause) {
    const code = errnoOf(cause) ?? ''
    if (code === 'EEXIST') {
      if (await holds(io, directory, path, hash)) return
    } else if (!['EPERM', 'EXDEV', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw cause
  }
  const temporary = `${to}.tmp`
  await removeIfThere(io, temporary)
  const bytes = await readUntrusted(io, directory, place, maxFrameBytes)
  if (!bytes) throw systemError('ENOENT', `${join(directory, place)} is gone`)
  await createFile(io, temporary, bytes)
  await io.rename(temporary, to)
}

/**
 * Remove the names that the fold does not make: copies that a crash cut off, and second names of frames that stand
 * elsewhere. A picture that stands nowhere else is evidence, whoever put it there; it stays.
 */
async function removeUnplanned(io: Io, directory: string, { plan, located }: FoldedRecording): Promise<void> {
  const planned = new Set(plan.frames.map(({ path }) => path))
  for (const folder of nameFolders) {
    for (const name of await listUntrusted(io, directory, folder)) {
      if (planned.has(`${folder}/${name}`)) continue
      const path = `${folder}/${name}`
      if (!name.endsWith('.tmp') && !located.paths.has((await hashOfFile(io, directory, path)) ?? '')) continue
      await io.unlink(join(directory, path))
    }
  }
}

/**
 * Remove blobs that a power cut has left without their bytes, where the acks promised no fsync. A blob that was durable
 * once and is another now stays: its damage is for `check` to tell.
 */
async function removeTorn(io: Io, directory: string, { paths }: LocatedFrames): Promise<void> {
  const whole = new Set(paths.values())
  for (const name of await listUntrusted(io, directory, frameFolders.blobs)) {
    const path = `${frameFolders.blobs}/${name}`
    if (whole.has(path) || (await holds(io, directory, path, hashOfBlob(name)))) continue
    await io.unlink(join(directory, path))
  }
}

/** Write `times.json`, `task_data.json` and, when they are durable, `trajectory.json`. */
async function writeDerivedFiles(io: Io, directory: string, folded: FoldedRecording): Promise<void> {
  const { trajectory, plan, scan } = folded
  await makeDirectories(io, join(directory, fileNames.scores))
  await replaceFile(io, join(directory, fileNames.times), jsonChunks(timesFile(trajectory)))
  await writeTaskData(io, directory, trajectory)
  await replaceFile(io, join(directory, fileNames.trajectory), jsonChunks(trajectoryFile(trajectory, plan, scan)))
  await io.syncDirectory(directory)
}
