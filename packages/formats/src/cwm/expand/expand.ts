import { diagnose, type TraceDiagnostic, type TraceDiagnosticCode } from '../format/diagnostics.ts'
import { keepPlace } from './expanded-place.ts'
import { assertFrames, type FrameToWrite } from '../format/frame.ts'
import { createLeftScopes } from './left-scopes.ts'
import { advance, createScope, type FrameKind, type Scope } from './scope.ts'
import { diffPlaceholder, showsLocals, type TraceEvent } from '../format/tokens.ts'

/** One frame with all that its scope knows. */
export interface ExpandedFrame {
  readonly event: TraceEvent
  /** Scopes are numbered by their first appearance, from 0. */
  readonly scope: number
  /** The number of scopes that are entered, this one included. */
  readonly depth: number
  readonly source: string
  /** Every variable of the scope. For a return or exception as its last call or line showed them. */
  readonly state: ReadonlyMap<string, string>
  /** Of a return or exception. */
  readonly value: string | null
  readonly kind: FrameKind
  /** Names that were not bound in the scope's last frame. */
  readonly added: readonly string[]
  /** Names with another value than in the scope's last frame. */
  readonly changed: readonly string[]
  /** Names that are bound no more. */
  readonly removed: readonly string[]
}

/** A trace whose `..` are resolved. */
export interface ExpandedTrace {
  readonly frames: readonly ExpandedFrame[]
  readonly diagnostics: readonly TraceDiagnostic[]
}

type Variables = ReadonlyMap<string, string>
type Changes = Pick<ExpandedFrame, 'added' | 'changed' | 'removed'>

/**
 * Resolve every `..`, and tell for each frame its scope, its depth, the whole state and what changed in it. What cannot be
 * resolved is told, and the rest is expanded all the same. A value whose repr really is `..` is not to be told from a placeholder.
 *
 * @throws {TypeError} naming the field that a frame made by hand lacks
 *
 * @example
 * for (const { depth, source, state } of expandFrames(trace.frames).frames) console.log(depth, source, state)
 */
export function expandFrames(frames: readonly FrameToWrite[]): ExpandedTrace {
  assertFrames(frames)
  const expanded: { -readonly [Key in keyof ExpandedFrame]: ExpandedFrame[Key] }[] = []
  const diagnostics: TraceDiagnostic[] = []
  const stack: Scope[] = []
  const leftScopes = createLeftScopes()
  let scopeCount = 0

  const tell = (code: TraceDiagnosticCode, frame: number): void => {
    diagnostics.push(diagnose(code, frames[frame]?.offset ?? 0, frame))
  }
  const name = (frame: number, kind: FrameKind): void => {
    const earlier = expanded[frame]
    if (earlier) earlier.kind = kind
  }
  const enter = (scope: Scope, frame: number): Scope => {
    scope.enteredAt = frame
    stack.push(scope)
    return scope
  }
  const scopeOf = ({ event, source, locals }: FrameToWrite, index: number): Scope => {
    if (event === 'call') {
      const resumed = leftScopes.find(source, locals)
      if (resumed?.isAmbiguous === true) tell('ambiguous_resume', index)
      if (resumed?.scope.left) name(resumed.scope.left.frame, 'yield')
      return enter(resumed?.scope ?? createScope(scopeCount++), index)
    }
    const top = stack.at(-1)
    if (index === 0) tell('first_frame_not_call', index)
    else if (!top) tell('no_scope', index)
    return top ?? enter(createScope(scopeCount++), index)
  }

  for (const [index, frame] of frames.entries()) {
    const { event, source, locals, arg } = frame
    const scope = scopeOf(frame, index)
    const before = scope.state
    if (locals && showsLocals(event)) {
      const { state, isWhole } = resolve(locals, before)
      if (!isWhole) tell('unresolved_placeholder', index)
      scope.state = state
    }
    const value = showsLocals(event) ? null : arg
    const kind = advance(scope, event, source, value)
    if (kind === 'passed' && scope.callee?.left) name(scope.callee.left.frame, scope.callee.left.kind)
    const changes = scope.state === before ? noChanges : compare(before, scope.state)
    expanded.push({ event, scope: scope.id, depth: stack.length, source, state: scope.state, value, kind, ...changes })
    if (event === 'return') {
      stack.pop()
      scope.left = { frame: index, kind, source, value }
      leftScopes.add(scope)
      const caller = stack.at(-1)
      if (caller) caller.callee = scope
    }
  }
  for (const { enteredAt } of stack) tell('open_scope', enteredAt)
  for (const { frame, offset } of diagnostics) keepPlace(expanded[frame], offset)
  return { frames: expanded, diagnostics }
}

/** The state after a frame: the one before it where nothing is different, so that a scope that stands still takes no memory. */
function resolve(locals: Variables, before: Variables): { state: Variables; isWhole: boolean } {
  let isSame = locals.size === before.size
  let isWhole = true
  let isOpen = false
  for (const [name, value] of locals) {
    const old = before.get(name)
    if (value === diffPlaceholder) {
      isOpen = true
      isWhole &&= old !== undefined
    }
    if (old === undefined || (value !== diffPlaceholder && value !== old)) isSame = false
  }
  if (isSame || !isOpen) return { state: isSame ? before : locals, isWhole }
  const state = new Map<string, string>()
  for (const [name, value] of locals) {
    state.set(name, value === diffPlaceholder ? (before.get(name) ?? diffPlaceholder) : value)
  }
  return { state, isWhole }
}

const none: readonly string[] = Object.freeze([])
const noChanges: Changes = { added: none, changed: none, removed: none }

function compare(before: Variables, state: Variables): Changes {
  const added: string[] = []
  const changed: string[] = []
  let kept = 0
  for (const [name, value] of state) {
    const old = before.get(name)
    if (old === undefined) added.push(name)
    else kept++
    if (old !== undefined && old !== value) changed.push(name)
  }
  const removed = kept < before.size ? [...before.keys()].filter((name) => !state.has(name)) : none
  return {
    added: added.length > 0 ? added : none,
    changed: changed.length > 0 ? changed : none,
    removed,
  }
}
