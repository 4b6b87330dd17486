import { hash } from 'node:crypto'
import { posix } from 'node:path'
import type { BlockingFile, BlockingIo } from '../../../src/io/blocking-io.ts'
import { systemError, type Io, type IoFile, type IoStat } from '../../../src/io/io.ts'

/** Thrown by every operation from the crash on: the process is gone. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

/** A random number in [0, 1), the same for the same seed. */
export type Random = () => number

/** Seeded random numbers (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Let a few operations of such a disk go by. */
export async function ticks(count: number): Promise<void> {
  for (let tick = 0; tick < count; tick++) await Promise.resolve()
}

type Inode = { kind: 'file' | 'directory'; bytes: Buffer; durableBytes: Buffer; number: number }

/** A change of names that the disk may still lose. A rename is one change: it happens whole or not at all. */
type NameChange = { puts: [path: string, inode: Inode][]; removes: string[]; folders: Set<string> }

/** Facts that one operation is told before it happens. */
export interface Operation {
  readonly index: number
  readonly kind: string
  readonly path: string
}

/**
 * A disk in memory with an unsynced layer. What was written is seen at once; what survives a power cut is only what was
 * synced, and any part of the rest: contents through the file, names through the folder that holds them.
 */
export class SimDisk implements Io {
  private readonly names = new Map<string, Inode>()
  private readonly durableNames = new Map<string, Inode>()
  private pending: NameChange[] = []
  private crashed = false
  private nextInode = 1
  /** The number of operations so far. */
  operations = 0
  /** Before this operation (counted from 1) the process dies. */
  crashAt = Number.POSITIVE_INFINITY
  /** May throw instead of an operation. */
  fault: ((operation: Operation) => void) | undefined
  readonly random: Random

  constructor(random: Random = seeded(1)) {
    this.random = random
    const root = this.inode('directory')
    this.names.set('/', root)
    this.durableNames.set('/', root)
  }

  /** The same disk without waiting. */
  readonly blocking: BlockingIo = {
    open: (path, how) => {
      this.tick('open', path)
      const found = this.names.get(path)
      if (how === 'create') {
        if (found) throw errno('EEXIST', path)
        this.folderOf(path)
        const inode = this.inode('file')
        this.change({ puts: [[path, inode]], removes: [] })
        return this.file(path, inode)
      }
      if (!found) throw errno('ENOENT', path)
      return this.file(path, found)
    },
    mkdir: (path) => {
      this.tick('mkdir', path)
      if (this.names.has(path)) throw errno('EEXIST', path)
      this.folderOf(path)
      this.change({ puts: [[path, this.inode('directory')]], removes: [] })
    },
    rename: (from, to) => {
      this.tick('rename', to)
      const inode = this.names.get(from)
      if (!inode) throw errno('ENOENT', from)
      this.change({ puts: [[to, inode]], removes: [from] })
    },
    unlink: (path) => {
      this.tick('unlink', path)
      if (!this.names.has(path)) throw errno('ENOENT', path)
      this.change({ puts: [], removes: [path] })
    },
    readdir: (path) => {
      this.tick('readdir', path)
      if (!this.names.has(path)) throw errno('ENOENT', path)
      return this.children(path).toSorted()
    },
    syncDirectory: (path) => {
      this.tick('syncDirectory', path)
      const folder = clean(path)
      const kept: NameChange[] = []
      for (const change of this.pending) {
        if (change.folders.has(folder)) this.persist(this.durableNames, change)
        else kept.push(change)
      }
      this.pending = kept
    },
  }

  async open(path: string, how: 'create' | 'read'): Promise<IoFile> {
    const file = this.blocking.open(path, how)
    const inode = this.names.get(path) as Inode
    return {
      write: async (bytes) => file.write(bytes),
      read: async (buffer, position) => file.read(buffer, position),
      datasync: async () => file.datasync(),
      stat: async () => {
        this.tick('stat', path)
        return stat(inode)
      },
      close: async () => file.close(),
    }
  }

  async mkdir(path: string): Promise<void> {
    this.blocking.mkdir(path)
  }

  async rename(from: string, to: string): Promise<void> {
    this.blocking.rename(from, to)
  }

  async link(from: string, to: string): Promise<void> {
    this.tick('link', to)
    const inode = this.names.get(from)
    if (!inode) throw errno('ENOENT', from)
    if (this.names.has(to)) throw errno('EEXIST', to)
    this.change({ puts: [[to, inode]], removes: [] })
  }

  async unlink(path: string): Promise<void> {
    this.blocking.unlink(path)
  }

  async rmdir(path: string): Promise<void> {
    this.tick('rmdir', path)
    if (!this.names.has(path)) throw errno('ENOENT', path)
    if (this.children(path).length > 0) throw errno('ENOTEMPTY', path)
    this.change({ puts: [], removes: [path] })
  }

  async readdir(path: string): Promise<string[]> {
    return this.blocking.readdir(path)
  }

  async lstat(path: string): Promise<IoStat> {
    this.tick('lstat', path)
    const inode = this.names.get(clean(path))
    if (!inode) throw errno('ENOENT', path)
    return stat(inode)
  }

  async syncDirectory(path: string): Promise<void> {
    this.blocking.syncDirectory(path)
  }

  /** Tells whether the process has died. */
  get isCrashed(): boolean {
    return this.crashed
  }

  /** The whole tree as it is seen now: contents by path. */
  tree(): Map<string, string> {
    const entries = [...this.names].filter(([, { kind }]) => kind === 'file')
    return new Map(entries.map(([path, { bytes }]) => [path, bytes.toString('latin1')] as const).toSorted(byPath))
  }

