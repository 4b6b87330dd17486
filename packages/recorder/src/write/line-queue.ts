import type { ContrailError } from '@contrail/core'
import type { LineWithFrames } from './frame-writer.ts'

const maxBatchLines = 512
const maxBatchBytes = 4_000_000

/** A line on its way to the disk. */
export interface QueuedLine extends LineWithFrames {
  /** Settles the ack. */
  readonly settle: (failure?: ContrailError) => void
}

/** The lines that wait for a writer, in order, and how much of what was pushed is not settled yet. */
export class LineQueue {
  private readonly waiting: QueuedLine[] = []
  private whenSettled: (() => void)[] = []
  /** Bytes of what waits and of what is being written. */
  sizeBytes = 0

  get isEmpty(): boolean {
    return this.waiting.length === 0
  }

  push(queued: QueuedLine): void {
    this.sizeBytes += sizeOf(queued)
    this.waiting.push(queued)
  }

  /** Take what is written and acknowledged together: at least one line, as far as lines and bytes allow. */
  takeBatch(): QueuedLine[] {
    let sizeBytes = 0
    let count = 0
    for (const queued of this.waiting) {
      sizeBytes += sizeOf(queued)
      if (count > 0 && (count >= maxBatchLines || sizeBytes > maxBatchBytes)) break
      count++
    }
    return this.waiting.splice(0, count)
  }

  takeAll(): QueuedLine[] {
    return this.waiting.splice(0)
  }

  /** Tell the acks of lines that were taken, and everybody who waits for room. */
  settle(lines: readonly QueuedLine[], failure: ContrailError | undefined): void {
    for (const queued of lines) {
      this.sizeBytes -= sizeOf(queued)
      queued.settle(failure)
    }
    for (const resolve of this.whenSettled.splice(0)) resolve()
  }

  /** Resolves when lines have been settled. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.whenSettled.push(resolve))
  }
}

function sizeOf({ line, frames }: QueuedLine): number {
  let sizeBytes = line.byteLength
  for (const { bytes } of frames) sizeBytes += bytes.byteLength
  return sizeBytes
}
