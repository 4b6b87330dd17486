import { z } from 'zod'

/** The version of the file of a label. */
const labelFormatVersion = 1

/** The label of one person for one step. `index` counts from 0. */
const StepLabel = z.looseObject({
  index: z.number().int().nonnegative(),
  flag: z.enum(['good', 'bad', 'unsure']),
  comment: z.string().optional(),
})

/**
 * The label of one person for a recording: `labels/<annotator>.json`. `process` is the share of the work that was done
 * well, 0 to 1; null stands for what was not judged. `blind`: the verdicts of judges were hidden until it was saved;
 * `verdictsSeen` names those that were not. `savedAt` is ISO, UTC.
 */
export const HumanLabel = z.looseObject({
  formatVersion: z.literal(labelFormatVersion),
  annotator: z.string().min(1),
  blind: z.boolean(),
  outcome: z.enum(['success', 'failure', 'unsure']).nullable(),
  process: z.number().min(0).max(1).nullable(),
  comment: z.string(),
  steps: z.array(StepLabel),
  verdictsSeen: z.array(z.string()),
  savedAt: z.iso.datetime({ offset: true }),
})
export type HumanLabel = z.infer<typeof HumanLabel>
