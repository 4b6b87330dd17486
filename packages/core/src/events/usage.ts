import { z } from 'zod'
import type { Known } from './event-fields.ts'

const Count = z.number().nonnegative().optional()
const CountOrNone = z.number().nonnegative().default(0)

const UsageFields = z.looseObject({
  input_tokens: Count,
  output_tokens: Count,
  reasoning_tokens: Count,
  cached_input_tokens: Count,
  inference_time_ms: Count,
})

/** Counts by the names that they have in the AI SDK, in its earlier versions, and in the API of OpenAI. */
const otherNames = {
  inputTokens: 'input_tokens',
  promptTokens: 'input_tokens',
  prompt_tokens: 'input_tokens',
  outputTokens: 'output_tokens',
  completionTokens: 'output_tokens',
  completion_tokens: 'output_tokens',
  reasoningTokens: 'reasoning_tokens',
  cachedInputTokens: 'cached_input_tokens',
} as const satisfies Record<string, keyof typeof UsageFields.shape>

type OtherNames = { readonly [Name in keyof typeof otherNames]?: number | undefined }

const usualNames: ReadonlyMap<string, string> = new Map(Object.entries(otherNames))

/** Token usage of a whole run, in the spelling of Stagehand and its data sets. Times in ms. */
export const Usage = UsageFields.extend({ input_tokens: CountOrNone, output_tokens: CountOrNone })
export type Usage = Known<z.infer<typeof Usage>>

/** Token usage of one model call, as an event tells it: what the AI SDK and the API of OpenAI call their counts is understood. */
export const ToldTurnUsage = z.preprocess(spell, UsageFields) as z.ZodType<z.infer<typeof UsageFields> & OtherNames>

/** Token usage of a whole run, as an event tells it. */
export const ToldUsage = z.preprocess(spell, Usage)

/** Give the counts their usual names. One that is there by its usual name stays, and one of a call that did not count is left out. */
function spell(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const fields = Object.entries(value)
  if (!fields.some(([name]) => usualNames.has(name))) return value
  const given = new Map(fields)
  const named = fields.flatMap(([name, count]) => {
    const usual = usualNames.get(name)
    if (usual === undefined || given.get(usual) !== undefined || typeof count === 'object') return [[name, count]]
    return Number.isNaN(count) ? [] : [[usual, count]]
  })
  return Object.fromEntries(named)
}
