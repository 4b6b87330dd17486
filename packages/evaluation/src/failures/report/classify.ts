import { assertKnownOptions, type AttachmentReference, type ImageReference, type Trajectory } from '@contrail/core'
import { lookUpClaims } from '../../grounding/ground-claims.ts'
import type { ActionKind } from '../../run/action-kinds.ts'
import { readRun, type Run } from '../../run/run.ts'
import { rounded } from '../../run/texts.ts'
import { describeClass, failureClasses, type FailureClass, type FailureCode, type RunClass } from '../classes.ts'
import type { Finding, Judging, Rule } from '../finding.ts'
import { blocked } from '../rules/blocked.ts'
import { fabricated, prematureStop, wrongPage } from '../rules/ending.ts'
import { blindWrite, hallucinatedCode, neverTested, wrongFiles } from '../rules/files.ts'
import { contextOverflow, criticalPoint } from '../rules/limits.ts'
import { actingBlind, neverVerified } from '../rules/looking.ts'
import { errorCascade, looping, stagnation } from '../rules/repetition.ts'
import { security } from '../rules/security.ts'
import { scoreOf, type ScoreSources } from '../score.ts'

/** Options of a classification, beside the trajectory. */
export interface ClassifyOptions extends ScoreSources {
  /** Kinds of action names of your own, beside `defaultActionKinds`. */
  readonly actionKinds?: Readonly<Record<string, ActionKind>> | undefined
  /** The tokens that the model can be given. Without it only an error tells that they were too many. */
  readonly contextLimitTokens?: number | undefined
  /** Gives the bytes of a content that a recording keeps as an attachment. Without it, or where it throws a ContrailError, such code is not searched. */
  readonly readAttachment?: ((reference: AttachmentReference) => Uint8Array | undefined) | undefined
}

const classifyOptions: readonly (keyof ClassifyOptions)[] = [
  ...(['score', 'verdict', 'successScore', 'actionKinds', 'contextLimitTokens', 'readAttachment'] as const),
]

/** One failure of a run, with the steps that show it. */
export interface Failure {
  readonly class: FailureClass
  /** A warning is what a run that succeeded did not need to do. */
  readonly severity: 'failure' | 'warning'
  /** From 0 to 1, the same for all failures of a class. */
  readonly confidence: number
  /** The step at which it went wrong, from 0; null in a run without steps. */
  readonly critical_step: number | null
  readonly steps: readonly number[]
  /** At most 3 evidence ids, `<step>:<frame|aria|result>`. */
  readonly evidence: readonly string[]
  readonly root_cause: string
  readonly remediation: string
  readonly code: FailureCode
}

/** The report of how a run went wrong, if it did. */
export interface FailureReport {
  readonly primary: RunClass
  /** With 3 digits; null where nobody gave one. */
  readonly score: number | null
  readonly succeeded: boolean
  /** The primary first. */
  readonly failures: readonly Failure[]
}

/**
 * Classify how a run went wrong, by rules that cite steps. No model is asked, nothing is guessed: a run that did not succeed
 * and breaks no rule is UNKNOWN. Pure, linear in the length of the run, and total: no trajectory makes it throw.
 *
 * @example
 * ```ts
 * const { primary, failures } = classifyFailures(await readTrajectory(directory))
 * console.log(primary, failures[0]?.root_cause)
 * ```
 */
export function classifyFailures(trajectory: Trajectory<ImageReference>, options: ClassifyOptions = {}): FailureReport {
  assertKnownOptions('classifyFailures', options, classifyOptions)
  const { score, succeeded } = scoreOf(trajectory, options)
  const run = readRun(trajectory, options.actionKinds)
  const { contextLimitTokens, readAttachment } = options
  const found = new Map<FailureClass, Finding>()
  const judging: Judging = { succeeded, contextLimitTokens, readAttachment, found: new Set() }
  for (const [name, rule] of rulesFor(run)) {
    const finding = rule(run, { ...judging, found: new Set(found.keys()) })
    if (finding) found.set(name, finding)
  }
  const failures = [...found].map(([name, finding]) => toFailure(name, finding, succeeded)).toSorted(bySeverity)
  const [first] = failures
  const primary = first?.severity === 'failure' ? first.class : succeeded ? 'CORRECT' : 'UNKNOWN'
  return { primary, score: score === null ? null : rounded(score), succeeded, failures }
}

/** The rules in the order of their classes. */
function rulesFor({ trajectory }: Run): [FailureClass, Rule][] {
  const looked = lookUpClaims(trajectory)
  const isKnownFromAfter = (step: number): boolean =>
    looked.claims.some(({ firstStep }) => firstStep !== undefined && firstStep >= step)
  const rules: Readonly<Record<FailureClass, Rule>> = {
    LOOPING_BEHAVIOR: looping,
    STAGNATION: stagnation,
    TOOL_ERROR_CASCADE: errorCascade,
    BLOCKED: blocked,
    ACT_WITHOUT_OBSERVING: actingBlind,
    WRONG_PAGE: wrongPage,
    FABRICATED_ANSWER: (run) => fabricated(run, looked),
    NEVER_VERIFIED: (run) => neverVerified(run, isKnownFromAfter),
    PREMATURE_STOP: prematureStop,
    CONTEXT_OVERFLOW: contextOverflow,
    CRITICAL_POINT_VIOLATION: criticalPoint,
    SECURITY_VIOLATION: security,
    WRONG_FILE_NAVIGATION: wrongFiles,
    BLIND_WRITE: blindWrite,
    HALLUCINATED_CODE: hallucinatedCode,
    NEVER_TESTED: neverTested,
  }
  return Object.entries(rules) as [FailureClass, Rule][]
}

/** Success excuses all but what may never be done. */
const neverExcused: ReadonlySet<FailureClass> = new Set(['CRITICAL_POINT_VIOLATION', 'SECURITY_VIOLATION'])

function toFailure(name: FailureClass, { critical, steps, evidence, cause }: Finding, succeeded: boolean): Failure {
  const { confidence, remediation, code } = describeClass(name)
  return {
    class: name,
    severity: succeeded && !neverExcused.has(name) ? 'warning' : 'failure',
    confidence,
    critical_step: critical,
    steps,
    evidence,
    root_cause: cause,
    remediation,
    code,
  }
}

function bySeverity(one: Failure, other: Failure): number {
  if (one.severity !== other.severity) return one.severity === 'failure' ? -1 : 1
  const [first, second] = [one.critical_step ?? Infinity, other.critical_step ?? Infinity]
  return first === second ? failureClasses.indexOf(one.class) - failureClasses.indexOf(other.class) : first - second
}
