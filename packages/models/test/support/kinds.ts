import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MockLanguageModelV3 } from 'ai-6/test'
import { MockLanguageModelV4 } from 'ai/test'
import type { Model, ModelReply, ModelRequest } from '@contrail/core'
import { aiSdkModel, cassetteModel, endpointModel, scriptedModel } from '@contrail/models'
import { hang, key, statusError, usage, type OtherSide, type Seen } from './behaviour.ts'
import { completion, openChatServer, send, type ChatBody } from './chat-server.ts'

/** A model with another side that a test can look at and steer. */
export interface Kind {
  readonly name: string
  open(other: OtherSide): Promise<AsyncDisposable & { readonly model: Model }>
}

/** The five kinds of models, that of the AI SDK in both versions. */
export const kinds: readonly Kind[] = [
  { name: 'scripted', open: async (other) => ({ model: openScripted(other), [Symbol.asyncDispose]: nothing }) },
  { name: 'cassette', open: openRecording },
  { name: 'endpoint', open: openEndpoint },
  { name: 'AI SDK 6', open: async (other) => ({ model: openAiSdk6(other), [Symbol.asyncDispose]: nothing }) },
  { name: 'AI SDK 7', open: async (other) => ({ model: openAiSdk7(other), [Symbol.asyncDispose]: nothing }) },
]

async function nothing(): Promise<void> {
  // There is nothing to close.
}

function openScripted(other: OtherSide): Model {
  return scriptedModel(async (request) => {
    const behaviour = other.see(seenOf(request))
    if (behaviour.does === 'fail') throw statusError(behaviour)
    if (behaviour.does === 'throw') throw new Error('out of order')
    if (behaviour.does === 'hang') return hang(other, request.signal)
    if (behaviour.does === 'answer with nothing') return JSON.parse('null') as ModelReply
    return { text: behaviour.text, usage, finish: behaviour.finish ?? 'stop', modelId: 'served-model' }
  })
}

async function openRecording(other: OtherSide): Promise<AsyncDisposable & { readonly model: Model }> {
  const directory = await mkdtemp(join(tmpdir(), 'contrail-cassette-'))
  return {
    model: cassetteModel({ file: join(directory, 'kind.cassette.jsonl'), model: openScripted(other) }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}

function seenOf({ system, parts, schema, maxOutputTokens, temperature, seed }: ModelRequest): Seen {
  return {
    system,
    texts: parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])),
    images: parts.flatMap((part) =>
      part.type === 'image' ? [{ mediaType: part.mediaType, bytes: [...part.bytes] }] : [],
    ),
    schema,
    maxOutputTokens,
    temperature,
    seed,
  }
}

async function openEndpoint(other: OtherSide): Promise<AsyncDisposable & { readonly model: Model }> {
  const server = await openChatServer(({ body }, response) => {
    const behaviour = other.see(seenByServer(body))
    response.on('close', () => {
      if (!response.writableFinished) other.hungUp.resolve()
    })
    if (behaviour.does === 'fail') return send(response, { error: { message: behaviour.message } }, behaviour.status)
    if (behaviour.does === 'throw') return response.destroy()
    if (behaviour.does === 'answer with nothing') return send(response, completion(null))
    if (behaviour.does === 'hang') return undefined
    const counted = {
      prompt_tokens: usage.input_tokens,
      completion_tokens: usage.output_tokens,
      prompt_tokens_details: { cached_tokens: usage.cached_input_tokens },
      completion_tokens_details: { reasoning_tokens: usage.reasoning_tokens },
    }
    const reason = behaviour.finish === 'filtered' ? 'content_filter' : (behaviour.finish ?? 'stop')
    return send(response, completion(behaviour.text, { usage: counted }, reason))
  })
  return {
    model: endpointModel({ url: server.origin, model: 'asked-model', key }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

function seenByServer({ messages, response_format: format, max_tokens, temperature, seed }: ChatBody): Seen {
  const contentOf = (role: string) => messages.find((message) => message.role === role)?.content
  const user = contentOf('user') ?? []
  const parts = typeof user === 'string' ? [{ type: 'text', text: user } as const] : user
  return {
    system: contentOf('system') as string | undefined,
    texts: parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])),
    images: parts.flatMap((part) => (part.type === 'image_url' ? [readDataUrl(part.image_url.url)] : [])),
    schema: format && { name: format.json_schema.name, schema: format.json_schema.schema },
    maxOutputTokens: max_tokens,
    temperature,
    seed,
  }
}

