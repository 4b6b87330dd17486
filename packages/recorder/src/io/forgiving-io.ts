import type { BlockingIo } from './blocking-io.ts'
import { diskIo, errnoOf, type Io } from './io.ts'

/** A call that only makes things safer, and that this disk does not know. */
interface Refusal {
  /** The file or folder that was to be made durable. */
  readonly path: string
  readonly errno: string
}

/** A disk on which what only makes things safer is done where it can be done. */
export interface ForgivingIo extends Io {
  /** The first thing that this disk could not make durable. */
  readonly refusal: Refusal | undefined
}

/** The errors of a system that does not know a call, or does not know it for this kind of file or disk. */
const unknownCalls: readonly (string | undefined)[] = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM']

/**
 * A disk that goes on where an fsync, of a file or of a folder, is not known to it, as on some that are mounted over a network or
 * from a container's host. The promise is then weaker, and whoever asks learns it; all else fails as ever.
 *
 * @param onRefusal hears of the first one
 */
export function forgivingIo(io: Io, onRefusal: (refusal: Refusal) => void = () => undefined): ForgivingIo {
  let refusal: Refusal | undefined
  const forgive = (path: string, cause: unknown): void => {
    const errno = errnoOf(cause)
    if (!unknownCalls.includes(errno)) throw cause
    if (refusal) return
    refusal = { path, errno: errno as string }
    onRefusal(refusal)
  }
  const { blocking } = io
  return {
    get refusal() {
      return refusal
    },
    async open(path, how) {
      const file = await io.open(path, how)
      return {
        write: (bytes) => file.write(bytes),
        read: (buffer, position) => file.read(buffer, position),
        stat: () => file.stat(),
        close: () => file.close(),
        datasync: () => file.datasync().catch((cause: unknown) => forgive(path, cause)),
      }
    },
    syncDirectory: (path) => io.syncDirectory(path).catch((cause: unknown) => forgive(path, cause)),
    mkdir: (path) => io.mkdir(path),
    rename: (from, to) => io.rename(from, to),
    link: (from, to) => io.link(from, to),
    unlink: (path) => io.unlink(path),
    rmdir: (path) => io.rmdir(path),
    readdir: (path) => io.readdir(path),
    lstat: (path) => io.lstat(path),
    ...(blocking ? { blocking: forgivingBlockingIo(blocking, forgive) } : {}),
  }
}

/**
 * Make a folder that is there durable, which changes nothing in it, to learn what this disk can promise.
 *
 * @returns undefined for all of it; the error, e.g. `EINVAL`, of a disk that does not know how: what is acknowledged there
 * survives the end of the process, and may not survive a power cut
 * @throws the system's error where the disk refuses
 */
export async function findDurabilityRefusal(directory: string): Promise<string | undefined> {
  const io = forgivingIo(diskIo)
  await io.syncDirectory(directory)
  return io.refusal?.errno
}

function forgivingBlockingIo(io: BlockingIo, forgive: (path: string, cause: unknown) => void): BlockingIo {
  const attempt = (path: string, work: () => void): void => {
    try {
      work()
    } catch (cause) {
      forgive(path, cause)
    }
  }
  return {
    open(path, how) {
      const file = io.open(path, how)
      return {
        write: (bytes) => file.write(bytes),
        read: (buffer, position) => file.read(buffer, position),
        close: () => file.close(),
        datasync: () => attempt(path, () => file.datasync()),
      }
    },
    syncDirectory: (path) => attempt(path, () => io.syncDirectory(path)),
    mkdir: (path) => io.mkdir(path),
    rename: (from, to) => io.rename(from, to),
    unlink: (path) => io.unlink(path),
    readdir: (path) => io.readdir(path),
  }
}
