import { join } from 'node:path'
import { ContrailError, type Durability, type Frame, type JournalEntry } from '@contrail/core'
import { unwritable } from './disk-error.ts'
import { makeDirectories, writeAll } from './files.ts'
import { frameFolders } from './frame-plan.ts'
import { blobPath } from './frames.ts'
import { errnoOf, type Io, type IoFile } from './io.ts'
import { decodeLine, encodeLine } from './journal-line.ts'
import { journalName } from './scan-journal.ts'
import { withoutFrames } from './without-frames.ts'

const maxBatchLines = 512
const maxBatchBytes = 4_000_000

/** A line on its way to the disk, and the frames that it names. */
export interface QueuedLine {
  line: Uint8Array
  readonly frames: readonly Frame[]
  /** Settles the ack. */
  readonly settle: (failure?: ContrailError) => void
}

/**
 * The one writer of a journal: takes what is queued in batches, and acknowledges an entry when it is as durable as
 * promised.
 *
 * The order is the promise, and this class alone holds it: every frame of a batch (temporary file, all bytes, fdatasync,
 * rename), the folder of frames, THEN the lines that name them, fdatasync, THEN the acks. The first failed write, fsync
 * or close of the journal, and any failed fsync at all, poison it: nothing is retried, appended or acknowledged after
 * that. A frame that fails before its rename is a gap in its line.
 */
export class JournalWriter {
  private readonly waiting: QueuedLine[] = []
  private readonly written = new Set<string>()
  private readonly io: Io
  private readonly reserve: () => Promise<string>
  private readonly header: Uint8Array
  private readonly durability: Durability
  private opening: Promise<void> | undefined
  private file: IoFile | undefined
  private loop: Promise<void> | undefined
  private whenRoom: (() => void)[] = []
  private failure: ContrailError | undefined
  private framesFolder = false
  private temporaries = 0
  /** The directory, once it is reserved. */
  directory: string | undefined
  /** Bytes of what is queued and being written. */
  queuedBytes = 0
  ackedLines = 0
  droppedFrames = 0

  /**
   * @param reserve makes the directory; called once, when there is something to write
   * @param header the first line
   */
  constructor(io: Io, reserve: () => Promise<string>, header: JournalEntry, durability: Durability) {
    this.io = io
    this.reserve = reserve
    this.header = encodeLine(header)
    this.durability = durability
  }

  /**
   * Reserve the directory and make the journal in it, its first line durable. Single-flight.
   *
   * @throws {ContrailError} DIRECTORY_UNAVAILABLE, RECORDING_FAILED
   */
  open(): Promise<void> {
    this.opening ??= this.create().catch((cause: unknown) => {
      this.poison(cause)
      throw this.failure as ContrailError
    })
    return this.opening
  }

  private async create(): Promise<void> {
    const directory = await this.reserve()
    this.directory = directory
    const file = await this.io.open(join(directory, journalName), 'create')
    this.file = file
    await writeAll(file, this.header)
    await file.datasync()
    await this.io.syncDirectory(directory)
  }

  /** What stopped this writer, if anything did. */
  get failed(): ContrailError | undefined {
    return this.failure
  }

  /** Queue a line. Lines reach the disk in the order of these calls. */
  push(queued: QueuedLine): void {
    this.queuedBytes += sizeOf(queued)
    this.waiting.push(queued)
    this.loop ??= this.run()
  }

  /** Resolves when less than `limitBytes` are queued, or the writer has failed. */
  async room(limitBytes: number): Promise<void> {
    while (this.queuedBytes >= limitBytes && !this.failure) {
      await new Promise<void>((resolve) => this.whenRoom.push(resolve))
    }
  }

  /** Resolves when nothing is queued any more. */
  async drain(): Promise<void> {
    while (this.loop) await this.loop
  }

  /**
   * Make durable what the acks did not promise yet, and close the journal.
   *
   * @throws {ContrailError} RECORDING_FAILED
   */
  async close(): Promise<void> {
    await this.opening?.catch(() => undefined)
    await this.drain()
    const file = this.file
    this.file = undefined
    try {
      try {
        if (!this.failure) await file?.datasync()
      } finally {
        await file?.close()
      }
    } catch (cause) {
      this.poison(cause)
    }
    if (this.failure) throw this.failure
  }

