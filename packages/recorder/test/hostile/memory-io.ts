import { systemError, type Io, type IoStat } from '../../src/io/io.ts'

/** A disk in memory that can only be read: thousands of damaged files cost no system calls. Paths are absolute. */
export class MemoryIo implements Io {
  readonly files: Map<string, Uint8Array>
  private readonly inodes = new Map<string, number>()

  constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.files = new Map(files)
  }

  async open(path: string): ReturnType<Io['open']> {
    const bytes = this.files.get(path)
    if (!bytes) throw systemError('ENOENT', path)
    return {
      read: async (buffer, position) => {
        const part = bytes.subarray(position, position + buffer.byteLength)
        buffer.set(part)
        return part.byteLength
      },
      stat: () => this.lstat(path),
      close: async () => undefined,
      write: readOnly,
      datasync: readOnly,
    }
  }

  async lstat(path: string): Promise<IoStat> {
    const bytes = this.files.get(path)
    const isFolder = !bytes && this.childrenOf(path).size > 0
    if (!bytes && !isFolder) throw systemError('ENOENT', path)
    const inode = this.inodes.get(path) ?? this.inodes.size + 1
    this.inodes.set(path, inode)
    return { kind: isFolder ? 'directory' : 'file', sizeBytes: bytes?.byteLength ?? 0, inode, modifiedMs: 0 }
  }

  async readdir(path: string): Promise<string[]> {
    const names = this.childrenOf(path)
    if (names.size === 0) throw systemError('ENOENT', path)
    return [...names].toSorted()
  }

  readonly mkdir = readOnly
  readonly rename = readOnly
  readonly link = readOnly
  readonly unlink = readOnly
  readonly rmdir = readOnly
  readonly syncDirectory = readOnly

  private childrenOf(path: string): Set<string> {
    const below = [...this.files.keys()].filter((file) => file.startsWith(`${path}/`))
    return new Set(below.map((file) => file.slice(path.length + 1).split('/', 1)[0] as string))
  }
}

async function readOnly(): Promise<never> {
  throw systemError('EROFS', 'this disk can only be read')
}
