import { ContrailError, isContrailError } from '@contrail/core'
import { expect, expectTypeOf, test } from 'vitest'

test('an error is known also where another copy of the library made it', async () => {
  const copy = (await import(/* @vite-ignore */ `${import.meta.dirname}/../src/errors.ts?copy`)) as {
    ContrailError: typeof ContrailError
  }
  expect(copy.ContrailError).not.toBe(ContrailError)
  const error: unknown = new copy.ContrailError('JOURNAL_LOCKED', 'it is written', { details: { pid: 7 } })
  expect(error).not.toBeInstanceOf(ContrailError)
  expect(isContrailError(error)).toBe(true)
  expect(isContrailError(error, 'JOURNAL_LOCKED')).toBe(true)
  expect(isContrailError(error, 'JOURNAL_MISSING')).toBe(false)
})

class LooksLikeOurs extends Error {
  override name = 'ContrailError'
  code = 'JOURNAL_LOCKED'
}

test.each([
  ['an error of another kind', new LooksLikeOurs('no')],
  ['a text', 'JOURNAL_LOCKED'],
  ['nothing', undefined],
  ['null', null],
])('%s is none of ours', (_what, value) => {
  expect(isContrailError(value)).toBe(false)
})

test('the code says which details there are', () => {
  const error = new ContrailError('JOURNAL_LOCKED', 'it is written', { details: { pid: 7 } }) as ContrailError
  if (error.code === 'JOURNAL_LOCKED') expectTypeOf(error.details.pid).toEqualTypeOf<number | undefined>()
  expect(error).toMatchObject({ name: 'ContrailError', code: 'JOURNAL_LOCKED', details: { pid: 7 } })
  expect(Object.keys(error)).toEqual(['name', 'code', 'details'])
})
