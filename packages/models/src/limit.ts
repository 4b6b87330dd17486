import {
  assertKnownOptions,
  ContrailError,
  isContrailError,
  type Model,
  type ModelReply,
  type ModelRequest,
} from '@contrail/core'
import PQueue from 'p-queue'
import pRetry from 'p-retry'
import { guardModel } from './call/guard-model.ts'
import { readUsage } from './call/reply.ts'
import { keepSecrets, secretsOf } from './call/secrets.ts'

/** Limits of what a model may be asked. A cap that is not given is none. */
export interface LimitOptions {
  /** calls at the same time */
  readonly concurrency?: number
  /** calls that begin within any 60 seconds, retries too */
  readonly perMinute?: number
  /** answers in all; calls under way count, those that fail do not */
  readonly maxCalls?: number
  /** tokens in all, of questions and answers */
  readonly maxTokens?: number
  /** US dollars in all, as far as the model or `usdPerMillionTokens` says what a call costs */
  readonly maxCostUsd?: number
  /** a price for replies that say none */
  readonly usdPerMillionTokens?: { readonly input: number; readonly output: number }
  /** further tries after a status 429 or 5xx, a time limit or a broken connection; default 2 */
  readonly retries?: number
  /** the wait before the first retry, which doubles up to 30 seconds, each stretched at random to at most twice itself; default 500 */
  readonly backOffMs?: number
  /** how long one try may take; default 120,000 */
  readonly timeoutMs?: number
}

/** All that a model has said it used, also where nobody waited for the answer any more. */
export interface Spent {
  /** answers */
  readonly calls: number
  readonly tokens: number
  readonly costUsd: number
  /** answers of which nobody knows the price: `costUsd` is without them */
  readonly unpricedCalls: number
}

/** A model with limits. */
export interface LimitedModel extends Model {
  spent(): Spent
}

/** Who is told to come again later than this is told so, and not kept waiting. */
const longestWaitMs = 300_000

/**
 * Put limits around a model. A cap is asked before each call begins: at a cap the call is refused with MODEL_LIMIT and counted
 * nowhere; calls already under way end, so that tokens and dollars can pass their cap by what those use.
 *
 * @example
 * ```ts
 * const judge = limitModel(aiSdkModel(openai('gpt-5-mini')), { concurrency: 4, maxCostUsd: 2 })
 * ```
 */
export function limitModel(model: Model, options: LimitOptions = {}): LimitedModel {
  assertKnownOptions('limitModel', options, [
    ...['concurrency', 'perMinute', 'maxCalls', 'maxTokens', 'maxCostUsd'],
    ...['usdPerMillionTokens', 'retries', 'backOffMs', 'timeoutMs'],
  ])
  const { concurrency = Infinity, perMinute = Infinity, retries = 2, backOffMs = 500 } = options
  const caps = assertCaps(options)
  const rate = perMinute === Infinity ? {} : { interval: 60_000, intervalCap: perMinute, strict: true }
  const queue = new PQueue({ concurrency, ...rate })
  const purse = createPurse(options)
  const secrets = secretsOf(model)
  const guarded = guardModel(
    model.id,
    // The answer is counted when it comes, whoever still waits for it.
    async (request, signal) => purse.take(await model.generate({ ...request, signal })),
    { timeoutMs: options.timeoutMs, secrets },
  )
  let running = 0
  const attempt = async (request: ModelRequest): Promise<ModelReply> => {
    assertBelow(caps, purse.spent(), running, model.id)
    running += 1
    try {
      return await guarded.generate(request)
    } finally {
      running -= 1
    }
  }
  const limited: LimitedModel = {
    id: model.id,
    spent: purse.spent,
    generate: (request) => {
      const { signal } = request
      return pRetry(() => queue.add(() => attempt(request), { signal }), {
        retries,
        minTimeout: backOffMs,
        maxTimeout: 30_000,
        randomize: true,
        signal,
        shouldRetry: ({ error }) => mayRetry(error),
        onFailedAttempt: async ({ error, retriesLeft, retryDelay }) => {
          const waitMs = retryAfterMs(error) - retryDelay
          if (retriesLeft > 0 && waitMs > 0 && mayRetry(error)) await wait(waitMs, signal)
        },
      })
    },
  }
  return keepSecrets(limited, secrets)
}

function createPurse({ usdPerMillionTokens: price }: LimitOptions): {
  spent: () => Spent
  take: (answer: unknown) => unknown
} {
  let spent: Spent = { calls: 0, tokens: 0, costUsd: 0, unpricedCalls: 0 }
  return {
    spent: () => spent,
    take: (answer) => {
      const { usage, costUsd }: Record<string, unknown> = { ...(answer as object | undefined) }
      const { input_tokens: input, output_tokens: output } = readUsage(usage)
      const priced = price && (input * price.input + output * price.output) / 1_000_000
      const cost = typeof costUsd === 'number' && costUsd >= 0 ? costUsd : priced
      spent = {
        calls: spent.calls + 1,
        tokens: spent.tokens + input + output,
        costUsd: spent.costUsd + (cost ?? 0),
        unpricedCalls: spent.unpricedCalls + (cost === undefined ? 1 : 0),
      }
      return answer
    },
  }
}

type Caps = Readonly<Record<'maxCalls' | 'maxTokens' | 'maxCostUsd', number>>

function assertCaps({ maxCalls = Infinity, maxTokens = Infinity, maxCostUsd = Infinity }: LimitOptions): Caps {
  const caps = { maxCalls, maxTokens, maxCostUsd }
  for (const [name, cap] of Object.entries(caps))
    if (!(cap >= 0)) throw new TypeError(`${name}: expected a number from 0, got ${cap}`)
  return caps
}

function assertBelow(caps: Caps, { calls, tokens, costUsd }: Spent, running: number, id: string): void {
  const used = { maxCalls: calls + running, maxTokens: tokens, maxCostUsd: costUsd }
  for (const [name, cap] of Object.entries(caps) as [keyof Caps, number][]) {
    if (used[name] < cap) continue
    throw new ContrailError('MODEL_LIMIT', `${id} is not asked: ${name} is ${cap}, and ${used[name]} are used`, {
      details: { id, cap: name, limit: cap, used: used[name] },
    })
  }
}

function mayRetry(error: Error): boolean {
  return isContrailError(error) && error.details['retryable'] === true && retryAfterMs(error) <= longestWaitMs
}

function retryAfterMs(error: Error): number {
  const asked = isContrailError(error) ? error.details['retryAfterMs'] : undefined
  return typeof asked === 'number' ? asked : 0
}

/** @throws the caller's own reason when he hangs up */
async function wait(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const hangUp = (): void => reject(signal?.reason)
  const timer = setTimeout(resolve, waitMs)
  signal?.addEventListener('abort', hangUp, { once: true })
  try {
    await promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', hangUp)
  }
}