  /** A digest of {@link tree}, folders included. */
  digest(): string {
    const parts = [...this.names.keys()].toSorted().flatMap((path) => {
      const { kind, bytes } = this.names.get(path) as Inode
      return [Buffer.from(`${path} ${kind} `), bytes]
    })
    return hash('sha256', Buffer.concat(parts))
  }

  /** The disk after the process alone has died: everything that was written is there. */
  afterKill(): SimDisk {
    return this.restart(this.names, (inode) => inode.bytes)
  }

  /**
   * The disk after a power cut, one of the ways in which it may come back: each unsynced change of names happened or
   * not, each unsynced tail of a file is there in full, in part, as zeros, or not at all.
   */
  afterPowerLoss(random: Random): SimDisk {
    const names = new Map(this.durableNames)
    const mood = random()
    for (const change of this.pending) {
      if (mood < 0.15 || (mood >= 0.3 && random() < 0.5)) this.persist(names, change)
    }
    const contents = new Map<Inode, Buffer>()
    return this.restart(names, (inode) => {
      const known = contents.get(inode) ?? this.survivingBytes(inode, random)
      contents.set(inode, known)
      return known
    })
  }

  private survivingBytes({ bytes, durableBytes }: Inode, random: Random): Buffer {
    const unsynced = bytes.length - durableBytes.length
    if (unsynced <= 0) return durableBytes
    const mood = random()
    const length = mood < 0.3 ? 0 : mood < 0.6 ? unsynced : Math.floor(random() * (unsynced + 1))
    const survivor = Buffer.from(bytes.subarray(0, durableBytes.length + length))
    // The size may reach the disk before the data does.
    if (random() < 0.3) survivor.fill(0, durableBytes.length + Math.floor(random() * length))
    return survivor
  }

  private restart(names: ReadonlyMap<string, Inode>, bytesOf: (inode: Inode) => Buffer): SimDisk {
    const disk = new SimDisk(this.random)
    disk.nextInode = this.nextInode
    const copies = new Map<Inode, Inode>()
    for (const [path, inode] of names) {
      if (!reachable(names, path)) continue
      const bytes = bytesOf(inode)
      const copy = copies.get(inode) ?? {
        kind: inode.kind,
        bytes,
        durableBytes: bytes,
        number: inode.number + 1_000_000,
      }
      copies.set(inode, copy)
      disk.names.set(path, copy)
      disk.durableNames.set(path, copy)
    }
    return disk
  }

  private file(path: string, inode: Inode): BlockingFile {
    return {
      write: (bytes) => {
        // A write that the crash cuts short may have happened in part.
        const torn = this.operations + 1 === this.crashAt ? Math.floor(this.random() * bytes.byteLength) : undefined
        if (torn !== undefined) inode.bytes = Buffer.concat([inode.bytes, bytes.subarray(0, torn)])
        this.tick('write', path)
        inode.bytes = Buffer.concat([inode.bytes, bytes])
        return bytes.byteLength
      },
      read: (buffer, position) => {
        this.tick('read', path)
        const part = inode.bytes.subarray(position, position + buffer.byteLength)
        buffer.set(part)
        return part.length
      },
      datasync: () => {
        this.tick('datasync', path)
        inode.durableBytes = inode.bytes
      },
      close: () => this.tick('close', path),
    }
  }

  private tick(kind: string, path: string): void {
    if (this.crashed) throw new Crash()
    this.operations++
    if (this.operations >= this.crashAt) {
      this.crashed = true
      throw new Crash()
    }
    this.fault?.({ index: this.operations, kind, path: clean(path) })
  }

  private change(change: Omit<NameChange, 'folders'>): void {
    const whole = {
      ...change,
      folders: new Set([...change.puts.map(([path]) => path), ...change.removes].map(posix.dirname)),
    }
    this.persist(this.names, whole)
    this.pending.push(whole)
  }

  private persist(names: Map<string, Inode>, { puts, removes }: NameChange): void {
    for (const path of removes) names.delete(path)
    for (const [path, inode] of puts) names.set(path, inode)
  }

  private folderOf(path: string): void {
    if (this.names.get(posix.dirname(path))?.kind !== 'directory') throw errno('ENOENT', path)
  }

  private children(path: string): string[] {
    const folder = clean(path)
    const above = folder === '/' ? folder : `${folder}/`
    return [...this.names.keys()]
      .filter((name) => name !== folder && name.startsWith(above) && !name.includes('/', above.length))
      .map((name) => name.slice(above.length))
  }

  private inode(kind: Inode['kind']): Inode {
    return { kind, bytes: Buffer.alloc(0), durableBytes: Buffer.alloc(0), number: this.nextInode++ }
  }
}

/** A name counts only if every folder above it is there. */
function reachable(names: ReadonlyMap<string, Inode>, path: string): boolean {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    if (!names.has(path.slice(0, end))) return false
  return true
}

function clean(path: string): string {
  // Most paths are clean, and there are millions of them.
  return /\/(?:\/|\.|$)/.test(path) ? posix.normalize(path).replace(/(.)\/$/, '$1') : path
}

function stat({ kind, bytes, number }: Inode): IoStat {
  return { kind, sizeBytes: bytes.length, inode: number, modifiedMs: 0 }
}

/** Without its stack, which nobody reads and which would cost more than all the rest. */
function errno(code: string, path: string): Error {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return systemError(code, path)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function byPath([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
