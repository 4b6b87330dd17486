import {
  assertKnownOptions,
  present,
  type Model,
  type ModelPart,
  type ModelReply,
  type ModelRequest,
  type Usage,
} from '@contrail/core'
import { guardModel } from './call/guard-model.ts'

/**
 * A language model of the AI SDK by its structure: specification v2 (AI SDK 5), v3 (6) or v4 (7), e.g. what `openai('gpt-5-mini')`
 * of `@ai-sdk/openai` gives.
 */
export interface AiSdkLanguageModel {
  readonly specificationVersion: string
  readonly provider: string
  readonly modelId: string
  doGenerate(options: never): PromiseLike<unknown>
}

/**
 * Make a model of one of the AI SDK, called directly: no telemetry, no retries and no tools of `ai` take part, and `ai` is not
 * imported. Its id is `<provider>:<modelId>`.
 *
 * @param options.timeoutMs how long a call may take; default 120,000
 * @throws {TypeError} for what is no such model, or of a specification that is not known
 *
 * @example
 * ```ts
 * const judge = aiSdkModel(openai('gpt-5-mini'))
 * ```
 */
export function aiSdkModel(model: AiSdkLanguageModel, options: { timeoutMs?: number } = {}): Model {
  assertKnownOptions('aiSdkModel', options, ['timeoutMs'])
  assertAiSdkModel(model)
  const generate = model.doGenerate.bind(model) as (options: object) => PromiseLike<unknown>
  const isTagged = model.specificationVersion === 'v4'
  return guardModel(
    `${model.provider}:${model.modelId}`,
    async (request, abortSignal) => toReply(await generate({ ...toCall(request, isTagged), abortSignal }), request),
    options,
  )
}

const versions: readonly string[] = ['v2', 'v3', 'v4']

function assertAiSdkModel(model: AiSdkLanguageModel): void {
  const fields: Record<string, unknown> | null | undefined = model as never
  const version = fields?.['specificationVersion']
  if (typeof fields?.['doGenerate'] === 'function' && versions.includes(String(version))) return
  const got = typeof model === 'string' ? 'its name alone' : `specification ${String(version)}`
  throw new TypeError(`expected a language model of the AI SDK, specification ${versions.join(', ')}, got ${got}`)
}

function toCall({ system, parts, schema, signal: _, ...settings }: ModelRequest, isTagged: boolean): object {
  const content = parts.map((part) => toContent(part, isTagged))
  return {
    prompt: [...(system === undefined ? [] : [{ role: 'system', content: system }]), { role: 'user', content }],
    ...settings,
    ...(schema && { responseFormat: { type: 'json', schema: schema.schema, name: schema.name } }),
  }
}

function toContent(part: ModelPart, isTagged: boolean): object {
  if (part.type === 'text') return part
  const { bytes, mediaType } = part
  return { type: 'file', mediaType, data: isTagged ? { type: 'data', data: bytes } : bytes }
}

/** As much of a result as all three specifications have, v3 and v4 in objects where v2 has plain values. */
interface AiSdkResult {
  readonly content?: readonly { readonly type?: unknown; readonly text?: unknown }[]
  /** v4: what to parse, where that is not all texts together */
  readonly structuredOutputText?: unknown
  readonly finishReason?: unknown
  readonly usage?: Readonly<Record<string, unknown>>
  readonly response?: { readonly modelId?: unknown }
}

function toReply(given: unknown, { schema }: ModelRequest): unknown {
  if (typeof given !== 'object' || given === null) return given
  const { content = [], structuredOutputText, finishReason, usage = {}, response } = given as AiSdkResult
  const texts = content.flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : []))
  const isStructured = schema !== undefined && typeof structuredOutputText === 'string'
  return {
    text: isStructured ? structuredOutputText : texts.join(''),
    usage: toUsage(usage),
    finish: toFinish(finishReason),
    modelId: response?.modelId,
  }
}

function toUsage(usage: Readonly<Record<string, unknown>>): Partial<Usage> {
  return present({
    input_tokens: count(usage['inputTokens'], 'total'),
    output_tokens: count(usage['outputTokens'], 'total'),
    reasoning_tokens: count(usage['outputTokens'], 'reasoning') ?? count(usage['reasoningTokens'], 'total'),
    cached_input_tokens: count(usage['inputTokens'], 'cacheRead') ?? count(usage['cachedInputTokens'], 'total'),
  })
}

/** A number of v2 is the total; v3 and v4 have an object of numbers, of which any may be missing. */
function count(tokens: unknown, field: string): number | undefined {
  const value: unknown =
    typeof tokens === 'object' && tokens !== null ? Reflect.get(tokens, field) : field === 'total' ? tokens : undefined
  return typeof value === 'number' && value >= 0 ? value : undefined
}

function toFinish(reason: unknown): ModelReply['finish'] {
  const unified: unknown = typeof reason === 'object' && reason !== null ? Reflect.get(reason, 'unified') : reason
  if (unified === 'stop' || unified === 'length') return unified
  return unified === 'content-filter' ? 'filtered' : 'other'
}
