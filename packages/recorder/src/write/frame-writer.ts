import { join } from 'node:path'
import type { Durability } from '@contrail/core'
import { attachmentsFolder, frameFolders } from '../directory/names.ts'
import { makeDirectoriesBlocking, withBlockingFile, writeAllBlocking } from '../io/blocking-files.ts'
import type { BlockingIo } from '../io/blocking-io.ts'
import { makeDirectories, writeAll } from '../io/files.ts'
import { errnoOf, type Io } from '../io/io.ts'
import { decodeLine, encodeLine } from '../journal/line.ts'
import { severalAtOnce } from '../io/concurrently.ts'
import { folderOf, keyOf, pathOf, type HashedFile } from './hashed-file.ts'
import { withoutFrames } from './without-frames.ts'

/** While so many frames are under way none is begun before its batch is. */
const mostBegun = 4

/** A line of the journal, and the files that it names. The line is empty for an attachment, which a later line names. */
export interface LineWithFrames {
  /** Written anew without the frames that could not be. */
  line: Uint8Array
  readonly frames: readonly HashedFile[]
  /** The errno of a file that could not be written. */
  refused?: string
}

/**
 * Writes the frames and attachments of lines, each under its hash, before the lines themselves. Never in place: a reader
 * sees all of a file or nothing. A frame that fails before its rename is a gap in its line.
 */
export class FrameWriter {
  private readonly io: Io
  private readonly durability: Durability
  private readonly folders = new Set<string>()
  private temporaries = 0
  private syncFailure: { readonly cause: unknown } | undefined
  private readonly renamed = new Set<string>()
  /**
   * Files that are being written, or were and wait for their batch: the folder is not synced for them yet. By path,
   * with the errno.
   */
  private readonly begun = new Map<string, Promise<string | undefined>>()
  /** Frames that became gaps. */
  dropped = 0

  constructor(io: Io, durability: Durability) {
    this.io = io
    this.durability = durability
  }

  /** The sha256 of every frame that stands under its hash, and the path of every attachment: all of its bytes. */
  get written(): ReadonlySet<string> {
    return this.renamed
  }

