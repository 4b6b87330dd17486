import { z } from 'zod'
import { defineComponent } from './component.ts'

/**
 * One technique on the trajectory of its entity: `technique` names it, `description` says what is asked. `score` is null until it
 * is judged, and where it could not be: then `error` says why. `labeler` names who judged, with the version; `sampled` says whether
 * the last draw took it.
 */
export const Label = defineComponent(
  'Label',
  z.object({
    technique: z.string().default(''),
    description: z.string().default(''),
    value: z.string().default(''),
    score: z.number().nullable().default(null),
    rationale: z.string().default(''),
    sampled: z.boolean().default(true),
    labeler: z.string().default(''),
    error: z.string().default(''),
  }),
)

/** A reward of a trajectory. `step` counts from 0; null is the whole. */
export const Reward = defineComponent(
  'Reward',
  z.object({
    name: z.string().default(''),
    value: z.number().default(0),
    step: z.int().nonnegative().nullable().default(null),
  }),
)
