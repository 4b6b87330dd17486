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
export type { AttemptRecorder, AttemptStore, StoredAttempt } from './attempts/attempt-store.ts'
export type { AttemptInput, AttemptOutcome } from './attempts/agent-run.ts'
export {
  createRetryLoop,
  type Attempt,
  type RetryLoop,
  type RetryLoopOptions,
  type RetryLoopResult,
} from './attempts/retry-loop.ts'
export {
  compareAgents,
  type AgentComparison,
  type AgentFigure,
  type AgentMetric,
  type MetricComparison,
} from './attempts/compare-agents.ts'
export { openLessons, type Lesson, type Lessons, type RecalledLesson } from './attempts/lessons.ts'
export { detectStrategy, type Strategy, type StrategyReport } from './measures/strategy.ts'
export { processMetrics, type ProcessMetrics } from './measures/process-metrics.ts'
