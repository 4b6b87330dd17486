// Long, since it is the class that people use: half of it is what they read of its methods.
import {
  formatVersion,
  listenToBus,
  present,
  redactError,
  systemClock,
  type AttachmentReference,
  type Attachments,
  type ContrailError,
  type EvidenceEvent,
  type EvidenceSink,
  type JournalEntry,
  type TaskSpec,
  type Trajectory,
  type Verdict,
} from '@contrail/core'
import { shouldPersistTrajectory } from './persistence.ts'
import { closedError } from './closed-error.ts'
import { DiskRecording } from './disk-recording.ts'
import { processRunId } from '../system.ts'
import { EventSequence } from './event-sequence.ts'
import { Intake, typeOf } from './intake.ts'
import { forgivingIo } from '../io/forgiving-io.ts'
import { diskIo, type Io } from '../io/io.ts'
import { createLateEvidence, type LateEvidence } from './late-evidence.ts'
import { MemoryRecording } from './memory-recording.ts'
import {
  assertFinishOptions,
  assertRecorderOptions,
  assertTaskSpec,
  recordingRoot,
  type FinishOptions,
  type RecorderOptions,
  type VerdictOptions,
} from './options.ts'
import type { Ack, Recording } from './recording.ts'
import { createReservation } from '../directory/reserve.ts'
import { RunRedactor } from '../redact/run-redactor.ts'
import { readToolVersion } from '../tool-version.ts'
import { containedWarning } from './warning.ts'
import { assertVerdict, assertVerdictOptions } from '../finish/write-verdict.ts'

/** The health of a recorder. */
export interface RecorderHealth {
  readonly state: 'recording' | 'failed' | 'finishing' | 'finished' | 'cancelled'
  readonly directory?: string
  readonly recordedEvents: number
  readonly ackedEvents: number
  readonly queuedBytes: number
  /** Frames that became gaps because the queue was full or the disk refused them. */
  readonly droppedFrames: number
  /** Why recording stopped. */
  readonly error?: ContrailError
}

/**
 * Records one task: folds evidence into steps and writes `<root>/<runId>/<taskId>/`.
 *
 * Give it a bus, or hand `onEvidence` to any agent with an evidence callback. Making one writes nothing: the
 * directory is reserved at the first event that must persist, or by `open()`. Evidence never breaks or stalls the
 * agent: `onEvidence` does not reject, and a failed disk is reported by `record()`, `health()` and `finish()`. Where nothing can be
 * written at all the run goes on in memory, one warning says why, and `persisted` is false.
 *
 * `await using` without `finish()` finishes as `aborted`.
 *
 * @example
 * await using recorder = new TrajectoryRecorder({ taskSpec: { id: 'buy-lamp', instruction: 'Buy the red lamp.' }, persist: true })
 * const capture = captureDom(page, recorder.onEvidence)
 * await capture.turn((turn) => turn.step({ actionName: 'click', actionArgs: {} }, () => page.getByText('Buy').click()))
 * await recorder.finish({ status: 'complete', finalAnswer: 'Bought.' })
 */
export class TrajectoryRecorder implements AsyncDisposable, Attachments {
  /** The bound callback form of `record`. Never rejects, and holds the agent at most `backPressureMs`. */
  readonly onEvidence: EvidenceSink & ((event: EvidenceEvent) => Promise<void>)
  readonly runId: string
  readonly taskSpec: TaskSpec

  private state: Exclude<RecorderHealth['state'], 'failed'> = 'recording'
  private readonly isPersistent: boolean
  private readonly redaction: RunRedactor
  private readonly sequence: EventSequence
  private readonly recording: Recording
  private readonly intake: Intake
  private readonly warn: (message: string, cause?: unknown) => void
  private readonly stopListening: () => void
  private readonly lateEvidence: LateEvidence
  private finishing: Promise<Trajectory> | undefined
  private cancelling: Promise<void> | undefined
  private readonly onEntry: (entry: JournalEntry) => void

