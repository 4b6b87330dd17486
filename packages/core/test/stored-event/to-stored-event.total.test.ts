import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventSchemas } from '../../src/events/events.ts'
import { createRedactor, JournalEntry, type EvidenceType } from '../../src/index.ts'
import { picture, snapshot } from '../journal.ts'
import { bySize } from '../../../../scripts/test-size.ts'

const boom = (): never => {
  throw new Error('boom')
}

type Make = () => unknown

/** It knows fields of a page already, so references are looked up. */
const redactor = createRedactor({ fingerprint: () => '01234567' })
const tree = '- textbox "Password" [ref=e1]'
snapshot('step_observed', { url: 'u', ariaTree: tree }, { redactor })

/** One of each way in which a value can be hostile. They are made late: the property runner itself would not survive them. */
const hostile: Make[] = [
  () => Object.defineProperty({ fine: 1 }, 'url', { enumerable: true, get: boom }),
  () => ({ toJSON: boom }),
  () => new Proxy({}, { get: boom, ownKeys: boom, getPrototypeOf: boom, has: boom, getOwnPropertyDescriptor: boom }),
  () => new Proxy({ a: 1 }, { ownKeys: () => ['a', 'a'] }),
  () => new Proxy({ a: 1 }, { get: boom }),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
  () => {
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    return circular
  },
  () => {
    let deep: unknown = 0
    for (let level = 0; level < 2_000; level += 1) deep = [deep]
    return deep
  },
  () => Object.defineProperty(new Error('x'), 'message', { get: boom }),
  () =>
    new (class Uncooperative {
      get [Symbol.toStringTag](): string {
        return boom()
      }
    })(),
  // oxlint-disable-next-line no-sparse-arrays -- holes are what is tried
  () => [, 'password', , 'x'],
  () => Array.from({ length: 2 }),
  () =>
    new (class Uncooperative extends Array {
      override slice = boom
      override map = boom
      override at = boom
      override [Symbol.iterator] = boom
    })(3),
  () =>
    new Proxy([{ text: 'x' }], {
      get: (list, key) => (key === 'length' ? 3 : key === '1' ? boom() : Reflect.get(list, key)),
    }),
  () => new Proxy([], { get: (_, key) => (key === 'length' ? Number.NaN : boom()) }),
  () => ({ ref: Object.create(null) as unknown, name: 'Password', text: { toString: boom } }),
  () => ({ ref: { toString: boom }, keys: [, 'a'], values: [, 'x'], dialogs: [, null] }), // oxlint-disable-line no-sparse-arrays
  () => new Headers({ authorization: 'Bearer x' }),
  () => Object.defineProperty(new Response('x'), 'url', { get: boom }),
  () => Symbol('s'),
  () => boom,
  () => Promise.resolve(1),
  () => new WeakMap(),
  () => new Date(Number.NaN),
  () => new DataView(new ArrayBuffer(8)),
  () => new SharedArrayBuffer(8),
  () => Buffer.from(picture('x')),
  () => 10n ** 50n,
  () => -0,
  () => '\ud800 lone',
  () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "$frame": "x", "$truncated": 2}'),
]

const anything: fc.Arbitrary<Make> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .anything({
        withBigInt: true,
        withBoxedValues: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withObjectString: true,
        withSet: true,
        withSparseArray: true,
        withTypedArray: true,
      })
      .map((value) => () => value),
  },
  { weight: 1, arbitrary: fc.constantFrom(...hostile) },
)

const types = Object.keys(eventSchemas) as EvidenceType[]

const whole: Record<EvidenceType, object> = {
  step_finished: { actionName: 'a', actionArgs: {}, reasoning: '', toolOutput: { ok: true, result: 1 } },
  screenshot: { screenshot: picture('x'), url: 'u' },
  step_observed: { url: 'u' },
  turn_finished: { turnId: 't' },
  final_answer: { message: 'm', observation: { url: 'u', screenshot: picture('x') } },
  page_event: { kind: 'page_closed', url: 'u', pageId: 'p1' },
  gap: { what: 'probe', reason: 'timeout' },
}

const required: Record<EvidenceType, readonly string[]> = {
  step_finished: ['actionName', 'actionArgs', 'reasoning', 'toolOutput'],
  screenshot: ['screenshot', 'url'],
  step_observed: ['url'],
  turn_finished: ['turnId'],
  final_answer: ['message'],
  page_event: ['kind', 'url', 'pageId'],
  gap: ['what', 'reason'],
}

