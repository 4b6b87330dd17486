import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { toPlainValue, type PlainValue } from '../../src/values/plain-value.ts'

function formOf(name: string, value: Blob): FormData {
  const form = new FormData()
  form.set(name, value)
  return form
}

describe('tags', () => {
  class Point {
    x = 1
    get y(): number {
      return 2
    }
  }

  test.each<[string, unknown, PlainValue]>([
    ['bigint', 10n, { $type: 'bigint', value: '10' }],
    ['huge bigint', -(1n << 5000n), { $type: 'bigint', value: `-0x1${'0'.repeat(1250)}` }],
    ['NaN', NaN, { $type: 'number', value: 'NaN' }],
    ['Infinity', Infinity, { $type: 'number', value: 'Infinity' }],
    ['-Infinity', -Infinity, { $type: 'number', value: '-Infinity' }],
    ['-0', -0, { $type: 'number', value: '-0' }],
    ['undefined', undefined, { $type: 'undefined' }],
    ['undefined in an object', { a: undefined, b: 1 }, { b: 1 }],
    ['undefined in an array', [undefined, 1], [{ $type: 'undefined' }, 1]],
    ['date', new Date(0), { $type: 'date', value: '1970-01-01T00:00:00.000Z' }],
    ['invalid date', new Date(NaN), { $type: 'date', value: 'invalid' }],
    [
      'map',
      new Map<unknown, unknown>([
        ['a', 1],
        [{ b: 2 }, new Map()],
      ]),
      {
        $type: 'map',
        entries: [
          ['a', 1],
          [{ b: 2 }, { $type: 'map', entries: [] }],
        ],
      },
    ],
    ['set', new Set(['a', 1n]), { $type: 'set', values: ['a', { $type: 'bigint', value: '1' }] }],
    ['named function', function goto() {}, { $type: 'function', name: 'goto' }],
    ['symbol', Symbol('s'), { $type: 'symbol', description: 's' }],
    ['symbol without description', Symbol(), { $type: 'symbol' }],
    ['regexp', /a"b/giu, { $type: 'regexp', value: '/a"b/giu' }],
    ['url', new URL('https://example.test/a?b#c'), { $type: 'url', value: 'https://example.test/a?b#c' }],
    ['headers', new Headers({ Accept: '*/*' }), { $type: 'Headers', entries: [['accept', '*/*']] }],
    [
      'parameters',
      new URLSearchParams('a=1&a=2'),
      {
        $type: 'URLSearchParams',
        entries: [
          ['a', '1'],
          ['a', '2'],
        ],
      },
    ],
    [
      'form',
      formOf('file', new File(['x'], 'a.txt')),
      { $type: 'FormData', entries: [['file', { $type: 'File', name: 'a.txt', type: '', size: 1 }]] },
    ],
    [
      'request',
      new Request('http://a.test/', { method: 'PUT' }),
      { $type: 'Request', url: 'http://a.test/', method: 'PUT', headers: { $type: 'Headers', entries: [] } },
    ],
    [
      'response',
      Response.json(1, { status: 404 }),
      {
        $type: 'Response',
        url: '',
        status: 404,
        statusText: '',
        headers: { $type: 'Headers', entries: [['content-type', 'application/json']] },
      },
    ],
    ['blob', new Blob(['x'], { type: 'text/css' }), { $type: 'Blob', type: 'text/css', size: 1 }],
    ['forged headers', Object.create(Headers.prototype), { $type: 'opaque', name: 'Headers' }],
    ['promise', Promise.resolve(1), { $type: 'opaque', name: 'Promise' }],
    ['weak map', new WeakMap(), { $type: 'opaque', name: 'WeakMap' }],
    ['boxed', [Object('x'), Object(1), Object(false), Object(1n)], ['x', 1, false, { $type: 'bigint', value: '1' }]],
    ['typed array', new Uint8Array([1, 2, 255]), { $type: 'Uint8Array', base64: 'AQL/' }],
    ['buffer', Buffer.from('hi'), { $type: 'Uint8Array', base64: 'aGk=' }],
    ['wide typed array', new Uint16Array([1]), { $type: 'Uint16Array', base64: 'AQA=' }],
    ['part of a buffer', new Uint8Array([1, 2, 3, 4]).subarray(1, 3), { $type: 'Uint8Array', base64: 'AgM=' }],
    ['array buffer', new ArrayBuffer(3), { $type: 'ArrayBuffer', base64: 'AAAA' }],
    ['data view', new DataView(new ArrayBuffer(4), 1, 2), { $type: 'DataView', base64: 'AAA=' }],
    ['class instance', new Point(), { x: 1 }],
    ['toJSON', { toJSON: (key: string) => ({ key }) }, { key: '' }],
    ['toJSON of a key', { a: { toJSON: (key: string) => key } }, { a: 'a' }],
    [
      'toJSON that gives its own object',
      Object.defineProperty({ a: 1 }, 'toJSON', {
        value: function (this: unknown) {
          return this
        },
      }),
      { a: 1 },
    ],
    ['toJSON that is data', { toJSON: 1 }, { toJSON: 1 }],
    ['lone surrogate', ['\ud800'], ['\ud800']],
  ])('%s', (_, value, plain) => {
    expect(toPlainValue(value)).toStrictEqual(plain)
  })

  test('an error keeps its name, message, stack, cause, inner errors and own properties', () => {
    const cause = new TypeError('inner')
    const error = new AggregateError([new RangeError('one')], 'outer', { cause })
    const plain = toPlainValue(Object.defineProperty(error, 'code', { value: 'E_CODE', enumerable: true }))
    expect(plain).toMatchObject({
      $type: 'error',
      name: 'AggregateError',
      message: 'outer',
      stack: error.stack,
      cause: { $type: 'error', name: 'TypeError', message: 'inner' },
      errors: [{ $type: 'error', name: 'RangeError', message: 'one' }],
      code: 'E_CODE',
    })
  })

  test('objects of another realm are known for what they are', () => {
    const foreign: unknown = runInNewContext(
      `({ date: new Date(0), map: new Map([[1, 2]]), error: new Error('far'), bytes: new Uint8Array([1]), list: [1] })`,
    )
    expect(toPlainValue(foreign)).toMatchObject({
      date: { $type: 'date', value: '1970-01-01T00:00:00.000Z' },
      map: { $type: 'map', entries: [[1, 2]] },
      error: { $type: 'error', message: 'far' },
      bytes: { $type: 'Uint8Array', base64: 'AQ==' },
      list: [1],
    })
  })

  test('an object that only claims to be a Map is read like any other', () => {
    expect(
      toPlainValue(Object.create({}, { [Symbol.toStringTag]: { value: 'Map' }, a: { value: 1, enumerable: true } })),
    ).toStrictEqual({ a: 1 })
  })
})

describe('references', () => {
  test('a circle ends with the path to where it began', () => {
    const value = { a: { 'b c': [{}] as unknown[] } }
    value.a['b c'].push(value.a, value)
    expect(toPlainValue(value)).toStrictEqual({
      a: { 'b c': [{}, { $type: 'circular', path: '$.a' }, { $type: 'circular', path: '$' }] },
    })
    const map = new Map<string, unknown>()
    map.set('list', [map, { map }])
    expect(toPlainValue({ map })).toStrictEqual({
      map: {
        $type: 'map',
        entries: [['list', [{ $type: 'circular', path: '$.map' }, { map: { $type: 'circular', path: '$.map' } }]]],
      },
    })
  })

  test('what is shared without a circle is copied', () => {
    const shared = { a: 1 }
    const plain = toPlainValue([shared, shared]) as { a: number }[]
    expect(plain).toStrictEqual([{ a: 1 }, { a: 1 }])
    expect(plain[0]).not.toBe(plain[1])
    expect(plain[0]).not.toBe(shared)
  })

  test('a small object that unfolds to 2^50 is cut by the key cap', () => {
    let value: unknown = 'leaf'
    for (let level = 0; level < 50; level += 1) value = [value, value]
    expect(JSON.stringify(toPlainValue(value)).length).toBeLessThan(1_000_000)
  })
})

describe('hostile values', () => {
  const boom = (): never => {
    throw new Error('boom')
  }
  const unreadable = { $type: 'unreadable', reason: 'boom' }

  test('what throws is marked in its own place, and its neighbours are kept', () => {
    const value = {
      get getter() {
        return boom()
      },
      proxy: new Proxy({}, { ownKeys: boom }),
      json: { toJSON: boom },
      tag: Object.create({}, { [Symbol.toStringTag]: { get: boom } }) as unknown,
      prototype: new Proxy({}, { getPrototypeOf: boom }),
      items: [1, new Proxy({}, { get: boom }), 2],
      error: Object.defineProperty(new Error('x'), 'stack', { get: boom }),
      good: 1,
    }
    expect(toPlainValue(value)).toStrictEqual({
      getter: unreadable,
      proxy: unreadable,
      json: unreadable,
      tag: unreadable,
      prototype: unreadable,
      items: [1, unreadable, 2],
      error: { $type: 'error', name: 'Error', message: 'x', stack: unreadable },
      good: 1,
    })
  })

  test('even a thrown value that cannot be read has a reason', () => {
    const getter = {
      get a() {
        throw Object.create(null)
      },
    }
    expect(toPlainValue(getter)).toStrictEqual({ a: { $type: 'unreadable', reason: expect.any(String) as string } })
  })

  test('prototype keys stay data and set no prototype', () => {
    const plain = toPlainValue(JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}}'))
    expect(Object.keys(plain as object)).toStrictEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype)
    expect((plain as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('100,000 levels of nesting end at the depth cap', () => {
    let value: object = {}
    for (let level = 0; level < 100_000; level += 1) value = { value }
    const json = JSON.stringify(toPlainValue(value))
    expect(json.split('{"value":')).toHaveLength(65)
    expect(json).toContain('{"$truncated":"depth"}')
  })
})