  /**
   * @throws {TypeError} naming the option, what was expected and what was got
   * @throws {ContrailError} FILE_UNREADABLE, FILE_UNSAFE, FILE_TOO_LARGE, FILE_INVALID for a file of secrets that cannot be read
   */
  constructor(options: RecorderOptions)
  // Given by `createRecorderOn` alone, so no type that is published shows it.
  constructor(options: RecorderOptions, under = diskIo, onEntry: (entry: JournalEntry) => void = () => undefined) {
    this.onEntry = onEntry
    assertRecorderOptions(options)
    const env = options.env ?? process.env
    this.taskSpec = assertTaskSpec(options.taskSpec)
    this.runId = options.runId ?? (env.CONTRAIL_RUN_ID || processRunId())
    this.isPersistent = shouldPersistTrajectory({ persist: options.persist, env })
    const queueLimitBytes = options.queueLimitBytes ?? 32_000_000
    const durability = options.durability ?? 'step'
    const tool = options.tool ?? present({ name: 'contrail', version: readToolVersion() })
    this.redaction = new RunRedactor(options.redact, env)
    const { redactor } = this.redaction
    const warn = containedWarning(options.onWarning)
    const withoutSecrets = (cause: unknown): unknown => redactError(redactor, cause)
    this.warn = (message, cause) => warn(redactor.text(message), withoutSecrets(cause))
    const runId = redactor.identifier(this.runId)
    const id = redactor.identifier(this.taskSpec.id)
    const taskSpec = { ...this.checked(() => assertTaskSpec(options.taskSpec, redactor)), id }
    const started = { formatVersion, runId, taskSpec, durability, tool: this.redaction.value(tool) }
    this.sequence = new EventSequence(options.clock ?? systemClock, started, this.redaction.takeReceipt())
    const { header } = this.sequence
    this.onEntry(header)
    const io = forgivingIo(under, ({ path, errno }) =>
      this.warn(
        `this disk does not know how to make ${path} durable (${errno}): what is acknowledged survives the end of the process, and may not survive a power cut`,
      ),
    )
    const root = recordingRoot({ outputRoot: options.outputRoot, env })
    const reservation = createReservation(io, root, runId, taskSpec.id)
    const onUnavailable = (why: ContrailError): void =>
      this.warn(`${why.message}; until then the run is kept in memory, and nothing of it is written`, why)
    const onDisk = {
      io,
      reservation,
      header,
      durability,
      memoryLimitBytes: queueLimitBytes,
      onUnavailable,
      withoutSecrets,
    }
    this.recording = this.isPersistent ? new DiskRecording(onDisk) : new MemoryRecording([header])
    const { redaction, sequence, recording } = this
    const limit = this.isPersistent ? { queueLimitBytes } : {}
    this.intake = new Intake({ redaction, sequence, recording, warn: this.warn, onEntry: this.onEntry, ...limit })
    this.lateEvidence = createLateEvidence(options.bus)
    this.onEvidence = this.makeOnEvidence(queueLimitBytes, options)
    this.stopListening = options.bus
      ? listenToBus(options.bus, (type, payload) => this.takeUnawaited(type, payload))
      : () => undefined
  }

  /**
   * True where this recorder writes to the disk. False from the moment in which it is found that nothing can be written
   * there.
   */
  get persisted(): boolean {
    return this.isPersistent && this.recording.unavailable === undefined
  }

  /** The directory of the recording, once it is reserved. */
  get directory(): string | undefined {
    return this.recording.directory
  }

