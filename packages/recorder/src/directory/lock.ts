import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'
import { ContrailError } from '@contrail/core'
import { z } from 'zod'
import { lockName, preparedLockPrefix } from './names.ts'
import { isAbsent, unreadable } from '../io/disk-error.ts'
import { createFile, linkWhereKnown, removeIfThere, statIfThere } from '../io/files.ts'
import { errnoOf, type Io } from '../io/io.ts'
import { withDescriptor } from '../io/descriptor-shortage.ts'
import { readUntrusted } from '../io/open-untrusted.ts'
import { parseUntrusted } from '../io/untrusted-json.ts'

const LockOwner = z.object({
  pid: z.number().int(),
  /** When the process started, in clock ticks since boot: tells a recycled pid. */
  startTicks: z.string(),
  bootId: z.string(),
  host: z.string(),
  pidNamespace: z.string(),
  directoryInode: z.number(),
})
type LockOwner = z.infer<typeof LockOwner>

/**
 * Who holds a directory. `live`: that process is running now. `foreign`: another host or pid namespace, which cannot
 * be judged from here. `stale`: the owner is gone, or the directory is a copy. `none`: nobody.
 */
export interface LockReport {
  readonly state: 'none' | 'live' | 'foreign' | 'stale'
  readonly owner?: LockOwner
  /** The lock as it was read. */
  readonly text?: string
}

let preparedLocks = 0

/**
 * Take the lock of a directory. It is filled under another name and then linked, so that nobody ever sees one that names
 * nobody, which is what a crash leaves.
 *
 * @throws an EEXIST error when there is one
 */
export async function takeLock(io: Io, directory: string): Promise<void> {
  const self = await thisProcess()
  const owner: LockOwner = { ...self, directoryInode: await inodeOf(io, directory) }
  const bytes = Buffer.from(JSON.stringify(owner))
  const path = join(directory, lockName)
  const prepared = join(directory, `${preparedLockPrefix}${self.pid}-${self.startTicks}-${++preparedLocks}`)
  await createFile(io, prepared, bytes)
  try {
    if (!(await linkWhereKnown(io, prepared, path))) await createFile(io, path, bytes)
  } finally {
    await clearPrepared(io, directory, prepared)
  }
}

/** Second names of locks that could not be removed, by directory: they go with the lock, or its release fails. */
const uncleared = new Map<string, string>()

async function clearPrepared(io: Io, directory: string, prepared: string): Promise<void> {
  try {
    await removeIfThere(io, prepared)
  } catch {
    uncleared.set(directory, prepared)
  }
}

async function inodeOf(io: Io, directory: string): Promise<number> {
  try {
    return (await io.lstat(directory)).inode
  } catch (cause) {
    throw isAbsent(cause) ? cause : unreadable(directory, cause)
  }
}

/** Release the lock of a directory. */
export async function releaseLock(io: Io, directory: string): Promise<void> {
  const prepared = uncleared.get(directory)
  uncleared.delete(directory)
  if (prepared !== undefined) await removeIfThere(io, prepared)
  await removeIfThere(io, join(directory, lockName))
}

/**
 * Look who holds a directory. A lock that cannot be understood was torn by a crash: stale.
 *
 * @throws {ContrailError} FILE_UNREADABLE, FILE_UNSAFE
 */
export async function readLock(io: Io, directory: string): Promise<LockReport> {
  const text = await readText(io, directory, lockName)
  if (text === undefined) return { state: 'none' }
  const owner = parseOwner(text)
  return owner ? { state: await judge(io, directory, owner), owner, text } : { state: 'stale', text }
}

async function judge(io: Io, directory: string, owner: LockOwner): Promise<LockReport['state']> {
  const stat = await statIfThere(io, directory)
  if (stat?.inode !== owner.directoryInode) return 'stale'
  const self = await thisProcess()
  if (owner.host !== self.host || owner.pidNamespace !== self.pidNamespace) return 'foreign'
  if (owner.bootId !== self.bootId) return 'stale'
  return (await isRunning(owner)) ? 'live' : 'stale'
}

/**
 * Take over a directory whose owner is gone. The lock is durable when this resolves: what is done under it is found
 * unfinished if it is cut off.
 *
 * @param options.force take it also from an owner on another host, who cannot be asked
 * @throws {ContrailError} JOURNAL_LOCKED, naming pid and host, when the owner lives or cannot be judged
 */
