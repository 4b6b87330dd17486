import {
  constants,
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'

/** An open file, of which every operation has happened when it returns. Writes go to its end. */
export interface BlockingFile {
  /** Write once; the count may be short. */
  write(bytes: Uint8Array): number
  /** Read once from `position` into `buffer`; 0 at the end. */
  read(buffer: Uint8Array, position: number): number
  datasync(): void
  close(): void
}

/**
 * A disk to write to at the end of a process, when nothing can be awaited any more. The same disk as the `Io` that it
 * belongs to; its errors are Node's, with `code`.
 */
export interface BlockingIo {
  /** `create`: a new file, EEXIST where there is one. `append` and `read`: an existing one. */
  open(path: string, how: 'create' | 'append' | 'read'): BlockingFile
  mkdir(path: string): void
  rename(from: string, to: string): void
  unlink(path: string): void
  /** Names in a folder. */
  readdir(path: string): string[]
  syncDirectory(path: string): void
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants
const openFlags = {
  create: O_CREAT | O_EXCL | O_WRONLY | O_APPEND,
  append: O_WRONLY | O_APPEND | (O_NOFOLLOW ?? 0),
  read: O_RDONLY | (O_NOFOLLOW ?? 0),
} as const

/** The disk. Files are made with mode 0600, folders with 0700. */
export const blockingDiskIo: BlockingIo = {
  open(path, how) {
    const descriptor = openSync(path, openFlags[how], 0o600)
    return {
      write: (bytes) => writeSync(descriptor, bytes),
      read: (buffer, position) => readSync(descriptor, buffer, 0, buffer.byteLength, position),
      datasync: () => fdatasyncSync(descriptor),
      close: () => closeSync(descriptor),
    }
  },
  mkdir(path) {
    mkdirSync(path, { mode: 0o700 })
  },
  rename: renameSync,
  unlink: unlinkSync,
  readdir: (path) => readdirSync(path),
  syncDirectory(path) {
    // Windows cannot sync a folder; its file system journals names by itself.
    if (process.platform === 'win32') return
    const descriptor = openSync(path, O_RDONLY)
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  },
}
