import type { Dialog, Episode, GapEvent, Tab, Target, ToolOutput } from '../events/events.ts'
import type { Usage } from '../events/usage.ts'
import type { EnvironmentEntry } from '../events/page-event.ts'
import type { TaskSpec } from './task.ts'
import type { FinishStatus } from './finish-status.ts'

/** Version of every file we write. A reader refuses a higher one with SCHEMA_TOO_NEW. */
export const formatVersion = 1

/** The reference in data to the bytes of an image. Equal bytes have the same `sha256` (64 lower-case hex digits). */
export interface ImageReference {
  readonly sha256: string
  readonly mediaType: string
  readonly sizeBytes: number
  /** The hash of the bytes as they were recorded, where the image was re-encoded without loss afterwards. */
  readonly originalSha256?: string
}

/** An image of a trajectory. Nothing is read before `read()` is called. */
export interface Image extends ImageReference {
  /** Its file, relative to the recording's directory. Absent for a recording kept in memory. */
  readonly path?: string
  /**
   * Read the bytes and verify them against `sha256`.
   *
   * @throws {ContrailError} FRAME_MISSING, FRAME_CORRUPT, FILE_UNSAFE
   */
  read(): Promise<Uint8Array>
}

/** A page at one moment. Each part is absent where it could not be had. */
export interface Observation<I extends ImageReference = Image> {
  readonly url?: string
  readonly title?: string
  readonly screenshot?: I
  readonly ariaTree?: string
  /** The tree is that of what the viewport showed, not of the whole page. */
  readonly partial?: boolean
  /** Dialogs that opened after the step, or were answered since the look before. */
  readonly dialogs?: readonly Dialog[]
  /** The page that was looked at: `p1`, `p2`, ... in the order in which pages appeared in the recording. */
  readonly pageId?: string
  /** The pages of the browser context. */
  readonly tabs?: readonly Tab[]
  /** CSS pixels. */
  readonly viewport?: { readonly width: number; readonly height: number }
  /** Image pixels per CSS pixel. */
  readonly scale?: number
  /** Fields for secrets are covered in the picture. */
  readonly masked?: boolean
  /** When the look began and ended. ISO, UTC. */
  readonly startedAt?: string
  readonly finishedAt?: string
  /** An action was under way meanwhile: this may show a part of what it did. */
  readonly late?: boolean
  /** The main frame navigated meanwhile: the parts may be of two documents. */
  readonly navigated?: boolean
  /** Evidence that a verifier asked for, by criterion. */
  readonly onDemand?: unknown
  /** Scroll position, where an older recording kept it. */
  readonly scroll?: unknown
}

/** One unit of what the model was given. */
export type Modality<I extends ImageReference = Image> =
  | { readonly type: 'text'; readonly content: string }
  | {
      readonly type: 'image'
      readonly image: I
      /**
       * The address of a frame of the page, with its view below; absent for an image that
       * a tool returned.
       */
      readonly url?: string
      readonly viewport?: { readonly width: number; readonly height: number }
      readonly scale?: number
      readonly masked?: boolean
    }
  | { readonly type: 'json'; readonly content: unknown }

/** Exactly what the model was given, in order. */
export interface AgentEvidence<I extends ImageReference = Image> {
  readonly modalities: readonly Modality<I>[]
}

/**
 * One action or tool call, with its evidence. Its position in `steps` is its index. Times are ISO, UTC; durations ms.
 *
 * What the agent gave (`actionArgs`, `toolOutput.result`, json evidence, `extra`) is plain data as `toPlainValue` makes it:
 * what JSON cannot hold stands as `{"$type": ...}`, and what was cut is marked `$truncated`. So that nothing of the agent's
 * is taken for such a mark, its own key `$type`, `$truncated` or `$frame` has one more `$`; `unescapeKey` takes it away.
 */
export interface Step<I extends ImageReference = Image> {
  /** `toolCallId`, else `s<index>`. */
  readonly id: string
  readonly actionName: string
  readonly actionArgs: Readonly<Record<string, unknown>>
  /** The reason that the agent gave: a claim, not evidence. `""` where it said nothing. */
  readonly reasoning: string
  readonly agentEvidence: AgentEvidence<I>
  /** The harness's own look after the step. */
  readonly probeEvidence: Observation<I>
  readonly toolOutput: Readonly<ToolOutput>
  readonly finishedAt?: string
  readonly startedAt?: string
  readonly durationMs?: number
  readonly turnId?: string
  readonly toolCallId?: string
  readonly target?: Target
  readonly executed?: 'yes' | 'skipped' | 'unknown'
  readonly sensitive?: boolean
  readonly episode?: Episode
  /** The capture that told of it. */
  readonly source?: string
  /**
   * The events of the page itself from the beginning of this step to that of the next, in the order in which they came.
   */
  readonly environment?: readonly EnvironmentEntry[]
  /** Fields of the event that the schema does not know, kept as they came. */
  readonly extra?: Readonly<Record<string, unknown>>
}

/** One model call. */
export interface Turn {
  readonly turnId: string
  /** Indices of the steps it chose, ascending. */
  readonly steps: readonly number[]
  readonly text?: string
  readonly usage?: Partial<Usage>
  readonly model?: string
  readonly startedAt?: string
  readonly finishedAt?: string
  readonly durationMs?: number
  /** The capture that told of it. */
  readonly source?: string
  readonly extra?: Readonly<Record<string, unknown>>
}

/** A recorded absence, or evidence that has no step to belong to. `at` is ISO, UTC. */
export interface Gap {
  readonly what: GapEvent['what']
  readonly reason: string
  readonly stepIndex?: number
  readonly detail?: unknown
  readonly at?: string
}

/**
 * The end of a run. `killed`: it never said so. `recording`: it is being written now. The other four are what
 * `finish()` was given.
 */
export type TrajectoryStatus = FinishStatus | 'killed' | 'recording'

/** Wall clock of a run, ISO and UTC; `durationMs` is measured by a clock that never jumps. */
export interface Timing {
  readonly startedAt?: string
  readonly endedAt?: string
  readonly durationMs?: number
}

/** One recording: a task, the steps taken on it with their evidence, and how it ended. Plain data is frozen. */
export interface Trajectory<I extends ImageReference = Image> {
  readonly formatVersion: number
  readonly runId: string
  readonly task: TaskSpec
  readonly status: TrajectoryStatus
  readonly steps: readonly Step<I>[]
  readonly turns: readonly Turn[]
  readonly gaps: readonly Gap[]
  readonly timing: Timing
  readonly usage: Usage
  /** The page before the first step. */
  readonly initialObservation?: Observation<I>
  /** The events of the page itself before the first step. */
  readonly initialEnvironment?: readonly EnvironmentEntry[]
  /** The answer that the agent says it found: a claim. */
  readonly finalAnswer?: string
  /** The structured form of the final answer, where the agent gave one. */
  readonly finalOutput?: unknown
  /** The page when the agent had finished. */
  readonly finalObservation?: Observation<I>
  /** The score that an environment gave the whole run. */
  readonly finalScore?: number
  /** The hash of the workspace's tree when the run ended; see `hashTree`. */
  readonly finalTree?: string
  /** A frame that the model was given after the last step, so only the final answer rests on it. */
  readonly finalAgentEvidence?: AgentEvidence<I>
  /**
   * The number of secrets of each kind that were replaced before the first byte was written; absent where it was none.
   */
  readonly redactions?: Readonly<Record<string, number>>
  /** The program that wrote the recording, e.g. `{name: "contrail", version: "0.1.0"}`. */
  readonly tool?: Readonly<Record<string, unknown>>
}
