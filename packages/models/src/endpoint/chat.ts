import {
  ContrailError,
  encodeBase64,
  type ModelPart,
  type ModelReply,
  type ModelRequest,
  type ModelSchema,
} from '@contrail/core'
import { z } from 'zod'

/** One message of a chat, as OpenAI's API has it. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string | readonly object[]
}

/** The way in which a server is given a schema: by a field of its API, or in words. */
export type SchemaForm = 'field' | 'words'

/** The messages of a question. */
export function toMessages({ system, parts, schema }: ModelRequest, form: SchemaForm): Message[] {
  const words = schema !== undefined && form === 'words' ? [schemaInWords(schema)] : []
  const instructions = [...(system === undefined ? [] : [system]), ...words].join('\n\n')
  const [only] = parts
  // Small servers know texts and no lists.
  const content = parts.length === 1 && only?.type === 'text' ? only.text : parts.map(toContent)
  return [
    ...(instructions === '' ? [] : [{ role: 'system', content: instructions } as const]),
    { role: 'user', content },
  ]
}

/** The body of a request. */
export function toBody(model: string, request: ModelRequest, messages: readonly Message[], form: SchemaForm): object {
  const { schema, maxOutputTokens, temperature, seed } = request
  const asField = schema !== undefined && form === 'field'
  return {
    model,
    messages,
    ...(maxOutputTokens !== undefined && { max_tokens: maxOutputTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(seed !== undefined && { seed }),
    ...(asField && {
      response_format: { type: 'json_schema', json_schema: { name: schema.name, schema: schema.schema } },
    }),
  }
}

function schemaInWords({ name, schema }: ModelSchema): string {
  return `Answer with one JSON value and nothing else. It must fit this JSON schema, "${name}":\n${JSON.stringify(schema)}`
}

function toContent(part: ModelPart): object {
  if (part.type === 'text') return part
  return { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${encodeBase64(part.bytes)}` } }
}

const Tokens = z.number().nonnegative().optional().catch(undefined)

/** As much of an answer as is read; servers leave out what they do not know. */
const Completion = z.object({
  model: z.string().optional().catch(undefined),
  choices: z.tuple(
    [
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    ],
    z.unknown(),
  ),
  usage: z
    .object({
      prompt_tokens: Tokens,
      completion_tokens: Tokens,
      prompt_tokens_details: z.object({ cached_tokens: Tokens }).nullish().catch(undefined),
      completion_tokens_details: z.object({ reasoning_tokens: Tokens }).nullish().catch(undefined),
      // OpenRouter says what a call cost, in dollars.
      cost: Tokens,
    })
    .nullish()
    .catch(undefined),
})

/**
 * The reply in an answer of a server.
 *
 * @throws {ContrailError} MODEL_REFUSED where the model refuses, MODEL_UNAVAILABLE for what is no chat completion
 */
export function fromCompletion(id: string, body: unknown): ModelReply {
  const read = Completion.safeParse(body)
  if (!read.success) throw new ContrailError('MODEL_UNAVAILABLE', `${id} gave no chat completion`, { details: { id } })
  const { choices, usage, model } = read.data
  const [{ message, finish_reason: reason }] = choices
  if (message.refusal)
    throw new ContrailError('MODEL_REFUSED', `${id} refuses: ${message.refusal}`, { details: { id } })
  const reasoning = usage?.completion_tokens_details?.reasoning_tokens
  const cached = usage?.prompt_tokens_details?.cached_tokens
  return {
    text: message.content ?? '',
    usage: {
      input_tokens: usage?.prompt_tokens ?? 0,
      output_tokens: usage?.completion_tokens ?? 0,
      ...(reasoning !== undefined && { reasoning_tokens: reasoning }),
      ...(cached !== undefined && { cached_input_tokens: cached }),
    },
    finish: reason === 'stop' || reason === 'length' ? reason : reason === 'content_filter' ? 'filtered' : 'other',
    ...(usage?.cost !== undefined && { costUsd: usage.cost }),
    ...(model !== undefined && { modelId: model }),
  }
}
