import {
  assembleTrajectory,
  ContrailError,
  mapImages,
  type AttachmentReference,
  type Frame,
  type Image,
  type ImageReference,
  type JournalEntry,
  type JournalHole,
  type Trajectory,
} from '@contrail/core'
import { attachmentMissing } from '../attachments/read-attachment.ts'
import type { Attachment } from '../attachments/to-attachment.ts'
import type { Ack, Recording } from './recording.ts'
import { withoutFrames } from '../write/without-frames.ts'

/**
 * A recording that is held in memory: all of it where nothing is persisted, and what was never acknowledged where the
 * disk failed. Equal frames are held once.
 */
export class MemoryRecording implements Recording {
  private readonly entries: JournalEntry[] = []
  private readonly frames = new Map<string, Frame>()
  private readonly attachments = new Map<string, Uint8Array>()
  private readonly limitBytes: number
  private frameBytes = 0
  readonly directory = undefined
  readonly unavailable = undefined
  readonly failed = undefined
  readonly queuedBytes = 0
  /** Frames that found no room and became gaps. */
  droppedFrames = 0

  /** @param limitBytes of all frames and attachments together; default none */
  constructor(entries: readonly JournalEntry[], limitBytes = Number.POSITIVE_INFINITY) {
    this.entries.push(...entries)
    this.limitBytes = limitBytes
  }

  get ackedEvents(): number {
    return this.entries.filter(({ type }) => type !== 'run_started').length
  }

  async open(): Promise<void> {}

  async room(): Promise<void> {}

  async store(entry: JournalEntry, frames: readonly Frame[]): Promise<Ack> {
    this.remember(entry, frames)
    return { seq: entry.seq }
  }

  async attach(attachment: Attachment): Promise<string | undefined> {
    return this.hold(attachment) ? undefined : 'memory_full'
  }

  /** Hold an attachment, as far as there is room. */
  hold({ reference: { sha256 }, bytes }: Attachment): boolean {
    if (this.frameBytes + bytes.byteLength > this.limitBytes) return false
    this.attachments.set(sha256, bytes)
    this.frameBytes += bytes.byteLength
    return true
  }

  find({ sha256 }: AttachmentReference): Uint8Array | undefined {
    return this.attachments.get(sha256)
  }

  readAttachment(reference: AttachmentReference): Uint8Array {
    const bytes = this.find(reference)
    if (!bytes) throw attachmentMissing(reference, 'memory does not hold')
    return bytes.slice()
  }

  async finish(entry: JournalEntry): Promise<Trajectory> {
    this.remember(entry, [])
    return this.toTrajectory()
  }

  async persistVerdict(): Promise<undefined> {}

  async remove(): Promise<void> {}

  /** Hold an entry and its frames, as far as there is room for them. */
  remember(entry: JournalEntry, frames: readonly Frame[]): void {
    const refused = new Map<string, string>()
    for (const frame of frames) {
      if (this.frames.has(frame.sha256)) continue
      if (this.frameBytes + frame.bytes.byteLength > this.limitBytes) refused.set(frame.sha256, 'memory_full')
      else {
        this.frames.set(frame.sha256, frame)
        this.frameBytes += frame.bytes.byteLength
      }
    }
    this.droppedFrames += refused.size
    this.entries.push(refused.size > 0 ? withoutFrames(entry, refused) : entry)
  }

  /**
   * Fold what was written before and what is held here into one trajectory.
   *
   * @param bind gives the images that are not held here a place to be read from
   */
  toTrajectory(
    written: readonly (JournalEntry | JournalHole)[] = [],
    bind: (trajectory: Trajectory<ImageReference>) => Trajectory = bindNowhere,
  ): Trajectory {
    const lastSeq = written.findLast((entry) => entry.type !== 'hole')?.seq ?? -1
    const later = this.entries.filter(({ seq }) => seq > lastSeq).toSorted((a, b) => a.seq - b.seq)
    return mapImages(bind(assembleTrajectory([...written, ...later])), (image): Image => {
      const frame = this.frames.get(image.sha256)
      if (!frame) return image
      const { sha256, mediaType, sizeBytes } = image
      return { sha256, mediaType, sizeBytes, read: async () => frame.bytes.slice() }
    })
  }
}

function bindNowhere(trajectory: Trajectory<ImageReference>): Trajectory {
  return mapImages(trajectory, (image): Image => ({ ...image, read: () => Promise.reject(notHeld(image)) }))
}

function notHeld({ sha256 }: ImageReference): ContrailError {
  return new ContrailError('FRAME_MISSING', `frame ${sha256} is not held in memory`, { details: { sha256 } })
}
