import { join, resolve } from 'node:path'
import { encodeIdentifier, Verdict } from '@contrail/core'
import { unwritable } from './disk-error.ts'
import { sha256 } from './environment.ts'
import { createFile, makeDirectories, removeIfThere } from './files.ts'
import { writeTaskData } from './finalise.ts'
import { foldJournal } from './fold-recording.ts'
import { diskIo, errnoOf, type Io } from './io.ts'
import { releaseLock, takeOverLock } from './lock.ts'
import { assertOwnFolders } from './own-folders.ts'
import { readTrajectory } from './read-trajectory.ts'
import { defaultScoreName } from './task-data.ts'
import { fileNames, toJsonBytes } from './trajectory-file.ts'

/**
 * Check what is given as a verdict.
 *
 * @throws {TypeError} naming the field, what was expected and what was got
 */
export function assertVerdict(verdict: unknown): Verdict {
  const parsed = Verdict.safeParse(verdict)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new TypeError(`verdict: ${issue?.path.join('.') || '(root)'}: ${issue?.message ?? 'not a verdict'}`)
}

/**
 * Add a verdict to a recording that nobody is writing: `scores/<name>.json`, and `task_data.json` made anew.
 * Verdicts are never overwritten; a taken name gets `-2`, `-3`, ...
 *
 * @param options.name default `mmrubric_v1`
 * @returns the path of the new score
 * @throws {TypeError} for what is no verdict
 * @throws {ContrailError} JOURNAL_LOCKED, JOURNAL_MISSING, RECORDING_FAILED, and what `readTrajectory` throws
 */
export async function writeVerdict(
  directory: string,
  verdict: Verdict,
  options: { name?: string; io?: Io } = {},
): Promise<string> {
  const io = options.io ?? diskIo
  const root = resolve(directory)
  const checked = assertVerdict(verdict)
  const trajectory = await readTrajectory(root, { io })
  try {
    await assertOwnFolders(io, root)
    await takeOverLock(io, root)
    try {
      const path = await writeScore(io, root, checked, options.name)
      await writeTaskData(io, root, trajectory)
      return path
    } finally {
      await releaseLock(io, root)
    }
  } catch (cause) {
    throw unwritable(root, cause)
  }
}

/**
 * Add a verdict to a recording whose lock the caller holds, and which is not finished.
 *
 * @throws the system's error where the disk refuses a write
 */
export async function writeVerdictUnderLock(
  io: Io,
  directory: string,
  verdict: Verdict,
  name: string | undefined,
): Promise<string> {
  const path = await writeScore(io, directory, verdict, name)
  const { trajectory } = await foldJournal(io, directory)
  await writeTaskData(io, directory, { ...trajectory, status: 'recording' })
  return path
}

/** Write a score under the first free name, complete or not at all. */
async function writeScore(io: Io, directory: string, verdict: Verdict, name = defaultScoreName): Promise<string> {
  const folder = join(directory, fileNames.scores)
  await makeDirectories(io, folder)
  const temporary = join(folder, `.tmp-${process.pid}`)
  await removeIfThere(io, temporary)
  await createFile(io, temporary, toJsonBytes(verdict))
  try {
    for (let attempt = 1; ; attempt++) {
      const suffix = attempt === 1 ? '' : `-${attempt}`
      const path = join(folder, `${encodeIdentifier(name, sha256)}${suffix}.json`)
      if (await tookName(io, temporary, path, verdict)) {
        await io.syncDirectory(folder)
        return path
      }
    }
  } finally {
    await removeIfThere(io, temporary)
  }
}

async function tookName(io: Io, temporary: string, path: string, verdict: Verdict): Promise<boolean> {
  try {
    await io.link(temporary, path)
    return true
  } catch (cause) {
    const code = errnoOf(cause) ?? ''
    if (code === 'EEXIST') return false
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw cause
  }
  // A file system without links: the name is taken first, then filled.
  try {
    await createFile(io, path, toJsonBytes(verdict))
    return true
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST') return false
    throw cause
  }
}
