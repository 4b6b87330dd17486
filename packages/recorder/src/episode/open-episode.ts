import {
  assembleTrajectory,
  countChanged,
  countCodePoints,
  decodeText,
  messageOf,
  toEpisodeRecord,
  toEpisodeStep,
  type AttachmentReference,
  type Clock,
  type EpisodeRecord,
  type EpisodeStep,
  type FileChange,
  type ImageReference,
  type JournalEntry,
  type Trajectory,
} from '@contrail/core'
import type { Io } from '../io/io.ts'
import type { FinishOptions, RecorderOptions } from '../record/options.ts'
import { createRecorderOn, type TrajectoryRecorder } from '../record/trajectory-recorder.ts'
import type { KnownFiles } from './known-files.ts'
import type { CheckedStep, FileDiff } from './options.ts'

/** A difference of two sums that is none. */
const tolerance = 1e-9
const textType = 'text/plain'
const encoder = new TextEncoder()

/**
 * One episode: a recorder, and beside it the rows that its views are made from. Contents are not held: they are read back
 * from their attachments.
 */
export class Episode {
  readonly id: string
  readonly files: KnownFiles
  private readonly recorder: TrajectoryRecorder
  private readonly clock: Clock
  private entries: JournalEntry[] = []
  private folded: { readonly entries: number; readonly trajectory: Trajectory<ImageReference> } | undefined
  private ended: Trajectory<ImageReference> | undefined
  private lastMs: number
  private steps = 0
  private cumulativeReward = 0
  private isDone = false

  constructor(io: Io, id: string, options: RecorderOptions, files: KnownFiles, clock: Clock) {
    this.id = id
    this.files = files
    this.clock = clock
    this.recorder = createRecorderOn(io, options, (entry) => void this.entries.push(entry))
    this.lastMs = clock.monotonicMs()
  }

  /** Make the directory. A disk that refuses is told at the end; the episode goes on in memory. */
  async open(): Promise<void> {
    await this.recorder.open().catch(() => undefined)
  }

  /**
   * Take a step: all of it before this returns, its ack later. The ack never rejects.
   *
   * @throws {TypeError} for a reward with which the sum is no number any more; nothing is recorded then
   */
  record(step: CheckedStep): { recorded: EpisodeStep; ack: Promise<unknown> } {
    const sum = this.cumulativeReward + step.reward
    if (!Number.isFinite(sum)) throw new TypeError('recordStep.reward: expected a finite sum of the rewards')
    const index = this.steps++
    this.cumulativeReward = sum
    const event = this.toEvent(step, index)
    const ack = this.recorder.record(event)
    this.reportMismatch(step, index)
    const recorded = this.recordedStep(index)
    // What went wrong with the disk is told by the end of the episode.
    return { recorded, ack: ack.catch(() => undefined) }
  }

  /** Say why nothing more comes. */
  reportAborted(reason: string): void {
    this.recorder
      .record({ type: 'gap', what: 'event', reason: 'episode_aborted', detail: { reason } })
      .catch(() => undefined)
  }

  /** Say what of the end could not be had. */
  reportNoTree(cause: unknown): void {
    const detail = { message: messageOf(cause) }
    this.recorder.record({ type: 'gap', what: 'event', reason: 'final_tree_missing', detail }).catch(() => undefined)
  }

  /** @throws as `finish` of a recorder; the views know all the same what is known */
  async finish(options: FinishOptions): Promise<void> {
    try {
      this.ended = await this.recorder.finish(options)
    } catch (cause) {
      this.ended = assembleTrajectory(this.entries)
      throw cause
    } finally {
      this.entries = []
      this.folded = undefined
    }
  }

  /** The trajectory as far as it is known, with the status `recording` until it has ended. */
  trajectory(): Trajectory<ImageReference> {
    if (this.ended) return this.ended
    if (this.folded?.entries !== this.entries.length) {
      const trajectory = { ...assembleTrajectory(this.entries), status: 'recording' as const }
      this.folded = { entries: this.entries.length, trajectory }
    }
    return this.folded.trajectory
  }

  toRecord(): EpisodeRecord {
    return toEpisodeRecord(this.trajectory())
  }

  readonly readAttachment = (reference: AttachmentReference): Uint8Array => this.recorder.readAttachment(reference)

