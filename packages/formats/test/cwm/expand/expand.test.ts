import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { bySize } from '../../../../../scripts/test-size.ts'
import {
  diffFrames,
  expandFrames,
  parseGeneratedTrace,
  renderFramesToGeneration,
  traceTokens,
  type ExpandedFrame,
  type FrameToWrite,
} from '../../../src/cwm/index.ts'
import { frame } from '../frames.ts'
import { traceText } from '../trace-text.ts'

const programs = fileURLToPath(new URL('../../fixtures/cwm/programs/', import.meta.url))
const names = readdirSync(programs)
  .filter((file) => file.endsWith('.trace.txt'))
  .map((file) => file.slice(0, -'.trace.txt'.length))

/** One frame as CPython ran it. */
interface TracedFrame extends Pick<ExpandedFrame, 'event' | 'scope' | 'depth' | 'source'> {
  readonly arg: string | null
  readonly locals: Readonly<Record<string, string>>
  /** Of a return that was resumed. */
  readonly kind?: 'yield'
}

function readProgram(name: string): { text: string; states: TracedFrame[] } {
  const text = readFileSync(`${programs}${name}.trace.txt`, 'utf8')
  return { text, states: JSON.parse(readFileSync(`${programs}${name}.states.json`, 'utf8')) as TracedFrame[] }
}

describe('a trace of CPython', () => {
  test.each(names)('%s has the scopes, depths, states and values that really were', (name) => {
    const { text, states } = readProgram(name)
    const trace = parseGeneratedTrace(text)
    const { frames, diagnostics } = expandFrames(trace.frames)
    expect(trace).toMatchObject({ wellFormed: true, truncated: false, diagnostics: [], tail: traceTokens.endOfText })
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(
      frames.map(({ event, scope, depth, source, state, value }) => {
        return { event, scope, depth, source, arg: value, locals: Object.fromEntries(state) }
      }),
    ).toEqual(states.map(({ kind: _, ...real }) => real))
    const resumed = states.flatMap(({ kind }, index) => (kind ? [index] : []))
    expect(resumed.filter((index) => frames[index]?.kind !== 'yield')).toEqual([])
  })

  test.each(names)('%s is the same text when it is written anew from what it says', (name) => {
    const { text } = readProgram(name)
    const { frames } = parseGeneratedTrace(text)
    expect(renderFramesToGeneration(frames.map(({ raw: _, ...said }) => said))).toBe(text)
    expect(renderFramesToGeneration(diffFrames(expandFrames(frames).frames))).toBe(text)
  })
})

test('a frame tells what was added, changed and removed since the last one of its scope', () => {
  const { frames } = expandFrames([
    frame('call', 'def f(a, b):', { a: '1', b: '2' }),
    frame('line', 'del a; b = 3', { a: '..', b: '..' }),
    frame('line', 'c = 4', { b: '3' }),
    frame('line', 'return c', { b: '..', c: '4' }),
    frame('return', 'return c', '4'),
  ])
  expect(frames.map(({ added, changed, removed }) => [added, changed, removed])).toEqual([
    [['a', 'b'], [], []],
    [[], [], []],
    [[], ['b'], ['a']],
    [['c'], [], []],
    [[], [], []],
  ])
  expect(frames[4]).toEqual({
    event: 'return',
    scope: 0,
    depth: 1,
    source: 'return c',
    state: new Map([
      ['b', '3'],
      ['c', '4'],
    ]),
    value: '4',
    kind: 'return',
    added: [],
    changed: [],
    removed: [],
  })
})

/** Faults that are told of some frames: `code@frame`. */
function told(frames: readonly FrameToWrite[]): string[] {
  return expandFrames(frames).diagnostics.map(({ code, frame: index }) => `${code}@${index}`)
}

const enter = frame('call', 'def main():', {})
const leave = frame('return', '    return', 'None')

test('what cannot be resolved is told, and the rest is expanded', () => {
  expect(told([enter, frame('line', 'x', { a: '..' }), frame('line', 'y', { a: '..' }), leave])).toEqual([
    'unresolved_placeholder@1',
  ])
  expect(told([frame('call', 'def f(a):', { a: '..' }), leave])).toEqual(['unresolved_placeholder@0'])
  expect(told([frame('line', 'x', {}), leave])).toEqual(['first_frame_not_call@0'])
  expect(told([enter, leave, frame('line', 'x', {}), leave, leave])).toEqual(['no_scope@2', 'no_scope@4'])
  expect(told([enter, frame('call', 'def f():', {}), leave])).toEqual(['open_scope@0'])
  const { frames } = expandFrames([
    enter,
    leave,
    frame('line', 'x', { a: '1' }),
    frame('line', 'y', { a: '..', b: '..' }),
  ])
  expect(frames.map(({ scope, depth, state }) => [scope, depth, Object.fromEntries(state)])).toEqual([
    [0, 1, {}],
    [0, 1, {}],
    [1, 1, { a: '1' }],
    [1, 1, { a: '1', b: '..' }],
  ])
})

test('`..` is the value in this scope, whatever ran between', () => {
  const { frames } = expandFrames([
    frame('call', 'def f(n):', { n: '2' }),
    frame('line', 'm = f(n - 1)', { n: '..' }),
    frame('call', 'def f(n):', { n: '1' }),
    frame('return', 'return n', '1'),
    frame('line', 'return m', { n: '..', m: '1' }),
  ])
  expect(Object.fromEntries(frames[4]?.state ?? [])).toEqual({ n: '2', m: '1' })
})

