import type { Browser, BrowserContext } from 'playwright'
import { afterAll, beforeAll } from 'vitest'

type Launch = (options: { args: readonly string[] }) => Promise<{ browser: Browser }>

/** The browsers of this worker, by their switches. */
const running = new Map<readonly string[], Promise<{ browser: Browser }>>()
/**
 * The pages of a context share a process: to start one takes several times as long as to open a page in one that runs. And there is a
 * name that somebody else's DNS leads here, as in an attack by rebinding.
 */
const together = ['--renderer-process-limit=1', '--host-resolver-rules=MAP evil.test 127.0.0.1']
const apart = ['--site-per-process']
const kept = new WeakSet<BrowserContext>()

/**
 * Use the one browser of this worker in a test file: it is started for the first file that asks, and ends with the worker.
 * Every context that the file opened, or left open, is closed behind it, unless it is kept (see {@link keepContext}). A page that
 * is blocked or crashes takes others with it: that is tried in {@link browserApart}.
 *
 * @param launch what starts it, where none runs, or the one that ran has died
 * @returns the browser, from the first hook of the file on
 */
export function useBrowser(launch: Launch): () => Browser {
  let browser: Browser
  beforeAll(async () => {
    browser = await runningBrowser(launch, together)
  })
  afterAll(async () => {
    const opened = browser.contexts().filter((context) => !kept.has(context))
    await Promise.all(opened.map((context) => context.close()))
  })
  return () => browser
}

/** Have a context of the worker's browser stay open for the files after this one. */
export function keepContext(context: BrowserContext): void {
  kept.add(context)
}

/** The second browser of this worker, with a process for each page and each site of its frames. Whoever opens a context closes it. */
export function browserApart(launch: Launch): Promise<Browser> {
  return runningBrowser(launch, apart)
}

async function runningBrowser(launch: Launch, args: readonly string[]): Promise<Browser> {
  const known = await running.get(args)?.catch(() => undefined)
  if (known?.browser.isConnected()) return known.browser
  const launched = launch({ args })
  running.set(args, launched)
  return (await launched).browser
}
