import {
  assemble,
  ContrailError,
  mapImages,
  type Frame,
  type Image,
  type ImageReference,
  type JournalEntry,
  type JournalHole,
  type Trajectory,
} from '@contrail/core'
import { withoutFrames } from './without-frames.ts'

/**
 * What the disk does not hold of a recording: everything where nothing is persisted, and what was never acknowledged
 * where the disk failed. Equal frames are held once.
 */
export class MemoryRecording {
  private readonly entries: JournalEntry[] = []
  private readonly frames = new Map<string, Frame>()
  private frameBytes = 0
  /** Frames that found no room and became gaps. */
  refusedFrames = 0

  /** Hold an entry and its frames, as far as all frames together stay within `limitBytes`. */
  remember(entry: JournalEntry, frames: readonly Frame[], limitBytes = Number.POSITIVE_INFINITY): void {
    const refused = new Map<string, string>()
    for (const frame of frames) {
      if (this.frames.has(frame.sha256)) continue
      if (this.frameBytes + frame.bytes.byteLength > limitBytes) refused.set(frame.sha256, 'memory_full')
      else {
        this.frames.set(frame.sha256, frame)
        this.frameBytes += frame.bytes.byteLength
      }
    }
    this.refusedFrames += refused.size
    this.entries.push(refused.size > 0 ? withoutFrames(entry, refused) : entry)
  }

  /**
   * Fold what was written before and what is held here into one trajectory.
   *
   * @param elsewhere is asked for the bytes of frames that are not held here
   */
  toTrajectory(
    written: readonly (JournalEntry | JournalHole)[] = [],
    elsewhere: (image: ImageReference) => Promise<Uint8Array> = absent,
  ): Trajectory {
    const lastSeq = written.findLast((entry) => entry.type !== 'hole')?.seq ?? -1
    const later = this.entries.filter(({ seq }) => seq > lastSeq).toSorted((a, b) => a.seq - b.seq)
    return mapImages(assemble([...written, ...later]), (image): Image => {
      const frame = this.frames.get(image.sha256)
      return { ...image, read: async () => frame?.bytes.slice() ?? elsewhere(image) }
    })
  }
}

async function absent(image: ImageReference): Promise<Uint8Array> {
  throw new ContrailError('FRAME_MISSING', `frame ${image.sha256} is not held in memory`, {
    details: { sha256: image.sha256 },
  })
}