export async function takeOverLock(io: Io, directory: string, options: { force?: boolean } = {}): Promise<void> {
  const report = await readLock(io, directory)
  assertNotHeld(directory, report, options.force ?? false)
  if (report.state !== 'none') await removeStale(io, directory, report)
  try {
    await takeLock(io, directory)
  } catch (cause) {
    // Gone: whoever has the directory by now clears what others have prepared as what a crash left.
    if (errnoOf(cause) !== 'EEXIST' && !isAbsent(cause)) throw cause
    throw takenError(directory, (await readLock(io, directory)).owner)
  }
  try {
    await io.syncDirectory(directory)
  } catch (cause) {
    // The first error is the one to tell; a lock that stays is stale when this process has ended.
    await releaseLock(io, directory).catch(() => undefined)
    throw cause
  }
}

/** Moved, not removed: of two processes that judged the same lock stale, only one can move it. */
async function removeStale(io: Io, directory: string, { text }: LockReport): Promise<void> {
  const path = join(directory, lockName)
  const aside = `${path}.stale-${process.pid}`
  try {
    await io.rename(path, aside)
  } catch (cause) {
    throw isAbsent(cause) ? takenError(directory, undefined) : cause
  }
  const moved = await readText(io, directory, basename(aside))
  if (moved !== text) {
    await io.rename(aside, path).catch((cause: unknown) => {
      // Its owner is through with the directory, and has cleared it away.
      if (!isAbsent(cause)) throw cause
    })
    throw takenError(directory, parseOwner(moved ?? ''))
  }
  await io.unlink(aside)
}

async function readText(io: Io, directory: string, name: string): Promise<string | undefined> {
  const bytes = await readUntrusted(io, directory, name, 65_536)
  // Latin-1 shows every byte as it is.
  return bytes && Buffer.from(bytes).toString('latin1')
}

/** @throws {ContrailError} JOURNAL_LOCKED, naming pid and host, when the owner lives, or cannot be judged and not `force` */
export function assertNotHeld(directory: string, report: LockReport, force: boolean): void {
  if (report.state === 'live') throw lockedError(directory, report.owner, 'is being written')
  if (report.state === 'foreign' && !force) {
    throw lockedError(directory, report.owner, 'may still be written (force it if that process is gone)')
  }
}

function takenError(directory: string, owner: LockOwner | undefined): ContrailError {
  return lockedError(directory, owner, 'has just been taken over')
}

function lockedError(directory: string, owner: LockOwner | undefined, what: string): ContrailError {
  const who = owner ? ` by pid ${owner.pid} on ${owner.host}` : ''
  return new ContrailError('JOURNAL_LOCKED', `${directory} ${what}${who}`, { details: { directory, ...owner } })
}

/** Undefined for a torn lock: it names nobody, and the caller treats it as stale. */
function parseOwner(text: string): LockOwner | undefined {
  const parsed = parseUntrusted(Buffer.from(text, 'latin1'))
  return 'invalid' in parsed ? undefined : LockOwner.safeParse(parsed.value).data
}

type ProcessIdentity = Omit<LockOwner, 'directoryInode'>
let identity: Promise<ProcessIdentity> | undefined

function thisProcess(): Promise<ProcessIdentity> {
  identity ??= readIdentity().catch((cause: unknown) => {
    identity = undefined
    throw cause
  })
  return identity
}

async function readIdentity(): Promise<ProcessIdentity> {
  return {
    pid: process.pid,
    startTicks: (await startTicksOf(process.pid)) ?? 'unknown',
    bootId: await factOf(() => readFile('/proc/sys/kernel/random/boot_id', 'utf8')),
    host: await factOf(async () => hostname()),
    pidNamespace: await factOf(() => readlink('/proc/self/ns/pid')),
  }
}

/** In doubt it runs: a directory is taken over only from a process that is known to be gone. */
async function isRunning(owner: LockOwner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0)
  } catch (cause) {
    if (errnoOf(cause) === 'ESRCH') return false
  }
  const startTicks = await startTicksOf(owner.pid)
  const isKnown = startTicks !== 'unknown' && owner.startTicks !== 'unknown'
  return isKnown ? startTicks === owner.startTicks : true
}

/** Field 22 of /proc/<pid>/stat; the command before it may itself hold spaces and parentheses. Undefined for a zombie. */
async function startTicksOf(pid: number): Promise<string | undefined> {
  const stat = await factOf(() => readFile(`/proc/${pid}/stat`, 'utf8'))
  if (stat === 'unknown') return stat
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A zombie has ended; only its parent has not asked yet.
  return state === 'Z' || state === 'X' ? undefined : rest[18]
}

/** A fact about a process; `unknown` where the system does not tell such facts. @throws where it fails to */
async function factOf(read: () => Promise<string>): Promise<string> {
  try {
    return (await withDescriptor(read)).trim()
  } catch (cause) {
    // Not Linux, or a /proc that hides others: the pid alone must do.
    if (isAbsent(cause) || ['ESRCH', 'EACCES', 'EPERM'].includes(errnoOf(cause) ?? '')) return 'unknown'
    throw unreadable('/proc', cause)
  }
}
