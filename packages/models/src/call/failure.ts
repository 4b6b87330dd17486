import { inspect } from 'node:util'
import { beginningOf, ContrailError, isContrailError, redactError } from '@contrail/core'
import { createTextRedactor } from './secrets.ts'

/** The facts about a call that failed. */
export interface Failure {
  /** in the words of whoever refused */
  readonly message: string
  /** of HTTP */
  readonly status?: number | undefined
  /** a `retry-after` header: seconds, or a date */
  readonly retryAfter?: string | undefined
  /** the same call may go well later; default by `status` */
  readonly retryable?: boolean | undefined
  readonly cause?: unknown
}

/** A message of a provider can be a whole page. */
const longestMessage = 500

/**
 * The error of a call that failed: MODEL_REFUSED where a provider says no to this very request, else MODEL_UNAVAILABLE, with
 * `details.retryable`, and `details.retryAfterMs` where it was told when to come again.
 */
export function callError(id: string, failure: Failure): ContrailError {
  const { message, status, retryAfter, cause } = failure
  const isPassing = status !== undefined && (status === 408 || status === 429 || status >= 500)
  const retryable = isPassing || failure.retryable === true
  const isRefusal = status !== undefined && status >= 400 && !retryable
  const retryAfterMs = retryAfter === undefined ? undefined : readRetryAfter(retryAfter)
  const words = message.length > longestMessage ? `${beginningOf(message, longestMessage)} ...` : message
  const verb = isRefusal ? 'refused' : 'failed'
  return new ContrailError(
    isRefusal ? 'MODEL_REFUSED' : 'MODEL_UNAVAILABLE',
    `${id} ${verb}${status === undefined ? '' : ` with status ${status}`}: ${words}`,
    {
      cause,
      details: {
        id,
        retryable,
        ...(status !== undefined && { status }),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      },
    },
  )
}

/**
 * Whatever a model threw, as an error of ours that holds no secret. Providers' errors are read by their structure, as the AI
 * SDK has it: `statusCode`, `isRetryable`, `responseHeaders`.
 */
export function toCallError(id: string, thrown: unknown, secrets: readonly string[]): ContrailError {
  const error = isContrailError(thrown) ? thrown : callError(id, readThrown(thrown))
  return redactError(createTextRedactor(secrets), error) as ContrailError
}

function readThrown(thrown: unknown): Failure {
  const status = fieldOf(thrown, 'statusCode') ?? fieldOf(thrown, 'status')
  const retryAfter = fieldOf(fieldOf(thrown, 'responseHeaders'), 'retry-after')
  return {
    message: thrown instanceof Error ? thrown.message : inspect(thrown, { depth: 0 }),
    cause: thrown,
    retryable: fieldOf(thrown, 'isRetryable') === true,
    ...(typeof status === 'number' && { status }),
    ...(typeof retryAfter === 'string' && { retryAfter }),
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function readRetryAfter(header: string): number | undefined {
  const seconds = Number(header)
  const waitMs = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1_000
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined
}
