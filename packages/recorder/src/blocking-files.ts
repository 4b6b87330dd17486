import { dirname } from 'node:path'
import type { BlockingFile, BlockingIo } from './blocking-io.ts'
import { errnoOf, systemError } from './io.ts'

/** Write all bytes, however short the single writes are. @throws an EIO error when a write makes no progress */
export function writeAllBlocking(file: BlockingFile, bytes: Uint8Array): void {
  let offset = 0
  while (offset < bytes.byteLength) {
    const written = file.write(bytes.subarray(offset))
    if (written === 0) throw systemError('EIO', 'a write made no progress')
    offset += written
  }
}

/** Open a file, use it, close it. */
export function withBlockingFile<T>(
  io: BlockingIo,
  path: string,
  how: 'create' | 'append' | 'read',
  use: (file: BlockingFile) => T,
): T {
  const file = io.open(path, how)
  try {
    return use(file)
  } finally {
    file.close()
  }
}

/** Make a folder and those above it. Returns the folders that were made, topmost first. */
export function makeDirectoriesBlocking(io: BlockingIo, path: string): string[] {
  try {
    io.mkdir(path)
    return [path]
  } catch (cause) {
    const code = errnoOf(cause)
    if (code === 'EEXIST') return []
    const parent = dirname(path)
    if (code !== 'ENOENT' || parent === path) throw cause
    const made = makeDirectoriesBlocking(io, parent)
    // A link to nothing is there, and nothing can be made below it.
    if (made.length === 0) throw cause
    return [...made, ...makeDirectoriesBlocking(io, path)]
  }
}
