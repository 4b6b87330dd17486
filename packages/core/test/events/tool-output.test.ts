import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { inferToolOutput, normalizeError, pairToolOutputs } from '../../src/events/tool-output.ts'

const boom = (): never => {
  throw new Error('boom')
}

describe('inferToolOutput', () => {
  test.each<[unknown, boolean, string?]>([
    [undefined, true],
    [null, true],
    ['', true],
    ['text', true],
    [0, true],
    [false, true],
    [[{ error: 'in an array' }], true],
    [{}, true],
    [{ success: true }, true],
    [{ success: false }, false],
    [{ success: 0 }, true],
    [{ isError: true }, false],
    [{ isError: 'yes' }, false],
    [{ isError: false }, true],
    [{ error: 'no' }, false, 'no'],
    [{ error: '' }, false, ''],
    [{ error: 0 }, false, '0'],
    [{ error: null }, true],
    [{ error: false }, true],
    [{ error: undefined }, true],
    [{ error: new Error('thrown') }, false, 'thrown'],
    [{ error: { code: 1 } }, false, '{"code":1}'],
    [{ success: false, error: 'why' }, false, 'why'],
    [{ output: { error: 'inner' } }, false, 'inner'],
    [{ output: { success: false } }, false],
    [{ output: { isError: 1 } }, false],
    [{ error: 'outer', output: { error: 'inner' } }, false, 'outer'],
    [{ error: null, output: { error: 'inner' } }, false, 'inner'],
    [{ output: ['error'] }, true],
    [{ output: { output: { error: 'too deep' } } }, true],
    [{ data: { error: 'elsewhere' } }, true],
    [Object.create({ error: 'inherited' }), true],
  ])('%j', (result, ok, error) => {
    expect(inferToolOutput(result)).toStrictEqual(error === undefined ? { ok, result } : { ok, result, error })
  })

  test('an error that cannot be read is still an error', () => {
    const result = Object.defineProperty({}, 'error', { get: boom })
    expect(inferToolOutput(result)).toMatchObject({ ok: false, error: 'the error cannot be read: boom' })
  })

  test('getters and Proxies that throw are survived', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(inferToolOutput(proxy)).toMatchObject({ ok: false })
    const result = Object.defineProperties(
      {},
      { output: { get: boom }, success: { get: boom }, isError: { get: boom } },
    )
    expect(inferToolOutput(result)).toStrictEqual({ ok: true, result })
  })
})

describe('normalizeError', () => {
  const circular: Record<string, unknown> = { code: 1 }
  circular.self = circular

  test.each<[string, unknown, string | undefined]>([
    ['undefined', undefined, undefined],
    ['null', null, undefined],
    ['false', false, undefined],
    ['true', true, 'true'],
    ['a number', 0, '0'],
    ['a bigint', 5n, '5'],
    ['an empty string', '', ''],
    ['a long string, never cut', 'x'.repeat(5_000), 'x'.repeat(5_000)],
    ['an Error', new TypeError('wrong'), 'wrong'],
    ['an Error of another realm', runInNewContext(`new Error('far')`), 'far'],
    ['an object', { a: [1] }, '{"a":[1]}'],
    ['a long object', ['é'.repeat(2_000)], `["${'é'.repeat(998)}... [truncated]`],
    ['a long object cut before a surrogate pair', [`${'é'.repeat(997)}😀`], `["${'é'.repeat(997)}... [truncated]`],
    ['a long object cut before a word', ['a', 'words '.repeat(400)], `["a","${'words '.repeat(165)}... [truncated]`],
    ['a circular object', circular, '{"code":1,"self":{"$type":"circular","path":"$"}}'],
    ['a bigint in an object', { n: 1n }, '{"n":{"$type":"bigint","value":"1"}}'],
    ['a function', function fail() {}, '{"$type":"function","name":"fail"}'],
    ['a symbol', Symbol('x'), 'Symbol(x)'],
    ['a symbol without words', Symbol(), 'Symbol()'],
    ['a symbol of all', Symbol.for('app.error'), 'Symbol(app.error)'],
    ['a symbol of the language', Symbol.iterator, 'Symbol(Symbol.iterator)'],
    ['an object that throws', { toJSON: boom }, '{"$type":"unreadable","reason":"boom"}'],
  ])('%s', (_, error, text) => {
    expect(normalizeError(error)).toBe(text)
  })
})

describe('pairToolOutputs', () => {
  const call = (toolCallId: string, toolName = 'look') => ({ toolCallId, toolName, input: { id: toolCallId } })

  test('results find their calls by id, in any order', () => {
    const calls = [call('a'), call('b'), call('c')]
    const results = [
      { type: 'tool-result', toolCallId: 'c', output: 'third' },
      { type: 'tool-error', toolCallId: 'b', error: new Error('second broke') },
      { type: 'tool-result', toolCallId: 'a', result: 'first' },
    ]
    expect(pairToolOutputs(calls, results)).toStrictEqual([
      { ...calls[0], toolOutput: { ok: true, result: 'first' } },
      { ...calls[1], toolOutput: { ok: false, result: undefined, error: 'second broke' } },
      { ...calls[2], toolOutput: { ok: true, result: 'third' } },
    ])
    expect(pairToolOutputs(calls, results.toReversed())).toStrictEqual(pairToolOutputs(calls, results))
  })

  test('what a tool says of itself is judged', () => {
    const [paired] = pairToolOutputs([call('a')], [{ type: 'tool-result', toolCallId: 'a', output: { isError: true } }])
    expect(paired!.toolOutput).toStrictEqual({ ok: false, result: { isError: true } })
  })

  test('an unknown tool and invalid arguments are not ok and say so', () => {
    const calls = [
      { ...call('a', 'lookup'), invalid: true, error: new Error('no tool "lookup"') },
      { ...call('b'), invalid: true },
      { ...call('c'), invalid: true },
      call('d', 'lookup'),
      call('e'),
    ]
    const results = [
      { type: 'tool-error', toolCallId: 'b', error: 'city must be a string' },
      { type: 'tool-error', toolCallId: 'e', error: undefined },
    ]
    expect(pairToolOutputs(calls, results).map(({ toolOutput }) => toolOutput)).toStrictEqual([
      { ok: false, result: undefined, error: 'invalid tool call: no tool "lookup"' },
      { ok: false, result: undefined, error: 'invalid tool call: city must be a string' },
      { ok: false, result: undefined, error: 'invalid tool call: unknown tool or invalid arguments' },
      {
        ok: false,
        result: undefined,
        error: expect.stringContaining('no result: the tool "lookup" is unknown') as string,
      },
      { ok: false, result: undefined, error: 'the tool "look" failed and did not say why' },
    ])
  })

  test('calls of one id are paired in order, and a preliminary result is not one', () => {
    const results = [
      { type: 'tool-result', toolCallId: 'a', output: 'draft', preliminary: true },
      { type: 'tool-result', toolCallId: 'a', output: 1 },
      { type: 'tool-result', toolCallId: 'a', output: 2 },
      { type: 'tool-result', toolCallId: 'stray', output: 3 },
    ]
    const outputs = pairToolOutputs([call('a'), call('a'), call('a')], results).map(({ toolOutput }) => toolOutput)
    expect(outputs).toMatchObject([{ ok: true, result: 1 }, { ok: true, result: 2 }, { ok: false }])
    expect(pairToolOutputs([], results)).toStrictEqual([])
  })
})
