import { join } from 'node:path'
import type { Durability, Frame } from '@contrail/core'
import { frameFolders, blobPath } from '../directory/names.ts'
import { makeDirectoriesBlocking, withBlockingFile, writeAllBlocking } from '../io/blocking-files.ts'
import type { BlockingIo } from '../io/blocking-io.ts'
import { makeDirectories, writeAll } from '../io/files.ts'
import { errnoOf, type Io } from '../io/io.ts'
import { decodeLine, encodeLine } from '../journal/line.ts'
import { severalAtOnce } from '../io/concurrently.ts'
import { withoutFrames } from './without-frames.ts'

/** While so many frames are under way none is begun before its batch is. */
const mostBegun = 4

/** A line of the journal, and the frames that it names. */
export interface LineWithFrames {
  /** Written anew without the frames that could not be. */
  line: Uint8Array
  readonly frames: readonly Frame[]
}

/**
 * Writes the frames of lines, each under its hash, before the lines themselves. Never in place: a reader sees all of a
 * frame or nothing. A frame that fails before its rename is a gap in its line.
 */
export class FrameWriter {
  private readonly io: Io
  private readonly durability: Durability
  private hasFolder = false
  private temporaries = 0
  private syncFailure: { readonly cause: unknown } | undefined
  private readonly renamed = new Set<string>()
  /** What is being written, or was and waits for its batch: the folder is not synced for it yet. By hash, with the errno. */
  private readonly begun = new Map<string, Promise<string | undefined>>()
  /** Frames that became gaps. */
  dropped = 0

  constructor(io: Io, durability: Durability) {
    this.io = io
    this.durability = durability
  }

  /** The sha256 of every frame that stands under its hash, all of its bytes. */
  get written(): ReadonlySet<string> {
    return this.renamed
  }

  /**
   * Begin with the frames of a line that waits for its batch, so that they are written while the next is hashed, or a batch
   * before theirs is written. A frame that cannot be written is told by its batch.
   *
   * @param onFailedSync told at once of an fsync that failed, which costs the recording
   */
  begin(directory: string, frames: readonly Frame[], onFailedSync: (cause: unknown) => void): void {
    for (const frame of frames) {
      if (!this.hasFolder || this.syncFailure || this.begun.size >= mostBegun) return
      if (!this.renamed.has(frame.sha256)) this.beginFrame(directory, frame).catch(onFailedSync)
    }
  }

  /** Resolves when nothing is being written any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.begun.values())
  }

  /**
   * Write the frames of a batch; when this resolves the lines may be written.
   *
   * @throws when an fsync failed, which costs the recording
   */
  async write(directory: string, batch: readonly LineWithFrames[]): Promise<void> {
    const fresh = new Map<string, Frame>()
    for (const { frames } of batch) {
      for (const frame of frames) {
        const { sha256 } = frame
        if (this.begun.has(sha256) || !this.renamed.has(sha256)) fresh.set(sha256, frame)
      }
    }
    if (fresh.size === 0) return
    const failed = new Map<string, string>()
    const noFolder = await this.ensureFolder(directory)
    await severalAtOnce(fresh.values(), async (frame) => {
      const errno = noFolder ?? (await this.beginFrame(directory, frame))
      if (errno !== undefined) failed.set(frame.sha256, errno)
    })
    for (const sha256 of fresh.keys()) this.begun.delete(sha256)
    if (failed.size > 0) for (const queued of batch) this.leaveOut(queued, failed)
    if (failed.size === fresh.size || this.durability !== 'step') return
    await this.sync(() => this.io.syncDirectory(join(directory, frameFolders.blobs)))
  }

  /**
   * The same at the end of a process. A frame that the asynchronous writer is at this moment writing is written again,
   * under another temporary name: both renames put the same bytes under the same hash.
   *
   * @param isLate whether the time for frames is over; what is left then becomes gaps, so that the lines get through
   * @throws when an fsync failed
   */
  writeBlocking(io: BlockingIo, directory: string, batch: readonly LineWithFrames[], isLate: () => boolean): void {
    if (this.syncFailure) throw this.syncFailure.cause
    if (batch.every(({ frames }) => frames.length === 0)) return
    const blobs = join(directory, frameFolders.blobs)
    for (const queued of batch) {
      const failed = new Map<string, string>()
      for (const frame of queued.frames) {
        if (this.renamed.has(frame.sha256)) continue
        const errno = isLate() ? 'ETIMEDOUT' : this.writeFrameBlocking(io, directory, frame)
        if (errno !== undefined) failed.set(frame.sha256, errno)
      }
      this.leaveOut(queued, failed)
    }
    // Also for what the asynchronous writer has renamed and not yet synced.
    if (this.durability !== 'step' || this.renamed.size === 0) return
    for (const folder of [blobs, join(directory, 'screenshots'), directory]) io.syncDirectory(folder)
  }

