import { hash } from 'node:crypto'
import {
  isRecord,
  Sha256,
  toPlainValue,
  Usage,
  type ModelReply,
  type ModelRequest,
  type Redactor,
} from '@contrail/core'
import { z } from 'zod'

/** A question as it is kept: a picture by its hash, without the signal. */
const KeptRequest = z.object({
  system: z.string().optional(),
  parts: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('text'), text: z.string() }),
      z.object({ type: z.literal('image'), sha256: Sha256, mediaType: z.string() }),
    ]),
  ),
  schema: z.object({ name: z.string(), schema: z.record(z.string(), z.unknown()) }).optional(),
  maxOutputTokens: z.number().optional(),
  temperature: z.number().optional(),
  seed: z.number().optional(),
})
export type KeptRequest = z.infer<typeof KeptRequest>

/** One line of a cassette: one call. */
export const Entry = z.object({
  version: z.literal(1),
  /** of the question and the model's id */
  key: Sha256,
  /** of the question alone */
  requestKey: Sha256,
  /** the model's id */
  model: z.string(),
  /** without its secrets: the keys are of the question as it was asked */
  request: KeptRequest,
  reply: z.object({
    text: z.string(),
    usage: Usage,
    finish: z.enum(['stop', 'length', 'filtered', 'other']),
    costUsd: z.number().nonnegative().optional(),
    modelId: z.string().optional(),
  }),
})
export type Entry = z.infer<typeof Entry>

/** The keys by which a question is found again. Order of keys and what is undefined make no difference. */
export function keysOf(request: KeptRequest, model: string): Pick<Entry, 'key' | 'requestKey'> {
  return { key: hash('sha256', canonical({ model, request })), requestKey: hash('sha256', canonical(request)) }
}

/** A question without its pictures and its signal. */
export function toKept({ system, parts, schema, maxOutputTokens, temperature, seed }: ModelRequest): KeptRequest {
  return {
    ...(system !== undefined && { system }),
    parts: parts.map((part) =>
      part.type === 'text'
        ? { type: 'text', text: part.text }
        : { type: 'image', sha256: hash('sha256', part.bytes), mediaType: part.mediaType },
    ),
    ...(schema && { schema: { name: schema.name, schema: { ...schema.schema } } }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(seed !== undefined && { seed }),
  }
}

/** A question without secrets, as it may stand on a disk. */
export function withoutSecrets(request: KeptRequest, redactor: Redactor): KeptRequest {
  const { system, parts, schema } = request
  return {
    ...request,
    ...(system !== undefined && { system: redactor.text(system) }),
    parts: parts.map((part) => (part.type === 'text' ? { ...part, text: redactor.text(part.text) } : part)),
    ...(schema && {
      schema: { ...schema, schema: redactor.value(toPlainValue(schema.schema)) as Record<string, unknown> },
    }),
  }
}

/** A reply without secrets. */
export function replyWithoutSecrets(reply: ModelReply, redactor: Redactor): ModelReply {
  return { ...reply, text: redactor.text(reply.text) }
}

/** JSON with the keys of all objects in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1))) : inner,
  )
}
