import {
  ContrailError,
  isContrailError,
  messageOf,
  type AttachmentReference,
  type Durability,
  type Frame,
  type JournalEntry,
  type JournalHole,
  type Trajectory,
  type Verdict,
} from '@contrail/core'
import { createAttachmentReader } from '../attachments/read-attachment.ts'
import type { Attachment } from '../attachments/to-attachment.ts'
import { unwritable } from '../io/disk-error.ts'
import { finalise } from '../finish/finalise.ts'
import type { ForgivingIo } from '../io/forgiving-io.ts'
import { encodeLine } from '../journal/line.ts'
import { JournalWriter } from '../write/journal-writer.ts'
import type { QueuedLine } from '../write/line-queue.ts'
import { releaseLock } from '../directory/lock.ts'
import { MemoryRecording } from './memory-recording.ts'
import { bindImages } from '../read/read-trajectory.ts'
import type { Ack, Recording } from './recording.ts'
import { discardRecording } from '../keep/remove-recording.ts'
import type { Reservation } from '../directory/reserve.ts'
import { isNotAJournal, scanJournal } from '../journal/scan.ts'
import { addVerdict, writeVerdictUnderLock } from '../finish/write-verdict.ts'

export interface DiskRecordingOptions {
  readonly io: ForgivingIo
  /** Makes the directory and takes its lock; asked once, when there is something to write. */
  readonly reservation: Reservation
  /** The first line of the journal. */
  readonly header: JournalEntry
  readonly durability: Durability
  /** The number of bytes of frames that are held in memory when the disk has failed, or could never be written. */
  readonly memoryLimitBytes: number
  /** Hears, once, that nothing can be written and the run goes on in memory. */
  readonly onUnavailable: (why: ContrailError) => void
  /** Gives what is told of an error of the disk; default all of it. */
  readonly withoutSecrets?: (cause: unknown) => unknown
}

/** Stands for entries that may be on the disk and cannot be read: what is known without them is not all there is. */
const unreadJournal: JournalHole = { type: 'hole', offset: 0, sizeBytes: 0, reason: 'unreadable' }

const noLine = new Uint8Array()

/**
 * A recording on the disk: its journal while it goes on, and its files at the end. Where its directory could never be made it is
 * one in memory.
 */
export class DiskRecording implements Recording {
  private readonly io: ForgivingIo
  private readonly header: JournalEntry
  private readonly writer: JournalWriter
  private readonly withoutSecrets: (cause: unknown) => unknown
  private readonly onUnavailable: (why: ContrailError) => void
  private hasToldUnavailable = false
  /** The events that were never acknowledged, because the disk failed. */
  private readonly unwritten: MemoryRecording
  /** Bytes of attachments on their way to the disk, by sha256. */
  private readonly onTheirWay = new Map<string, Uint8Array>()
  private exclusive: Promise<unknown> = Promise.resolve()
  /** True where the lock of the directory has been given back. */
  private released = false
  private failure: ContrailError | undefined

  constructor(options: DiskRecordingOptions) {
    const { io, reservation, header, durability, memoryLimitBytes, onUnavailable } = options
    const { withoutSecrets = (cause) => cause } = options
    this.io = io
    this.header = header
    this.withoutSecrets = withoutSecrets
    this.onUnavailable = onUnavailable
    this.writer = new JournalWriter(io, reservation, header, durability, withoutSecrets)
    this.unwritten = new MemoryRecording([], memoryLimitBytes)
  }

  get directory(): string | undefined {
    return this.writer.directory
  }

  get unavailable(): ContrailError | undefined {
    const { failed } = this.writer
    const errno = failed?.code === 'DIRECTORY_UNAVAILABLE' ? failed.details['errno'] : undefined
    // A disk that answers EIO is there and broken: that is no place where nothing can be written, but a recording that failed.
    return typeof errno === 'string' && errno !== 'EIO' ? failed : undefined
  }

  get failed(): ContrailError | undefined {
    return this.unavailable ? undefined : (this.writer.failed ?? this.failure)
  }

  get queuedBytes(): number {
    return this.writer.queuedBytes
  }

  get ackedEvents(): number {
    return this.unavailable ? this.unwritten.ackedEvents : this.writer.ackedLines
  }

  get droppedFrames(): number {
    return this.writer.droppedFrames + this.unwritten.droppedFrames
  }

  async open(): Promise<void> {
    try {
      await this.writer.open()
    } finally {
      if (this.unavailable) this.tellUnavailable(this.unavailable)
    }
  }

  room(limitBytes: number): Promise<void> {
    return this.writer.room(limitBytes)
  }

  store(entry: JournalEntry, frames: readonly Frame[]): Promise<Ack> {
    return new Promise((resolve, reject) => {
      const settle = (failure?: ContrailError): void => {
        if (!failure) return resolve({ seq: entry.seq })
        this.unwritten.remember(entry, frames)
        if (!this.unavailable) return reject(failure)
        this.tellUnavailable(this.unavailable)
        resolve({ seq: entry.seq })
      }
      if (this.writer.failed) settle(this.writer.failed)
      else this.writer.push({ line: encodeLine(entry), frames, settle })
    })
  }

