import type { HumanLabel, JournalEntry, JournalHole } from '@contrail/core'
import type { RunView, StepDetail } from '../../view/model.ts'
import type {
  FailureClass,
  Judgements,
  LabelDraft,
  ListPatch,
  RecordingGlance,
  RecordingList,
  RunPatch,
} from '../../view/protocol.ts'

/** All the data of a page: from a server, or from the file that the page itself stands in. */
export interface Source {
  /** Sentences about the file that the page stands in; none where a server is asked. */
  readonly notes: readonly string[]
  /** Parts of the run were left out on purpose: what is not there may have been recorded. */
  readonly isPartial: boolean
  /** The words that say where a label has gone. */
  readonly savedWords: string
  /** All recordings, as they were known last or, to `look`, as they are now. */
  list(look?: boolean): Promise<RecordingList & { annotator: string }>
  run(key: string): Promise<RunView>
  step(key: string, index: number): Promise<StepDetail>
  entries(key: string, index: number): Promise<readonly (JournalEntry | JournalHole)[]>
  /** Indexes of the steps that hold a text. */
  search(key: string, text: string): Promise<readonly number[]>
  glance(key: string): Promise<RecordingGlance>
  judgements(key: string, annotator: string, reveal: boolean): Promise<Judgements>
  /** Look how a run failed, which takes a while; null where nobody can say. */
  failureClass(key: string): Promise<FailureClass | null>
  saveLabel(key: string, draft: LabelDraft): Promise<HumanLabel>
  /** The address of a frame as an image can show it, small where a width is given; undefined while it is not there yet. */
  frame(key: string, sha256: string, width?: 160 | 320): string | undefined
  /** The address of a small picture of a frame for a list: it may stand for one that is not there any more. */
  thumbnail(key: string, sha256: string): string | undefined
  /** The reason why there is no such frame, where it is known before anybody looks. */
  whyMissing(sha256: string): string | undefined
  /** Look for the reason why an image showed nothing of a frame; undefined where nobody knows. */
  problemOf(key: string, sha256: string): Promise<string | undefined>
  /** Hear how the list changes since the version that is there whenever the hearing begins. @returns what ends the hearing */
  followList(since: () => string, hear: (patch: ListPatch) => void): () => void
  /** Hear how a run grows, beginning with all of it. @returns what ends the hearing */
  followRun(key: string, hear: (patch: RunPatch) => void): () => void
}

/** A source that cannot give what was asked for, and why. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  /** The status of the answer, or 0 where there was none. */
  readonly status: number
  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}
