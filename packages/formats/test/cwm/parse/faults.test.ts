import { expect, test } from 'vitest'
import { normalizeSource, parseGeneratedTrace, renderFramesToGeneration, traceTokens } from '../../../src/cwm/index.ts'
import { call, line, raised, returned } from '../frames.ts'

const { callSep, lineSep, returnSep, actionSep, argSep, frameSep, endOfText } = traceTokens
const start = call('{}', 'def main():  # << START_OF_TRACE')

/** Faults that are told of a text: `code@offset`. */
function told(text: string): string[] {
  return parseGeneratedTrace(text).diagnostics.map(({ code, offset }) => `${code}@${offset}`)
}

function sourceOf(source: string): string | undefined {
  return parseGeneratedTrace(start + line('{}', source) + endOfText).frames[1]?.source
}

test('a source that ends in letters of the start marker stays', () => {
  for (const source of ['return A', 'RESULT = DATA_STORE', '# TODO', 'n_C', '  TRACE', '#', '<<']) {
    expect(sourceOf(source)).toBe(source)
    expect(normalizeSource(source)).toBe(source)
  }
})

test('two event tokens in one frame are two frames, in their order, and an error', () => {
  const text = `${start}${lineSep}{}${actionSep}x = 1\n${callSep}{"a": "1"}${actionSep}def f(a):\n${frameSep}${endOfText}`
  const { frames, wellFormed, diagnostics } = parseGeneratedTrace(text)
  expect(frames.map(({ event, source, malformed }) => [event, source, malformed])).toEqual([
    ['call', 'def main():', false],
    ['line', 'x = 1', true],
    ['call', 'def f(a):', false],
  ])
  expect(wellFormed).toBe(false)
  expect(diagnostics).toEqual([
    { code: 'missing_frame_sep', severity: 'error', offset: text.lastIndexOf(callSep), frame: 1 },
  ])
  const bare = `${returnSep}${callSep}{}${actionSep}def f():\n${frameSep}${endOfText}`
  expect(parseGeneratedTrace(bare).frames.map(({ event }) => event)).toEqual(['return', 'call'])
  expect(parseGeneratedTrace(bare).wellFormed).toBe(false)
})

test('a token inside a string of the locals is text', () => {
  for (const token of Object.values(traceTokens)) {
    const { frames, diagnostics } = parseGeneratedTrace(
      start + line(`{"a": "'${token}'", "b": "2"}`, 'x = a') + endOfText,
    )
    expect(diagnostics).toEqual([])
    expect(frames[1]).toMatchObject({ event: 'line', source: 'x = a' })
    expect(frames[1]?.locals).toEqual(
      new Map([
        ['a', `'${token}'`],
        ['b', '2'],
      ]),
    )
  }
})

test('text before a frame is an error, and part of its raw', () => {
  const text = `${start}oh ${line('{}', 'x = 1')}${endOfText}`
  expect(told(text)).toEqual([`stray_text@${start.length}`])
  expect(parseGeneratedTrace(text).frames[1]?.raw).toBe(`oh ${line('{}', 'x = 1')}`)
})

test('locals that are no JSON make a trace not well-formed', () => {
  const { frames, wellFormed, diagnostics } = parseGeneratedTrace(start + line('{bad', 'x = 1') + endOfText)
  expect(frames[1]).toMatchObject({ malformed: true, locals: null, localsStr: '{bad', source: 'x = 1' })
  expect(wellFormed).toBe(false)
  expect(diagnostics.map(({ code }) => code)).toEqual(['locals_not_object'])
})

test('text between a return token and its source is an error', () => {
  const text = `${start}${returnSep}{}${actionSep}    return 1\n${argSep}"1"${frameSep}${endOfText}`
  const { frames, wellFormed } = parseGeneratedTrace(text)
  expect(told(text)).toEqual([`stray_text@${start.length + returnSep.length}`])
  expect(frames[1]).toMatchObject({ malformed: true, source: '    return 1', arg: '1', localsStr: '', locals: null })
  expect(wellFormed).toBe(false)
})

test('a value in a line frame is an error, and no part of its source', () => {
  const text = `${start}${lineSep}{}${actionSep}x = 1${argSep}"2"${frameSep}${endOfText}`
  expect(told(text)).toEqual([`unexpected_separator@${text.indexOf(argSep)}`])
  expect(parseGeneratedTrace(text).frames[1]).toMatchObject({ source: 'x = 1', arg: null, malformed: true })
})

