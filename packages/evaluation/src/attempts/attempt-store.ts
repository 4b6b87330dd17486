import type { EvidenceSink, FinishStatus, ImageReference, TaskSpec, Trajectory, Verdict } from '@contrail/core'
import type { ClassifyOptions } from '../failures/report/classify.ts'

/** The part of a recorder that a loop needs. */
export interface AttemptRecorder {
  readonly directory: string | undefined
  readonly onEvidence: EvidenceSink
  record(event: { type: 'gap'; what: 'event'; reason: string; detail: unknown }): Promise<unknown>
  persistVerdict(verdict: Verdict, options: { name: string }): Promise<unknown>
  finish(options: {
    status: FinishStatus
    finalScore?: number
    finalAnswer?: string
  }): Promise<Trajectory<ImageReference>>
}

/** An attempt as it is on the disk. */
export interface StoredAttempt {
  readonly directory: string | undefined
  readonly trajectory: Trajectory<ImageReference>
  readonly verdict: Verdict | undefined
}

/** The store in which attempts are recorded, and from which they are read back. */
export interface AttemptStore<Recorder> {
  createId(): string
  openRecorder(options: { taskSpec: TaskSpec; outputRoot: string | undefined; runId: string }): Recorder
  /** The verdict that `run` may have kept with its recorder; one by this name first, which the loop kept itself. */
  readVerdict(directory: string, own: string): Promise<Verdict | undefined>
  /** Reads what a recording keeps as attachments. */
  createAttachmentReader(directory: string): ClassifyOptions['readAttachment']
  /** Every recording below the root whose run begins with this. One that cannot be read is left out. */
  readAttempts(options: { outputRoot: string | undefined; runIdPrefix: string; own: string }): Promise<StoredAttempt[]>
}
