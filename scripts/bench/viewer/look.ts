import type { Browser, Page } from 'playwright'

/** One opening of a view: its times, in ms since it was asked for, and what it left in the page. */
export interface Look {
  readonly rowMs: number
  readonly frameMs: number
  readonly nodes: number
  readonly heapMb: number
}

/**
 * Open a view in a context of its own.
 *
 * @param row what stands there once the first step is told
 * @param frame what is a picture, or a document with one, once the first frame is shown
 */
export async function lookAt(
  browser: Browser,
  url: string,
  row: string,
  frame: string,
): Promise<Look & { page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  const startedMs = performance.now()
  await page.goto(url, { waitUntil: 'commit' })
  const since = async (done: Promise<unknown>): Promise<number> => {
    await done
    return performance.now() - startedMs
  }
  const [rowMs, frameMs] = await Promise.all([
    since(page.waitForSelector(row, { timeout: 300_000 })),
    since(page.waitForFunction(isShown, frame, { timeout: 300_000, polling: 'raf' })),
  ])
  const nodes = await page.evaluate<number>(`document.querySelectorAll('*').length`)
  const devtools = await context.newCDPSession(page)
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  return { page, rowMs, frameMs, nodes, heapMb: usedSize / 1e6 }
}

/** Runs in the page: nothing there turns a text into code. */
function isShown(selector: string): boolean {
  const { document } = globalThis as unknown as { document: { querySelector(selector: string): Seen | null } }
  const found = document.querySelector(selector)
  if (found?.tagName === 'IMG') return found.complete === true && (found.naturalWidth ?? 0) > 0
  if (found?.tagName === 'IFRAME') return (found.contentDocument?.body?.childElementCount ?? 0) > 0
  return found !== null
}

/** As much of an element as is asked for. */
interface Seen {
  readonly tagName: string
  readonly complete?: boolean
  readonly naturalWidth?: number
  readonly contentDocument?: { readonly body?: { readonly childElementCount: number } } | null
}

/** The longest task of the page's thread, in ms, while something is done; 0 where none took 50. */
export async function longestTask(page: Page, work: () => Promise<void>): Promise<number> {
  await page.evaluate(`
    globalThis.longest = 0
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration)
    }).observe({ type: 'longtask' })`)
  await work()
  await page.waitForTimeout(100)
  return page.evaluate<number>('globalThis.longest')
}
