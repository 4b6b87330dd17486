import { join } from 'node:path'
import { framesLogName, frameFolders, reencodedBlobPath } from '../directory/names.ts'
import { createFile, makeDirectories, removeIfThere, writeAll } from '../io/files.ts'
import { type FrameReplacement } from './log.ts'
import type { Io, IoFile } from '../io/io.ts'
import { encodeLine } from '../journal/line.ts'

/**
 * Writes re-encoded frames and the lines that name them. The caller holds the lock, and uses it no more after an error.
 *
 * The order is the promise: the bytes to a temporary file, fdatasync, rename, fsync of the folder, THEN the line, fdatasync.
 * So a line never names what is not there. The log is not appended to in place of an earlier one: it is copied without its
 * torn tail, and takes the name of the earlier one when its first new line is durable.
 */
export class FramesLogWriter implements AsyncDisposable {
  private readonly io: Io
  private readonly directory: string
  /** The bytes that were committed before. */
  private readonly committed: Uint8Array
  private file: IoFile | undefined
  private temporaries = 0

  constructor(io: Io, directory: string, committed: Uint8Array) {
    this.io = io
    this.directory = directory
    this.committed = committed
  }

  /** Write a frame, then its line. When this resolves both are durable. @throws the system's error */
  async write(replacement: FrameReplacement, bytes: Uint8Array): Promise<void> {
    await this.writeFrame(replacement, bytes)
    await this.writeLine(encodeLine(replacement))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.file?.close()
  }

  private async writeFrame({ to, mediaType, sizeBytes }: FrameReplacement, bytes: Uint8Array): Promise<void> {
    const blobs = join(this.directory, frameFolders.blobs)
    const made = await makeDirectories(this.io, blobs)
    if (made.length > 0) await this.io.syncDirectory(join(this.directory, 'screenshots'))
    const temporary = join(blobs, `.tmp-${process.pid}-${this.temporaries++}`)
    // Of a process of the same number that died.
    await removeIfThere(this.io, temporary)
    await createFile(this.io, temporary, bytes)
    const path = reencodedBlobPath({ sha256: to, mediaType, sizeBytes })
    await this.io.rename(temporary, join(this.directory, path))
    await this.io.syncDirectory(blobs)
  }

  private async writeLine(line: Uint8Array): Promise<void> {
    if (this.file) {
      await writeAll(this.file, line)
      await this.file.datasync()
      return
    }
    const path = join(this.directory, framesLogName)
    await removeIfThere(this.io, `${path}.tmp`)
    this.file = await this.io.open(`${path}.tmp`, 'create')
    await writeAll(this.file, this.committed)
    await writeAll(this.file, line)
    await this.file.datasync()
    await this.io.rename(`${path}.tmp`, path)
    await this.io.syncDirectory(this.directory)
  }
}
