import { setTimeout as sleep } from 'node:timers/promises'
import type { EvidenceEvent, EvidenceSink, EvidenceType } from '@contrail/core'
import { launchBrowser } from '@contrail/browser'
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { browserApart, useBrowser } from '../../../../scripts/shared-browser.ts'
import { serveSite } from './site-server.ts'

/** The size of the pages, in CSS pixels. */
export const viewport = { width: 480, height: 360 }

/**
 * The worker's browser and the site for a test file. Its pages share a context, in whose window a blank one stays: to open a window
 * takes Chrome several times as long as to open a page in one. Every other page is closed after its test. Pages are small, since each
 * picture of one is drawn, packed and read pixel by pixel.
 */
export function useLivePages(): {
  open: (path: string, options?: OpenOptions) => Promise<Page>
  url: (path: string) => string
  /** The page that the last such call of the file gave, sent to another address: for tests that keep nothing in a page but its document. */
  reopen: (path: string, options?: OpenOptions) => Promise<Page>
  /** A page with a process for each site, in a browser apart: it may be blocked, or crash, and nothing else is. */
  openApart: (path: string, options?: OpenOptions) => Promise<Page>
  browser: () => Browser
  /** Close a page, and its context, that the test opened itself. */
  closeAfter: (page: Page) => Page
} {
  let site: Awaited<ReturnType<typeof serveSite>>
  const browser = useBrowser(launchBrowser)
  let pages: Page[] = []
  const blanks = new Map<number, Page>()
  const kept = new Map<number, Page>()
  const contextOf = async (deviceScaleFactor: number): Promise<BrowserContext> => {
    const known = blanks.get(deviceScaleFactor)
    // A test may have closed it.
    if (known && !known.isClosed()) return known.context()
    const context = await browser().newContext({ viewport, deviceScaleFactor })
    blanks.set(deviceScaleFactor, await context.newPage())
    return context
  }
  beforeAll(async () => {
    site = await serveSite()
  })
  afterEach(async () => {
    const opened = [...blanks.values()].flatMap((blank) =>
      blank
        .context()
        .pages()
        .filter((page) => page !== blank && ![...kept.values()].includes(page)),
    )
    await Promise.all([...pages.map((page) => page.context().close()), ...opened.map(closeSoon)])
    pages = []
  })
  afterAll(() => site[Symbol.asyncDispose]())
  const goTo = async (page: Page, path: string, { waitUntil = 'domcontentloaded' }: OpenOptions): Promise<Page> => {
    await page.goto(site.url(path), { waitUntil })
    return page
  }
  return {
    url: (path) => site.url(path),
    browser,
    closeAfter: (page) => {
      pages.push(page)
      return page
    },
    open: async (path, options = {}) =>
      goTo(await (await contextOf(options.deviceScaleFactor ?? 1)).newPage(), path, options),
    reopen: async (path, options = {}) => {
      const { deviceScaleFactor = 1 } = options
      const known = kept.get(deviceScaleFactor)
      const page = known && !known.isClosed() ? known : await (await contextOf(deviceScaleFactor)).newPage()
      kept.set(deviceScaleFactor, page)
      return goTo(page, path, options)
    },
    openApart: async (path, options = {}) => {
      const context = await (await browserApart(launchBrowser)).newContext({ viewport })
      const page = await context.newPage()
      pages.push(page)
      return goTo(page, path, options)
    },
  }
}

/** Chrome now and then never closes a page that navigates all the time: then its window goes. */
async function closeSoon(page: Page): Promise<void> {
  const isClosed = await Promise.race([page.close().then(() => true), sleep(2_000, false, { ref: false })])
  if (!isClosed) await page.context().close()
}

interface OpenOptions {
  /** Default `domcontentloaded`. */
  readonly waitUntil?: 'commit' | 'domcontentloaded' | 'load'
  /** Default 1. */
  readonly deviceScaleFactor?: number
}

/** A sink that keeps what it is given. `settled` waits for what is told in the background, as a recorder does. */
export function keepEvents(): {
  sink: EvidenceSink
  events: EvidenceEvent[]
  settled: () => Promise<void>
  types: () => EvidenceType[]
  of: <T extends EvidenceType>(type: T) => Extract<EvidenceEvent, { type: T }>[]
} {
  const events: EvidenceEvent[] = []
  let waiting: (() => PromiseLike<unknown>)[] = []
  const sink: EvidenceSink = (event) => void events.push(event)
  sink.beforeFinish = (settle) => void waiting.push(settle)
  return {
    events,
    sink,
    settled: async () => {
      const asked = waiting
      waiting = []
      await Promise.all(asked.map((settle) => settle()))
    },
    types: () => events.map(({ type }) => type),
    of: <T extends EvidenceType>(type: T) =>
      events.filter((event): event is Extract<EvidenceEvent, { type: T }> => event.type === type),
  }
}

/** The page, and how often each of its methods was called. */
export function countCalls(page: Page): { page: Page; calls: string[] } {
  const calls: string[] = []
  const counting = new Proxy(page, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        calls.push(String(key))
        return Reflect.apply(value, target, args)
      }
    },
  })
  return { page: counting, calls }
}

/** Get ready to crash the page's renderer. */
export async function prepareCrash(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page)
  return async () => {
    const crashed = page.waitForEvent('crash')
    session.send('Page.crash').catch(() => {}) // the answer dies with the page
    await crashed
  }
}
