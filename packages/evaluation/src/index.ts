export { defaultActionKinds, type ActionKind } from './run/action-kinds.ts'
export { failureClasses, type FailureClass, type FailureCode, type RunClass } from './failures/classes.ts'
export { classifyFailures, type ClassifyOptions, type Failure, type FailureReport } from './failures/report/classify.ts'
export { newestVerdict, type ScoreSources } from './failures/score.ts'
export { groundClaims, type ClaimReport, type GroundedClaim } from './grounding/ground-claims.ts'
export type { ClaimKind } from './grounding/claims.ts'
export { defaultTemplate, strategyTemplates, type StrategyTemplate } from './plan/templates.ts'
export {
  generateImprovementPlan,
  type ImprovementPlan,
  type PlanInput,
  type PlannedStep,
  type Templates,
} from './plan/plan.ts'
export { improvementPlan, type PlanOptions } from './plan/of-trajectory.ts'
export { buildRetrySystemPrompt, buildRetryUserContext, removeRetryFeedback } from './plan/prompts.ts'
export { createSelfImprovementEngine, type SelfImprovementEngine } from './plan/engine.ts'
export { compareAttempts, type CompareOptions, type RetryResult } from './attempts/compare-attempts.ts'
export { attemptOf, type AttemptLink } from './attempts/links.ts'
export {
  createRetryLoop,
  type Attempt,
  type AttemptInput,
  type AttemptOutcome,
  type AttemptRecorder,
  type AttemptStore,
  type RetryLoop,
  type RetryLoopOptions,
  type RetryLoopResult,
  type StoredAttempt,
} from './attempts/retry-loop.ts'
