import { assertKnownOptions, type ImageReference, type Trajectory } from '@contrail/core'
import type { FailureReport } from '../failures/report/classify.ts'
import { improvementPlan, type PlanOptions } from './of-trajectory.ts'
import { generateImprovementPlan, type ImprovementPlan, type PlanInput } from './plan.ts'
import { buildRetrySystemPrompt, buildRetryUserContext, removeRetryFeedback } from './prompts.ts'
import { strategyTemplates, type StrategyTemplate } from './templates.ts'

/** All that turns a failure into the prompt of the next attempt, with templates of your own. */
export interface SelfImprovementEngine {
  /** The known templates, with yours in their place. */
  readonly templates: Readonly<Record<string, StrategyTemplate>>
  generateImprovementPlan(input: PlanInput): ImprovementPlan
  improvementPlan(
    trajectory: Trajectory<ImageReference>,
    report: FailureReport,
    options?: Omit<PlanOptions, 'templates'>,
  ): ImprovementPlan
  buildRetrySystemPrompt(base: string, plan: ImprovementPlan): string
  buildRetryUserContext(plan: ImprovementPlan): string
  removeRetryFeedback(prompt: string): string
}

/**
 * Create an engine.
 *
 * @param options.templates by class, in place of the known ones or beside them
 */
export function createSelfImprovementEngine(options: Pick<PlanOptions, 'templates'> = {}): SelfImprovementEngine {
  assertKnownOptions('createSelfImprovementEngine', options, ['templates'])
  const templates = Object.freeze({ ...strategyTemplates, ...options.templates })
  return {
    templates,
    generateImprovementPlan: (input) => generateImprovementPlan(input, templates),
    improvementPlan: (trajectory, report, more) => improvementPlan(trajectory, report, { ...more, templates }),
    buildRetrySystemPrompt,
    buildRetryUserContext,
    removeRetryFeedback,
  }
}
