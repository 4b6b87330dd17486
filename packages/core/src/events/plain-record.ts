import { z } from 'zod'
import { isRecord } from '../values/fields.ts'

/**
 * An object of plain data, taken as it is. Not `z.record`, which leaves out a key `__proto__`: what was recorded under
 * that name is data like any other.
 */
export const PlainRecord = z.custom<Record<string, unknown>>(isRecord, { error: 'Invalid input: expected record' })