  /**
   * Record an event. The snapshot is taken before this returns: later changes to its objects and buffers change nothing.
   *
   * @returns the ack: resolves when the event is as durable as `durability` promises
   * @throws (rejects) `TypeError` for what is no event (it is kept as a gap); ContrailError RECORDING_FAILED,
   * DIRECTORY_UNAVAILABLE where the disk answered EIO, RECORDER_CLOSED
   */
  record(event: EvidenceEvent): Promise<Ack> {
    if (this.state === 'recording') return this.intake.accept(typeOf(event), event)
    const refused = Promise.reject(closedError(this.state))
    refused.catch(() => undefined)
    return refused
  }

  /**
   * Keep bytes that are no image of a page, also none at all, in `attachments/`, and give what stands for them in events. The
   * snapshot is taken before this returns. Equal bytes are kept once; a secret in them is replaced, and the reference says
   * `redacted`. More than 8 MB are a gap, and nobody can read them back.
   *
   * @returns the reference, when the bytes are as durable as `durability` promises
   * @throws (rejects) `TypeError` for what is no bytes or no media type; ContrailError as `record`
   */
  async attach(bytes: Uint8Array, options: { mediaType: string }): Promise<AttachmentReference> {
    const { reference, stored } = this.beginAttachment(bytes, options)
    await stored
    return reference
  }

  /** The same where the reference is needed before the bytes are stored; a later event is never stored before them. */
  beginAttachment(
    bytes: Uint8Array,
    options: { mediaType: string; stepIndex?: number },
  ): { reference: AttachmentReference; stored: Promise<void> } {
    if (!(bytes instanceof Uint8Array)) throw new TypeError(`attach: expected bytes, got ${typeof bytes}`)
    if (typeof options?.mediaType !== 'string' || options.mediaType === '') {
      throw new TypeError('attach: expected { mediaType } such as text/plain')
    }
    if (this.state !== 'recording') throw closedError(this.state)
    return this.intake.attach(bytes, options.mediaType, options.stepIndex)
  }

  /** Read an attachment of this recording back, at once. @throws {ContrailError} ATTACHMENT_MISSING, ATTACHMENT_CORRUPT */
  readAttachment(reference: AttachmentReference): Uint8Array {
    return this.recording.readAttachment(reference)
  }

  /**
   * Reserve the directory now, for who wants the error before the agent starts. Does nothing when not persisted.
   *
   * @throws {ContrailError} DIRECTORY_UNAVAILABLE, RECORDING_FAILED
   */
  async open(): Promise<void> {
    if (this.state === 'recording') await this.recording.open()
  }

  health(): RecorderHealth {
    const { directory, failed, ackedEvents, queuedBytes, droppedFrames } = this.recording
    return {
      state: failed && this.state !== 'cancelled' ? 'failed' : this.state,
      ...(directory === undefined ? {} : { directory }),
      recordedEvents: this.sequence.count,
      ackedEvents,
      queuedBytes,
      droppedFrames: this.intake.queueFullGaps + droppedFrames,
      ...(failed ? { error: failed } : {}),
    }
  }

  /**
   * End the run and finish its directory. Idempotent and single-flight: the first call's options count. A probe that is still
   * being taken by a capture on `onEvidence`, or on `busSink` of the bus, is waited for and recorded.
   *
   * @throws (rejects) `TypeError` for wrong options; ContrailError RECORDING_FAILED, or DIRECTORY_UNAVAILABLE where the disk
   * answered EIO, with `details.trajectory`, everything that is known; RECORDER_CLOSED after `cancel()`
   */
  async finish(options: FinishOptions = {}): Promise<Trajectory> {
    if (this.finishing) return this.finishing
    if (this.state === 'cancelled') throw closedError('cancelled')
    const event = this.checked(() => assertFinishOptions(options, this.redaction.redactor))
    const settling = this.lateEvidence.settle()
    this.finishing = settling ? settling.then(() => this.end(this.withoutLearned(event))) : this.end(event)
    return this.finishing
  }

  /** Redact the final answer again: an event that came late may have held a secret that nobody knew before. */
  private withoutLearned(event: ReturnType<typeof assertFinishOptions>): ReturnType<typeof assertFinishOptions> {
    const { finalAnswer } = event
    return finalAnswer === undefined ? event : { ...event, finalAnswer: this.redaction.redactor.text(finalAnswer) }
  }

