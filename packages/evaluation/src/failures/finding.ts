import type { AttachmentReference } from '@contrail/core'
import type { Run, StepFacts } from '../run/run.ts'
import { evidenceId, lookId } from '../run/evidence.ts'
import type { FailureClass } from './classes.ts'

/** The finding of one rule. */
export interface Finding {
  /** The step at which it went wrong, from 0; null where the run has no steps. */
  readonly critical: number | null
  readonly steps: readonly number[]
  readonly evidence: readonly string[]
  /** In a few words; what was recorded may stand in them. */
  readonly cause: string
}

/** A rule of one class. */
export type Rule = (run: Run, judging: Judging) => Finding | undefined

/** The facts that rules are given beside the run. */
export interface Judging {
  /** Classes that come before this one in the list, and were found. */
  readonly found: ReadonlySet<FailureClass>
  readonly succeeded: boolean
  readonly contextLimitTokens: number | undefined
  readonly readAttachment: ((reference: AttachmentReference) => Uint8Array | undefined) | undefined
}

/** The evidence ids that a failure cites at most. */
const mostEvidence = 3

/** Make a finding of steps by what was seen after them. */
export function seenAfter(steps: readonly StepFacts[], cause: string): Finding {
  return toFinding(steps, cause, ({ step, index }) => lookId(step, index))
}

/** Make a finding of steps by what their tools gave. */
export function givenBy(steps: readonly StepFacts[], cause: string): Finding {
  return toFinding(steps, cause, ({ index }) => evidenceId(index, 'result'))
}

/** Make a finding of the end of a run. */
export function atTheEnd({ steps }: Run, cause: string): Finding {
  return seenAfter(steps.slice(-1), cause)
}

function toFinding(steps: readonly StepFacts[], cause: string, idOf: (facts: StepFacts) => string): Finding {
  return {
    critical: steps[0]?.index ?? null,
    steps: steps.map(({ index }) => index),
    evidence: steps.slice(0, mostEvidence).map(idOf),
    cause,
  }
}
