import { expect, test, vi } from 'vitest'
import { warnOfOldPlaywright } from '../../src/page/old-playwright.ts'

test('a Playwright that gives no aria tree of a page is told once', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  warnOfOldPlaywright({ ariaSnapshot: async () => '' })
  expect(warn).not.toHaveBeenCalled()
  // A page of Playwright 1.59 has no such method.
  for (let page = 0; page < 3; page++) warnOfOldPlaywright({} as never)
  expect(warn.mock.calls).toEqual([[expect.stringContaining('below 1.60')]])
  warn.mockRestore()
})
