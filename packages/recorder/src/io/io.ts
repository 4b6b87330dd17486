import { constants, fdatasync, fsync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { promisify } from 'node:util'
import { blockingDiskIo, type BlockingIo } from './blocking-io.ts'
import { withDescriptor } from './descriptor-shortage.ts'

/** The facts of a file or folder, without following links. */
export interface IoStat {
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  readonly sizeBytes: number
  readonly inode: number
  readonly modifiedMs: number
}

/** An open file. Writes go to its end. */
export interface IoFile {
  /** Write once; the count may be short, as the system's may. Use `writeAll`. */
  write(bytes: Uint8Array): Promise<number>
  /** Read once from `position` into `buffer`; 0 at the end. */
  read(buffer: Uint8Array, position: number): Promise<number>
  /** Make the contents durable. */
  datasync(): Promise<void>
  stat(): Promise<IoStat>
  close(): Promise<void>
}

/**
 * The few file operations that recording stands on. The disk is one implementation; fault tests bring others.
 * Errors are Node's, with `code`.
 */
export interface Io {
  /**
   * `create`: a new file, EEXIST where there is one. `read`: an existing file; refuses links and never blocks on a FIFO.
   */
  open(path: string, how: 'create' | 'read'): Promise<IoFile>
  /** One folder, not recursive. EEXIST where there is anything of that name. */
  mkdir(path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** A second name for a file. */
  link(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  rmdir(path: string): Promise<void>
  /** Names in a folder, sorted. */
  readdir(path: string): Promise<string[]>
  lstat(path: string): Promise<IoStat>
  /** Make the names in a folder durable. */
  syncDirectory(path: string): Promise<void>
  /** The same disk for the end of a process, when nothing can be awaited. Without it the queue is lost at the end. */
  readonly blocking?: BlockingIo
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants
const openFlags = {
  create: O_CREAT | O_EXCL | O_RDWR | O_APPEND,
  read: O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0),
} as const

/** The disk. Files are made with mode 0600, folders with 0700. */
export const diskIo: Io = {
  blocking: blockingDiskIo,
  async open(path, how) {
    return diskFile(await withDescriptor(() => fs.open(path, openFlags[how], 0o600)))
  },
  async mkdir(path) {
    await fs.mkdir(path, { mode: 0o700 })
  },
  rename: fs.rename,
  link: fs.link,
  unlink: fs.unlink,
  rmdir: fs.rmdir,
  async readdir(path) {
    return (await withDescriptor(() => fs.readdir(path))).toSorted()
  },
  async lstat(path) {
    return toStat(await fs.lstat(path))
  },
  async syncDirectory(path) {
    try {
      const handle = await withDescriptor(() => fs.open(path, O_RDONLY))
      try {
        await syncDescriptor(handle.fd)
      } finally {
        await handle.close()
      }
    } catch (cause) {
      // Windows cannot open a folder to sync it; its file system journals names by itself.
      if (process.platform === 'win32' && ['EPERM', 'EISDIR', 'EACCES'].includes(errnoOf(cause) ?? '')) return
      throw cause
    }
  },
}

// By the descriptor: the handles that Yarn's Plug'n'Play puts in place of Node's cannot do it.
const syncDescriptor = promisify(fsync)
const datasyncDescriptor = promisify(fdatasync)

function diskFile(handle: fs.FileHandle): IoFile {
  return {
    async write(bytes) {
      return (await handle.write(bytes)).bytesWritten
    },
    async read(buffer, position) {
      return (await handle.read(buffer, 0, buffer.byteLength, position)).bytesRead
    },
    datasync: () => datasyncDescriptor(handle.fd),
    async stat() {
      return toStat(await handle.stat())
    },
    close: () => handle.close(),
  }
}

function toStat(stats: Awaited<ReturnType<typeof fs.lstat>>): IoStat {
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'link' : 'other'
  return { kind, sizeBytes: Number(stats.size), inode: Number(stats.ino), modifiedMs: Number(stats.mtimeMs) }
}

/** The `code` of a system error, e.g. `ENOENT`; `EACCES` for what Node or Deno does not permit the program itself. */
export function errnoOf(cause: unknown): string | undefined {
  const { code, name } = (cause ?? {}) as { code?: unknown; name?: unknown }
  if (code === 'ERR_ACCESS_DENIED' || name === 'NotCapable') return 'EACCES'
  return typeof code === 'string' ? code : undefined
}

/** An error as the system gives it, for what it leaves to us to notice. */
export function systemError(code: string, message: string): Error {
  const error: Error & { code?: string } = new Error(`${code}: ${message}`)
  error.code = code
  return error
}
