import { join } from 'node:path'
import { assemble, type ImageReference, type Trajectory } from '@contrail/core'
import { createFile, makeDirectories, namesIn, readWhole, removeIfThere, replaceFile } from './files.ts'
import { frameFolders, planFrames, type FramePlan } from './frame-plan.ts'
import { holds, locateFrames, maxFrameBytes, type LocatedFrames } from './frames.ts'
import { errnoOf, type Io } from './io.ts'
import { lockName, releaseLock } from './lock.ts'
import { scanJournal, type JournalScan } from './scan-journal.ts'
import { readScores, taskDataFile } from './task-data.ts'
import { fileNames, timesFile, toJsonBytes, trajectoryFile } from './trajectory-file.ts'

/** A journal folded, its frames found and named: all that the derived files are made from. */
export interface FoldedRecording {
  readonly trajectory: Trajectory<ImageReference>
  readonly plan: FramePlan
  readonly located: LocatedFrames
  readonly scan: JournalScan
}

/** Fold the journal of a directory as it stands on the disk. A frame that no file holds is a gap `frame_missing`. */
export async function foldRecording(io: Io, directory: string): Promise<FoldedRecording> {
  const scan = await scanJournal(io, directory)
  const assembled = assemble(scan.entries)
  const plan = planFrames(assembled)
  const located = await locateFrames(io, directory, plan)
  const missing = located.missing.map(({ sha256 }) => ({
    what: 'screenshot' as const,
    reason: 'frame_missing',
    detail: { sha256 },
  }))
  const trajectory = missing.length > 0 ? { ...assembled, gaps: [...assembled.gaps, ...missing] } : assembled
  return { trajectory, plan, located, scan }
}

/**
 * Turn a journal into a finished recording: steps 2 to 6 of the finalise protocol. The caller holds the lock and has
 * closed the journal.
 *
 * The order is the promise: names are linked before the files that mention them, `trajectory.json` is the last file,
 * and only when it is durable do blobs, temporary files and the lock go. A crash before that point redoes everything,
 * a crash after it only the clearing; the same journal gives the same bytes.
 */
export async function finalise(io: Io, directory: string): Promise<FoldedRecording> {
  const folded = await foldRecording(io, directory)
  await linkFrames(io, directory, folded)
  await writeDerivedFiles(io, directory, folded)
  await io.syncDirectory(directory)
  await replaceFile(
    io,
    join(directory, fileNames.trajectory),
    toJsonBytes(trajectoryFile(folded.trajectory, folded.plan, folded.scan)),
  )
  await io.syncDirectory(directory)
  await clear(io, directory, folded)
  return folded
}

/** Write `times.json` and `task_data.json`. */
async function writeDerivedFiles(io: Io, directory: string, { trajectory }: FoldedRecording): Promise<void> {
  await makeDirectories(io, join(directory, fileNames.scores))
  await replaceFile(io, join(directory, fileNames.times), toJsonBytes(timesFile(trajectory)))
  await writeTaskData(io, directory, trajectory)
}

/** Rebuild `task_data.json` from a trajectory and the scores beside it. The caller holds the lock. */
export async function writeTaskData(io: Io, directory: string, trajectory: Trajectory<ImageReference>): Promise<void> {
  const scores = await readScores(io, directory)
  await replaceFile(io, join(directory, fileNames.taskData), toJsonBytes(taskDataFile(trajectory, scores)))
}

async function linkFrames(io: Io, directory: string, { plan, located, scan }: FoldedRecording): Promise<void> {
  const started = scan.entries[0]
  const framesAreDurable = started?.type === 'run_started' && started.event.durability === 'step'
  for (const folder of [frameFolders.agent, frameFolders.probe]) await makeDirectories(io, join(directory, folder))
  for (const { path, image } of plan.frames) {
    const place = located.paths.get(image.sha256)
    if (place === undefined) continue
    if (!framesAreDurable) await syncFile(io, join(directory, place))
    if (place !== path) await giveName(io, join(directory, place), join(directory, path), image.sha256)
  }
  await removeUnplanned(io, directory, plan)
  for (const folder of [frameFolders.agent, frameFolders.probe, 'screenshots', '.']) {
    await io.syncDirectory(join(directory, folder))
  }
}

/** Give a frame a second name, by link where the file system can, else by a copy of its own. */
async function giveName(io: Io, from: string, to: string, hash: string): Promise<void> {
  try {
    await io.link(from, to)
    return
  } catch (cause) {
    const code = errnoOf(cause) ?? ''
    if (code === 'EEXIST') {
      if (await holds(io, to, hash)) return
    } else if (!['EPERM', 'EXDEV', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw cause
  }
  const temporary = `${to}.tmp`
  await removeIfThere(io, temporary)
  await createFile(io, temporary, await readWhole(io, from, maxFrameBytes))
  await io.rename(temporary, to)
}

async function removeUnplanned(io: Io, directory: string, plan: FramePlan): Promise<void> {
  const planned = new Set(plan.frames.map(({ path }) => path))
  for (const folder of [frameFolders.agent, frameFolders.probe]) {
    for (const name of await namesIn(io, join(directory, folder))) {
      if (!planned.has(`${folder}/${name}`)) await io.unlink(join(directory, folder, name))
    }
  }
}

async function syncFile(io: Io, path: string): Promise<void> {
  const file = await io.open(path, 'read')
  try {
    await file.datasync()
  } finally {
    await file.close()
  }
}

/**
 * The last step: blobs that have all their names, temporary files, an empty folder of blobs, and the lock.
 * A blob that the fold does not use is evidence without a step; it stays.
 */
export async function clear(io: Io, directory: string, { plan }: FoldedRecording): Promise<void> {
  const used = await fullyNamed(io, directory, plan)
  const blobs = join(directory, frameFolders.blobs)
  const names = await namesIn(io, blobs)
  const spent: string[] = []
  for (const name of names) {
    const hash = name.split('.')[0] as string
    // A blob that a power cut tore is nobody's frame any more; the fold has said so with a gap.
    if (name.startsWith('.tmp-') || used.has(hash) || !(await holds(io, join(blobs, name), hash))) spent.push(name)
  }
  for (const name of spent) await io.unlink(join(blobs, name))
  if (spent.length === names.length) await removeFolder(io, blobs)
  const scores = join(directory, fileNames.scores)
  for (const name of await namesIn(io, scores))
    if (name.startsWith('.tmp-')) await removeIfThere(io, join(scores, name))
  for (const name of await namesIn(io, directory)) {
    if (isLeftover(name) && name !== lockName) await removeIfThere(io, join(directory, name))
  }
  await releaseLock(io, directory)
  await io.syncDirectory(directory)
}

/** Whether a name at the top of a directory belongs to work that a crash cut off. */
export function isLeftover(name: string): boolean {
  return name === lockName || name.startsWith(`${lockName}.stale-`) || name.endsWith('.tmp')
}

async function fullyNamed(io: Io, directory: string, plan: FramePlan): Promise<Set<string>> {
  const named = new Set(plan.frames.map(({ image }) => image.sha256))
  for (const { path, image } of plan.frames) {
    if (!(await exists(io, join(directory, path)))) named.delete(image.sha256)
  }
  return named
}

async function exists(io: Io, path: string): Promise<boolean> {
  try {
    return (await io.lstat(path)).kind === 'file'
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return false
    throw cause
  }
}

async function removeFolder(io: Io, path: string): Promise<void> {
  try {
    await io.rmdir(path)
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw cause
  }
}
