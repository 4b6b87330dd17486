import { z } from 'zod'

/**
 * An object of plain data, taken as it is. Not `z.record`, which leaves out a key `__proto__`: what was recorded under
 * that name is data like any other.
 */
export const PlainRecord = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  { error: 'Invalid input: expected record' },
)
