import { z } from 'zod'

/** Points earned for one criterion, from 0 to `maxPoints`; null means the evidence did not suffice to say. */
const CriterionScore = z.looseObject({
  criterion: z.string(),
  maxPoints: z.number(),
  earnedPoints: z.number().nullable(),
  explanation: z.string().optional(),
  conditionMet: z.boolean().optional(),
  evidenceInsufficient: z.boolean().optional(),
})

const Finding = z.looseObject({
  category: z.string(),
  severity: z.enum(['info', 'warning', 'blocking']),
  description: z.string(),
  suggestedAction: z.string().optional(),
  relatedSteps: z.array(z.number().int().nonnegative()).optional(),
})

/** The earliest step that went wrong, with a code of the failure taxonomy ("1.1" to "8.6"). `stepIndex` counts from 0. */
const FirstPointOfFailure = z.looseObject({
  stepIndex: z.number().int().nonnegative(),
  errorCode: z.string(),
  category: z.string(),
  description: z.string().optional(),
})

/**
 * The verdict of a judge on a trajectory: Stagehand's `EvaluationResult`, so that its scores and ours are one format.
 * `processScore` is the earned share of the points, 0 to 1. Unknown keys are kept.
 */
export const Verdict = z.looseObject({
  outcomeSuccess: z.boolean(),
  explanation: z.string().optional(),
  processScore: z.number().optional(),
  perCriterion: z.array(CriterionScore).optional(),
  firstPointOfFailure: FirstPointOfFailure.optional(),
  taskValidity: z.looseObject({ isAmbiguous: z.boolean(), isInvalid: z.boolean() }).optional(),
  evidenceInsufficient: z.array(z.string()).optional(),
  findings: z.array(Finding).optional(),
})
export type Verdict = z.infer<typeof Verdict>