  private async run(): Promise<void> {
    // What is recorded in the same breath is gathered into one batch; a failed opening is met in `commit`.
    await this.open().catch(() => undefined)
    while (this.waiting.length > 0) {
      const batch = this.nextBatch()
      await this.commit(batch)
      for (const queued of batch) {
        this.queuedBytes -= sizeOf(queued)
        if (!this.failure) this.ackedLines++
        queued.settle(this.failure)
      }
      for (const resolve of this.whenRoom.splice(0)) resolve()
    }
    // In the same breath as the last look at the queue: what is pushed from now on starts a new loop.
    this.loop = undefined
  }

  private nextBatch(): QueuedLine[] {
    let bytes = 0
    let count = 0
    for (const queued of this.waiting) {
      const sizeBytes = sizeOf(queued)
      if (count > 0 && (count >= maxBatchLines || bytes + sizeBytes > maxBatchBytes)) break
      bytes += sizeBytes
      count++
    }
    return this.waiting.splice(0, count)
  }

  private async commit(batch: readonly QueuedLine[]): Promise<void> {
    if (this.failure) return
    try {
      if (!this.file) throw new TypeError('expected an open journal, got one that is closed')
      await this.writeFrames(batch)
      await writeAll(this.file, Buffer.concat(batch.map(({ line }) => line)))
      if (this.durability === 'step') await this.file.datasync()
    } catch (cause) {
      this.poison(cause)
    }
  }

  private async writeFrames(batch: readonly QueuedLine[]): Promise<void> {
    let renamed = false
    for (const queued of batch) {
      const failed = new Map<string, string>()
      for (const frame of queued.frames) {
        if (this.written.has(frame.sha256)) continue
        const errno = await this.writeFrame(frame)
        if (errno === undefined) {
          this.written.add(frame.sha256)
          renamed = true
        } else {
          failed.set(frame.sha256, errno)
          this.droppedFrames++
        }
      }
      if (failed.size > 0) queued.line = lineWithoutFrames(queued.line, failed)
    }
    if (renamed && this.durability === 'step')
      await this.sync(() => this.io.syncDirectory(this.path(frameFolders.blobs)))
  }

  /**
   * Write one frame under its hash. Never in place: a reader sees all of it or nothing.
   *
   * @returns the errno of a failure before the rename, which costs only this frame
   * @throws when an fsync failed, which costs the recording
   */
  private async writeFrame({ sha256, mediaType, bytes }: Frame): Promise<string | undefined> {
    const temporary = this.path(`${frameFolders.blobs}/.tmp-${process.pid}-${this.temporaries++}`)
    try {
      await this.ensureFramesFolder()
      const file = await this.io.open(temporary, 'create')
      try {
        await writeAll(file, bytes)
        if (this.durability === 'step') await this.sync(() => file.datasync())
      } finally {
        await file.close()
      }
      await this.io.rename(temporary, this.path(blobPath({ sha256, mediaType, sizeBytes: bytes.byteLength })))
      return undefined
    } catch (cause) {
      if (this.failure) throw cause
      // What stays of it is removed when the recording is finished or recovered.
      await this.io.unlink(temporary).catch(() => undefined)
      return errnoOf(cause) ?? 'unknown'
    }
  }

  private async ensureFramesFolder(): Promise<void> {
    if (this.framesFolder) return
    const made = await makeDirectories(this.io, this.path(frameFolders.blobs))
    if (made.length > 0) {
      await this.sync(() => this.io.syncDirectory(this.path('screenshots')))
      await this.sync(() => this.io.syncDirectory(this.path('.')))
    }
    this.framesFolder = true
  }

  /** A failed fsync is never tried again: what it covers may be gone, and a second one would not say so. */
  private async sync(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (cause) {
      this.poison(cause)
      throw cause
    }
  }

  private path(relative: string): string {
    return join(this.directory ?? '', relative)
  }

  private poison(cause: unknown): void {
    this.failure ??= toContrailError(unwritable(this.path(journalName), cause))
  }
}

function sizeOf({ line, frames }: QueuedLine): number {
  return frames.reduce((total, { bytes }) => total + bytes.byteLength, line.byteLength)
}

function lineWithoutFrames(line: Uint8Array, failed: ReadonlyMap<string, string>): Uint8Array {
  const entry = decodeLine(line)
  // Our own line of a moment ago; it decodes.
  return 'invalid' in entry ? line : encodeLine(withoutFrames(entry, failed))
}

function toContrailError(cause: unknown): ContrailError {
  if (cause instanceof ContrailError) return cause
  return new ContrailError('RECORDING_FAILED', `recording stopped: ${String(cause)}`, { cause })
}
