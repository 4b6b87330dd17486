import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitPlainValue, toPlainValue, type PlainValue } from '../../src/values/plain-value.ts'
import { bySize } from '../../../../scripts/test-size.ts'

const boom = (): never => {
  throw new Error('boom')
}

const circular = (): object => {
  const whole: Record<string, unknown> = { list: [] }
  whole.self = whole
  ;(whole.list as unknown[]).push(whole)
  return new Map([['whole', whole]])
}

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const deep = (): object => {
  let value: object = {}
  for (let level = 0; level < 300; level += 1) value = level % 2 === 0 ? [value] : { value }
  return value
}

const holes = (): object => {
  const items: unknown[] = []
  items.length = 4_000_000_000
  return items
}

/** One of each way in which a value can be hostile. */
const hostileValues: (() => unknown)[] = [
  circular,
  revoked,
  deep,
  () => ({
    get bad() {
      return boom()
    },
    good: 1,
  }),
  () => new Proxy({}, { ownKeys: boom }),
  () => new Proxy({}, { get: boom }),
  () => new Proxy([1, 2], { get: (_, key) => (key === 'length' ? NaN : boom()) }),
  () => new Proxy({ a: 1 }, { getPrototypeOf: boom }),
  () => new Proxy(() => 1, { get: boom }),
  () => ({ toJSON: boom }),
  () => ({
    toJSON() {
      return this
    },
  }),
  () => ({ toJSON: () => [new Map([[1, 2n]])] }),
  () => Object.create({}, { [Symbol.toStringTag]: { get: boom } }) as object,
  () => Object.create({}, { [Symbol.toStringTag]: { value: 'Map' } }) as object,
  () => Object.create(Date.prototype) as object,
  () => ({
    get bad() {
      throw Object.create(null)
    },
  }),
  () => Object.defineProperty(new Error('x'), 'message', { get: boom }),
  () => new Error('outer', { cause: new AggregateError([1, 'two'], 'inner') }),
  () => new Date(NaN),
  () => 10n ** 2000n,
  () => Symbol('s'),
  () => Promise.resolve(1),
  () => new WeakMap(),
  holes,
  () => new DataView(new ArrayBuffer(8), 2, 3),
  () => new Float64Array([NaN, 1]),
  () => '\ud800 lone and \u0000 "quoted"',
  () => '😀'.repeat(400),
  () => JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2, "$frame": 3, "$$type": 4}') as object,
  () =>
    new (class Sly extends Uint8Array {
      override get byteLength(): number {
        return boom()
      }
    })(3),
]

/** A recipe for a value. The value itself is made only in the property: fast-check looks into what it generates. */
type Recipe =
  | { kind: 'value'; value: unknown }
  | { kind: 'hostile'; index: number }
  | { kind: 'array' | 'set'; items: Recipe[] }
  | { kind: 'object' | 'map'; entries: [string, Recipe][] }

const text = fc.uint16Array({ maxLength: 30 }).map((units) => String.fromCharCode(...units))
const key = fc.oneof(text, fc.constantFrom('__proto__', '$frame', '$type', 'toJSON', 'length'))
const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withObjectString: true,
  withSparseArray: true,
  withTypedArray: true,
  maxDepth: 2,
  key,
  values: [text, fc.double(), fc.boolean(), fc.constant(undefined), fc.constant(null)],
})

const { recipe } = fc.letrec<{ recipe: Recipe }>((tie) => ({
  recipe: fc.oneof(
    { maxDepth: 3 },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('value' as const), value: anything }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('hostile' as const), index: fc.nat(hostileValues.length - 1) }),
    },
    fc.record({
      kind: fc.constantFrom('array' as const, 'set' as const),
      items: fc.array(tie('recipe'), { maxLength: 5 }),
    }),
    fc.record({
      kind: fc.constantFrom('object' as const, 'map' as const),
      entries: fc.array(fc.tuple(key, tie('recipe')), { maxLength: 5 }),
    }),
  ),
}))

function make(from: Recipe): unknown {
  switch (from.kind) {
    case 'value':
      return from.value
    case 'hostile':
      return hostileValues[from.index]!()
    case 'array':
      return from.items.map(make)
    case 'set':
      return new Set(from.items.map(make))
    case 'object':
      return Object.fromEntries(from.entries.map(([name, inner]) => [name, make(inner)]))
    case 'map':
      return new Map(from.entries.map(([name, inner]) => [name, make(inner)]))
  }
}

test('arbitrary values are all converted, survive JSON and keep to the caps', () => {
  const caps = { maxDepth: 6, maxKeys: 25, maxSizeBytes: 1_500 }
  fc.assert(
    fc.property(recipe, (from) => {
      const value = make(from)
      expectPlain(toPlainValue(value, { maxKeys: 300 }))
      const small = toPlainValue(value, caps)
      expectPlain(small)
      const { depth, keys } = measure(small)
      if (depth > caps.maxDepth + 1) throw new Error(`depth ${depth}`)
      if (keys > caps.maxKeys) throw new Error(`${keys} keys`)
      if (sizeBytes(small) > caps.maxSizeBytes) throw new Error(`${sizeBytes(small)} bytes`)
    }),
    { numRuns: bySize({ fast: 1_000, faults: 10_000, long: 100_000 }) },
  )
  expect(Object.prototype).not.toHaveProperty('polluted')
})

test('a conversion gives the same result twice and never changes its input', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const before = JSON.stringify(value)
      const first = toPlainValue(value)
      return isDeepStrictEqual(first, toPlainValue(value)) && JSON.stringify(value) === before
    }),
  )
})

test('fitting keeps any plain value within the limit and leaves one that fits alone', () => {
  fc.assert(
    fc.property(recipe, fc.integer({ min: 256, max: 3_000 }), (from, limitBytes) => {
      const plain = toPlainValue(make(from))
      const fitted = fitPlainValue(plain, limitBytes)
      expectPlain(fitted)
      if (sizeBytes(fitted) > limitBytes) throw new Error(`${sizeBytes(fitted)} bytes`)
      return sizeBytes(plain) > limitBytes || fitted === plain
    }),
    { numRuns: bySize({ fast: 500, faults: 2_000, long: 20_000 }) },
  )
})

function expectPlain(value: PlainValue): void {
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value)) throw new Error('changed by JSON')
}

function sizeBytes(value: PlainValue): number {
  return Buffer.byteLength(JSON.stringify(value))
}

/** Nesting, and the keys and items in all. Tags of one value count as one value, marks not at all. */
function measure(value: PlainValue): { depth: number; keys: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, keys: 0 }
  if ('$type' in value && !['map', 'set', 'error'].some((type) => value.$type === type)) return { depth: 0, keys: 0 }
  const inner = itemsOf(value).map(measure)
  const own = '$type' in value && value.$type !== 'error' ? 0 : inner.length
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    keys: own + inner.reduce((sum, { keys }) => sum + keys, 0),
  }
}

function itemsOf(value: object): PlainValue[] {
  if (!Array.isArray(value)) {
    const entries = Object.entries(value as Record<string, PlainValue>)
    return entries.filter(([name]) => name !== '$type' && name !== '$truncated').map(([, item]) => item)
  }
  const last: unknown = value.at(-1)
  const isMarked = typeof last === 'object' && last !== null && '$truncated' in last && 'length' in last
  return value.slice(0, isMarked ? -1 : undefined) as PlainValue[]
}
