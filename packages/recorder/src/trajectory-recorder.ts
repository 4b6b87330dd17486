import { setTimeout as sleep } from 'node:timers/promises'
import {
  ContrailError,
  formatVersion,
  listenToBus,
  shouldPersistTrajectory,
  snapshotEvent,
  type Durability,
  type EventSnapshot,
  type EvidenceEvent,
  type EvidenceSink,
  type Frame,
  type JournalEntry,
  type TaskSpec,
  type Trajectory,
  type Verdict,
} from '@contrail/core'
import { processRunId, sha256, systemClock } from './environment.ts'
import { EventSequence } from './event-sequence.ts'
import { finalise } from './finalise.ts'
import { blobPath, maxFrameBytes, readFrame } from './frames.ts'
import { diskIo, type Io } from './io.ts'
import { encodeLine } from './journal-line.ts'
import { JournalWriter } from './journal-writer.ts'
import { releaseLock } from './lock.ts'
import { MemoryRecording } from './memory-recording.ts'
import { bindImages } from './read-trajectory.ts'
import {
  assertFinishOptions,
  assertTaskSpec,
  recordingRoot,
  type FinishOptions,
  type RecorderOptions,
  type VerdictOptions,
} from './recorder-options.ts'
import { removeRecording } from './remove-recording.ts'
import { reserveDirectory } from './reserve.ts'
import { scanJournal } from './scan-journal.ts'
import { assertVerdict, writeVerdict, writeVerdictUnderLock } from './verdict.ts'
import { toolVersion } from './tool-version.ts'

/** What the promise of `record()` resolves to: the place of the event in the journal. */
export interface Ack {
  readonly seq: number
}

/** How a recorder is doing. */
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
 * Give it a bus, or hand `onEvidence` to any agent with an evidence callback. Making one never touches the disk: the
 * directory is reserved at the first event that must persist, or by `open()`. Evidence never breaks or stalls the
 * agent: `onEvidence` does not reject, and a failed disk is told by `record()`, `health()` and `finish()`.
 *
 * `await using` without `finish()` finishes as `aborted`.
 */
export class TrajectoryRecorder implements AsyncDisposable {
  /** The bound callback form of `record`. Never rejects, and holds the agent at most `backPressureMs`. */
  readonly onEvidence: EvidenceSink
  /** Whether this recorder writes to the disk. */
  readonly persisted: boolean
  readonly runId: string
  readonly taskSpec: TaskSpec

  private state: RecorderHealth['state'] = 'recording'
  private readonly io: Io
  private readonly sequence: EventSequence
  private readonly writer: JournalWriter | undefined
  private readonly queueLimitBytes: number
  private readonly backPressureMs: number
  private readonly warn: (message: string, cause?: unknown) => void
  private readonly stopListening: () => void
  private readonly memory = new MemoryRecording()
  private queueFullGaps = 0
  private warned = false
  /** Whether the lock of the directory has been given back. */
  private released = false
  private finishing: Promise<Trajectory> | undefined
  private exclusive: Promise<unknown> = Promise.resolve()

  constructor(options: RecorderOptions) {
    const env = options.env ?? process.env
    this.taskSpec = assertTaskSpec(options.taskSpec)
    this.runId = options.runId ?? (env.CONTRAIL_RUN_ID || processRunId())
    this.persisted = shouldPersistTrajectory({ persist: options.persist, env })
    this.io = options.io ?? diskIo
    this.queueLimitBytes = options.queueLimitBytes ?? 32_000_000
    this.backPressureMs = options.backPressureMs ?? 10_000
    this.warn = options.onWarning ?? ((message, cause) => console.warn(message, cause))
    const durability: Durability = options.durability ?? 'step'
    const tool = options.tool ?? { name: 'contrail', version: toolVersion }
    const started = { formatVersion, runId: this.runId, taskSpec: this.taskSpec, durability, tool }
    this.sequence = new EventSequence(options.clock ?? systemClock, started)
    const root = recordingRoot({ outputRoot: options.outputRoot, env })
    const reserve = () => reserveDirectory(this.io, root, this.runId, this.taskSpec.id)
    if (this.persisted) this.writer = new JournalWriter(this.io, reserve, this.sequence.header, durability)
    else this.memory.remember(this.sequence.header, [])
    this.onEvidence = this.makeOnEvidence()
    this.stopListening = options.bus
      ? listenToBus(options.bus, (type, payload) => void this.accept(type, payload).catch(this.warnRefused))
      : () => undefined
  }

  /** The directory of the recording, once it is reserved. */
  get directory(): string | undefined {
    return this.writer?.directory
  }

