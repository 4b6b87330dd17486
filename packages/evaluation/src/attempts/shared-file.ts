import { ContrailError } from '@contrail/core'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { fieldOf } from '../run/texts.ts'

const pauseMs = 15
/** A lock is held for the time of one small file: one that nobody gives back for so many pauses is of a program on a machine that died. */
const mostPauses = 1_000

/**
 * Do something to a file while nobody else who asks in this way does. A lock beside it says which process does; one of a process that is no more
 * is taken over.
 *
 * @throws {ContrailError} FILE_UNREADABLE where no lock can be made
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`
  for (let pauses = 1; !(await take(lock)); pauses += 1) {
    if (pauses % mostPauses === 0 || (await isOfTheDead(lock))) await rm(lock, { force: true })
    else await setTimeout(pauseMs)
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx', mode: 0o600 })
    return true
  } catch (cause) {
    if (fieldOf(cause, 'code') === 'EEXIST') return false
    throw new ContrailError('FILE_UNREADABLE', `${lock} cannot be made: may this program write there?`, {
      cause,
      details: { path: lock },
    })
  }
}

async function isOfTheDead(lock: string): Promise<boolean> {
  // Gone, or not yet written: it is asked for again.
  const pid = Number(await readFile(lock, 'utf8').catch(() => ''))
  if (!Number.isSafeInteger(pid) || pid < 1) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (cause) {
    return fieldOf(cause, 'code') === 'ESRCH'
  }
}

/** Replace a file: all of the new one is on the disk before it takes the place of the old one. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const beside = `${file}.new`
  await writeFile(beside, text, { mode: 0o600, flush: true })
  await rename(beside, file)
}
