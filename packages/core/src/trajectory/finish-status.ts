import { z } from 'zod'

/** How a run can end when it says so itself: what `finish()` can be told. */
export const FinishStatus = z.enum(['complete', 'aborted', 'stalled', 'error'])
export type FinishStatus = z.infer<typeof FinishStatus>
