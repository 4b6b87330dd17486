import { describeIssue, type ModelSchema } from '@contrail/core'
import { z } from 'zod'

const Reply = z.object({ value: z.string(), score: z.number(), rationale: z.string().default('') })

/** A judgement as a model gives it. */
export type Reply = z.output<typeof Reply>

/** The shape that a model is asked for. */
export const replySchema: ModelSchema = {
  name: 'label',
  schema: {
    type: 'object',
    properties: { value: { type: 'string' }, score: { type: 'number' }, rationale: { type: 'string' } },
    required: ['value', 'score', 'rationale'],
    additionalProperties: false,
  },
}

/**
 * Read what a model answered: JSON of the schema, also in a code block, or lines that begin with `VALUE:`, `SCORE:` and `RATIONALE:`.
 *
 * @throws {TypeError} that says what of it cannot be read
 */
export function parseReply(text: string): Reply {
  const json = parseJson(withoutCodeBlock(text.trim()))
  const { data, error } = Reply.safeParse(json ?? readLines(text))
  if (data) return data
  throw new TypeError(`the reply cannot be read: ${describeIssue(error)}`)
}

function parseJson(text: string): unknown {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined // then it is read as lines
  }
}

function withoutCodeBlock(text: string): string {
  const firstLine = text.indexOf('\n')
  if (!text.startsWith('```') || !text.endsWith('```') || firstLine < 0) return text
  return text.slice(firstLine, -'```'.length).trim()
}

const keys = ['VALUE:', 'SCORE:', 'RATIONALE:'] as const

/** A text goes on over the lines after its own, up to the next key. */
function readLines(text: string): { value?: string; score?: number; rationale?: string } {
  const found = new Map<string, string>()
  let current: string | undefined
  for (const line of text.split('\n')) {
    const trimmed = line.trim()
    const key = keys.find((each) => trimmed.toUpperCase().startsWith(each))
    if (key) found.set(key, trimmed.slice(key.length).trim())
    else if (current !== undefined) found.set(current, `${found.get(current)}\n${line}`.trim())
    current = key ?? current
  }
  const [value, score, rationale] = keys.map((key) => found.get(key))
  return {
    ...(value === undefined ? {} : { value }),
    // An empty text would be 0.
    ...(score === undefined || score === '' ? {} : { score: Number(score) }),
    ...(rationale === undefined ? {} : { rationale }),
  }
}
