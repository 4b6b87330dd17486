import {
  assertKnownOptions,
  isContrailError,
  type Model,
  type ModelReply,
  type ModelRequest,
  type ModelSchema,
  type Usage,
} from '@contrail/core'
import { guardModel } from '../call/guard-model.ts'
import { readAddress } from './address.ts'
import { readAnswerJson } from './answer-json.ts'
import { fromCompletion, toBody, toMessages, type Message, type SchemaForm } from './chat.ts'
import { postJson } from './post-json.ts'

/** Which model of which server is asked. */
export interface EndpointOptions {
  /** of the server, of its API, or of its chat completions; default `CONTRAIL_MODEL_URL` */
  readonly url?: string | undefined
  /** as the server calls it; default `CONTRAIL_MODEL` */
  readonly model?: string | undefined
  /** sent as a bearer token and never told anybody else; default `CONTRAIL_MODEL_KEY`, else none */
  readonly key?: string | undefined
  /** how long a call may take; default 120,000 */
  readonly timeoutMs?: number | undefined
}

/** Variables of the environment. */
type Environment = Readonly<Record<string, string | undefined>>

/**
 * Make a model of a server with OpenAI's chat completions, as llama.cpp, Ollama, vLLM and most providers have them. Its id is
 * `<url>#<model>`. `http:` is for this machine alone.
 *
 * A schema goes in the field for it where the server takes that, else in words. An answer that does not fit is asked for once
 * more, with what is wrong; what comes then is given, whatever it is.
 *
 * @param env for tests; default that of the process
 * @throws {TypeError} where no address or no model is given, or they cannot be used
 *
 * @example
 * ```ts
 * const judge = endpointModel({ url: 'http://127.0.0.1:11434/v1', model: 'qwen3:8b' })
 * ```
 */
export function endpointModel(options: EndpointOptions = {}, env: Environment = process.env): Model {
  assertKnownOptions('endpointModel', options, ['url', 'model', 'key', 'timeoutMs'])
  const url = required('url', options.url || env['CONTRAIL_MODEL_URL'], 'CONTRAIL_MODEL_URL')
  const model = required('model', options.model || env['CONTRAIL_MODEL'], 'CONTRAIL_MODEL')
  const key = options.key || env['CONTRAIL_MODEL_KEY'] || undefined
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key))
    throw new TypeError('key: expected visible characters of ASCII, got others; it is not repeated here')
  const address = readAddress(url)
  const id = `${address.shown}#${model}`
  let form: SchemaForm = 'field'

  const ask = async (request: ModelRequest, messages: readonly Message[], as: SchemaForm, signal: AbortSignal) =>
    fromCompletion(id, await postJson(id, address.url, { key, body: toBody(model, request, messages, as), signal }))

  const askFirst = async (request: ModelRequest, signal: AbortSignal): Promise<ModelReply> => {
    try {
      return await ask(request, toMessages(request, form), form, signal)
    } catch (cause) {
      if (request.schema === undefined || form === 'words' || !mayBeOfSchema(cause)) throw cause
      const reply = await ask(request, toMessages(request, 'words'), 'words', signal)
      // It was the field: the server is not asked that way again.
      form = 'words'
      return reply
    }
  }

  return guardModel(
    id,
    async (request, signal) => {
      const first = await askFirst(request, signal)
      if (request.schema === undefined) return first
      const answer = readAnswerJson(first.text, request.schema)
      if ('json' in answer) return { ...first, text: answer.json }
      const messages = [...toMessages(request, form), ...repair(first.text, answer.problem)]
      const second = await askAgain(() => ask(request, messages, form, signal), signal)
      return second ? add(first, second, request.schema) : first
    },
    { timeoutMs: options.timeoutMs, secrets: key === undefined ? [] : [key] },
  )
}

function required(name: string, value: string | undefined, variable: string): string {
  if (value) return value
  throw new TypeError(`${name}: expected one, or the variable ${variable}, got neither`)
}

/** Statuses by which servers say that they do not know a field, or cannot do what it asks. */
const statusesOfFields: readonly unknown[] = [400, 415, 422, 501]

function mayBeOfSchema(cause: unknown): boolean {
  return isContrailError(cause) && statusesOfFields.includes(cause.details['status'])
}

function repair(text: string, problem: string): Message[] {
  return [
    { role: 'assistant', content: text },
    {
      role: 'user',
      content: `That answer cannot be read: ${problem}\nGive the JSON value again, whole, and nothing else.`,
    },
  ]
}

/** There is an answer already: that a second cannot be had takes nothing from it. */
async function askAgain(ask: () => Promise<ModelReply>, signal: AbortSignal): Promise<ModelReply | undefined> {
  try {
    return await ask()
  } catch (cause) {
    signal.throwIfAborted()
    if (isContrailError(cause)) return undefined
    throw cause
  }
}

/** The second answer, with what both used. */
function add(first: ModelReply, second: ModelReply, schema: ModelSchema): ModelReply {
  const answer = readAnswerJson(second.text, schema)
  const costs = [first.costUsd, second.costUsd].filter((cost) => cost !== undefined)
  return {
    ...second,
    text: 'json' in answer ? answer.json : second.text,
    usage: addUsage(first.usage, second.usage),
    ...(costs.length > 0 && { costUsd: costs.reduce((total, cost) => total + cost, 0) }),
  }
}

function addUsage(first: Usage, second: Usage): Usage {
  const names = ['input_tokens', 'output_tokens', 'reasoning_tokens', 'cached_input_tokens'] as const
  const sums = names.flatMap((name) => {
    const counts = [first[name], second[name]].filter((tokens) => tokens !== undefined)
    return counts.length === 0 ? [] : [[name, counts.reduce((total, tokens) => total + tokens, 0)] as const]
  })
  return { input_tokens: 0, output_tokens: 0, ...Object.fromEntries(sums) }
}
