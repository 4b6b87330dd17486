// Long, since the order of writes is the promise, also where the process ends in the middle of it: one state, which no other file may touch.
import { join } from 'node:path'
import { ContrailError, type Durability, isContrailError, type JournalEntry, type JournalHole } from '@contrail/core'
import { journalName } from '../directory/names.ts'
import type { BlockingIo } from '../io/blocking-io.ts'
import { isAbsent, removedMeanwhile, unwritable } from '../io/disk-error.ts'
import { drainJournal } from './drain-journal.ts'
import { drainAtExit, drainLimitMs, type Drainable } from './exit-drain.ts'
import { removeIfThere, writeAll } from '../io/files.ts'
import { FrameWriter } from './frame-writer.ts'
import type { ForgivingIo } from '../io/forgiving-io.ts'
import type { IoFile } from '../io/io.ts'
import { encodeLine } from '../journal/line.ts'
import { readEntries } from '../journal/scan.ts'
import { LineQueue, type QueuedLine } from './line-queue.ts'
import type { Reservation } from '../directory/reserve.ts'

/**
 * The one writer of a journal: takes what is queued in batches, and acknowledges an entry when it is as durable as
 * promised.
 *
 * The order is the promise, and this class alone holds it: every frame and attachment of a batch (temporary file, all bytes, fdatasync,
 * rename), their folder, THEN the lines that name them, fdatasync, THEN the acks. A frame may be there sooner, while
 * a batch before its own is still being written. The first failed write, fsync or close of the journal, and any failed fsync
 * at all, poison it: nothing is retried, appended or acknowledged after that. A frame that fails before its rename is a gap
 * in its line.
 *
 * When the process ends, `drainNow` does the same for all that is queued, without waiting. It is final: the asynchronous
 * writer writes nothing any more, whatever it was in the middle of, and what is pushed after that is drained at once.
 */
export class JournalWriter implements Drainable {
  private readonly io: ForgivingIo
  private readonly reservation: Reservation
  private readonly header: JournalEntry
  private readonly durability: Durability
  private readonly withoutSecrets: (cause: unknown) => unknown
  private readonly frames: FrameWriter
  private readonly queue = new LineQueue()
  /** The lines that are being committed, and those of them that no write has been given yet. */
  private batch: readonly QueuedLine[] = []
  private unwritten: readonly QueuedLine[] = []
  /** The next bytes of the journal, from before their write until they are certainly there; the first line at first. */
  private inFlight: Uint8Array | undefined
  /** Bytes of the journal that are certainly there. */
  private sizeBytes = 0
  private opening: Promise<void> | undefined
  private file: IoFile | undefined
  private released: Promise<void> = Promise.resolve()
  private loop: Promise<void> | undefined
  private failure: ContrailError | undefined
  private isDrained = false
  private forgetAtExit: () => void = () => undefined
  private made: string | undefined
  /** The entries of a journal that was removed while it was written: as long as it is open they can be read. */
  removed: readonly (JournalEntry | JournalHole)[] | undefined
  /** The directory, once it is reserved. */
  directory: string | undefined
  ackedLines = 0

  /**
   * @param reservation makes the directory; asked once, when there is something to write
   * @param header the first line. It says `unsynced` where the disk could not make durable what was made before it
   * @param withoutSecrets gives what is told of a failure; default all of it
   */
  constructor(
    io: ForgivingIo,
    reservation: Reservation,
    header: JournalEntry,
    durability: Durability,
    withoutSecrets: (cause: unknown) => unknown = (cause) => cause,
  ) {
    this.io = io
    this.withoutSecrets = withoutSecrets
    this.reservation = reservation
    this.header = header
    this.inFlight = encodeLine(header)
    this.durability = durability
    this.frames = new FrameWriter(io, durability)
  }

  /** Bytes of what is queued and being written. */
  get queuedBytes(): number {
    return this.queue.sizeBytes
  }

