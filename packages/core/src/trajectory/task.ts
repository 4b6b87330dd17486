import { isRecord } from '../values/fields.ts'
import { z } from 'zod'

/** Points as datasets write them: a number, or `""` where nobody has given any yet. */
const Points = z.union([z.number(), z.null(), z.literal('').transform(() => null)])

type PointsInput = number | null | '' | undefined

/** A criterion as it may be given, in either spelling. */
type RubricCriterionInput = {
  criterion: string
  description: string
  condition?: string | undefined
  maxPoints?: number | undefined
  max_points?: number | undefined
  earnedPoints?: PointsInput
  earned_points?: PointsInput
  [ownKey: string]: unknown
}

type RubricInput = { items: readonly RubricCriterionInput[]; [ownKey: string]: unknown } | null | undefined

/** A task as it may be given; unknown keys are kept. */
type TaskSpecInput = {
  id: string
  instruction: string
  initUrl?: string | undefined
  precomputedRubric?: RubricInput
  precomputed_rubric?: RubricInput
  expectedAnswer?: string | undefined
  [ownKey: string]: unknown
}

const RubricItem = z.looseObject({
  criterion: z.string().min(1),
  description: z.string(),
  condition: z.string().optional(),
})

/**
 * One criterion of a rubric. Datasets spell the maximum `max_points`; here it is always `maxPoints`
 * (points, a finite number). `earnedPoints` is null until somebody judged it.
 */
export const RubricCriterion = z.preprocess(
  (raw: RubricCriterionInput): unknown => (isRecord(raw) ? respell(raw) : raw),
  RubricItem.extend({
    maxPoints: z.number(),
    earnedPoints: Points.optional(),
  }),
)
export type RubricCriterion = z.infer<typeof RubricCriterion>

/** The demands on a good run, criterion by criterion. */
export const Rubric = z.looseObject({ items: z.array(RubricCriterion) })
export type Rubric = z.infer<typeof Rubric>

/**
 * The task an agent works on. `id` names the directory; the original is kept whatever it holds.
 * `precomputedRubric` is also read from `precomputed_rubric`; null there means that nobody has written one.
 */
export const TaskSpec = z.preprocess(
  (raw: TaskSpecInput): unknown => {
    if (!isRecord(raw)) return raw
    const { precomputed_rubric: datasetRubric, precomputedRubric: rubric = datasetRubric, ...rest } = raw
    return rubric === undefined || rubric === null ? rest : { ...rest, precomputedRubric: rubric }
  },
  z.looseObject({
    id: z.string().min(1),
    instruction: z.string(),
    initUrl: z.string().optional(),
    precomputedRubric: Rubric.optional(),
    expectedAnswer: z.string().optional(),
  }),
)
export type TaskSpec = z.infer<typeof TaskSpec>

function respell(raw: Record<string, unknown>): Record<string, unknown> {
  const { max_points: maxPoints, earned_points: earnedPoints, ...rest } = raw
  return {
    ...(maxPoints === undefined ? {} : { maxPoints }),
    ...(earnedPoints === undefined ? {} : { earnedPoints }),
    ...rest,
  }
}
