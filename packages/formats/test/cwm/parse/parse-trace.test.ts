import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bySize } from '../../../../../scripts/test-size.ts'
import {
  expandFrames,
  normalizeSource,
  parseGeneratedTrace,
  parseLocals,
  renderFramesToGeneration,
  traceTokens,
} from '../../../src/cwm/index.ts'
import { call, line, returned } from '../frames.ts'
import { traceText } from '../trace-text.ts'

const { callSep, lineSep, returnSep, actionSep, argSep, frameSep, endOfText } = traceTokens
const start = call('{}', 'def main():  # << START_OF_TRACE')

test('a frame tells its event, source, locals or value, its text and its place, and cannot be changed', () => {
  const text = start + returned('    return x', '"\'a\\"\'"') + endOfText
  const trace = parseGeneratedTrace(text, { countTokens: ({ length }) => length })
  expect(trace).toEqual({
    frames: [
      {
        event: 'call',
        source: 'def main():',
        localsStr: '{}',
        locals: new Map(),
        arg: null,
        malformed: false,
        stateTokens: 2,
        actionTokens: 11,
        hasLocals: true,
        raw: start,
        offset: 0,
      },
      {
        event: 'return',
        source: '    return x',
        localsStr: '',
        locals: null,
        arg: "'a\"'",
        malformed: false,
        stateTokens: 0,
        actionTokens: 12,
        hasLocals: false,
        raw: text.slice(start.length, -endOfText.length),
        offset: start.length,
      },
    ],
    tail: endOfText,
    wellFormed: true,
    truncated: false,
    diagnostics: [],
  })
  expect(trace.frames.every(Object.isFrozen)).toBe(true)
})

test('of a source one line end and one start marker are taken off, with the blanks before it', () => {
  const read = (source: string): string | undefined => {
    return parseGeneratedTrace(`${lineSep}{}${actionSep}${source}${frameSep}`).frames[0]?.source
  }
  expect(read('    x = 1\r\n')).toBe('    x = 1')
  expect(read('x = 1\n\n')).toBe('x = 1\n')
  expect(read('def f():# << START_OF_TRACE\n')).toBe('def f():')
  expect(read('def f(): \t   # << START_OF_TRACE')).toBe('def f():')
  expect(read('def f():  # << START_OF_TRACE  # << START_OF_TRACE\n')).toBe('def f():  # << START_OF_TRACE')
  expect(read('# << START_OF_TRACE = 1\n')).toBe('# << START_OF_TRACE = 1')
  expect(read('x\t \n')).toBe('x\t ')
  expect(normalizeSource('    def f(): \t # << START_OF_TRACE  \r\n')).toBe('    def f():')
})

test('events and the end are text within a source line, and a new frame behind its line end', () => {
  const said = `print("${lineSep}${endOfText}${callSep}")`
  expect(parseGeneratedTrace(start + line('{}', said) + endOfText)).toMatchObject({ wellFormed: true })
  const { frames, diagnostics } = parseGeneratedTrace(`${start}${lineSep}{}${actionSep}x = 1\n${endOfText}`)
  expect(frames.map(({ source }) => source)).toEqual(['def main():', 'x = 1'])
  expect(diagnostics.map(({ code }) => code)).toEqual(['missing_frame_sep'])
})

test('each separator that is missing is told, and the frame is read all the same', () => {
  const read = (text: string): unknown => {
    const { frames, diagnostics } = parseGeneratedTrace(start + text + endOfText)
    return [...frames.slice(1).map(({ source, arg }) => [source, arg]), ...diagnostics.map(({ code }) => code)]
  }
  expect(read(`${lineSep}{"a": "1"}    x = 1\n${frameSep}`)).toEqual([['    x = 1', null], 'missing_action_sep'])
  expect(read(`${lineSep}${frameSep}`)).toEqual([['', null], 'empty_locals', 'missing_action_sep'])
  expect(read(`${returnSep}    return 1\n${argSep}"1"${frameSep}`)).toEqual([
    ['    return 1', '1'],
    'missing_action_sep',
  ])
  expect(read(`${returnSep}${actionSep}    return 1\n${frameSep}`)).toEqual([['    return 1', null], 'missing_arg_sep'])
  expect(read(`${returnSep}${actionSep}    return 1\n${argSep}"1"`)).toEqual([
    ['    return 1', '1'],
    'missing_frame_sep',
  ])
  expect(read(`${lineSep}${actionSep}x = 1\n${frameSep}`)).toEqual([['x = 1', null], 'empty_locals'])
})