  private leaveOut(queued: LineWithFrames, failed: ReadonlyMap<string, string>): void {
    const lost = queued.frames.filter(({ sha256 }) => failed.has(sha256)).length
    if (lost === 0) return
    this.dropped += lost
    queued.line = lineWithoutFrames(queued.line, failed)
  }

  private beginFrame(directory: string, frame: Frame): Promise<string | undefined> {
    const writing = this.begun.get(frame.sha256) ?? this.writeFrame(directory, frame)
    this.begun.set(frame.sha256, writing)
    return writing
  }

  /** @returns the errno of a failure before the rename, which costs only this frame */
  private async writeFrame(directory: string, frame: Frame): Promise<string | undefined> {
    const temporary = this.temporaryPath(directory)
    try {
      const file = await this.io.open(temporary, 'create')
      try {
        await writeAll(file, frame.bytes)
        if (this.durability === 'step') await this.sync(() => file.datasync())
      } finally {
        await file.close()
      }
      await this.io.rename(temporary, pathOf(directory, frame))
      this.renamed.add(frame.sha256)
      return undefined
    } catch (cause) {
      if (this.syncFailure) throw cause
      // What stays of it is removed when the recording is finished or recovered.
      await this.io.unlink(temporary).catch(() => undefined)
      return errnoOf(cause) ?? 'unknown'
    }
  }

  private writeFrameBlocking(io: BlockingIo, directory: string, frame: Frame): string | undefined {
    const temporary = this.temporaryPath(directory)
    try {
      makeDirectoriesBlocking(io, join(directory, frameFolders.blobs))
      withBlockingFile(io, temporary, 'create', (file) => {
        writeAllBlocking(file, frame.bytes)
        if (this.durability === 'step') this.syncBlocking(() => file.datasync())
      })
      io.rename(temporary, pathOf(directory, frame))
      this.renamed.add(frame.sha256)
      return undefined
    } catch (cause) {
      if (this.syncFailure) throw cause
      // What stays of it is removed when the recording is recovered.
      return errnoOf(cause) ?? 'unknown'
    }
  }

  /** @returns the errno where it cannot be made, which costs only the frames */
  private async ensureFolder(directory: string): Promise<string | undefined> {
    if (this.hasFolder) return undefined
    try {
      const made = await makeDirectories(this.io, join(directory, frameFolders.blobs))
      if (made.length > 0) {
        await this.sync(() => this.io.syncDirectory(join(directory, 'screenshots')))
        await this.sync(() => this.io.syncDirectory(directory))
      }
      this.hasFolder = true
      return undefined
    } catch (cause) {
      if (this.syncFailure) throw cause
      return errnoOf(cause) ?? 'unknown'
    }
  }

  /** A failed fsync is never tried again: what it covers may be gone, and a second one would not say so. */
  private async sync(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (cause) {
      this.syncFailure = { cause }
      throw cause
    }
  }

  private syncBlocking(work: () => void): void {
    try {
      work()
    } catch (cause) {
      this.syncFailure = { cause }
      throw cause
    }
  }

  private temporaryPath(directory: string): string {
    return join(directory, `${frameFolders.blobs}/.tmp-${process.pid}-${this.temporaries++}`)
  }
}

function pathOf(directory: string, { sha256, mediaType, bytes }: Frame): string {
  return join(directory, blobPath({ sha256, mediaType, sizeBytes: bytes.byteLength }))
}

function lineWithoutFrames(line: Uint8Array, failed: ReadonlyMap<string, string>): Uint8Array {
  const entry = decodeLine(line)
  // Our own line of a moment ago; it decodes.
  return 'invalid' in entry ? line : encodeLine(withoutFrames(entry, failed))
}
