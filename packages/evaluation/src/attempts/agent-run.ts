import { FinishStatus, messageOf, type TaskSpec } from '@contrail/core'
import type { ImprovementPlan } from '../plan/plan.ts'
import type { AttemptRecorder } from './attempt-store.ts'

/** The input of an attempt. */
export interface AttemptInput<Recorder> {
  /** From 1. */
  readonly number: number
  /** The task with its `attempt`. */
  readonly taskSpec: TaskSpec
  /** Records this attempt. The loop finishes it; one that `run` finished keeps its status and answer, and is given the score. */
  readonly recorder: Recorder
  /** The plan of what is to be done otherwise; absent for the first attempt. */
  readonly plan: ImprovementPlan | undefined
  /** The system prompt of the loop, with the feedback of the plan. */
  readonly systemPrompt: string
  /** The review of the last attempt; `''` for the first. */
  readonly userContext: string
}

/** The outcome that `run` reports of its attempt. */
export interface AttemptOutcome {
  /** Default `complete`. */
  readonly status?: FinishStatus | undefined
  readonly score?: number | undefined
  readonly finalAnswer?: string | undefined
}

/** Run the agent. One that throws has made an attempt too: what it threw is kept with the recording. */
export async function outcomeOf<Recorder extends AttemptRecorder>(
  run: (attempt: AttemptInput<Recorder>) => Promise<AttemptOutcome>,
  input: AttemptInput<Recorder>,
): Promise<{ outcome: AttemptOutcome; thrown?: { error: unknown } }> {
  try {
    return { outcome: checkOutcome((await run(input)) ?? {}) }
  } catch (error) {
    await input.recorder
      .record({ type: 'gap', what: 'event', reason: 'run_threw', detail: { message: messageOf(error) } })
      // A recorder that cannot record says so when it is finished.
      .catch(() => undefined)
    return { outcome: { status: 'error' }, thrown: { error } }
  }
}

/** @throws {TypeError} for a status or an answer that is none; a score that is no number was not given */
function checkOutcome({ status, score, finalAnswer }: AttemptOutcome): AttemptOutcome {
  const given: unknown = status
  if (status !== undefined && !FinishStatus.safeParse(status).success)
    throw new TypeError(`run: expected status to be one of ${FinishStatus.options.join(', ')}, got ${String(given)}`)
  if (finalAnswer !== undefined && typeof finalAnswer !== 'string')
    throw new TypeError(`run: expected finalAnswer to be a text, got ${typeof finalAnswer}`)
  return { status, finalAnswer, score: Number.isFinite(score) ? score : undefined }
}
