import { expect, test } from 'vitest'
import { TimeLimitError, withTimeLimit } from '../../src/page/time-limit.ts'

test('work within its limit gives its own value or error', async () => {
  expect(await withTimeLimit(1_000, () => 'now')).toBe('now')
  const error = new Error('its own')
  await expect(withTimeLimit(1_000, () => Promise.reject(error))).rejects.toBe(error)
  await expect(
    withTimeLimit(1_000, () => {
      throw error
    }),
  ).rejects.toBe(error)
})

test('work over its limit is given up, and what becomes of it later is no unhandled rejection', async () => {
  const late = () =>
    new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error('too late')), 30)
    })
  await expect(withTimeLimit(5, late)).rejects.toThrow(TimeLimitError)
  await new Promise((resolve) => {
    setTimeout(resolve, 60) // an unhandled rejection would fail the run
  })
})
