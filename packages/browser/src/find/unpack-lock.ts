import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../page/system.ts'

const pollMs = 100
const waitLimitMs = 60_000

/**
 * Let one process do work whose result all can use; the others wait for it.
 *
 * The lock only saves work: the result appears by an atomic rename, so two processes that both work are wasteful and not
 * wrong. That is why a lock whose owner is dead, or that is older than a minute, is simply taken away.
 */
export async function withUnpackLock(
  lockFile: string,
  isDone: () => Promise<boolean>,
  work: () => Promise<void>,
): Promise<void> {
  while (!(await takeLock(lockFile))) {
    if (await isDone()) return
    if (await isAbandoned(lockFile)) await rm(lockFile, { force: true })
    else await sleep(pollMs)
  }
  try {
    if (!(await isDone())) await work()
  } finally {
    await rm(lockFile, { force: true })
  }
}

async function takeLock(lockFile: string): Promise<boolean> {
  try {
    await writeFile(lockFile, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function isAbandoned(lockFile: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(lockFile)
    if (systemClock.now().getTime() - mtimeMs > waitLimitMs) return true
    const pid = Number(await readFile(lockFile, 'utf8'))
    // An empty lock was made just now and its owner has not written its name yet.
    return pid > 0 && !isAlive(pid)
  } catch {
    return false // it was given back between the two looks: the next try takes it
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
