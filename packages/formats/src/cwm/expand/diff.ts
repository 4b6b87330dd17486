import { placeOf } from './expanded-place.ts'
import type { ExpandedFrame } from './expand.ts'
import { describe, type TraceFrame } from '../format/frame.ts'
import { renderLocals } from '../write/render.ts'
import { diffPlaceholder, showsLocals } from '../format/tokens.ts'

/** The part of an expanded frame from which its diff form is made; the rest follows. */
type FrameToDiff = Pick<ExpandedFrame, 'event' | 'scope' | 'source' | 'state' | 'value'>

/**
 * The diff form of expanded frames, the inverse of `expandFrames`: `..` stands for what is as in the last frame of its scope.
 * A call of a scope that was there before is its resumption.
 *
 * @throws {TypeError} naming the field that a frame made by hand lacks
 */
export function diffFrames(frames: readonly FrameToDiff[]): TraceFrame[] {
  const states = new Map<number, ReadonlyMap<string, string>>()
  return frames.map((frame, index) => {
    assertFrame(frame, index)
    const { event, scope, source, state, value } = frame
    const hasLocals = showsLocals(event)
    const before = states.get(scope)
    const locals = hasLocals ? diff(state, before) : null
    const offset = placeOf(frame)
    // What a return or exception knows was not shown.
    if (hasLocals) states.set(scope, state)
    return Object.freeze({
      event,
      source,
      localsStr: locals ? renderLocals(locals) : '',
      locals,
      arg: hasLocals ? null : value,
      malformed: false,
      stateTokens: 0,
      actionTokens: 0,
      hasLocals,
      ...(offset === undefined ? {} : { offset }),
    })
  })
}

function diff(state: ReadonlyMap<string, string>, before?: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...state].map(([name, value]) => [name, before?.get(name) === value ? diffPlaceholder : value]))
}

function assertFrame({ event, scope, source, state, value }: FrameToDiff, index: number): void {
  const wrong = Object.entries({
    event: typeof event === 'string',
    scope: typeof scope === 'number',
    source: typeof source === 'string',
    state: (state as unknown) instanceof Map,
    value: value === null || typeof value === 'string',
  }).find(([, isGood]) => !isGood)
  if (!wrong) return
  const got = { event, scope, source, state, value }[wrong[0]]
  throw new TypeError(`frames[${index}].${wrong[0]}: expected what expandFrames gives, got ${describe(got)}`)
}
