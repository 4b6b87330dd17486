import { beginningOf } from '@contrail/core'
import type { Page } from 'playwright'
import { MaskError } from '../mask-error.ts'
import { TimeLimitError } from './time-limit.ts'

/** Why something could not be had of a page. `mask_failed`: only with a secret in it. */
export type PageFailureReason = 'timeout' | 'page_crashed' | 'page_closed' | 'mask_failed' | 'failed'

/** Sort an error of Playwright's by what it says of the page. */
export function pageFailureReason(page: Page, error: unknown): PageFailureReason {
  const message = failureMessage(error)
  if (/\bcrashed\b/i.test(message)) return 'page_crashed'
  if (isClosed(page) || message.includes('has been closed')) return 'page_closed'
  if (error instanceof MaskError) return 'mask_failed'
  if (error instanceof TimeLimitError || (error instanceof Error && error.name === 'TimeoutError')) return 'timeout'
  return 'failed'
}

/** The first line of what an error says, about 300 characters at most: cut between words, since half a secret is known by nobody. */
export function failureMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const line = message.split('\n', 1)[0] ?? ''
  return line.length <= longestMessage ? line : `${beginningOf(line, longestMessage)}... [truncated]`
}

const longestMessage = 300

function isClosed(page: Page): boolean {
  try {
    return page.isClosed()
  } catch {
    return false // a page that cannot even say so is judged by the message alone
  }
}
