import type { ToolOutput } from './events.ts'
import { toPlainValue } from '../values/plain-value.ts'
import { beginningOf } from '../redact/text/cut.ts'
import { isError } from '../values/value-kind.ts'

/** A tool call as the AI SDK and its like report it. `invalid` is set when the model's call could not be used at all. */
export interface ToolCall {
  readonly toolCallId: string
  readonly toolName: string
  readonly input?: unknown
  readonly invalid?: boolean | undefined
  readonly error?: unknown
}

/** The result of a tool call. A `tool-error` carries what the tool threw. */
export interface ToolResultPart {
  readonly type: string
  readonly toolCallId: string
  readonly output?: unknown
  readonly result?: unknown
  readonly error?: unknown
  /** A first result that a later part of the same call replaces. */
  readonly preliminary?: boolean | undefined
}

/** A tool call with its outcome. */
export interface PairedToolCall {
  readonly toolCallId: string
  readonly toolName: string
  readonly input: unknown
  readonly toolOutput: ToolOutput
}

/**
 * Judge what a tool gave back, as Stagehand does. An object is looked at, and its `output` when that is an object too;
 * the tool failed when one of them has an own `error` that {@link normalizeError} takes for one, a truthy `isError`, or
 * `success: false`. Anything else, a string or an array too, is a success. Never throws.
 *
 * @returns the result as it was given, and the first error found
 */
export function inferToolOutput(result: unknown): ToolOutput {
  const candidates = [result, isRecord(result) ? read(result, 'output') : undefined].filter(isRecord)
  const error = candidates.map(ownError).find((message) => message !== undefined)
  const failed = candidates.some(
    (candidate) => read(candidate, 'success') === false || Boolean(read(candidate, 'isError')),
  )
  const ok = error === undefined && !failed
  return error === undefined ? { ok, result } : { ok, result, error }
}

/**
 * Say an error in words: the message of an Error, a string as it is, a number, boolean or symbol as text, any other value as
 * JSON of at most 1,000 characters, cut between words, and `... [truncated]`. Never throws.
 *
 * @returns `undefined` for undefined, null and false, which are no errors; `""` and 0 are
 */
export function normalizeError(error: unknown): string | undefined {
  if (error === undefined || error === null || error === false) return undefined
  if (typeof error === 'string') return error
  if (typeof error === 'number' || typeof error === 'boolean' || typeof error === 'bigint') return String(error)
  if (typeof error === 'symbol') return String(error)
  const message = isError(error) ? read(error, 'message') : undefined
  return typeof message === 'string' ? message : cut(jsonOf(error))
}

/**
 * Give each tool call its own outcome, by `toolCallId`, in whatever order the results came; calls of one id are paired
 * in order. A tool that threw is not ok and has its own error. A call of an unknown tool or with invalid arguments
 * (`invalid`), and one that has no result at all, is not ok and says so.
 *
 * @returns one entry for each call, in the order of the calls
 */
export function pairToolOutputs(calls: readonly ToolCall[], results: readonly ToolResultPart[]): PairedToolCall[] {
  const partsOf = new Map<string, ToolResultPart[]>()
  for (const part of results) {
    if (part.preliminary === true) continue
    const parts = partsOf.get(part.toolCallId)
    if (parts) parts.push(part)
    else partsOf.set(part.toolCallId, [part])
  }
  const taken = new Map<string, number>()
  return calls.map((call) => {
    const { toolCallId, toolName, input } = call
    const turn = taken.get(toolCallId) ?? 0
    taken.set(toolCallId, turn + 1)
    return { toolCallId, toolName, input, toolOutput: outcomeOf(call, partsOf.get(toolCallId)?.[turn]) }
  })
}

function outcomeOf(call: ToolCall, part: ToolResultPart | undefined): ToolOutput {
  if (call.invalid === true) {
    const why = normalizeError(call.error) ?? normalizeError(part?.error) ?? 'unknown tool or invalid arguments'
    return { ok: false, result: undefined, error: `invalid tool call: ${why}` }
  }
  if (!part) {
    const error = `no result: the tool "${call.toolName}" is unknown, or it was given invalid arguments, or it did not finish`
    return { ok: false, result: undefined, error }
  }
  if (part.type === 'tool-error') {
    const error = normalizeError(part.error) ?? `the tool "${call.toolName}" failed and did not say why`
    return { ok: false, result: undefined, error }
  }
  return inferToolOutput('output' in part ? part.output : part.result)
}

function ownError(candidate: object): string | undefined {
  try {
    return Object.hasOwn(candidate, 'error') ? normalizeError(Reflect.get(candidate, 'error')) : undefined
  } catch (cause) {
    return `the error cannot be read: ${normalizeError(cause) ?? 'it threw nothing'}`
  }
}

/** Read a property; what throws counts as absent. */
function read(record: object, key: string): unknown {
  try {
    return Reflect.get(record, key)
  } catch {
    // The converter meets the same getter and marks it in the recorded result.
    return undefined
  }
}

function jsonOf(value: unknown): string {
  try {
    const json = JSON.stringify(value) as string | undefined
    if (json !== undefined) return json
  } catch {
    // A circular object, a bigint or a throwing getter: the total converter has a word for each.
  }
  return JSON.stringify(toPlainValue(value))
}

function cut(text: string): string {
  if (text.length <= maxErrorLength) return text
  return `${beginningOf(text, maxErrorLength)}... [truncated]`
}

const maxErrorLength = 1_000

function isRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  try {
    return !Array.isArray(value)
  } catch {
    // A revoked Proxy is an object that nothing can be read of.
    return true
  }
}