const fields = types.flatMap((type) => Object.keys(eventSchemas[type].shape).map((field) => ({ type, field })))

/** A good event with one field, or one part of a field, that is anything at all. */
const withBadField = fc.constantFrom(...fields).chain(({ type, field }) => {
  const good = whole[type] as Record<string, unknown>
  const inner = good[field]
  const isRecord = typeof inner === 'object' && inner !== null && !(inner instanceof Uint8Array)
  const keys = isRecord ? [...Object.keys(inner), 'error', 'extra'] : []
  return fc.record({ make: anything, key: fc.constantFrom(undefined, ...keys) }).map(({ make, key }) => ({
    type,
    field,
    make: () => ({ ...good, [field]: key === undefined ? make() : { ...(inner as object), [key]: make() } }),
  }))
})

/** Properties that every snapshot must have, whatever it was made of. */
function assertStorable(type: string, payload: unknown): void {
  const { type: stored, event, frames, invalid } = snapshot(type, payload, { redactor })
  const entry = { seq: 0, at: '', mono: 0, step: 0, action: '', ok: true, type: stored, event }
  const json = JSON.stringify(entry)
  expect(isDeepStrictEqual(JSON.parse(json), entry)).toBe(true)
  expect(JournalEntry.safeParse(entry).error).toBeUndefined()
  expect(invalid === undefined || stored === 'gap').toBe(true)
  for (const { sha256 } of frames) expect(json).toContain(sha256)
  const ours = new Set(objectsIn([event, frames]))
  const shared = objectsIn(payload).filter((object) => ours.has(object))
  expect(shared).toStrictEqual([])
}

/** Every object and buffer that can be reached through plain properties. */
function objectsIn(value: unknown): object[] {
  const found = new Set<object>()
  const waiting = [value]
  for (let next = waiting.pop(); waiting.length > 0 || next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null || found.has(next)) continue
    found.add(next)
    if (ArrayBuffer.isView(next)) waiting.push(next.buffer)
    else waiting.push(...partsOf(next))
  }
  return [...found]
}

function partsOf(value: object): unknown[] {
  try {
    return Object.values(Object.getOwnPropertyDescriptors(value)).map((descriptor) => descriptor.value as unknown)
  } catch {
    // A hostile Proxy has no parts that could be shared.
    return []
  }
}

test('any value as a whole event becomes something that can be written and shares nothing with it', () => {
  const type = fc.oneof(fc.constantFrom(...types), fc.string(), fc.constantFrom('__proto__', 'toString', ''))
  fc.assert(
    fc.property(type, anything, (name, make) => assertStorable(name, make())),
    { numRuns: bySize({ fast: 300, faults: 5_000, long: 50_000 }) },
  )
})

test('any value as a field of an event becomes something that can be written and shares nothing with it', () => {
  fc.assert(
    fc.property(withBadField, ({ type, make }) => assertStorable(type, make())),
    { numRuns: bySize({ fast: 300, faults: 5_000, long: 50_000 }) },
  )
})

test('one bad optional field never costs the event', () => {
  const withBadOption = withBadField.filter(({ type, field }) => !required[type].includes(field))
  fc.assert(
    fc.property(withBadOption, ({ type, make }) => {
      expect(snapshot(type, make(), { redactor }).type).toBe(type)
    }),
    { numRuns: bySize({ fast: 150, faults: 1_000, long: 10_000 }) },
  )
})

test.each(hostile.map((make, index) => [index, make] as const))(
  'hostile value %i is survived in every place',
  (_, make) => {
    for (const type of types) assertStorable(type, make())
    for (const { type, field } of fields) assertStorable(type, { ...whole[type], [field]: make() })
  },
)

test('a search for secrets that throws costs no event, and leaves nothing that a step may have typed', () => {
  const failing = { ...redactor, learn: boom, typed: boom }
  const step = {
    ...whole.step_finished,
    actionName: 'fill',
    actionArgs: { selector: '#password', text: 'open sesame', note: 'seen' },
  }
  const { type, event, invalid } = snapshot('step_finished', step, { redactor: failing })
  expect([type, invalid, event['reasoning']]).toEqual(['step_finished', undefined, ''])
  expect(event['actionArgs']).toEqual({
    selector: '#password',
    text: { $type: 'unreadable', reason: 'boom' },
    note: expect.stringMatching(/^\[redacted:password:/),
  })
})
