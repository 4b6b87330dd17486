import type { Outcome, StepDetails } from './evidence-events.ts'
import type { OpenTurn } from './turn.ts'
import type { SeenSecret } from '../secrets/seen-secrets.ts'
import type { StoodBefore } from '../secrets/step-secrets.ts'
import type { Aim } from '../target/target.ts'

/** An action of the agent, as a capture hands it to its session. */
export interface SessionStep {
  readonly details: StepDetails
  /** Look at what the action is aimed at; the action waits for it. */
  readonly aim?: (() => Promise<Aim>) | undefined
  /** Look for it again, where the first look did not say whether its arguments hold a secret. */
  readonly aimAfter?: ((aim: Aim, outcome: Outcome<unknown>) => Promise<boolean | undefined>) | undefined
  /** Compare the arguments with what stands in fields for secrets. */
  readonly isCompared: boolean
  /** Probe the page after it. */
  readonly isProbed: boolean
  readonly turn?: OpenTurn | undefined
}

/** What was seen of an action. */
export interface StepSeen {
  readonly aim: Aim
  readonly stood: StoodBefore | undefined
  /** What stands in fields for secrets after it. */
  readonly after: Promise<readonly SeenSecret[]> | undefined
  readonly outcome: Outcome<unknown>
}
