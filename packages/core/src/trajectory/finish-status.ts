import { z } from 'zod'

/** The ends of a run that says so itself: what `finish()` can be given. */
export const FinishStatus = z.enum(['complete', 'aborted', 'stalled', 'error'])
export type FinishStatus = z.infer<typeof FinishStatus>
