import { join } from 'node:path'
import { ContrailError } from '@contrail/core'
import { journalName, lockName, fileNames, maxFileBytes } from '../directory/names.ts'
import { checkRecordingOn } from '../check/check.ts'
import { namesIn } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import { assertNotHeld, readLock } from '../directory/lock.ts'
import { noJournal, scanJournal } from '../journal/scan.ts'
import { readClaims } from '../read/claims.ts'

/**
 * Make sure that Contrail has recorded and finished what is in a directory, by the names of its files.
 *
 * @throws {ContrailError} JOURNAL_MISSING, RECORDING_UNFINISHED, JOURNAL_LOCKED where its writer lives
 */
export async function assertFinished(io: Io, root: string): Promise<void> {
  const names = await namesIn(io, root)
  const isFinished = names.includes(fileNames.trajectory)
  if (!names.includes(journalName)) {
    if (!isFinished) throw noJournal(root)
    const message = `${root} was not recorded by Contrail: there is no ${journalName} in it, and only what has one is compacted`
    throw new ContrailError('JOURNAL_MISSING', message, { details: { directory: root } })
  }
  if (isFinished) return
  assertNotHeld(root, await readLock(io, root), false)
  const message = `${root} is not finished: "contrail recover" finishes it`
  throw new ContrailError('RECORDING_UNFINISHED', message, { details: { directory: root } })
}

/**
 * Make sure that every byte of a finished recording is what it was. What is damaged is never written anew: one of its files may
 * know what no other does.
 *
 * @returns whether it is clean, but for a lock; else somebody was cut off in the middle of his work, which can be completed
 * @throws {ContrailError} JOURNAL_CORRUPT where its journal is another tool's, RECORDING_CORRUPT, FILE_TOO_LARGE where
 * `trajectory.json` is larger than 512 MB, and as `check`
 */
export async function assertSound(io: Io, root: string): Promise<boolean> {
  // `check` takes what another tool has written for what it is.
  await scanJournal(io, root)
  const { status, problems } = await checkRecordingOn(io, root)
  if (status === 'corrupt') {
    const first = problems.find(({ code }) => code !== 'unfinished' && code !== 'leftover')
    const message = `${root} is not as it was written (${first?.file} ${first?.message}), so it stays as it is; "contrail check" tells more`
    throw new ContrailError('RECORDING_CORRUPT', message, {
      details: { directory: root, files: [...new Set(problems.map(({ file }) => file))].slice(0, 20) },
    })
  }
  if (!(await readClaims(io, root))) {
    const path = join(root, fileNames.trajectory)
    const message = `${path} is larger than ${maxFileBytes} bytes: such a recording stays as it is`
    throw new ContrailError('FILE_TOO_LARGE', message, { details: { path, maxBytes: maxFileBytes } })
  }
  return problems.every(({ file }) => file === lockName)
}