describe('a call with `..`', () => {
  const generator = (name: string, state: Record<string, string>): FrameToWrite[] => [
    frame('call', `def ${name}():`, state),
    frame('return', `yield ${name}`, '1'),
  ]
  const resume = (name: string, state: Record<string, string>): FrameToWrite => frame('call', `yield ${name}`, state)
  const scopes = (frames: readonly FrameToWrite[]): number[] => expandFrames(frames).frames.map(({ scope }) => scope)

  test('resumes the scope that was left at its line, though another was left later', () => {
    const frames = [enter, ...generator('a', { x: '1' }), ...generator('b', { x: '2' }), resume('a', { x: '..' })]
    expect(scopes(frames)).toEqual([0, 1, 1, 2, 2, 1])
    expect(told(frames)).not.toContain('ambiguous_resume@5')
    expect(expandFrames(frames).frames[5]).toMatchObject({ kind: 'resume', depth: 2, state: new Map([['x', '1']]) })
    expect(expandFrames(frames).frames[2]?.kind).toBe('yield')
  })

  test('may know more names by now, and must find all that it does not tell', () => {
    expect(scopes([enter, ...generator('a', { x: '1' }), resume('a', { x: '..', y: '2' })]).at(-1)).toBe(1)
    const other = [enter, ...generator('a', { x: '1' }), ...generator('a', { y: '1' }), resume('a', { x: '..' })]
    expect(scopes(other).at(-1)).toBe(1)
    expect(told([enter, ...generator('a', { x: '1' }), resume('a', { x: '..', z: '..' })])).toContain(
      'unresolved_placeholder@3',
    )
  })

  test('that may resume one of several takes the latest and says so', () => {
    const twins = [enter, ...generator('a', { x: '1' }), ...generator('a', { x: '2' }), resume('a', { x: '..' })]
    expect(scopes(twins).at(-1)).toBe(2)
    expect(told(twins)).toContain('ambiguous_resume@5')
    expect(expandFrames(twins).diagnostics[0]).toMatchObject({ code: 'ambiguous_resume', severity: 'warning' })
  })

  test('resumes a scope whose line does not say that it yields, as a generator expression', () => {
    const frames = [enter, frame('call', 'sum(x for x in y)', { '.0': 'i' }), frame('return', 'sum(x for x in y)', '1')]
    const whole = [...frames, frame('call', 'sum(x for x in y)', { '.0': '..', x: '1' })]
    expect(scopes(whole)).toEqual([0, 1, 1, 1])
    expect(expandFrames(whole).frames[2]?.kind).toBe('yield')
  })

  test('and one without locals resumes what yielded at that very line', () => {
    expect(scopes([enter, ...generator('a', {}), resume('a', {})])).toEqual([0, 1, 1, 1])
    expect(scopes([enter, ...generator('a', {}), resume('b', {})])).toEqual([0, 1, 1, 2])
    expect(scopes([enter, ...generator('a', { x: '1' }), resume('a', {})])).toEqual([0, 1, 1, 2])
    expect(scopes([enter, ...generator('a', { x: '1' }), resume('a', { x: '1' })])).toEqual([0, 1, 1, 2])
  })
})

test('each frame is named by what it does', () => {
  const { frames } = expandFrames([
    enter,
    frame('line', 'inner()', {}),
    frame('call', 'def inner():', {}),
    frame('exception', 'raise', "ValueError('x')"),
    frame('return', 'raise', 'None'),
    frame('exception', 'inner()', "ValueError('x')"),
    frame('line', 'except ValueError:', {}),
    frame('line', 'pass', {}),
    frame('call', 'def cleanup():', {}),
    frame('exception', 'raise', "KeyError('k')"),
    frame('line', 'finally:', {}),
    frame('return', 'finally:', 'None'),
    frame('exception', 'pass', "KeyError('k')"),
    frame('return', 'pass', 'None'),
  ])
  expect(frames.map(({ kind }) => kind)).toEqual(
    'call line call raised unwind passed handler line call raised handler unwind passed unwind'.split(' '),
  )
})

test('a frame by hand that lacks a field is a mistake that names it', () => {
  const whole = frame('return', '    return', 'None')
  for (const field of ['event', 'source', 'locals', 'arg']) {
    const { [field as 'event']: _, ...rest } = whole
    for (const use of [expandFrames, renderFramesToGeneration]) {
      expect(() => use([enter, rest as FrameToWrite])).toThrow(
        new RegExp(`^frames\\[1\\]\\.${field}: expected .*, got undefined$`),
      )
    }
  }
  const { state: _, ...expanded } = expandFrames([enter]).frames[0] ?? ({} as ExpandedFrame)
  expect(() => diffFrames([expanded as ExpandedFrame])).toThrow(TypeError)
  expect(() => diffFrames([expanded as ExpandedFrame])).toThrow(/frames\[0\]\.state/)
})

test('ten thousand scopes are a loop, not a recursion', () => {
  const calls = Array.from({ length: 10_000 }, () => frame('call', 'def f(n):', { n: '1' }))
  const returns = calls.map(() => frame('return', '    return f(n)', '1'))
  const { frames, diagnostics } = expandFrames([...calls, ...returns])
  expect(diagnostics).toEqual([])
  expect(frames[9_999]).toMatchObject({ scope: 9_999, depth: 10_000 })
})

test('the diff form expands to the same, of whatever text', () => {
  fc.assert(
    fc.property(traceText, (text) => {
      const expanded = expandFrames(parseGeneratedTrace(text).frames)
      expect(expandFrames(diffFrames(expanded.frames))).toEqual(expanded)
    }),
    { numRuns: bySize({ fast: 200, faults: 200, long: 10_000 }) },
  )
})
