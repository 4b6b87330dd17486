import type { ModelReply } from '@contrail/core'

/** A request as it arrives at the other side of a model, whatever it speaks. */
export interface Seen {
  readonly system: string | undefined
  readonly texts: readonly string[]
  readonly images: readonly { readonly mediaType: string; readonly bytes: readonly number[] }[]
  readonly schema: { readonly name: string; readonly schema: unknown } | undefined
  readonly maxOutputTokens: number | undefined
  readonly temperature: number | undefined
  readonly seed: number | undefined
}

/** The behaviour of the other side. */
export type Behaviour =
  | { readonly does: 'answer'; readonly text: string; readonly finish?: ModelReply['finish'] }
  | { readonly does: 'fail'; readonly status: number; readonly message: string }
  | { readonly does: 'hang' }
  | { readonly does: 'throw' }
  | { readonly does: 'answer with nothing' }

/** The key that nobody may read anywhere. */
export const key = 'sk-abcdefghijk1lmnopqrstuvwxyz'

/** The usage that every answer tells. */
export const usage = { input_tokens: 120, output_tokens: 30, reasoning_tokens: 10, cached_input_tokens: 100 }

/** The other side of a model: it keeps what it sees, and knows when somebody hung up. */
export class OtherSide {
  readonly seen: Seen[] = []
  behaviour: Behaviour = { does: 'answer', text: 'yes' }
  readonly hungUp = Promise.withResolvers<void>()
  readonly reached = Promise.withResolvers<void>()

  see(seen: Seen): Behaviour {
    this.seen.push(seen)
    this.reached.resolve()
    return this.behaviour
  }
}

/** A promise that never comes, and tells the other side when its caller hangs up. */
export function hang(other: OtherSide, signal: AbortSignal | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  signal?.addEventListener('abort', () => {
    other.hungUp.resolve()
    reject(signal.reason as Error)
  })
  return promise
}

/** An error with a status, as providers' libraries have it. */
export function statusError(failure: { status: number; message: string; retryAfter?: string }): Error {
  return new StatusError(failure)
}

class StatusError extends Error {
  readonly statusCode: number
  readonly responseHeaders: Readonly<Record<string, string>>

  constructor({ status, message, retryAfter }: { status: number; message: string; retryAfter?: string }) {
    super(message)
    this.statusCode = status
    this.responseHeaders = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
  }
}
