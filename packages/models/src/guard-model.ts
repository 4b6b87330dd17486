import { ContrailError, Usage, type Model, type ModelReply, type ModelRequest } from '@contrail/core'

/** How long a call may take when nobody says: two minutes. */
const defaultTimeoutMs = 120_000

/** The longest text that is taken from a model, in characters. */
const longestReply = 1_000_000

/**
 * Hold somebody's model to the port: it is heard when it answers, throws, or says nothing within its time, and never
 * longer than its caller listens. What it gives is looked at before anybody gets it.
 *
 * @param call is given a signal that is aborted by the caller or by the time limit
 */
export function guardModel(
  id: string,
  call: (request: ModelRequest, signal: AbortSignal) => unknown,
  { timeoutMs = defaultTimeoutMs }: { timeoutMs?: number } = {},
): Model {
  return {
    id,
    generate: async (request) => {
      request.signal?.throwIfAborted()
      using limit = openLimit(request.signal, timeoutMs, id)
      // The race listens to both: what a model says after it was given up is no unhandled rejection.
      const answer = await Promise.race([toFailure(id, () => call(request, limit.signal)), limit.reached])
      return readReply(id, answer)
    },
  }
}

async function toFailure(id: string, call: () => unknown): Promise<unknown> {
  try {
    return await call()
  } catch (cause) {
    if (cause instanceof ContrailError) throw cause
    throw new ContrailError('MODEL_UNAVAILABLE', `${id} failed: ${messageOf(cause)}`, { cause })
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

interface Limit extends Disposable {
  readonly signal: AbortSignal
  readonly reached: Promise<never>
}

/** A signal that follows the caller's and the clock, and a promise that rejects at once when either says stop. */
function openLimit(outer: AbortSignal | undefined, timeoutMs: number, id: string): Limit {
  const inner = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = (reason: unknown): void => {
    reject(reason)
    inner.abort(reason)
  }
  const abort = (): void => stop(outer?.reason)
  outer?.addEventListener('abort', abort, { once: true })
  const timer = setTimeout(() => {
    const details = { id, timeoutMs, retryable: true }
    stop(new ContrailError('MODEL_UNAVAILABLE', `${id} did not answer within ${timeoutMs / 1_000} s`, { details }))
  }, timeoutMs)
  return {
    signal: inner.signal,
    reached: promise,
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      outer?.removeEventListener('abort', abort)
    },
  }
}

const finishes: readonly string[] = ['stop', 'length', 'filtered', 'other'] satisfies ModelReply['finish'][]

/** What a model gave, as a reply of the port. */
function readReply(id: string, answer: unknown): ModelReply {
  const wrong = (got: string): ContrailError =>
    new ContrailError('MODEL_UNAVAILABLE', `${id} gave no usable answer: ${got}`, { details: { id } })
  if (typeof answer !== 'object' || answer === null) throw wrong(`expected a reply, got ${typeof answer}`)
  const { text, usage, finish, costUsd, modelId } = answer as Record<string, unknown>
  if (typeof text !== 'string') throw wrong(`expected a text, got ${typeof text}`)
  if (finish === 'filtered' && text.trim() === '')
    throw new ContrailError('MODEL_REFUSED', `${id} said nothing: its filter stopped the answer`, { details: { id } })
  if (text.trim() === '') throw wrong(`an empty text (finish: ${String(finish)})`)
  if (text.length > longestReply) throw wrong(`${text.length} characters, of which ${longestReply} are allowed`)
  const counted = Usage.safeParse(usage ?? {})
  if (!counted.success) throw wrong('usage that is no count of tokens')
  return {
    text,
    usage: counted.data,
    finish: finishes.includes(String(finish)) ? (finish as ModelReply['finish']) : 'other',
    ...(typeof costUsd === 'number' && costUsd >= 0 && { costUsd }),
    ...(typeof modelId === 'string' && { modelId }),
  }
}
