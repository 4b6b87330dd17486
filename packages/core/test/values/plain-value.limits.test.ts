import { describe, expect, test } from 'vitest'
import { fitPlainValue, toPlainValue, type PlainValue } from '../../src/values/plain-value.ts'

const sizeBytes = (value: PlainValue): number => Buffer.byteLength(JSON.stringify(value))

describe('caps', () => {
  test.each([
    ['a line of a log\n', 100_000],
    ['é', 600_000],
    ['"\\', 400_000],
    ['😀', 300_000],
  ])('a long string of %j keeps its beginning and its end, and says how much is lost between', (part, count) => {
    const text = `begun ${part.repeat(count)} FAIL: the error`
    let told = 0
    const plain = toPlainValue(text, { onCut: ({ lostCharacters = 0 }) => (told += lostCharacters) }) as string
    const [mark = '', lost, length] = /\[\$truncated (\d+) of (\d+) characters\]/.exec(plain) ?? []
    const [head = '', tail = ''] = plain.split(mark)
    expect(text.startsWith(head) && head.length > 100_000).toBe(true)
    expect(text.endsWith(tail) && tail.endsWith('FAIL: the error') && tail.length > 100_000).toBe(true)
    expect([Number(lost), Number(length)]).toEqual([text.length - head.length - tail.length, text.length])
    expect(told).toBe(Number(lost))
    expect(sizeBytes(plain)).toBeLessThanOrEqual(1_000_000)
    expect(sizeBytes(plain)).toBeGreaterThan(999_970)
  })

  test('a tree is of use from its beginning alone, and what is whole is told as nothing', () => {
    const onCut = (): never => expect.unreachable()
    expect(toPlainValue({ ariaTree: '- a\n'.repeat(600_000) })).toStrictEqual({
      ariaTree: expect.stringMatching(/^[- a\n]+\[\$truncated \d+ of 2400000 characters\]$/) as string,
    })
    expect(toPlainValue('a'.repeat(999_000), { onCut })).toHaveLength(999_000)
  })

  test('a cut never splits a surrogate pair', () => {
    for (let maxSizeBytes = 256; maxSizeBytes < 266; maxSizeBytes += 1) {
      const plain = toPlainValue('😀'.repeat(200), { maxSizeBytes }) as string
      expect(plain.isWellFormed()).toBe(true)
      expect(sizeBytes(plain)).toBeLessThanOrEqual(maxSizeBytes)
    }
  })

  test('the longest strings are cut first, wherever they stand', () => {
    const value = { html: 'h'.repeat(5_000), text: 't'.repeat(400), error: 'not found' }
    const plain = toPlainValue(value, { maxSizeBytes: 1_500 }) as typeof value
    expect(plain.html).toMatch(/^h+\[\$truncated \d+ of 5000 characters\]h+$/)
    expect(plain.text).toBe(value.text)
    expect(plain.error).toBe(value.error)
  })

  test('arrays and objects beyond the key cap are marked, and outer levels come first', () => {
    const value = { list: Array.from({ length: 30 }, (_, item) => item), error: 'kept' }
    expect(toPlainValue(value, { maxKeys: 5 })).toStrictEqual({
      list: [0, 1, 2, { $truncated: 'keys', length: 30 }],
      error: 'kept',
    })
    expect(toPlainValue({ a: 1, b: 2, c: 3 }, { maxKeys: 2 })).toStrictEqual({ a: 1, b: 2, $truncated: 'keys' })
    expect(
      toPlainValue(
        new Map([
          [1, 2],
          [3, 4],
        ]),
        { maxKeys: 3 },
      ),
    ).toStrictEqual({
      $type: 'map',
      entries: [[1, { $truncated: 'keys', length: 2 }], [{ $truncated: 'keys', length: 2 }]],
    })
  })

  test('of a table that is too long the first rows stay whole, what stands beside it too, and what is lost is told', () => {
    const rows = Array.from({ length: 60 }, (_, id) => ({ id, price: { amount: id } }))
    let told: unknown
    const options = { maxKeys: 50, onCut: (loss: unknown) => (told = loss) }
    const kept = (count: number): unknown[] => [...rows.slice(0, count), { $truncated: 'keys', length: 60 }]
    expect(toPlainValue({ rows, total: 60 }, options)).toStrictEqual({ rows: kept(12), total: 60 })
    expect(told).toEqual({ lostCharacters: 0, lostItems: 48, tooDeep: 0 })
    expect(toPlainValue([rows, 'a sum'], options)).toStrictEqual([kept(12), 'a sum'])
    expect(toPlainValue({ a: [[[]], 1] }, { ...options, maxDepth: 3 })).toStrictEqual({
      a: [[{ $truncated: 'depth' }], 1],
    })
    expect(told).toMatchObject({ lostItems: 0, tooDeep: 1 })
  })

  test('what was lifted out of a list stays, though its rows are cut', () => {
    const lift = (value: string | Uint8Array): PlainValue | undefined =>
      value === 'shot' ? { $frame: 'f' } : undefined
    const rows = Array.from({ length: 30 }, (_, id) => ({ id, shot: id === 20 ? 'shot' : 'none' }))
    expect(JSON.stringify(toPlainValue(rows, { maxKeys: 70, lift }))).toContain('"$frame":"f"')
  })

  test('an array of four thousand million holes is cut like any other', () => {
    const holes: unknown[] = []
    holes.length = 4_000_000_000
    expect(toPlainValue(holes, { maxKeys: 1 })).toStrictEqual([
      { $type: 'undefined' },
      { $truncated: 'keys', length: 4_000_000_000 },
    ])
  })

  test('keys that are too long for the size are left out and marked', () => {
    const plain = toPlainValue({ a: 1, ['k'.repeat(2_000)]: 2 }, { maxSizeBytes: 1_000 })
    expect(plain).toStrictEqual({ a: 1, $truncated: 'size' })
  })

  test('large bytes are cut in their base64', () => {
    const plain = toPlainValue([new Uint8Array(3_000)], { maxSizeBytes: 1_000 }) as { base64: string }[]
    expect(plain[0]!.base64).toMatch(/^A+\[\$truncated \d+ of 4000 characters\]$/)
    expect(sizeBytes(plain)).toBeLessThanOrEqual(1_000)
  })
})

