import type { Browser } from 'playwright'
import { afterAll, beforeAll } from 'vitest'

let running: Promise<{ browser: Browser }> | undefined

/**
 * Use the one browser of this worker in a test file: it is started for the first file that asks, and ends with the worker.
 * Every context that the file opened, or left open, is closed behind it.
 *
 * @param launch what starts it, where none runs, or the one that ran has died
 * @returns the browser, from the first hook of the file on
 */
export function useBrowser(launch: () => Promise<{ browser: Browser }>): () => Browser {
  let browser: Browser
  beforeAll(async () => {
    browser = await runningBrowser(launch)
  })
  afterAll(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()))
  })
  return () => browser
}

async function runningBrowser(launch: () => Promise<{ browser: Browser }>): Promise<Browser> {
  const known = await running?.catch(() => undefined)
  if (known?.browser.isConnected()) return known.browser
  running = launch()
  return (await running).browser
}