test('a text without a frame says so, and no locals are a warning', () => {
  expect(parseGeneratedTrace('')).toMatchObject({ frames: [], tail: '', wellFormed: false, truncated: false })
  expect(parseGeneratedTrace('').diagnostics.map(({ code }) => code)).toContain('no_frames')
  expect(parseGeneratedTrace('hello').diagnostics.map(({ code }) => code)).toContain('stray_text')
  expect(parseGeneratedTrace(call('', 'def f():') + endOfText)).toMatchObject({ wellFormed: true })
})

test('wherever a trace is cut, it is truncated but behind a frame, and its whole frames are read', () => {
  const whole =
    start + line('{"a": "\'<|acti\'"}', 'if a < 2:') + returned('return "<|line_sep|>"', '"\'é\'"') + endOfText
  const frames = parseGeneratedTrace(whole).frames
  const ends = frames.map(({ offset = 0, raw = '' }) => offset + raw.length)
  for (let length = 1; length < whole.length; length++) {
    const cut = parseGeneratedTrace(whole.slice(0, length))
    const done = ends.filter((end) => end <= length).length
    expect(cut.frames).toEqual(frames.slice(0, done))
    expect([length, cut.truncated]).toEqual([length, !ends.includes(length)])
    expect(cut.tail).toBe(whole.slice(ends[done - 1] ?? 0, length))
    if (!cut.truncated) continue
    expect(cut.wellFormed).toBe(false)
    expect(cut.diagnostics).toContainEqual({
      code: 'cut_off',
      severity: 'error',
      offset: ends[done - 1] ?? 0,
      frame: done,
    })
  }
})

test('a string that is not closed spoils its own frame alone', () => {
  const bad = `${lineSep}{"a": "1, "b": "2"}${actionSep}x = 1\n${frameSep}${lineSep}{"c": "3${actionSep}y = 1\n${frameSep}`
  const { frames } = parseGeneratedTrace(start + bad + line('{"d": "4"}', 'z = 1') + endOfText)
  expect(frames.map(({ source, malformed }) => [source, malformed])).toEqual([
    ['def main():', false],
    ['x = 1', true],
    ['y = 1', true],
    ['z = 1', false],
  ])
})

test('parseLocals reads an object of strings, and __proto__ is a name like any other', () => {
  expect(parseLocals('{"__proto__": "1", "constructor": ".."}')).toEqual(
    new Map([
      ['__proto__', '1'],
      ['constructor', '..'],
    ]),
  )
  expect(parseLocals('')).toEqual(new Map())
  expect(parseLocals(' { "a" : 1e2 , "a\\u0062" : "\\ud83d\\ude00" } ')).toEqual(
    new Map([
      ['a', '1e2'],
      ['ab', '😀'],
    ]),
  )
  for (const text of [
    '[]',
    '5',
    '"a"',
    'null',
    '{',
    '{"a"}',
    '{"a": "1",}',
    '{a: "1"}',
    '{"a": "1"} x',
    "{'a': '1'}",
    '{"a": "1\n"}',
  ]) {
    expect([text, parseLocals(text)]).toEqual([text, null])
  }
})

test('nesting as deep as it likes, and as many tokens, are read in the time of their length', () => {
  const deep = 20_000
  const { frames } = parseGeneratedTrace(
    start + line(`{"a": ${'['.repeat(deep)}${']'.repeat(deep)}}`, 'x = 1') + endOfText,
  )
  expect(frames[1]?.locals?.get('a')).toHaveLength(2 * deep)
  for (const piece of [
    frameSep,
    '<|',
    '{"',
    '"',
    callSep,
    `${lineSep}{"${actionSep}x${frameSep}`,
    `${returnSep}${argSep}"`,
  ]) {
    const startedMs = performance.now()
    const text = piece.repeat(5_000)
    expect(renderFramesToGeneration(parseGeneratedTrace(text))).toBe(text)
    expect(performance.now() - startedMs).toBeLessThan(5_000)
  }
})

test('any text is read without a throw, written back equal, and expanded as its diff form is', () => {
  fc.assert(
    fc.property(traceText, (text) => {
      const trace = parseGeneratedTrace(text)
      expect(trace.frames.map(({ raw }) => raw).join('') + trace.tail).toBe(text)
      expect(renderFramesToGeneration(trace)).toBe(text)
      expect(trace.wellFormed).toBe(trace.diagnostics.every(({ severity }) => severity === 'warning'))
      for (const { offset = 0, raw = '' } of trace.frames) expect(text.startsWith(raw, offset)).toBe(true)
      for (const { offset } of trace.diagnostics) expect(offset).toBeLessThanOrEqual(text.length)
      expect(trace.diagnostics.length).toBeLessThanOrEqual(text.length + 2)
      expect(expandFrames(trace.frames).frames).toHaveLength(trace.frames.length)
    }),
    { numRuns: bySize({ fast: 200, faults: 200, long: 10_000 }) },
  )
})
