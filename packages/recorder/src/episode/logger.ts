// Long, since it is the class that people use: a third of it is what they read of its methods.
import {
  ContrailError,
  freeze,
  isContrailError,
  maxAttachmentBytes,
  systemClock,
  toEpisodeHistoryRow,
  toReplayActions,
  toStepTimeline,
  type EpisodeAction,
  type EpisodeHistoryRow,
  type EpisodeRecord,
  type EpisodeStep,
  type EpisodeTimelineRow,
} from '@contrail/core'
import { resolve } from 'node:path'
import { uuidv7 } from 'uuidv7'
import { diskIo, type Io } from '../io/io.ts'
import { KnownFiles } from './known-files.ts'
import { Episode } from './open-episode.ts'
import {
  assertEpisodeStart,
  assertEpisodeStep,
  assertLoggerOptions,
  assertScore,
  type EpisodeLoggerOptions,
  type EpisodeStart,
  type EpisodeStepInput,
} from './options.ts'
import { hashOfTree, hashTree, readTree } from './tree.ts'

/** The states of a logger: nothing was started yet, an episode is open, or the last one has ended in one of two ways. */
export type EpisodeLoggerState = 'idle' | 'recording' | 'finished' | 'aborted'

/** The end of an episode: what was said, and the record that comes of it. */
interface End {
  readonly status: 'finished' | 'aborted'
  readonly finalScore?: number
  readonly record: Promise<EpisodeRecord>
}

/**
 * Records an environment, episode after episode: each step with its reward, error, test rate and file change. Each episode
 * is one `TrajectoryRecorder`, so it is journaled, redacted and safe from crashes.
 *
 * @example
 * ```ts
 * await using logger = new EpisodeLogger({ workspace: './repo' })
 * await logger.startEpisode({ task: 'task1', variantId: 'variant_3', instruction: 'Fix the cart total.' })
 * await logger.recordStep({ actionType: 'write_file', path: 'src/cart.py', content: 'total = 0\n', reward: 0.2 })
 * await logger.endEpisode(0.75)
 * console.log(logger.getStepTimeline())
 * ```
 */
export class EpisodeLogger implements AsyncDisposable {
  private readonly options: EpisodeLoggerOptions
  private readonly io: Io
  private readonly maxHistory: number
  /** The open episode, or the last. */
  private current: Episode | undefined
  private end: End | undefined
  /** Ended episodes, oldest first. */
  private history: { readonly episode: Episode; record?: EpisodeRecord }[] = []
  private starting: Promise<unknown> = Promise.resolve()

  /** @throws {TypeError} naming the option, what was expected and what was got */
  constructor(options?: EpisodeLoggerOptions)
  // Given by `createLoggerOn` alone, so no type that is published shows it.
  constructor(options: EpisodeLoggerOptions = {}, io = diskIo) {
    assertLoggerOptions(options)
    this.options = options
    this.io = io
    this.maxHistory = options.maxHistory ?? 10
  }

  get state(): EpisodeLoggerState {
    if (!this.current) return 'idle'
    return this.end?.status ?? 'recording'
  }

  /**
   * Start an episode. One that is open ends as aborted.
   *
   * @returns its id
   * @throws (rejects) `TypeError` for a wrong start; ContrailError FILE_TOO_LARGE for a workspace of more than 100,000 files or
   * 2 GB, FILE_UNREADABLE for one that cannot be read: an episode that is open then stays open
   */
  async startEpisode(start: EpisodeStart): Promise<string> {
    const checked = assertEpisodeStart(start)
    const turn = this.starting.then(() => this.begin(checked))
    this.starting = turn.catch(() => undefined)
    return turn
  }

  /**
   * Record a step of the open episode. All of it is taken before this returns.
   *
   * @returns the step as it is recorded, when it is as durable as `durability` promises. Where the disk has failed it is kept
   * in memory, and `endEpisode` rejects.
   * @throws (rejects) `TypeError` for a wrong step and where no episode is open; nothing is written then
   */
  async recordStep(step: EpisodeStepInput): Promise<EpisodeStep> {
    const episode = this.open('recordStep')
    const { recorded, ack } = episode.record(assertEpisodeStep(step))
    await ack
    return freeze(recorded)
  }

  /**
   * End the open episode. Again with the same score it gives the same record.
   *
   * @throws (rejects) `TypeError` before any start, for another score, and for an episode that was aborted; ContrailError
   * RECORDING_FAILED or DIRECTORY_UNAVAILABLE where the disk has failed, with the record in `details.record`
   */
  async endEpisode(finalScore: number): Promise<EpisodeRecord> {
    const score = assertScore(finalScore)
    if (this.end?.status === 'finished' && Object.is(this.end.finalScore, score)) return this.end.record
    if (this.end) {
      const was = this.end.status === 'finished' ? `ended with the score ${this.end.finalScore}` : 'aborted'
      throw new TypeError(`endEpisode: expected an open episode, got one that is ${was}; call startEpisode() first`)
    }
    return this.close(this.open('endEpisode'), { status: 'finished', finalScore: score })
  }

  /**
   * Give the open episode up: its score is null. Again it gives the same record.
   *
   * @throws (rejects) `TypeError` where no episode is open; ContrailError as `endEpisode`
   */
  async abortEpisode(reason = 'no reason was given'): Promise<EpisodeRecord> {
    if (typeof reason !== 'string') throw new TypeError(`abortEpisode: expected a reason, got ${typeof reason}`)
    if (this.end?.status === 'aborted') return this.end.record
    const episode = this.open('abortEpisode')
    episode.reportAborted(reason)
    return this.close(episode, { status: 'aborted' })
  }

