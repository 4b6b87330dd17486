import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { ContrailError, systemClock } from '@contrail/core'
import { z } from 'zod'
import { codeOf, readIfThere } from './files.ts'

const Owner = z.object({
  pid: z.int(),
  host: z.string(),
  /** when the process started, in ticks since boot: tells a process from a later one of the same pid */
  startTicks: z.string(),
})
type Owner = z.infer<typeof Owner>

const intervalMs = 20

/**
 * Take the lock of a folder: a file that names who writes there. One whose process is gone is taken over.
 *
 * @returns what gives it back
 * @throws {ContrailError} JOURNAL_LOCKED, naming the pid, when somebody else has it for longer than `waitMs`
 */
export async function takeLock(path: string, waitMs: number): Promise<() => Promise<void>> {
  const self = { pid: process.pid, host: hostname(), startTicks: await startTicksOf(process.pid) }
  const text = JSON.stringify(self)
  const lastMs = systemClock.monotonicMs() + waitMs
  while (!(await createIfAbsent(path, text))) {
    const held = await readIfThere(path)
    if (held === undefined) continue
    const owner = toOwner(held)
    if (owner && !(await isRunning(owner))) {
      await removeStale(path, held)
      continue
    }
    if (systemClock.monotonicMs() > lastMs) throw locked(path, owner, waitMs)
    await setTimeout(intervalMs)
  }
  return () => unlink(path)
}

let preparedLocks = 0

/** Filled under another name and then linked: nobody ever sees a lock that names nobody, which is what a crash would leave. */
async function createIfAbsent(path: string, text: string): Promise<boolean> {
  const prepared = `${path}.${process.pid}-${++preparedLocks}`
  await writeFile(prepared, text)
  try {
    await link(prepared, path)
    return true
  } catch (cause) {
    // A disk without links says so in many ways: there the name is taken first, then filled.
    return codeOf(cause) !== 'EEXIST' && (await takeName(path, text))
  } finally {
    await unlink(prepared)
  }
}

async function takeName(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' })
    return true
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false
    throw cause
  }
}

/** Moved, not removed: of two processes that judged one lock stale only one moves it, and gives back a newer one. */
async function removeStale(path: string, held: string): Promise<void> {
  const aside = `${path}.stale-${process.pid}`
  try {
    await rename(path, aside)
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return
    throw cause
  }
  if ((await readIfThere(aside)) === held) await unlink(aside)
  else await rename(aside, path)
}

function toOwner(text: string): Owner | undefined {
  try {
    return Owner.safeParse(JSON.parse(text)).data
  } catch {
    return undefined // nobody's that we know: it is waited for like any other
  }
}

/** In doubt it runs: one on another machine cannot be asked. */
async function isRunning({ pid, host, startTicks }: Owner): Promise<boolean> {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (cause) {
    if (codeOf(cause) === 'ESRCH') return false
  }
  const now = await startTicksOf(pid)
  return now === '' || startTicks === '' || now === startTicks
}

/** Field 22 of /proc/<pid>/stat; the command before it may itself hold spaces and parentheses. `""` where there is none. */
async function startTicksOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function locked(path: string, owner: Owner | undefined, waitMs: number): ContrailError {
  const who = owner ? `pid ${owner.pid} on ${owner.host}` : 'a process that does not name itself'
  const message = `${path} is held by ${who} for more than ${waitMs / 1000} s: wait until it has stepped, or end it`
  return new ContrailError('JOURNAL_LOCKED', message, { details: { path, ...owner } })
}
