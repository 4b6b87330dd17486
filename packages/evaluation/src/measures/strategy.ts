import type { ImageReference, Trajectory } from '@contrail/core'
import type { ActionKind } from '../run/action-kinds.ts'
import { readRun, type Run, type StepFacts } from '../run/run.ts'

/** The ways to go about a task that steps can tell apart. */
export type Strategy = 'targeted' | 'systematic_search' | 'exploration' | 'brute_force' | 'minimal_effort'

/** The report of how an agent went about its task. */
export interface StrategyReport {
  /** Null for a run without steps. */
  readonly strategy: Strategy | null
  /** The share of the steps that look, read, search or navigate, 0 to 1. */
  readonly exploration_ratio: number
  /** The share of the steps that repeat an earlier one exactly, 0 to 1. */
  readonly repetition_ratio: number
  /** Different files and addresses that it met. */
  readonly places: number
  /** Places it came back to after having been elsewhere. */
  readonly returns: number
}

const fewestSteps = 3

/**
 * Tell how an agent went about its task, from its steps alone: a score says how it ended, not how it was done. In this order:
 *
 * - `minimal_effort`: fewer than 3 steps, or none but navigation, reads of one place and the submission
 * - `brute_force`: at least 40 % of the steps repeat an earlier one exactly, or it failed and went on in at least 60 % of them
 * - `systematic_search`: at least 3 places (files and addresses) were met one after the other with at most one return for every 4, and at
 *   least half of the steps explore
 * - `exploration`: at least 60 % of the steps explore
 * - `targeted`: all else
 */
export function detectStrategy(
  trajectory: Trajectory<ImageReference>,
  options: { readonly actionKinds?: Readonly<Record<string, ActionKind>> | undefined } = {},
): StrategyReport {
  const { steps, pages } = readRun(trajectory, options.actionKinds)
  const count = steps.length
  const share = (part: number): number => (count === 0 ? 0 : part / count)
  const met = placesMet(steps, pages)
  const facts = {
    exploration_ratio: share(steps.filter(explores).length),
    repetition_ratio: share(count - new Set(steps.map(({ key }) => key)).size),
    places: new Set(met).size,
    returns: met.length - new Set(met).size,
  }
  const failed = share(steps.filter(({ ok }) => !ok).length)
  return { strategy: count === 0 ? null : strategyOf(steps, facts, failed), ...facts }
}

function strategyOf(steps: readonly StepFacts[], facts: Omit<StrategyReport, 'strategy'>, failed: number): Strategy {
  const { exploration_ratio: exploration, repetition_ratio: repetition, places, returns } = facts
  const works = steps.some(({ kind }) => kind === 'act' || kind === 'write' || kind === 'test' || kind === undefined)
  if (steps.length < fewestSteps || (!works && places <= 1 && repetition < 0.4)) return 'minimal_effort'
  if (repetition >= 0.4 || failed >= 0.6) return 'brute_force'
  if (places >= 3 && returns * 4 <= places && exploration >= 0.5) return 'systematic_search'
  return exploration >= 0.6 ? 'exploration' : 'targeted'
}

/** Tells whether a step finds out and changes nothing. */
function explores({ kind }: StepFacts): boolean {
  return kind === 'look' || kind === 'read' || kind === 'search' || kind === 'navigate'
}

/** The places of a run in order: the file of a step, else the page after it; a place that stays is met once. */
export function placesMet(steps: readonly StepFacts[], pages: Run['pages']): string[] {
  const met: string[] = []
  for (const { path, after } of steps) {
    const place = path ?? (after?.url === undefined ? undefined : pages.address(after.url))
    if (place !== undefined && place !== met.at(-1)) met.push(place)
  }
  return met
}
