import type { AttachmentReference, ContrailError, Frame, JournalEntry, Trajectory, Verdict } from '@contrail/core'
import type { Attachment } from '../attachments/to-attachment.ts'

/** The value that `record()` resolves to: the place of the event in the journal. */
export interface Ack {
  readonly seq: number
}

/** A place in which a recorder keeps what it hears: on the disk, or in memory alone. */
export interface Recording {
  /** The directory, once it is reserved. */
  readonly directory: string | undefined
  /** Why nothing could ever be written, so that everything is kept in memory instead. */
  readonly unavailable: ContrailError | undefined
  /** Why nothing is kept any more as it should be. */
  readonly failed: ContrailError | undefined
  readonly queuedBytes: number
  readonly ackedEvents: number
  /** Frames that could not be kept and became gaps. */
  readonly droppedFrames: number
  /** @throws {ContrailError} DIRECTORY_UNAVAILABLE, RECORDING_FAILED */
  open(): Promise<void>
  /**
   * Keep an entry and its frames. Entries are kept in the order of these calls.
   *
   * @throws {ContrailError} as `open`; what could not be written is held in memory all the same
   */
  store(entry: JournalEntry, frames: readonly Frame[]): Promise<Ack>
  /**
   * Keep an attachment, before every entry that is stored after this call.
   *
   * @returns the errno where it alone could not be written
   * @throws {ContrailError} as `store`
   */
  attach(attachment: Attachment): Promise<string | undefined>
  /** Bytes of an attachment, wherever they are. @throws {ContrailError} as `createAttachmentReader` */
  readAttachment(reference: AttachmentReference): Uint8Array
  /** Resolves when less than `limitBytes` are queued, or nothing is written any more. */
  room(limitBytes: number): Promise<void>
  /**
   * Keep the last entry, and make of everything what stays.
   *
   * @throws {ContrailError} as `open`, with `details.trajectory`
   */
  finish(entry: JournalEntry): Promise<Trajectory>
  /**
   * Keep a verdict that was checked and redacted.
   *
   * @returns the path of the score, where there is one
   */
  persistVerdict(verdict: Verdict, name: string): Promise<string | undefined>
  /** Remove everything that was written. */
  remove(): Promise<void>
}
