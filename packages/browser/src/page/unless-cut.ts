import type { Page } from 'playwright'
import { watchDialogs } from './dialogs.ts'
import { LookError } from './failure.ts'
import { watchPage } from './watch.ts'

/**
 * Wait for work on a page until a dialog opens, or the page is gone: then nothing is answered any more.
 *
 * @throws {LookError} `dialog_open`, `page_crashed`, `page_closed`; the work may still be going on
 * @throws what the work throws
 */
export async function unlessCut<T>(page: Page, work: () => Promise<T>): Promise<T> {
  const cut = Promise.withResolvers<never>()
  const stops = [
    watchDialogs(page).onOpened(() => cut.reject(new LookError('dialog_open', 'a dialog of the page is open'))),
    watchPage(page).onEnd((reason) => cut.reject(new LookError(reason, 'the page is gone'))),
  ]
  cut.promise.catch(() => {}) // the race says so
  try {
    return await Promise.race([cut.promise, work()])
  } finally {
    for (const stop of stops) stop()
  }
}