  /**
   * Record an event. The snapshot is taken before this returns: later changes to its objects and buffers change nothing.
   *
   * @returns the ack: resolves when the event is as durable as `durability` promises
   * @throws (rejects) `TypeError` for what is no event (it is kept as a gap); ContrailError RECORDING_FAILED,
   * DIRECTORY_UNAVAILABLE, RECORDER_CLOSED
   */
  record(event: EvidenceEvent): Promise<Ack> {
    return this.accept(typeOf(event), event)
  }

  /**
   * Reserve the directory now, for who wants the error before the agent starts. Does nothing when not persisted.
   *
   * @throws {ContrailError} DIRECTORY_UNAVAILABLE, RECORDING_FAILED
   */
  async open(): Promise<void> {
    if (this.state === 'recording') await this.writer?.open()
  }

  health(): RecorderHealth {
    const error = this.writer?.failed
    return {
      state: error && this.state === 'recording' ? 'failed' : this.state,
      ...(this.directory === undefined ? {} : { directory: this.directory }),
      recordedEvents: this.sequence.count,
      ackedEvents: this.writer?.ackedLines ?? this.sequence.count,
      queuedBytes: this.writer?.queuedBytes ?? 0,
      droppedFrames: this.queueFullGaps + this.memory.refusedFrames + (this.writer?.droppedFrames ?? 0),
      ...(error ? { error } : {}),
    }
  }

  /**
   * End the run and finish its directory. Idempotent and single-flight: the first call's options count.
   *
   * @throws (rejects) `TypeError` for wrong options; ContrailError RECORDING_FAILED or DIRECTORY_UNAVAILABLE with
   * `details.trajectory`, everything that is known; RECORDER_CLOSED after `cancel()`
   */
  async finish(options: FinishOptions = {}): Promise<Trajectory> {
    if (this.finishing) return this.finishing
    if (this.state === 'cancelled') throw closedError('cancelled')
    const { status, finalAnswer, usage } = assertFinishOptions(options)
    this.finishing = this.end({
      status,
      ...(finalAnswer === undefined ? {} : { finalAnswer }),
      ...(usage === undefined ? {} : { usage }),
    })
    return this.finishing
  }

  /**
   * Forget the run and remove what was written of it.
   *
   * @throws {ContrailError} RECORDER_CLOSED when the run is finished: a finished recording is removed on purpose only
   */
  async cancel(): Promise<void> {
    if (this.state === 'cancelled') return
    if (this.finishing) throw closedError('finished')
    this.state = 'cancelled'
    this.stopListening()
    await this.exclusive.catch(() => undefined)
    await this.writer?.close().catch(() => undefined)
    if (this.directory !== undefined) await removeRecording(this.io, this.directory)
  }

  /**
   * Keep a verdict beside the recording: `scores/<name>.json` and `task_data.json`. Valid before, during and after
   * `finish()`; a taken name gets `-2`.
   *
   * @returns the path of the score, or undefined when the run is not persisted
   * @throws (rejects) `TypeError` for what is no verdict; ContrailError
   */
  async persistVerdict(verdict: Verdict, options: VerdictOptions = {}): Promise<string | undefined> {
    const checked = assertVerdict(verdict)
    const writer = this.writer
    if (!writer) return undefined
    if (this.state === 'cancelled') throw closedError('cancelled')
    await writer.open()
    const directory = writer.directory as string
    return this.alone(async () => {
      if (this.released) {
        return writeVerdict(directory, checked, { ...options, io: this.io })
      }
      await writer.drain()
      return writeVerdictUnderLock(this.io, directory, checked, options.name, 'recording')
    })
  }

