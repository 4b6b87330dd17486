import { ContrailError, type Model, type ModelRequest } from '@contrail/core'
import { toCallError } from './failure.ts'
import { readReply } from './reply.ts'
import { isOurs, keepSecrets } from './secrets.ts'

/** Options that say how a model is guarded. */
export interface GuardOptions {
  /** how long a call may take; default two minutes, Infinity for what has its own limit inside */
  readonly timeoutMs?: number | undefined
  /** what no error may say, such as a key; default none */
  readonly secrets?: readonly string[] | undefined
}

/** A timer cannot hold more: it would be over at once. */
const longestTimeoutMs = 2 ** 31 - 1

/**
 * Hold somebody's model to the port: it is heard when it answers, throws, or says nothing within its time, and never
 * longer than its caller listens. What it gives is looked at before anybody gets it.
 *
 * @param call is given a signal that is aborted by the caller or by the time limit
 */
export function guardModel(
  id: string,
  call: (request: ModelRequest, signal: AbortSignal) => unknown,
  { timeoutMs = 120_000, secrets = [] }: GuardOptions = {},
): Model {
  if (!(timeoutMs > 0 && (timeoutMs <= longestTimeoutMs || timeoutMs === Infinity)))
    throw new TypeError(`timeoutMs: expected more than 0 and at most ${longestTimeoutMs}, got ${timeoutMs}`)
  const answerOf = async (request: ModelRequest, signal: AbortSignal): Promise<unknown> => {
    try {
      return await call(request, signal)
    } catch (thrown) {
      throw toCallError(id, thrown, secrets)
    }
  }
  const model: Model = {
    id,
    generate: async (request) => {
      request.signal?.throwIfAborted()
      using limit = openLimit(request.signal, timeoutMs, id)
      // The race listens to both: what a model throws after it was given up is no unhandled rejection.
      return readReply(id, await Promise.race([limit.reached, answerOf(request, limit.signal)]))
    },
  }
  return keepSecrets(model, secrets)
}

/** The same model where it is one of ours, which are guarded; else a guard around it. */
export function toGuarded(model: Model): Model {
  if (isOurs(model)) return model
  return guardModel(model.id, (request, signal) => model.generate({ ...request, signal }))
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
  const timeOut = (): void => {
    const details = { id, timeoutMs, retryable: true }
    stop(new ContrailError('MODEL_UNAVAILABLE', `${id} did not answer within ${timeoutMs / 1_000} s`, { details }))
  }
  const timer = timeoutMs === Infinity ? undefined : setTimeout(timeOut, timeoutMs)
  return {
    signal: inner.signal,
    reached: promise,
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      outer?.removeEventListener('abort', abort)
    },
  }
}
