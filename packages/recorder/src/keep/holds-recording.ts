import { unlessRefused } from '../io/disk-error.ts'
import { isContrailError } from '@contrail/core'
import { namesIn } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import { openUntrusted } from '../io/open-untrusted.ts'
import { isOwnName, journalName, lockName, fileNames } from '../directory/names.ts'
import { readTrajectoryOn } from '../read/read-trajectory.ts'

const headBytes = 65_536

/**
 * Tells whether a directory is a recording, finished or not, ours or Stagehand's, and however damaged: asked before
 * anything is removed. A name is not enough: other programs have a `core.log` and a `trajectory.json` too.
 *
 * @throws {ContrailError} FILE_UNREADABLE
 */
export async function holdsRecording(io: Io, directory: string): Promise<boolean> {
  return (await markOf(io, directory)) !== undefined
}

/**
 * The name of the one file that tells by itself that a directory is a recording; as long as it stands there, whatever
 * else is gone, the directory is known to be one.
 *
 * @returns undefined where there is no recording
 * @throws {ContrailError} FILE_UNREADABLE
 */
export async function markOf(io: Io, directory: string): Promise<string | undefined> {
  const names = await namesIn(io, directory)
  if (names.includes(journalName) && (await looksLikeJournal(io, directory))) return journalName
  if (names.includes(fileNames.trajectory) && (await holdsTrajectory(io, directory))) return fileNames.trajectory
  // One that died before its journal was durable: its lock, and nothing that is not ours.
  return names.includes(lockName) && names.every(isOwnName) ? lockName : undefined
}

async function looksLikeJournal(io: Io, directory: string): Promise<boolean> {
  const file = await unlessRefused(() => openUntrusted(io, directory, journalName))
  if (!file) return false
  try {
    const head = new Uint8Array(headBytes)
    const count = await file.read(head, 0)
    const text = Buffer.from(head.subarray(0, count)).toString('latin1')
    return text.startsWith('{"seq":0,') || (text.includes('{"seq":') && text.includes(',"crc":"'))
  } finally {
    await file.close()
  }
}

async function holdsTrajectory(io: Io, directory: string): Promise<boolean> {
  const found = await unlessRefused(() =>
    readTrajectoryOn(io, directory).catch((cause: unknown) => {
      // One that a later version has written is one.
      if (!isContrailError(cause, 'SCHEMA_TOO_NEW')) throw cause
      return true
    }),
  )
  return found !== undefined
}