describe('fitPlainValue', () => {
  test('returns what fits as it is', () => {
    const value = { text: 'é'.repeat(100) }
    expect(fitPlainValue(value, sizeBytes(value) < 256 ? 256 : sizeBytes(value))).toBe(value)
  })

  test('cuts the longest strings first, without touching frames, keys or marks', () => {
    const frame = { $frame: 'a'.repeat(64), mediaType: 'image/png', sizeBytes: 10 }
    const value = {
      frame,
      $$type: 1,
      args: { toJSON: 'x' },
      short: 's'.repeat(200),
      long: ['l'.repeat(4_000), 'm'.repeat(3_000)],
    }
    const fitted = fitPlainValue(value, 2_000) as typeof value
    expect(fitted).toStrictEqual({
      ...value,
      long: [
        expect.stringMatching(/^l+\[\$truncated \d+ of 4000/),
        expect.stringMatching(/^m+\[\$truncated \d+ of 3000/),
      ],
    })
    expect(sizeBytes(fitted)).toBeLessThanOrEqual(2_000)
    expect(sizeBytes(fitted)).toBeGreaterThan(1_500)
    expect(fitPlainValue(value, 2_000)).toStrictEqual(fitted)
  })

  test('cuts keys where strings do not suffice', () => {
    const value = { ok: true, numbers: Array.from({ length: 500 }, (_, item) => item) }
    const fitted = fitPlainValue(value, 600) as { ok: boolean; numbers: PlainValue[] }
    expect(fitted.ok).toBe(true)
    expect(fitted.numbers.at(-1)).toStrictEqual({ $truncated: 'size', length: 500 })
    expect(sizeBytes(fitted)).toBeLessThanOrEqual(600)
  })
})
