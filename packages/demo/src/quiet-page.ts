import { setTimeout as wait } from 'node:timers/promises'
import type { Dialog, Page, Request, Response } from 'playwright'

/** Does things on a page and waits until the page has taken them in. */
export interface QuietPage {
  /**
   * Run an action, accept what the page says or asks in dialogs, and wait until nothing is loading any more.
   *
   * @returns what the dialogs said
   * @throws what the action threw; an `Error` when the server answered it with 500 or more
   */
  act(run: () => Promise<void>): Promise<readonly string[]>
}

const pollMs = 15
const quietMs = 60
const patienceMs = 5_000

/** Watch a page's requests and dialogs. There is one of these for a page, as it answers every dialog. */
export function watchPage(page: Page): QuietPage {
  const loading = new Set<Request | Dialog>()
  let quietSinceMs = performance.now()
  let dialogs: string[] = []
  let serverErrors: string[] = []

  const over = (ended: Request | Dialog): void => {
    loading.delete(ended)
    quietSinceMs = performance.now()
  }
  page.on('request', (request) => loading.add(request))
  page.on('requestfinished', over)
  page.on('requestfailed', over)
  page.on('response', (response: Response) => {
    const { pathname } = new URL(response.url())
    if (response.status() >= 500)
      serverErrors.push(
        `${response.request().method()} ${pathname} answered ${response.status()} ${response.statusText()}`,
      )
  })
  page.on('dialog', (dialog: Dialog) => {
    dialogs.push(dialog.message())
    // The page stands still until the answer is there, and goes on with what it was about to do.
    loading.add(dialog)
    // A dialog that went away by itself needs no answer.
    dialog
      .accept()
      .catch(() => undefined)
      .finally(() => over(dialog))
  })

  const settle = async (): Promise<void> => {
    const startedMs = performance.now()
    quietSinceMs = startedMs
    while (performance.now() - startedMs < patienceMs) {
      await wait(pollMs)
      if (loading.size === 0 && performance.now() - quietSinceMs >= quietMs) break
    }
    await page.waitForLoadState('load', { timeout: patienceMs })
  }

  return {
    async act(run) {
      dialogs = []
      serverErrors = []
      await run()
      await settle()
      if (serverErrors.length > 0) throw new Error(serverErrors.join('; '))
      return dialogs
    },
  }
}