  /** Frames that became gaps because the disk refused them. */
  get droppedFrames(): number {
    return this.frames.dropped
  }

  /** The sha256 of every frame that stands among the blobs, whole; the path of every attachment. */
  get writtenFrames(): ReadonlySet<string> {
    return this.frames.written
  }

  /** The error that stopped this writer, if any did. */
  get failed(): ContrailError | undefined {
    return this.failure
  }

  /**
   * Reserve the directory and make the journal in it, its first line durable. Single-flight.
   *
   * @throws {ContrailError} DIRECTORY_UNAVAILABLE, RECORDING_FAILED
   */
  open(): Promise<void> {
    this.opening ??= this.create().catch((cause: unknown) => {
      if (this.isDrained) return
      this.poison(cause)
      throw this.failure as ContrailError
    })
    return this.opening
  }

  private async create(): Promise<void> {
    if (this.io.blocking) this.forgetAtExit = drainAtExit(this)
    await this.reservation.take(
      (made) => (this.made = made),
      async (directory) => {
        if (this.isDrained) return
        this.directory = directory
        this.inFlight = this.firstLine()
        await this.begin(directory, this.inFlight).catch((cause: unknown) => this.withdraw(cause))
      },
    )
  }

  private async begin(directory: string, firstLine: Uint8Array): Promise<void> {
    const file = await this.io.open(this.path(journalName), 'create')
    this.file = file
    if (this.isDrained) return
    await this.append(file, firstLine)
    await file.datasync()
    await this.io.syncDirectory(directory)
  }

  /** Clear away the journal of a recording that could not begin: nothing of it was acknowledged. @throws why it could not */
  private async withdraw(cause: unknown): Promise<never> {
    if (this.isDrained) throw cause
    const [file, journal] = [this.file, this.path(journalName)]
    this.file = this.directory = this.made = undefined
    // What cannot be removed either is no journal: its first line is not there.
    await file?.close().catch(() => undefined)
    await removeIfThere(this.io, journal).catch(() => undefined)
    throw cause
  }

  private firstLine(): Uint8Array {
    const { header } = this
    if (!this.io.refusal || header.type !== 'run_started') return encodeLine(header)
    return encodeLine({ ...header, event: { ...header.event, durability: 'unsynced' } })
  }

  /** Queue a line. Lines reach the disk in the order of these calls. */
  push(queued: QueuedLine): void {
    this.queue.push(queued)
    if (this.isDrained) return this.drainNow(() => drainLimitMs)
    this.loop ??= this.run()
    if (queued.frames.length > 0 && this.file && !this.failure)
      this.frames.begin(this.path('.'), queued.frames, this.stop)
  }

  /** Resolves when less than `limitBytes` are queued, or the writer has failed. */
  async room(limitBytes: number): Promise<void> {
    while (this.queuedBytes >= limitBytes && !this.failure) await this.queue.settled()
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
    await this.frames.settled()
    try {
      if (!this.failure && this.file) {
        await this.file.datasync()
        await this.assertThere()
      }
    } catch (cause) {
      this.poison(cause)
    }
    await this.release().catch((cause: unknown) => this.poison(cause))
    this.forgetAtExit()
    if (this.failure) throw this.failure
  }

  drainNow(timeLeftMs: () => number): void {
    const io = this.io.blocking
    if (!io || this.failure) return
    this.isDrained = true
    const waiting = this.queue.takeAll()
    const left = [...this.batch, ...waiting]
    this.release().catch(() => undefined)
    if (left.length === 0) return
    try {
      this.writeBlocking(io, [...this.unwritten, ...waiting], timeLeftMs)
    } catch (cause) {
      this.poison(cause)
    }
    this.settle(left)
  }

