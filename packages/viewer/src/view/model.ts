import type { AriaDifference, Episode, Observation, Target, TrajectoryStatus } from '@contrail/core'
import type { InFlight } from './in-flight.ts'

/** A picture of the page, and whose it is. */
export interface FrameView {
  readonly sha256: string
  /** `agent`: the model was given it. `probe`: the harness looked. */
  readonly role: 'agent' | 'probe'
  readonly url?: string
  /** CSS pixels. */
  readonly viewport?: { readonly width: number; readonly height: number }
  /** Image pixels per CSS pixel. */
  readonly scale?: number
  /** Fields for secrets are covered: then it is not what the model saw, whatever its role. */
  readonly masked?: boolean
  readonly sizeBytes: number
}

/** A stretch of time, in ms since the run began. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** One step as the list, the film strip and the stage show it. Texts are cut to what fits there. */
export interface StepView {
  /** From 0. */
  readonly index: number
  readonly id: string
  readonly action: string
  /** The target of the action in a few words: `button "Pay"`, `212, 311`. Empty where nothing is known. */
  readonly aim: string
  readonly ok: boolean
  readonly executed?: 'yes' | 'skipped' | 'unknown'
  readonly error?: string
  /** Of a step that failed: the index of the first later one that took the same action on the same target and went well. */
  readonly recoveredAt?: number
  /** The place of its turn in `turns`. */
  readonly turn?: number
  /** ms, as it was measured; absent where nobody did. */
  readonly durationMs?: number
  readonly span?: Span
  /** The place of its mark on the axis, in ms: the end of its action; where no time of it is known, that of the step before. */
  readonly placeMs: number
  readonly probe?: ProbeView
  readonly url?: string
  readonly title?: string
  /** Frames of the page before the action: what the model was given, and the harness's look before. */
  readonly before: FramePair
  /** Frames after it: the harness's look, and what the model was given next in the same state. */
  readonly after: FramePair
  /** The place of the action, in CSS pixels of the viewport. */
  readonly point?: { readonly x: number; readonly y: number }
  readonly box?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  /** Failures that the page had by itself, in ms since the run began. */
  readonly pageFailuresMs: readonly number[]
  readonly episode?: Episode
}

/** The frames of one moment. `shown` names the one that the moment is judged by. */
export interface FramePair {
  readonly shown?: 'agent' | 'probe'
  readonly agent?: FrameView
  readonly probe?: FrameView
}

/** The look that a step is proved by. */
export interface ProbeView {
  readonly span?: Span
  readonly durationMs?: number
  readonly late?: boolean
  readonly navigated?: boolean
  /** First and last index of the steps that one look stands for; absent where it stands for one. */
  readonly sharedBy?: readonly [number, number]
}

/** One call of the model. */
export interface TurnView {
  readonly turnId: string
  readonly steps: readonly number[]
  /** Index of the step before which it stands in the list. */
  readonly before: number
  readonly text?: string
  /** Its text says nothing but what its steps give as their reasoning. */
  readonly repeatsReasoning?: boolean
  readonly model?: string
  readonly durationMs?: number
  readonly span?: Span
  readonly inputTokens?: number
  readonly outputTokens?: number
}

/** A recorded absence. */
export interface GapView {
  readonly what: string
  readonly reason: string
  readonly stepIndex?: number
  readonly atMs?: number
  readonly detail?: string
}

/** One cell of the film strip: a frame for as long as no other replaced it. */
export interface CellView {
  readonly sha256: string
  readonly role: 'agent' | 'probe'
  readonly step: number
  readonly fromMs: number
}

/** All of a run that a page shows before it asks for a step: nothing here grows with the trees and results of steps. */
export interface RunView {
  readonly runId: string
  readonly taskId: string
  readonly instruction: string
  readonly status: TrajectoryStatus
  readonly finalAnswer?: string
  /** The work that was under way when a run was killed, or is while it is recorded. */
  readonly inFlight?: InFlight
  readonly startedAt?: string
  /** ms, measured; absent where the run never said. */
  readonly durationMs?: number
  /** End of the axis: the last moment anything is known of. */
  readonly endMs: number
  /** `clock`: places on the axis are times. `order`: nobody said when; each step takes one second of it. */
  readonly axis: 'clock' | 'order'
  readonly inputTokens?: number
  readonly outputTokens?: number
  /** In words, as `cost $0.0132`; absent where there are no prices. */
  readonly cost?: string
  readonly failed: readonly number[]
  readonly turns: readonly TurnView[]
  readonly steps: readonly StepView[]
  readonly gaps: readonly GapView[]
  readonly cells: readonly CellView[]
  /** Nothing happened for over 5 s, as far as anybody said. */
  readonly idle: readonly Span[]
  readonly hasRewards: boolean
}

/** One event of the page by itself. */
export interface PageEventView {
  readonly kind: string
  readonly failed: boolean
  readonly text: string
  readonly count?: number
  readonly atMs?: number
}

/** Evidence of a step, by the id under which judges cite it. */
export interface EvidenceView {
  readonly id: string
  readonly label: string
  readonly kind: 'agent' | 'probe' | 'aria' | 'result'
}

/** All else of one step. */
export interface StepDetail {
  readonly index: number
  readonly id: string
  readonly reasoning: string
  readonly args: Readonly<Record<string, unknown>>
  readonly target?: Target
  readonly result?: unknown
  readonly error?: string
  readonly sensitive?: boolean
  readonly look: Omit<Observation<never>, 'screenshot' | 'ariaTree'>
  readonly tree?: string
  /** Against the tree before the step; absent where one of the two is, or is not of the whole page. */
  readonly changes?: AriaDifference
  readonly pageEvents: readonly PageEventView[]
  readonly evidence: readonly EvidenceView[]
  readonly episode?: Episode
  readonly extra?: Readonly<Record<string, unknown>>
}
