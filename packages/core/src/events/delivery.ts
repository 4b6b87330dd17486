import type { Emitter } from 'mitt'
import type { EventByType, EvidenceEvent, EvidenceType } from './events.ts'

/** The bus key of each event type. */
export const busKeys = {
  step_finished: 'agent_step_finished_event',
  screenshot: 'agent_screenshot_taken_event',
  step_observed: 'agent_step_observed_event',
  turn_finished: 'agent_turn_finished_event',
  final_answer: 'agent_final_answer_event',
  page_event: 'agent_page_event',
  gap: 'agent_gap_event',
} as const satisfies Record<EvidenceType, string>

/** The events of the bus, by key. */
export type EvidenceEvents = { [Type in EvidenceType as (typeof busKeys)[Type]]: EventByType[Type] }

/** A typed mitt bus. Make one with `createEvidenceBus()`. */
export type EvidenceBus = Emitter<EvidenceEvents>

/**
 * The callback form of delivery. Stagehand 3's `callbacks.onEvidence` has this shape.
 * `isListening` says whether anybody would hear an event now; without it the answer is yes.
 * Captures ask it before they probe, so that a run nobody listens to costs nothing.
 * `beforeFinish` is how who tells evidence in the background asks to be waited for: a recorder calls `settle` once, which
 * tells what is still to come, before it finishes. A sink without it works as well; then the teller must be settled by hand.
 * `recording` is the same for all sinks that lead into one recording: what is numbered in it, such as pages, has one number there.
 * Without it a sink is a recording of its own.
 * `takesOver` says that the sink shows nobody else what it is told, so that bytes that were handed over need no copy; see
 * `handOver`. Without it they are copied by who records them.
 */
export interface EvidenceSink {
  (event: EvidenceEvent): void | PromiseLike<void>
  isListening?: () => boolean
  beforeFinish?: (settle: () => PromiseLike<unknown>) => void
  takesOver?: boolean
  recording?: object
}
