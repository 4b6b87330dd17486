import { beginningOf, messageOf, TimeLimitError } from '@contrail/core'
import type { Page } from 'playwright'

/**
 * The reason why something could not be had of a page. `mask_failed`: only with a secret in it. `dialog_open`: it waits for an
 * answer. `view_changed`: only in another size than its viewport's. `page_too_large`: only by more of the page's time than a look
 * may take. `no_body`: a document of this kind has none. `late`: not before the next action began.
 */
export type PageFailureReason =
  | 'timeout'
  | 'page_crashed'
  | 'page_closed'
  | 'mask_failed'
  | 'dialog_open'
  | 'view_changed'
  | 'page_too_large'
  | 'no_body'
  | 'late'
  | 'failed'

/** Something of a page cannot be had, for a reason of our own. */
export class LookError extends Error {
  override readonly name = 'LookError'
  readonly reason: PageFailureReason
  /** The number of elements of a page that is too large. */
  readonly elements: number | undefined

  constructor(reason: PageFailureReason, message: string, elements?: number) {
    super(message)
    this.reason = reason
    this.elements = elements
  }
}

/** Sort an error by what it says of the page. */
export function pageFailureReason(page: Page, error: unknown): PageFailureReason {
  const message = failureMessage(error)
  if (/\bcrashed\b/i.test(message)) return 'page_crashed'
  if (isClosed(page) || message.includes('has been closed')) return 'page_closed'
  if (error instanceof LookError) return error.reason
  if (error instanceof TimeLimitError || (error instanceof Error && error.name === 'TimeoutError')) return 'timeout'
  return 'failed'
}

/** The first line of what an error says, about 300 characters at most: cut between words, since half a secret is known by nobody. */
export function failureMessage(error: unknown): string {
  const line = messageOf(error).split('\n', 1)[0] ?? ''
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