  /** The record of an episode; default the open one, else the last. Undefined for one that is not in memory. */
  getTrajectory(episodeId?: string): EpisodeRecord | undefined {
    const episode = this.find(episodeId)
    const ended = this.history.find((entry) => entry.episode === episode)
    return ended?.record ?? (episode && freeze(episode.toRecord()))
  }

  /** The actions of an episode with all that each was given, contents too. @throws {ContrailError} ATTACHMENT_MISSING */
  getReplayActions(episodeId?: string): EpisodeAction[] {
    const episode = this.find(episodeId)
    if (!episode) return []
    return toReplayActions(episode.trajectory(), (reference) =>
      // What was too large was never kept: its gap says so.
      isKept(reference) ? episode.readAttachment(reference) : undefined,
    )
  }

  /** The timeline of an episode, a row for each step. */
  getStepTimeline(episodeId?: string): EpisodeTimelineRow[] {
    const episode = this.find(episodeId)
    return episode ? toStepTimeline(episode.trajectory()) : []
  }

  /** The last `maxHistory` ended episodes, oldest first; with an id that one, also while it is open. */
  getHistorySummary(episodeId?: string): EpisodeHistoryRow[] {
    const one = episodeId === undefined ? undefined : this.find(episodeId)
    const episodes = episodeId === undefined ? this.history.map(({ episode }) => episode) : one ? [one] : []
    return episodes.map((episode) => {
      const trajectory = episode.trajectory()
      return toEpisodeHistoryRow({ ...trajectory, stepCount: trajectory.steps.length })
    })
  }

  /** Abort what is open, and wait for what is still ending. Never throws: the recorder has told what went wrong. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.starting
    if (this.state === 'recording') await this.abortEpisode('the logger was disposed').catch(() => undefined)
    await this.end?.record.catch(() => undefined)
  }

  private async begin({
    task,
    variantId,
    instruction,
    metadata,
  }: ReturnType<typeof assertEpisodeStart>): Promise<string> {
    const { maxHistory: _, workspace, createId = uuidv7, ...options } = this.options
    const root = workspace === undefined ? undefined : resolve(workspace)
    const tree = root === undefined ? undefined : await readTree(root)
    const id = assertId(createId())
    const initialTree = tree ? { initialTree: hashOfTree(tree) } : {}
    const spec = { episodeId: id, variantId, metadata: metadata ?? {}, ...initialTree }
    const taskSpec = { id: task, instruction: instruction ?? '', episode: spec }
    const episode = new Episode(
      this.io,
      id,
      { ...options, taskSpec },
      new KnownFiles(root, tree),
      options.clock ?? systemClock,
    )
    // Whether its disk failed was told by its recorder, and its record is in memory.
    if (this.state === 'recording') await this.abortEpisode('another episode was started').catch(() => undefined)
    this.current = episode
    this.end = undefined
    await episode.open()
    return id
  }

  private open(method: string): Episode {
    if (!this.current) throw new TypeError(`${method}: expected an episode, got none; call startEpisode() first`)
    if (this.end) {
      throw new TypeError(`${method}: the episode is ${this.end.status}; call startEpisode() to begin another`)
    }
    return this.current
  }

  private close(episode: Episode, how: Omit<End, 'record'>): Promise<EpisodeRecord> {
    const entry: (typeof this.history)[number] = { episode }
    this.history = [...this.history, entry].slice(-this.maxHistory)
    const record = this.finish(episode, how).then(
      () => (entry.record = freeze(episode.toRecord())),
      (cause: unknown) => {
        entry.record = freeze(episode.toRecord())
        throw withRecord(cause, entry.record)
      },
    )
    record.catch(() => undefined)
    this.end = { ...how, record }
    return record
  }

  private async finish(episode: Episode, { status, finalScore }: Omit<End, 'record'>): Promise<void> {
    const finalTree = await this.finalTree(episode)
    await episode.finish({
      status: status === 'finished' ? 'complete' : 'aborted',
      ...(finalScore === undefined ? {} : { finalScore }),
      ...(finalTree === undefined ? {} : { finalTree }),
    })
  }

  private async finalTree(episode: Episode): Promise<string | undefined> {
    const { workspace } = this.options
    if (workspace === undefined) return undefined
    try {
      return await hashTree(resolve(workspace))
    } catch (cause) {
      episode.reportNoTree(cause)
      return undefined
    }
  }

  private find(episodeId: string | undefined): Episode | undefined {
    if (episodeId === undefined || this.current?.id === episodeId) return this.current
    return this.history.findLast(({ episode }) => episode.id === episodeId)?.episode
  }
}

/** A logger on another disk. @throws as the constructor */
export function createLoggerOn(io: Io, options?: EpisodeLoggerOptions): EpisodeLogger {
  const Logger: new (options: EpisodeLoggerOptions | undefined, disk: Io) => EpisodeLogger = EpisodeLogger
  return new Logger(options, io)
}

function isKept({ sizeBytes }: { sizeBytes: number }): boolean {
  return sizeBytes <= maxAttachmentBytes
}

function assertId(id: unknown): string {
  if (typeof id === 'string' && id !== '') return id
  throw new TypeError(`createId: expected a text that is not empty, got ${typeof id}`)
}

function withRecord(cause: unknown, record: EpisodeRecord): unknown {
  if (!isContrailError(cause)) return cause
  return new ContrailError(cause.code, cause.message, { cause, details: { ...cause.details, record } })
}
