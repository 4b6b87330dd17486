import type { Clock } from '@contrail/core'
import type { SecretsAfter, StoodBefore } from '../typed/secret-looks.ts'
import type { SeenSecret } from '../secrets/seen-secrets.ts'
import type { SeenAround } from '../typed/typed-in-step.ts'
import type { Aim } from '../target/target.ts'
import type { Outcome, StepDetails } from './evidence-events.ts'
import type { OpenTurn } from './turn.ts'

/** An action of the agent, as a capture hands it to its session. */
export interface SessionStep {
  readonly details: StepDetails
  /** Look at what the action is aimed at, until it is over. The first look goes out before it. */
  readonly aim?: ((over: AbortSignal) => Promise<Aim>) | undefined
  /** Tell, in the end, whether its arguments hold a secret, by what was seen of its target and of the focus after it. */
  readonly aimAfter?:
    | ((aim: Aim, seen: { threw: boolean; isFocusSensitive: boolean | undefined }) => Promise<boolean>)
    | undefined
  /** It types into what has the focus. */
  readonly isTyping?: boolean | undefined
  /** Compare the arguments with what stands in fields for secrets. */
  readonly isCompared: boolean
  /** Probe the page after it. */
  readonly isProbed: boolean
  readonly turn?: OpenTurn | undefined
}

/** All that was seen of an action. */
export interface StepSeen {
  readonly aim: Promise<Aim> | undefined
  readonly stood: StoodBefore | undefined
  readonly after: Promise<SecretsAfter> | undefined
  /** The popups of its page; undefined where they are not compared. */
  readonly besides: Promise<readonly SeenAround[]> | undefined
  /** The answers given in it to dialogs that asked for a secret. */
  readonly answers: () => readonly SeenSecret[]
  readonly outcome: Outcome<unknown>
}

/** When something began, by both sides of a clock. */
interface Timer {
  /** ISO, UTC. */
  readonly startedAt: string
  /** In ms since then, never below 0. */
  elapsedMs(): number
}

/** Begin to measure. */
export function startTimer(clock: Clock): Timer {
  const startedAt = clock.now().toISOString()
  const startedMs = clock.monotonicMs()
  return { startedAt, elapsedMs: () => Math.max(0, clock.monotonicMs() - startedMs) }
}

/** Do something at once and tell how it went. Never rejects. */
export async function measure<T>(clock: Clock, execute: () => T | PromiseLike<T>): Promise<Outcome<T>> {
  const { startedAt, elapsedMs } = startTimer(clock)
  const times = () => ({ startedAt, finishedAt: clock.now().toISOString(), durationMs: elapsedMs() })
  try {
    const value = await execute()
    return { threw: false, value, ...times() }
  } catch (error) {
    return { threw: true, error, ...times() }
  }
}

/** Give back what an action gave: its value, or the very error it threw. */
export function giveBack<T>(outcome: Outcome<T>): T {
  // oxlint-disable-next-line typescript/only-throw-error -- it is the user's own, whatever it is
  if (outcome.threw) throw outcome.error
  return outcome.value
}
