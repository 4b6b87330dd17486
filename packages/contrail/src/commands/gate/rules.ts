import { matchesGlob, type Step, type Trajectory } from '@contrail/core'
import type { VerdictWord } from '../choose-runs.ts'
import { tokensOf } from '../facts/cost.ts'
import type { KnownRun, RunFacts } from '../facts/run-facts.ts'

/** Limits that recordings are held against. What is absent is no rule. */
export interface GateRules {
  readonly status?: readonly string[] | undefined
  readonly verdict?: VerdictWord | undefined
  readonly maxSteps?: number | undefined
  readonly maxFailed?: number | undefined
  readonly maxGaps?: number | undefined
  /** Tokens in and out together. */
  readonly maxTokens?: number | undefined
  readonly maxDurationMs?: number | undefined
  /** US dollars. */
  readonly maxCost?: number | undefined
  /** `<action glob> <target glob>`; without a target any. */
  readonly forbid?: readonly string[] | undefined
}

/** A rule that a recording breaks: its option, its limit, what was there, and the steps that broke it, from 0. */
export interface BrokenRule {
  readonly rule: string
  readonly limit: number | string
  /** `unknown` where what is limited was never recorded. Durations are in ms. */
  readonly got: number | string
  readonly steps: readonly number[]
}

/** Hold a run against the rules, all of them: none that is broken hides another. */
export async function findBroken(run: KnownRun, rules: GateRules): Promise<BrokenRule[]> {
  const { describeAim } = await import('@contrail/viewer/run-view')
  const { facts, failed, trajectory } = run
  const { cost, durationMs, counts } = facts
  const beyond = [...trajectory.steps.keys()].slice(rules.maxSteps)
  const withGaps = [...new Set(facts.gaps.flatMap(({ stepIndex }) => stepIndex ?? []))]
  return [
    ...ofStatus(facts, rules.status),
    ...ofVerdict(facts, rules.verdict),
    ...above('--max-steps', rules.maxSteps, counts.steps, beyond),
    ...above('--max-failed', rules.maxFailed, counts.failed, failed),
    ...above('--max-gaps', rules.maxGaps, counts.gaps, withGaps),
    ...above('--max-tokens', rules.maxTokens, knownTokens(run, rules.maxTokens)),
    ...above('--max-duration', rules.maxDurationMs, durationMs),
    ...above('--max-cost', rules.maxCost, cost.usd),
    ...(rules.forbid ?? []).flatMap((pattern) => ofForbidden(trajectory, pattern, describeAim)),
  ]
}

/** The word for what verdicts say of a run; one that is broken says nothing. */
function verdictOf({ verdicts }: Pick<RunFacts, 'verdicts'>): VerdictWord {
  const outcomes = verdicts.flatMap(({ outcomeSuccess }) => outcomeSuccess ?? [])
  if (outcomes.length === 0) return 'none'
  return outcomes.every(Boolean) ? 'yes' : 'no'
}

function ofStatus({ status }: RunFacts, wanted: readonly string[] | undefined): BrokenRule[] {
  if (!wanted || wanted.includes(status)) return []
  return [{ rule: '--status', limit: wanted.join(','), got: status, steps: [] }]
}

/** A judge that cannot be read may have said no. */
function ofVerdict(facts: RunFacts, wanted: VerdictWord | undefined): BrokenRule[] {
  const said = verdictOf(facts)
  const isUnread = facts.verdicts.some(({ problem }) => problem !== undefined)
  const got = isUnread && said !== 'no' ? 'unreadable' : said
  return wanted === undefined || got === wanted ? [] : [{ rule: '--verdict', limit: wanted, got, steps: [] }]
}

/**
 * The tokens of a run, in and out together; null where they are not known. Those of a run whose calls did not all tell theirs are
 * at least so many: enough to break a limit, and never enough to keep one.
 */
function knownTokens({ facts: { usage }, trajectory }: KnownRun, limit = 0): number | null {
  if (usage === null) return null
  const total = tokensOf(usage)
  const told = trajectory.turns.filter((turn) => turn.usage?.input_tokens !== undefined)
  const inTurns = told.reduce((sum, turn) => sum + tokensOf(turn.usage), 0)
  const isWhole = told.length === trajectory.turns.length || total > inTurns
  return isWhole || total > limit ? total : null
}

/** A limit on what was never recorded cannot be kept. */
function above(
  rule: string,
  limit: number | undefined,
  got: number | null,
  steps: readonly number[] = [],
): BrokenRule[] {
  if (limit === undefined || (got !== null && got <= limit)) return []
  return [{ rule, limit, got: got ?? 'unknown', steps: got === null ? [] : steps }]
}

function ofForbidden({ steps }: Trajectory, pattern: string, aimOf: (step: Step) => string): BrokenRule[] {
  const [, action = '', target = '*'] = /^(\S+)(?:\s+(.*))?$/s.exec(pattern.trim()) ?? []
  const found = steps.flatMap((step, index) => {
    const { selector, name } = step.target ?? {}
    const aims = [aimOf(step), selector, name].filter((aim) => aim !== undefined)
    return matchesGlob(action, step.actionName) && aims.some((aim) => matchesGlob(target, aim)) ? [index] : []
  })
  return found.length === 0 ? [] : [{ rule: '--forbid', limit: pattern, got: found.length, steps: found }]
}