  attach(attachment: Attachment): Promise<string | undefined> {
    const { reference, bytes } = attachment
    this.onTheirWay.set(reference.sha256, bytes)
    return new Promise((resolve, reject) => {
      const file = { sha256: reference.sha256, mediaType: reference.mediaType, bytes, isAttachment: true }
      const queued: QueuedLine = { line: noLine, frames: [file], settle: (failure) => settle(failure, queued.refused) }
      const settle = (failure?: ContrailError, refused?: string): void => {
        this.onTheirWay.delete(reference.sha256)
        if (!failure) return resolve(refused)
        this.unwritten.hold(attachment)
        if (!this.unavailable) return reject(failure)
        this.tellUnavailable(this.unavailable)
        resolve(undefined)
      }
      if (this.writer.failed) settle(this.writer.failed)
      else this.writer.push(queued)
    })
  }

  readAttachment(reference: AttachmentReference): Uint8Array {
    const held = this.onTheirWay.get(reference.sha256) ?? this.unwritten.find(reference)
    if (held) return held.slice()
    if (this.directory === undefined) return this.unwritten.readAttachment(reference)
    return createAttachmentReader(this.directory)(reference)
  }

  private tellUnavailable(why: ContrailError): void {
    if (this.hasToldUnavailable) return
    this.hasToldUnavailable = true
    this.onUnavailable(why)
  }

  async finish(entry: JournalEntry): Promise<Trajectory> {
    try {
      try {
        await this.store(entry, [])
        if (this.unavailable) return this.unwritten.toTrajectory([this.header])
      } finally {
        await this.writer.close().catch((cause: unknown) => {
          if (!this.unavailable) throw cause
        })
      }
      return await this.alone(async (directory) => {
        const { trajectory } = await finalise(this.io, directory, this.writer.writtenFrames)
        this.released = true
        return bindImages(this.io, directory, trajectory)
      })
    } catch (cause) {
      this.failure = this.withoutSecrets(await this.giveUp(cause)) as ContrailError
      throw this.failure
    }
  }

  async persistVerdict(verdict: Verdict, name: string): Promise<string | undefined> {
    await this.open().catch((cause: unknown) => {
      if (!this.unavailable) throw cause
    })
    // As of every run that is in memory alone: there is no place to keep it in.
    if (this.unavailable) return undefined
    return this.alone(async (directory) => {
      if (this.released) return addVerdict(this.io, directory, verdict, name)
      await this.writer.drain()
      return writeVerdictUnderLock(this.io, directory, verdict, name)
    }).catch((cause: unknown) => {
      throw this.withoutSecrets(unwritable(this.directory ?? '', cause))
    })
  }

  async remove(): Promise<void> {
    // Whether the journal could be closed does not matter any more.
    await this.writer.close().catch(() => undefined)
    if (this.directory === undefined) return
    await this.alone((directory) => discardRecording(this.io, directory)).catch((cause: unknown) => {
      throw this.withoutSecrets(unwritable(this.directory ?? '', cause))
    })
  }

  /** One at a time, once the directory is there: verdicts and finalise touch the same files. */
  private alone<T>(work: (directory: string) => Promise<T>): Promise<T> {
    const turn = this.exclusive.then(() => work(this.directory as string))
    this.exclusive = turn.catch(() => undefined)
    return turn
  }

  /** The error that `finish()` rejects with: why, and everything that is known. The directory is left to `recover`. */
  private async giveUp(cause: unknown): Promise<ContrailError> {
    const directory = this.directory
    this.released = true
    if (directory !== undefined) await releaseLock(this.io, directory).catch(() => undefined)
    const told = unwritable(directory ?? '', cause)
    const isUnavailable = isContrailError(told, 'DIRECTORY_UNAVAILABLE')
    return new ContrailError(isUnavailable ? 'DIRECTORY_UNAVAILABLE' : 'RECORDING_FAILED', messageOf(told), {
      cause,
      details: { directory, trajectory: await this.knownTrajectory() },
    })
  }

  private async knownTrajectory(): Promise<Trajectory> {
    const directory = this.directory
    if (directory === undefined) return this.unwritten.toTrajectory([this.header])
    const written = await this.writtenEntries(directory)
    return this.unwritten.toTrajectory(written, (trajectory) => bindImages(this.io, directory, trajectory))
  }

  /**
   * The entries of the journal. A disk that refused to write may refuse to read as well: then it is the first line, and
   * a hole.
   */
  private async writtenEntries(directory: string): Promise<readonly (JournalEntry | JournalHole)[]> {
    if (this.writer.removed) return this.writer.removed
    const entries = await scanJournal(this.io, directory).then(
      (scan) => scan.entries,
      (cause: unknown) => (isNotAJournal(cause) ? [] : [unreadJournal]),
    )
    return entries.some(({ type }) => type === 'run_started') ? entries : [this.header, ...entries]
  }
}