  private writeBlocking(io: BlockingIo, unwritten: readonly QueuedLine[], timeLeftMs: () => number): void {
    const directory = (this.directory ??= this.made ?? this.takeBlocking(io))
    const { sizeBytes, inFlight } = this
    this.frames.writeBlocking(io, directory, unwritten, () => timeLeftMs() < drainLimitMs / 2)
    const lines = Buffer.concat([inFlight ?? Buffer.alloc(0), ...unwritten.map(({ line }) => line)])
    const state = { directory, sizeBytes, isUncertain: inFlight !== undefined }
    drainJournal(io, state, lines, () => timeLeftMs() < 0)
    this.sizeBytes += lines.byteLength
    this.inFlight = undefined
    this.unwritten = []
  }

  private takeBlocking(io: BlockingIo): string {
    const directory = this.reservation.takeBlocking(io)
    this.inFlight = this.firstLine()
    return directory
  }

  private async run(): Promise<void> {
    // What is recorded in the same breath is gathered into one batch; a failed opening is met in `commit`.
    await this.open().catch(() => undefined)
    while (!this.queue.isEmpty) {
      const batch = this.queue.takeBatch()
      await this.commit(batch)
      // Who drained has settled it, too.
      if (!this.isDrained) this.settle(batch)
    }
    // In the same breath as the last look at the queue: what is pushed from now on starts a new loop.
    this.loop = undefined
  }

  private async commit(batch: readonly QueuedLine[]): Promise<void> {
    if (this.failure) return
    this.batch = this.unwritten = batch
    try {
      if (!this.file) throw new TypeError('expected an open journal, got one that is closed')
      await this.frames.write(this.path('.'), batch)
      if (this.isDrained || this.failed) return
      const lines = Buffer.concat(batch.map(({ line }) => line))
      // Of attachments alone nothing is written here: their folder is synced.
      if (lines.byteLength === 0) return
      await this.append(this.file, lines)
      if (this.durability !== 'step' || this.failed) return
      await this.file.datasync()
      await this.assertThere()
    } catch (cause) {
      this.stop(cause)
    }
  }

  /** Writes to a file that has no name any more succeed. @throws {ContrailError} RECORDING_FAILED */
  private async assertThere(): Promise<void> {
    if (!this.isDrained && (await this.isRemoved())) throw removedMeanwhile(this.path(journalName))
  }

  private isRemoved(): Promise<boolean> {
    return this.io.lstat(this.path(journalName)).then(() => false, isAbsent)
  }

  private async append(file: IoFile, lines: Uint8Array): Promise<void> {
    this.inFlight = lines
    this.unwritten = []
    await writeAll(file, lines)
    if (this.isDrained) return
    this.inFlight = undefined
    this.sizeBytes += lines.byteLength
  }

  private settle(batch: readonly QueuedLine[]): void {
    this.batch = []
    if (!this.failure) this.ackedLines += batch.filter(({ line }) => line.byteLength > 0).length
    this.queue.settle(batch, this.failure)
  }

  private path(relative: string): string {
    return join(this.directory ?? '', relative)
  }

  /**
   * Close the journal, once. A writer that failed or was drained does it by itself: nobody may ever ask it to, and a descriptor that is
   * collected while it is open ends the process on Node.js 25 and later.
   */
  private release(): Promise<void> {
    const file = this.file
    this.file = undefined
    if (file) this.released = this.closeFile(file)
    return this.released
  }

  private async closeFile(file: IoFile): Promise<void> {
    try {
      if (await this.isRemoved()) this.removed = await readEntries(file).catch(() => undefined)
    } finally {
      await file.close()
    }
  }

  private readonly stop = (cause: unknown): void => {
    // Who drained has said what became of everything.
    if (!this.isDrained) this.poison(cause)
  }

  private poison(cause: unknown): void {
    this.failure ??= toContrailError(this.withoutSecrets(unwritable(this.path(journalName), cause)))
    this.forgetAtExit()
    this.release().catch(() => undefined)
  }
}

function toContrailError(cause: unknown): ContrailError {
  if (isContrailError(cause)) return cause
  return new ContrailError('RECORDING_FAILED', `recording stopped: ${String(cause)}`, { cause })
}
