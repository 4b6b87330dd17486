import type { TraceEvent } from '../format/tokens.ts'

/**
 * The effect of a frame on its scope.
 *
 * - `call`, `resume`: a scope is entered, or goes on where it yielded.
 * - `line`, `handler`: the latter is the first line after an exception.
 * - `return`, `yield`, `unwind`: left with a value, left to be resumed, left by an exception.
 * - `raised`, `passed`: an exception of this scope, or one that came out of a scope it had called.
 */
export type FrameKind = 'call' | 'resume' | 'line' | 'handler' | 'return' | 'yield' | 'unwind' | 'raised' | 'passed'

/** One activation of a function, while its trace is expanded. */
export interface Scope {
  readonly id: number
  /** All that its last frame showed. */
  state: ReadonlyMap<string, string>
  /** The frame by which it was entered, last. */
  enteredAt: number
  /** The return frame by which it was left, last, and how: undefined while it is entered. */
  left: { frame: number; kind: FrameKind; source: string; value: string | null } | undefined
  wasResumed: boolean
  /** It was resumed, and nothing has happened in it since. */
  isJustResumed: boolean
  /** Its last frame but returns was an exception. */
  isRaising: boolean
  /** The value of its last exception; undefined where it never had one. */
  exception: string | null | undefined
  /** The scope that it called and that has come back since its last line. */
  callee: Scope | undefined
}

/** A scope of which no frame was seen. */
export function createScope(id: number): Scope {
  return {
    id,
    state: noVariables,
    enteredAt: 0,
    left: undefined,
    wasResumed: false,
    isJustResumed: false,
    isRaising: false,
    exception: undefined,
    callee: undefined,
  }
}

const noVariables: ReadonlyMap<string, string> = new Map()

/**
 * Note in a scope what a frame does in it, and name it. Of a return only a later frame may tell that it was a yield (it is
 * resumed) or an unwinding (the caller has the same exception): then {@link Scope.left} is corrected.
 */
export function advance(scope: Scope, event: TraceEvent, source: string, value: string | null): FrameKind {
  const { isRaising, callee } = scope
  if (event === 'call') {
    if (!scope.left) return 'call'
    scope.left = undefined
    scope.callee = undefined
    scope.isRaising = false
    scope.wasResumed = scope.isJustResumed = true
    return 'resume'
  }
  if (event === 'return') {
    if (isRaising && isNone(value)) return 'unwind'
    return isYield(scope, source, value) ? 'yield' : 'return'
  }
  scope.isJustResumed = false
  scope.isRaising = event === 'exception'
  if (event === 'line') {
    scope.callee = undefined
    return isRaising ? 'handler' : 'line'
  }
  scope.exception = value
  if (callee?.exception !== value || !callee.left || !isNone(callee.left.value)) return 'raised'
  if (callee.left.kind === 'yield') return 'raised'
  callee.left.kind = 'unwind'
  return 'passed'
}

const suspends = /\b(?:yield|await|async)\b/
const delegates = /\b(?:await|async)\b|\byield\s+from\b/

/** Tells whether a scope that is left without an exception waits to be resumed, as far as its line tells. */
function isYield({ wasResumed, isJustResumed, callee, state }: Scope, source: string, value: string | null): boolean {
  // A generator expression has no word of its own for it, and a comprehension looks like one: only a resumed one is known.
  if (state.has('.0')) return wasResumed && !isNone(value)
  if (!suspends.test(source)) return false
  if (callee && delegates.test(source)) return callee.left?.kind === 'yield'
  const isEnd = isNone(value) || /^\s*return\b/.test(source)
  return !(isJustResumed && isEnd)
}

/** True of the value of a scope that falls off its end; nothing is read where the value is missing. */
function isNone(value: string | null): boolean {
  return value === 'None' || value === null
}
