import { ContrailError, isContrailError } from '../errors.ts'
import type { Redactor } from './redactor.ts'

const deepestCause = 8

/**
 * An error without secrets: they may stand in the path that the system refused, in its message, its stack, its details and what
 * caused it. Details that are no text stay, as the trajectory does, which has none.
 *
 * @returns the error itself where it holds none, and what is neither error nor text as it is; of more than 8 causes the first ones
 */
export function redactError(redactor: Redactor, cause: unknown, depth = 0): unknown {
  if (typeof cause === 'string') return redactor.text(cause)
  if (!(cause instanceof Error)) return cause
  if (depth > deepestCause) return undefined
  const message = redactor.text(cause.message)
  const stack = cause.stack === undefined ? undefined : redactor.text(cause.stack)
  const inner = redactError(redactor, cause.cause, depth + 1)
  const own = textsWithout(redactor, cause)
  const details = isContrailError(cause) ? textsWithout(redactor, cause.details) : {}
  const isClean = message === cause.message && stack === cause.stack && inner === cause.cause
  if (isClean && Object.keys({ ...own, ...details }).length === 0) return cause
  const options = inner === undefined ? {} : { cause: inner }
  const copy = isContrailError(cause)
    ? new ContrailError(cause.code, message, { ...options, details: { ...cause.details, ...details } })
    : cause instanceof TypeError
      ? new TypeError(message, options)
      : new Error(message, options)
  if (stack !== undefined) setHidden(copy, 'stack', stack)
  if (isContrailError(cause)) return copy
  setHidden(copy, 'name', cause.name)
  // A system error has its path, code and errno as fields of its own. Nobody knows what else could hold.
  for (const [name, value] of Object.entries(cause)) {
    if (typeof value === 'object' || typeof value === 'function' || name === 'message' || name === 'stack') continue
    Object.defineProperty(copy, name, { value: own[name] ?? value, enumerable: true, ...changeable })
  }
  return copy
}

const changeable = { configurable: true, writable: true }

function setHidden(error: Error, name: 'stack' | 'name', value: string): void {
  Object.defineProperty(error, name, { value, enumerable: false, ...changeable })
}

/** The texts among some fields that held a secret, without it. */
function textsWithout(redactor: Redactor, fields: object): Record<string, string> {
  const changed: Record<string, string> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'name' || name === 'code' || typeof value !== 'string') continue
    const text = redactor.text(value)
    if (text !== value) changed[name] = text
  }
  return changed
}