  /** Finish as `aborted` unless the run is over. Never throws: what went wrong goes to `onWarning`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.state === 'cancelled' || this.finishing) return
    await this.finish({ status: 'aborted' }).catch((cause: unknown) =>
      this.warn('the recording could not be finished', cause),
    )
  }

  private makeOnEvidence(): EvidenceSink {
    const sink: EvidenceSink = async (event) => {
      this.accept(typeOf(event), event).catch(this.warnRefused)
      const writer = this.writer
      if (!writer || writer.queuedBytes < this.queueLimitBytes) return
      const giveUp = new AbortController()
      await Promise.race([
        writer.room(this.queueLimitBytes),
        sleep(this.backPressureMs, undefined, { signal: giveUp.signal, ref: false }).catch(() => undefined),
      ])
      giveUp.abort()
    }
    sink.isListening = () => this.state === 'recording'
    return sink
  }

  private accept(type: string, payload: unknown): Promise<Ack> {
    const ack = this.take(type, payload)
    // Who does not await an ack is not punished with an unhandled rejection: health() and finish() tell.
    ack.catch(() => undefined)
    return ack
  }

  private async take(type: string, payload: unknown): Promise<Ack> {
    if (this.state !== 'recording') throw closedError(this.state)
    const snapshot = this.withinQueue(snapshotEvent(type, payload, { sha256, maxFrameBytes }))
    const entry = this.sequence.enter(snapshot)
    if (snapshot.invalid !== undefined) this.warn(`an event was recorded as a gap: ${snapshot.invalid}`)
    await this.store(entry, snapshot.frames)
    if (snapshot.invalid !== undefined) throw new TypeError(snapshot.invalid)
    return { seq: entry.seq }
  }

  /** Above the limit of the queue a probe frame becomes a gap at once; nothing else is refused. */
  private withinQueue(snapshot: EventSnapshot): EventSnapshot {
    const { type, event, frames } = snapshot
    const role = event['evidenceRole'] ?? 'probe'
    if (!this.writer || type !== 'screenshot' || role !== 'probe') return snapshot
    const frameBytes = frames.reduce((total, frame) => total + frame.bytes.byteLength, 0)
    if (this.writer.queuedBytes + frameBytes <= this.queueLimitBytes) return snapshot
    this.queueFullGaps++
    const { stepIndex, url = null } = event
    const step = stepIndex === undefined ? {} : { stepIndex }
    const detail = { url, sizeBytes: frameBytes, queuedBytes: this.writer.queuedBytes }
    return { type: 'gap', frames: [], event: { what: 'screenshot', reason: 'queue_full', ...step, detail } }
  }

  private store(entry: JournalEntry, frames: readonly Frame[]): Promise<void> {
    const writer = this.writer
    if (!writer) {
      this.memory.remember(entry, frames)
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const settle = (failure?: ContrailError): void => {
        if (!failure) return resolve()
        this.memory.remember(entry, frames, this.queueLimitBytes)
        reject(failure)
      }
      if (writer.failed) settle(writer.failed)
      else writer.push({ line: encodeLine(entry), frames, settle })
    })
  }

  private async end(event: Extract<JournalEntry, { type: 'run_finished' }>['event']): Promise<Trajectory> {
    this.state = 'finishing'
    this.stopListening()
    const entry: JournalEntry = { ...this.sequence.place(), type: 'run_finished', event }
    const writer = this.writer
    try {
      const stored = this.store(entry, [])
      if (!writer) return this.memory.toTrajectory()
      await stored.catch(() => undefined)
      await writer.close()
      const directory = writer.directory as string
      const { trajectory } = await this.alone(async () => {
        const folded = await finalise(this.io, directory)
        this.released = true
        return folded
      })
      return bindImages(this.io, directory, trajectory)
    } catch (cause) {
      throw await this.failure(cause)
    } finally {
      this.state = 'finished'
    }
  }

  /** What `finish()` rejects with: why, and everything that is known. The directory is left to `recover`. */
  private async failure(cause: unknown): Promise<ContrailError> {
    const directory = this.directory
    this.released = true
    if (directory !== undefined) await releaseLock(this.io, directory).catch(() => undefined)
    const message = cause instanceof Error ? cause.message : String(cause)
    const code =
      cause instanceof ContrailError && cause.code === 'DIRECTORY_UNAVAILABLE' ? cause.code : 'RECORDING_FAILED'
    return new ContrailError(code, message, { cause, details: { directory, trajectory: await this.knownTrajectory() } })
  }

  private async knownTrajectory(): Promise<Trajectory> {
    const directory = this.directory
    if (directory === undefined) return this.memory.toTrajectory([this.sequence.header])
    const written = await scanJournal(this.io, directory).catch(() => {
      // The disk that refused to write may refuse to read as well: what is in memory is what is known.
      return { entries: [this.sequence.header] }
    })
    return this.memory.toTrajectory(written.entries, (image) => readFrame(this.io, directory, [blobPath(image)], image))
  }

  /** One at a time: verdicts and finalise touch the same files. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.exclusive.catch(() => undefined).then(work)
    this.exclusive = turn
    turn.catch(() => undefined)
    return turn
  }

  /** Said once: a full disk would otherwise fill the log as well. An invalid event was already said by itself. */
  private readonly warnRefused = (cause: unknown): void => {
    if (this.warned || cause instanceof TypeError) return
    this.warned = true
    this.warn('evidence is no longer recorded', cause)
  }
}

function typeOf(event: unknown): string {
  try {
    return String((event as { type?: unknown } | null)?.type)
  } catch {
    // A getter that throws: an event of unknown type, which is recorded as a gap.
    return 'unreadable'
  }
}

function closedError(state: string): ContrailError {
  return new ContrailError('RECORDER_CLOSED', `the recording is ${state}: events and verdicts come before that`, {
    details: { state },
  })
}