  private recordedStep(index: number): EpisodeStep {
    const entry = this.entries.findLast((candidate) => candidate.type === 'step_finished')
    const [step] = entry ? assembleTrajectory([entry]).steps : []
    if (!step) throw new TypeError(`expected step ${index + 1} in the journal, got none`)
    return toEpisodeStep(step, index, this.cumulativeReward)
  }

  private toEvent(step: CheckedStep, stepIndex: number): Parameters<TrajectoryRecorder['record']>[0] {
    const { actionType, path, query, content, observation, error, reward, done, testPassRate, securityFlags } = step
    const nowMs = this.clock.monotonicMs()
    const durationMs = step.durationMs ?? Math.max(0, Math.round((nowMs - this.lastMs) * 1000) / 1000)
    this.lastMs = nowMs
    const reference = content === undefined ? undefined : this.attach(content, stepIndex)
    const fileDiff = this.toChange(step, stepIndex)
    return {
      type: 'step_finished',
      actionName: actionType,
      actionArgs: {
        ...(path === undefined ? {} : { path }),
        ...(query === undefined ? {} : { query }),
        ...(reference === undefined ? {} : { content: reference }),
      },
      reasoning: '',
      toolOutput: {
        ok: error === undefined,
        ...(observation === undefined || observation === null ? {} : { result: observation }),
        ...(error === undefined ? {} : { error }),
      },
      durationMs,
      episode: {
        reward,
        cumulativeReward: this.cumulativeReward,
        ...(done === undefined ? {} : { done }),
        ...(fileDiff === undefined ? {} : { fileDiff }),
        ...(testPassRate === undefined ? {} : { testPassRate }),
        ...(securityFlags === undefined ? {} : { securityFlags }),
        ...(content === undefined ? {} : { contentLength: countCodePoints(content) }),
      },
    }
  }

  /** The change that the caller tells, else the one that a path and a content make. */
  private toChange({ path, content, fileDiff }: CheckedStep, stepIndex: number): FileChange | undefined {
    const told: FileDiff | undefined =
      fileDiff ?? (path === undefined || content === undefined ? undefined : { path, after: content })
    if (!told) return undefined
    const untouched = told.before === undefined ? this.files.readUntouched(told.path) : undefined
    const before = this.toBefore(told, untouched, stepIndex)
    const textBefore = told.before === undefined ? this.textOf(before) : told.before
    const after = told.after === null ? null : this.attach(told.after, stepIndex)
    this.files.change(told.path, after)
    const charsChanged = textBefore === undefined ? null : countChanged(textBefore ?? '', told.after ?? '')
    return { path: told.path, before, after, charsChanged }
  }

  private toBefore(
    { path, before }: FileDiff,
    untouched: Uint8Array | undefined,
    stepIndex: number,
  ): AttachmentReference | null {
    if (before === null) return null
    if (before !== undefined) return this.attach(before, stepIndex)
    if (!untouched) return this.files.find(path)
    const mediaType = decodeText(untouched) === undefined ? 'application/octet-stream' : textType
    return this.recorder.beginAttachment(untouched, { mediaType, stepIndex }).reference
  }

  /** @returns null for no file, undefined where the text is not known */
  private textOf(reference: AttachmentReference | null): string | null | undefined {
    if (!reference) return null
    try {
      return decodeText(this.recorder.readAttachment(reference))
    } catch {
      // Only the hash of it is known, or the disk has lost it: the count is then unknown, and says so.
      return undefined
    }
  }

  private attach(text: string, stepIndex: number): AttachmentReference {
    return this.recorder.beginAttachment(encoder.encode(text), { mediaType: textType, stepIndex }).reference
  }

  private reportMismatch({ stepNumber, cumulativeReward, done }: CheckedStep, stepIndex: number): void {
    const gap = (reason: string, detail: object): void => {
      this.recorder.record({ type: 'gap', what: 'event', reason, stepIndex, detail }).catch(() => undefined)
    }
    const compare = (field: string, given: number | undefined, ours: number): void => {
      if (given !== undefined && !(Math.abs(given - ours) <= tolerance)) gap('episode_mismatch', { field, given, ours })
    }
    compare('stepNumber', stepNumber, stepIndex + 1)
    compare('cumulativeReward', cumulativeReward, this.cumulativeReward)
    if (this.isDone) gap('step_after_done', { step: stepIndex + 1 })
    this.isDone ||= done === true
  }
}
