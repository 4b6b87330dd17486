import type { Browser } from 'playwright'
import { afterAll, beforeAll } from 'vitest'

let running: Promise<{ browser: Browser }> | undefined

type Launch = (options: { args: readonly string[] }) => Promise<{ browser: Browser }>

/** The pages of a context share a process: to start one takes several times as long as to open a page in one that runs. */
const args = ['--renderer-process-limit=1']

/**
 * Use the one browser of this worker in a test file: it is started for the first file that asks, and ends with the worker.
 * Every context that the file opened, or left open, is closed behind it. A page that is blocked or crashes takes others with it:
 * a test of that launches a browser of its own.
 *
 * @param launch what starts it, where none runs, or the one that ran has died
 * @returns the browser, from the first hook of the file on
 */
export function useBrowser(launch: Launch): () => Browser {
  let browser: Browser
  beforeAll(async () => {
    browser = await runningBrowser(launch)
  })
  afterAll(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()))
  })
  return () => browser
}

async function runningBrowser(launch: Launch): Promise<Browser> {
  const known = await running?.catch(() => undefined)
  if (known?.browser.isConnected()) return known.browser
  running = launch({ args })
  return (await running).browser
}