  private end(event: ReturnType<typeof assertFinishOptions>): Promise<Trajectory> {
    this.state = 'finishing'
    this.stopListening()
    this.intake.tellCrowdedOut()
    const entry: JournalEntry = { ...this.sequence.place(this.redaction.takeReceipt()), type: 'run_finished', event }
    this.onEntry(entry)
    return this.recording.finish(entry).finally(() => (this.state = 'finished'))
  }

  /**
   * Forget the run and remove what was written of it.
   *
   * @throws {ContrailError} RECORDER_CLOSED when the run is finished: a finished recording is removed on purpose only;
   * RECORDING_FAILED where the disk refuses
   */
  async cancel(): Promise<void> {
    if (this.finishing) throw closedError('finished')
    this.state = 'cancelled'
    this.stopListening()
    this.cancelling ??= this.recording.remove()
    await this.cancelling
  }

  /**
   * Keep a verdict beside the recording: `scores/<name>.json` and `task_data.json`. Valid before, during and after
   * `finish()`; a taken name gets `-2`.
   *
   * @returns the path of the score, or undefined when the run is not persisted
   * @throws (rejects) `TypeError` for what is no verdict; ContrailError
   */
  async persistVerdict(verdict: Verdict, options: VerdictOptions = {}): Promise<string | undefined> {
    const name = this.redaction.redactor.identifier(this.checked(() => assertVerdictOptions(options)))
    const checked = this.checked(() => assertVerdict(verdict, this.redaction))
    if (this.state === 'cancelled') throw closedError('cancelled')
    return this.recording.persistVerdict(checked, name)
  }

  /** Finish as `aborted` unless the run is over. Never throws: what went wrong goes to `onWarning`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.state === 'cancelled' || this.finishing) return
    await this.finish({ status: 'aborted' }).catch((cause: unknown) =>
      this.warn('the recording could not be finished', cause),
    )
  }

  /** Run a check and redact its error: that says what was got, which may be a secret. */
  private checked<T>(check: () => T): T {
    try {
      return check()
    } catch (cause) {
      // oxlint-disable-next-line preserve-caught-error -- its message is what must not be told
      throw cause instanceof TypeError ? new TypeError(this.redaction.redactor.text(cause.message)) : cause
    }
  }

  private makeOnEvidence(
    queueLimitBytes: number,
    { backPressureMs = 10_000, bus }: RecorderOptions,
  ): TrajectoryRecorder['onEvidence'] {
    const sink: TrajectoryRecorder['onEvidence'] = (event: EvidenceEvent) => {
      const type = typeOf(event)
      this.takeUnawaited(type, event)
      // A page waits for nobody, and nobody should for it.
      if (type === 'page_event') return Promise.resolve()
      return this.intake.room(queueLimitBytes, backPressureMs)
    }
    sink.isListening = () => this.state === 'recording'
    sink.beforeFinish = this.lateEvidence.ask
    sink.takesOver = true
    sink.recording = bus ?? this
    return sink
  }

  private takeUnawaited(type: string, payload: unknown): void {
    if (this.state === 'recording') this.intake.acceptUnawaited(type, payload)
    else this.intake.warnRefused(closedError(this.state))
  }
}

/**
 * A recorder on another disk.
 *
 * @param onEntry hears every line of the journal when it gets its place, for who keeps a fold of it beside
 * @throws as the constructor
 */
export function createRecorderOn(
  io: Io,
  options: RecorderOptions,
  onEntry?: (entry: JournalEntry) => void,
): TrajectoryRecorder {
  const Recorder: new (options: RecorderOptions, disk: Io, hear?: typeof onEntry) => TrajectoryRecorder =
    TrajectoryRecorder
  return new Recorder(options, io, onEntry)
}
