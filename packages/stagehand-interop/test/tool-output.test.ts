import { inferToolOutput as theirs } from '@browserbasehq/stagehand/lib/v3/agent/utils/toolOutputEvidence.js'
import { inferToolOutput as ours, normalizeError } from '@contrail/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

/** Stagehand's normalizeError is not exported: an own `error` shows what it makes of a value. */
const theirError = (error: unknown): string | undefined => theirs({ error }).error

test.each([
  [undefined],
  [null],
  ['clicked'],
  [''],
  [0],
  [false],
  [7n],
  [[{ error: 'in a list' }]],
  [{}],
  [{ success: true }],
  [{ success: false }],
  [{ success: 0 }],
  [{ isError: true }],
  [{ isError: 'yes' }],
  [{ isError: 0 }],
  [{ error: undefined, success: true }],
  [{ error: null }],
  [{ error: false }],
  [{ error: '' }],
  [{ error: 0 }],
  [{ error: true }],
  [{ error: 12n }],
  [{ error: new TypeError('no such tool') }],
  [{ error: { code: 'E_GONE', at: [1, null] } }],
  [{ error: ['a', 'b'] }],
  [{ error: 'x'.repeat(5_000) }],
  [{ error: { long: 'é'.repeat(5_000) } }],
  [{ error: 'outer', output: { error: 'inner' } }],
  [{ error: null, output: { error: 'inner' } }],
  [{ success: true, output: { success: false } }],
  [{ output: { isError: true, content: [] } }],
  [{ output: { output: { error: 'too deep to be seen' } } }],
  [{ data: { error: 'elsewhere' } }],
  [{ output: [{ error: 'in a list' }] }],
  [{ type: 'tool-result', toolCallId: 'c', toolName: 't', input: {}, output: { success: false, error: 'no' } }],
  [Object.create({ error: 'inherited' })],
  [Object.create({ success: false })],
  [new Map([['error', 'in a map']])],
  [new Error('an error as the result')],
])('a tool that gave %o is judged as Stagehand judges it', (result) => {
  expect(ours(result)).toEqual(theirs(result))
  expect(ours(result).result).toBe(result)
})

const status = fc.oneof(fc.boolean(), fc.constantFrom(undefined, null, 0, 1, '', 'x'))
const errors = fc.oneof(
  fc.jsonValue(),
  fc.constant(undefined),
  fc.string().map((message) => new Error(message)),
)
const candidate = fc.record(
  { error: errors, isError: status, success: status, note: fc.jsonValue() },
  { requiredKeys: [] },
)
const results = fc.oneof(
  fc.jsonValue(),
  candidate,
  fc.tuple(candidate, candidate).map(([outer, output]) => ({ ...outer, output })),
)

test('whatever a tool gives that JSON can hold, or an Error, is judged as Stagehand judges it', () => {
  fc.assert(
    fc.property(results, (result) => {
      const expected = theirs(result)
      // What is cut is cut elsewhere: see below.
      fc.pre(expected.error?.endsWith('... [truncated]') !== true)
      expect(ours(result)).toEqual(expected)
    }),
    { numRuns: 3_000 },
  )
})

test("also of values that JSON cannot hold, the judgement is Stagehand's", () => {
  const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true })
  fc.assert(
    fc.property(anything, (result) => {
      expect(ours(result).ok).toBe(theirs(result).ok)
    }),
    { numRuns: 3_000 },
  )
})

test('difference: an error that is a circular object, a function or a symbol is told, not called [object Object]', () => {
  const circular: Record<string, unknown> = { code: 'E_LOOP' }
  circular['self'] = circular
  expect(theirError(circular)).toBe('[object Object]')
  expect(normalizeError(circular)).toContain('E_LOOP')
  expect(theirError({ size: 10n })).toBe('[object Object]')
  expect(normalizeError({ size: 10n })).toContain('"10"')
  expect(theirError(Symbol('gone'))).toBe('Symbol(gone)')
  expect(normalizeError(Symbol('gone'))).toContain('gone')
})

test('difference: what throws when it is looked at costs Stagehand the step, and us only that part', () => {
  const unreadable = Object.defineProperty({ success: true }, 'error', {
    enumerable: true,
    get: () => {
      throw new Error('detached')
    },
  })
  expect(() => theirs(unreadable)).toThrow('detached')
  expect(ours(unreadable)).toMatchObject({ ok: false, error: 'the error cannot be read: detached' })
})

test('difference: a long error is not cut in the middle of a character', () => {
  // The JSON of the error is cut after 1,000 characters; in one of these the picture stands across the cut.
  const long = [989, 990, 991].map((length) => ({ text: `${'é'.repeat(length)}🛒🛒` }))
  expect(long.map((error) => theirError(error)?.isWellFormed())).toContain(false)
  for (const error of long) {
    expect(normalizeError(error)?.isWellFormed()).toBe(true)
    expect((theirError(error)?.length ?? 0) - (normalizeError(error)?.length ?? 0)).toBeOneOf([0, 1])
  }
})

test('difference: a long error is not cut inside a word, which may be a token', () => {
  const error = { text: 'words '.repeat(165), token: 'ghp_q8Wz3RtY6uPk1LmN5bVc2XsD7fGh4JjA9eTo' }
  expect(theirError({ ...error, text: error.text.slice(24) })).toContain('ghp_q8W')
  expect(normalizeError({ ...error, text: error.text.slice(24) })).toMatch(/words ",... \[truncated\]$/)
})

test('difference: an absent error has no key', () => {
  expect(theirs({})).toHaveProperty('error', undefined)
  expect(ours({})).not.toHaveProperty('error')
})