function readDataUrl(url: string): Seen['images'][number] {
  const [, mediaType = '', data = ''] = /^data:([^;]+);base64,(.*)$/.exec(url) ?? []
  return { mediaType, bytes: [...Buffer.from(data, 'base64')] }
}

type CallOf6 = Parameters<MockLanguageModelV3['doGenerate']>[0]
type CallOf7 = Parameters<MockLanguageModelV4['doGenerate']>[0]
type ResultOf6 = Awaited<ReturnType<MockLanguageModelV3['doGenerate']>>
type ResultOf7 = Awaited<ReturnType<MockLanguageModelV4['doGenerate']>>

function openAiSdk6(other: OtherSide): Model {
  const doGenerate = (call: CallOf6): Promise<ResultOf6> => generate(other, call) as Promise<ResultOf6>
  return aiSdkModel(new MockLanguageModelV3({ doGenerate }))
}

function openAiSdk7(other: OtherSide): Model {
  const doGenerate = (call: CallOf7): Promise<ResultOf7> => generate(other, call) as Promise<ResultOf7>
  return aiSdkModel(new MockLanguageModelV4({ doGenerate }))
}

async function generate(other: OtherSide, call: CallOf6 | CallOf7): Promise<ResultOf6 | ResultOf7 | undefined> {
  const behaviour = other.see(seenBySdk(call))
  if (behaviour.does === 'fail') throw statusError(behaviour)
  if (behaviour.does === 'throw') throw new Error('out of order')
  if (behaviour.does === 'hang') return hang(other, call.abortSignal)
  if (behaviour.does === 'answer with nothing') return undefined
  const finish = behaviour.finish ?? 'stop'
  const half = Math.ceil(behaviour.text.length / 2)
  return {
    content: [
      { type: 'reasoning', text: 'It is a lamp.' },
      { type: 'text', text: behaviour.text.slice(0, half) },
      { type: 'text', text: behaviour.text.slice(half) },
    ],
    finishReason: { unified: finish === 'filtered' ? 'content-filter' : finish, raw: undefined },
    usage: {
      inputTokens: { total: usage.input_tokens, noCache: 20, cacheRead: usage.cached_input_tokens, cacheWrite: 0 },
      outputTokens: { total: usage.output_tokens, text: 20, reasoning: usage.reasoning_tokens },
    },
    warnings: [],
    response: { modelId: 'served-model' },
  }
}

function seenBySdk({ prompt, responseFormat, maxOutputTokens, temperature, seed }: CallOf6 | CallOf7): Seen {
  const system = prompt.find(({ role }) => role === 'system')?.content
  const content = prompt.flatMap((message) => (message.role === 'user' ? [...message.content] : []))
  const json = responseFormat?.type === 'json' ? responseFormat : undefined
  return {
    system: typeof system === 'string' ? system : undefined,
    texts: content.flatMap((part) => (part.type === 'text' ? [part.text] : [])),
    images: content.flatMap((part) =>
      part.type === 'file' ? [{ mediaType: part.mediaType, bytes: [...bytesOf(part.data)] }] : [],
    ),
    schema: json && { name: json.name ?? '', schema: json.schema },
    maxOutputTokens,
    temperature,
    seed,
  }
}

/** SDK 6 wants the bytes, SDK 7 an object around them: what is neither is no picture to them. */
function bytesOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data
  const { type, data: inner } = data as { type: string; data: unknown }
  if (type === 'data' && inner instanceof Uint8Array) return inner
  throw new TypeError('no bytes')
}