  /**
   * Begin with the frames of a line that waits for its batch, so that they are written while the next is hashed, or a batch
   * before theirs is written. A frame that cannot be written is reported by its batch.
   *
   * @param onFailedSync told at once of an fsync that failed, which costs the recording
   */
  begin(directory: string, frames: readonly HashedFile[], onFailedSync: (cause: unknown) => void): void {
    for (const frame of frames) {
      if (!this.folders.has(folderOf(frame)) || this.syncFailure || this.begun.size >= mostBegun) return
      if (!this.renamed.has(keyOf(frame))) this.beginFrame(directory, frame).catch(onFailedSync)
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
    const fresh = new Map<string, HashedFile>()
    for (const { frames } of batch) {
      for (const frame of frames) {
        const key = keyOf(frame)
        if (this.begun.has(key) || !this.renamed.has(key)) fresh.set(key, frame)
      }
    }
    if (fresh.size === 0) return
    const failed = new Map<string, string>()
    const refusals = new Map<string, string | undefined>()
    for (const folder of new Set([...fresh.values()].map(folderOf))) {
      refusals.set(folder, await this.ensureFolder(directory, folder))
    }
    const changed = new Set<string>()
    await severalAtOnce(fresh, async ([key, frame]) => {
      const folder = folderOf(frame)
      const errno = refusals.get(folder) ?? (await this.beginFrame(directory, frame))
      if (errno === undefined) changed.add(folder)
      else failed.set(key, errno)
    })
    for (const key of fresh.keys()) this.begun.delete(key)
    if (failed.size > 0) for (const queued of batch) this.leaveOut(queued, failed)
    if (this.durability !== 'step') return
    for (const folder of changed) await this.sync(() => this.io.syncDirectory(join(directory, folder)))
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
    for (const queued of batch) {
      const failed = new Map<string, string>()
      for (const frame of queued.frames) {
        if (this.renamed.has(keyOf(frame))) continue
        const errno = isLate() ? 'ETIMEDOUT' : this.writeFrameBlocking(io, directory, frame)
        if (errno !== undefined) failed.set(keyOf(frame), errno)
      }
      this.leaveOut(queued, failed)
    }
    // Also for what the asynchronous writer has renamed and not yet synced.
    if (this.durability !== 'step' || this.renamed.size === 0) return
    const paths = [...this.renamed]
    if (paths.some((path) => !path.startsWith(attachmentsFolder))) {
      for (const folder of [frameFolders.blobs, 'screenshots']) io.syncDirectory(join(directory, folder))
    }
    if (paths.some((path) => path.startsWith(attachmentsFolder))) io.syncDirectory(join(directory, attachmentsFolder))
    io.syncDirectory(directory)
  }

  private leaveOut(queued: LineWithFrames, failed: ReadonlyMap<string, string>): void {
    const lost = queued.frames.filter((frame) => failed.has(keyOf(frame)))
    if (lost.length === 0) return
    queued.refused = failed.get(keyOf(lost[0] as HashedFile)) as string
    this.dropped += lost.length
    if (queued.line.byteLength > 0) queued.line = lineWithoutFrames(queued.line, failed)
  }

  private beginFrame(directory: string, frame: HashedFile): Promise<string | undefined> {
    const key = keyOf(frame)
    const writing = this.begun.get(key) ?? this.writeFrame(directory, frame)
    this.begun.set(key, writing)
    return writing
  }

  /** @returns the errno of a failure before the rename, which costs only this frame */
  private async writeFrame(directory: string, frame: HashedFile): Promise<string | undefined> {
    const temporary = this.temporaryPath(directory, frame)
    try {
      const file = await this.io.open(temporary, 'create')
      try {
        await writeAll(file, frame.bytes)
        if (this.durability === 'step') await this.sync(() => file.datasync())
      } finally {
        await file.close()
      }
      await this.io.rename(temporary, pathOf(directory, frame))
      this.renamed.add(keyOf(frame))
      return undefined
    } catch (cause) {
      if (this.syncFailure) throw cause
      // What stays of it is removed when the recording is finished or recovered.
      await this.io.unlink(temporary).catch(() => undefined)
      return errnoOf(cause) ?? 'unknown'
    }
  }

  private writeFrameBlocking(io: BlockingIo, directory: string, frame: HashedFile): string | undefined {
    const temporary = this.temporaryPath(directory, frame)
    try {
      makeDirectoriesBlocking(io, join(directory, folderOf(frame)))
      withBlockingFile(io, temporary, 'create', (file) => {
        writeAllBlocking(file, frame.bytes)
        if (this.durability === 'step') this.syncBlocking(() => file.datasync())
      })
      io.rename(temporary, pathOf(directory, frame))
      this.renamed.add(keyOf(frame))
      return undefined
    } catch (cause) {
      if (this.syncFailure) throw cause
      // What stays of it is removed when the recording is recovered.
      return errnoOf(cause) ?? 'unknown'
    }
  }

  /** @returns the errno where it cannot be made, which costs only the frames */
  private async ensureFolder(directory: string, folder: string): Promise<string | undefined> {
    if (this.folders.has(folder)) return undefined
    try {
      const made = await makeDirectories(this.io, join(directory, folder))
      if (made.length > 0) {
        if (folder === frameFolders.blobs) await this.sync(() => this.io.syncDirectory(join(directory, 'screenshots')))
        await this.sync(() => this.io.syncDirectory(directory))
      }
      this.folders.add(folder)
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

  private temporaryPath(directory: string, frame: HashedFile): string {
    return join(directory, `${folderOf(frame)}/.tmp-${process.pid}-${this.temporaries++}`)
  }
}

function lineWithoutFrames(line: Uint8Array, failed: ReadonlyMap<string, string>): Uint8Array {
  const entry = decodeLine(line)
  // Our own line of a moment ago; it decodes.
  return 'invalid' in entry ? line : encodeLine(withoutFrames(entry, failed))
}
