import { describe, expect, test } from 'vitest'
import { toPlainValue, type PlainValue } from '../../src/values/plain-value.ts'

describe('lift', () => {
  test('sees every whole string and all bytes, and its answer is put in their place untouched', () => {
    const seen: unknown[] = []
    const long = 'x'.repeat(3_000)
    const parent = { text: long }
    const plain = toPlainValue([parent, Buffer.from([1, 2]), new Set(['in a set'])], {
      maxSizeBytes: 1_000,
      lift: (value, key, above) => {
        seen.push([typeof value === 'string' ? value : [...value], key, above === parent])
        return value instanceof Uint8Array ? { $frame: 'f'.repeat(64) } : undefined
      },
    })
    expect(plain).toMatchObject([
      { text: expect.stringContaining(' of 3000 characters]') as string },
      { $frame: 'f'.repeat(64) },
      {},
    ])
    expect(seen).toStrictEqual([
      [[1, 2], '1', false],
      [long, 'text', true],
      ['in a set', '0', false],
    ])
  })

  test('is given bytes whose slice is a copy, also those of a Buffer', () => {
    const buffer = Buffer.from([1, 2])
    const copies: Uint8Array[] = []
    const lift = (value: string | Uint8Array): PlainValue => copies.push((value as Uint8Array).slice())
    toPlainValue([buffer, buffer.buffer.slice(0, 1), new DataView(new ArrayBuffer(1))], { lift })
    buffer.fill(9)
    expect(copies[0]).toStrictEqual(new Uint8Array([1, 2]))
    expect(copies).toHaveLength(3)
  })

  test('is asked about the whole value too, and one that throws declines', () => {
    expect(toPlainValue('whole', { lift: (value, key) => `${String(value)}:${key}` })).toBe('whole:')
    const lift = (): never => {
      throw new Error('boom')
    }
    expect(toPlainValue({ a: 'kept' }, { lift })).toStrictEqual({ a: 'kept' })
  })

  test('a frame that the input pretends to hold is escaped, one that was lifted is not', () => {
    const lift = (value: string | Uint8Array): PlainValue | undefined =>
      value === 'image' ? { $frame: 'real' } : undefined
    expect(toPlainValue({ a: 'image', b: { $frame: 'forged' } }, { lift })).toStrictEqual({
      a: { $frame: 'real' },
      b: { $$frame: 'forged' },
    })
  })
})

describe('transformText', () => {
  const hide = (text: string, key: string | undefined): string =>
    key === 'password' ? '***' : text.replaceAll('hunter2', '***')

  test('cleans every text before it is cut: values, names, errors, maps, tags and reasons', () => {
    const error = new Error('hunter2', { cause: 'hunter2' })
    const value = {
      error,
      map: new Map([
        ['hunter2', 'hunter2'],
        ['password', 'other'],
      ]),
      hunter2: Symbol('hunter2'),
      url: new URL('http://x/hunter2'),
      get bad() {
        throw new Error('hunter2')
      },
      password: ['a', new Set(['b'])],
      circle: undefined as unknown,
      long: `${'x'.repeat(700)}hunter2`,
    }
    value.circle = { hunter2: [value] }
    const json = JSON.stringify(toPlainValue(value, { transformText: hide, maxSizeBytes: 2_000 }))
    expect(json).not.toContain('hunter')
    expect(JSON.parse(json)).toMatchObject({
      password: ['***', { values: ['***'] }],
      map: {
        entries: [
          ['***', '***'],
          ['password', '***'],
        ],
      },
      '***': { description: '***' },
    })
  })

  test('names that become equal are told apart', () => {
    const plain = toPlainValue({ a1: 1, a2: 2, a3: 3 }, { transformText: () => 'a' })
    expect(plain).toStrictEqual({ a: 1, 'a~2': 2, 'a~3': 3 })
  })

  test('a text that it cannot clean is left out', () => {
    const transformText = (text: string): string => {
      if (text.includes('secret')) throw new Error('cannot clean: secret')
      return text
    }
    const plain = toPlainValue({ a: 'secret', secret: 1, b: 'fine' }, { transformText })
    expect(JSON.stringify(plain)).not.toContain('secret')
    expect(plain).toMatchObject({ a: { $type: 'unreadable' }, unreadable: 1, b: 'fine' })
  })
})
