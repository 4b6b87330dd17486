import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import type { BlockingFile, BlockingIo } from './blocking-io.ts'
import { errnoOf, systemError } from './io.ts'

/** The number of times that a folder is tried again whose parent was made in vain. */
const maxTries = 5

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

/**
 * Make a folder and those above it. Returns the folders that were made, topmost first.
 *
 * @throws the system's error; ENOENT also where a folder above it is a link to nothing
 */
export function makeDirectoriesBlocking(io: BlockingIo, path: string): string[] {
  const parent = dirname(path)
  const made: string[] = []
  for (let tries = 1; ; tries++) {
    try {
      io.mkdir(path)
      return [...made, path]
    } catch (cause) {
      const code = errnoOf(cause)
      if (code === 'EEXIST') return made
      if (code !== 'ENOENT' || parent === path || tries === maxTries) throw cause
    }
    made.push(...makeDirectoriesBlocking(io, parent))
  }
}

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
const readFlags = O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)

/**
 * Open a file to read it, through no link and without waiting for a FIFO, use it, close it.
 *
 * @returns undefined where it is no plain file
 * @throws the system's error
 */
export function withPlainFile<T>(path: string, use: (descriptor: number, stat: Stats) => T): T | undefined {
  const descriptor = openSync(path, readFlags)
  try {
    const stat = fstatSync(descriptor)
    return stat.isFile() ? use(descriptor, stat) : undefined
  } finally {
    closeSync(descriptor)
  }
}