test('a missing end is a warning, and empty frames and text behind the end are errors', () => {
  expect(parseGeneratedTrace(start)).toMatchObject({ wellFormed: true, truncated: false, tail: '' })
  expect(told(start)).toEqual([`no_end_of_text@${start.length}`])
  expect(told(`${start}${frameSep}${frameSep}${endOfText}`)).toEqual([
    `empty_frame@${start.length}`,
    `empty_frame@${start.length + frameSep.length}`,
  ])
  for (const more of [endOfText, 'oh', '\n', start]) {
    const trace = parseGeneratedTrace(start + endOfText + more)
    expect(trace).toMatchObject({ wellFormed: false, truncated: false, tail: endOfText + more })
    expect(trace.frames).toHaveLength(1)
    expect(told(start + endOfText + more)).toEqual([`text_after_end@${start.length + endOfText.length}`])
  }
})

test('a value that holds the text of a frame_sep is well-formed', () => {
  const { frames, wellFormed } = parseGeneratedTrace(start + returned('    return x', `"'${frameSep}'"`) + endOfText)
  expect(wellFormed).toBe(true)
  expect(frames[1]?.arg).toBe(`'${frameSep}'`)
})

test('no value is written as nothing and read back as none, and is not the text null', () => {
  const text = renderFramesToGeneration([
    { event: 'call', source: 'def main():', locals: new Map(), arg: null },
    { event: 'return', source: '    return x', locals: null, arg: null },
  ])
  expect(text).toBe(`${start}${returned('    return x', '')}${endOfText}`)
  expect(parseGeneratedTrace(text).frames[1]).toMatchObject({ arg: null, malformed: true })
  expect(told(text)).toEqual([`value_not_string@${text.indexOf(argSep) + argSep.length}`])
  expect(parseGeneratedTrace(start + returned('x', 'null') + endOfText).frames[1]?.arg).toBe('null')
})

test('a malformed frame is written as it was read, among others and alone', () => {
  const text = start + line('{bad', 'x = 1') + endOfText
  const trace = parseGeneratedTrace(text)
  expect(renderFramesToGeneration(trace)).toBe(text)
  expect(renderFramesToGeneration(trace.frames)).toBe(text)
  expect(renderFramesToGeneration(structuredClone(trace))).toBe(text)
})

test('values that are no strings keep their JSON text, a name twice has its last value, and NaN is no JSON', () => {
  const read = (locals: string): unknown => {
    const { frames, diagnostics } = parseGeneratedTrace(start + line(locals, 'x = 1') + endOfText)
    const [frame] = frames.slice(1)
    return [frame?.locals && Object.fromEntries(frame.locals), diagnostics.map(({ code }) => code), frame?.malformed]
  }
  expect(read('{"a":5,"b":null,"c":[1, {"x":"}"}],"d":"1"}')).toEqual([
    { a: '5', b: 'null', c: '[1, {"x":"}"}]', d: '1' },
    ['locals_value_not_string', 'locals_value_not_string', 'locals_value_not_string'],
    true,
  ])
  expect(read('{"a":"5","a":"7"}')).toEqual([{ a: '7' }, ['locals_duplicate_key'], true])
  expect(read('{"d":NaN}')).toEqual([null, ['locals_not_object'], true])
  expect(read('{"a":5,"b":null,"a":"7","d":NaN}')).toEqual([
    null,
    ['locals_value_not_string', 'locals_value_not_string', 'locals_duplicate_key', 'locals_not_object'],
    true,
  ])
})

test('letters beyond ASCII, the newline and the marker of a source are the same bytes when written', () => {
  const text =
    call('{"é": "\'é\'"}', 'def main():   # << START_OF_TRACE') + line('{"é": "\\u00e9"}', "x = 'é'") + endOfText
  const trace = parseGeneratedTrace(text)
  expect(renderFramesToGeneration(trace)).toBe(text)
  expect(trace.frames.map(({ source }) => source)).toEqual(['def main():', "x = 'é'"])
  expect(trace.frames.map(({ locals }) => locals?.get('é'))).toEqual(["'é'", 'é'])
})

test('a value that is no string, or is not closed, is an error and keeps its text', () => {
  for (const value of ['5', '"5', '"5" 6', 'None', "'a'", '"\\q"', '{"a": 1}', ' 7 ']) {
    const { frames, diagnostics } = parseGeneratedTrace(start + raised('x = 1', value) + endOfText)
    expect(diagnostics.map(({ code }) => code)).toEqual(['value_not_string'])
    expect(frames[1]).toMatchObject({ event: 'exception', arg: value.trim(), malformed: true })
  }
})

test('a line of blanks is a source', () => {
  expect(sourceOf('    ')).toBe('    ')
  expect(sourceOf('')).toBe('')
  expect(sourceOf('x = 1  ')).toBe('x = 1  ')
  expect(normalizeSource('x = 1  ')).toBe('x = 1')
})
