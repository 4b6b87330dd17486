import { PlainRecord } from '@contrail/core'
import { z } from 'zod'

/** A value that stands in JSON only where there is one. */
const absent = <Schema extends z.ZodType>(schema: Schema): z.ZodOptional<z.ZodNullable<Schema>> =>
  schema.nullable().optional()

/**
 * One turn of a session: what was asked, what the model said, a tool it called, what that gave. `tokens` are counted by whoever
 * recorded it, `duration_ms` is in ms. A record, not a component: turns stand in `Trajectory` as JSON.
 */
export const Turn = z.strictObject({
  role: z.enum(['user', 'assistant', 'tool_call', 'tool_result', 'system']),
  content: z.string().default(''),
  tool_name: absent(z.string()),
  tool_input: z.unknown().optional(),
  tool_output: z.unknown().optional(),
  tokens: z.int().nonnegative().default(0),
  duration_ms: z.number().nonnegative().default(0),
  error: absent(z.string()),
  metadata: absent(PlainRecord),
})
export type Turn = z.infer<typeof Turn>

/** A turn as it may be given: only `role` is needed. */
export type TurnInput = z.input<typeof Turn>
