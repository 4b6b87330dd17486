import { setTimeout as sleep } from 'node:timers/promises'
import type { EvidenceEvent, EvidenceSink, EvidenceType } from '@contrail/core'
import { launchBrowser } from '@contrail/browser'
import type { Browser, BrowserContext, Frame, Page } from 'playwright'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { browserApart, keepContext, useBrowser } from '../../../../scripts/shared-browser.ts'
import { serveSite, type Site } from './site-server.ts'

/** The size of the pages, in CSS pixels. */
export const viewport = { width: 480, height: 360 }

/** The blank and the kept page of the context for each pixel ratio: for all files of a worker, one after the other. */
const blanks = new Map<number, Page>()
const kept = new Map<number, Page>()
/** The number of tests that are over in this worker. */
let testsOver = 0

/**
 * The worker's browser and the site for a test file. Its pages share a context, in whose window a blank one stays: to open a window
 * takes Chrome several times as long as to open a page in one. Every other page is closed after its test. Pages are small, since each
 * picture of one is drawn, packed and read pixel by pixel.
 */
export function useLivePages(): {
  open: (path: string, options?: OpenOptions) => Promise<Page>
  url: (path: string) => string
  /**
   * The page that the last such call gave, with what stands at another address: for a test that needs one page, closes it not, and
   * leaves nothing at it but its document and captures, whose sinks hear nothing when the test is over. Where it is at that address
   * the same document is written anew: to send it there, and look at a new one, takes five times as long.
   */
  reopen: (path: string, options?: OpenOptions) => Promise<Page>
  /** {@link reopen} with this in it. */
  show: (html: string) => Promise<Page>
  /** A page with a context of its own, which the test may close. */
  openAlone: (path: string) => Promise<Page>
  /** A page with a process for each site, in a browser apart: it may be blocked, or crash, and nothing else is. */
  openApart: (path: string, options?: OpenOptions) => Promise<Page>
  /**
   * Hold the thread of a page that is at the site, or of a frame, from right after the call until what is given back is called: it waits
   * for an answer that does not come, and can do nothing meanwhile.
   */
  block: (target: Page | Frame) => Promise<() => void>
  /** An address of the site that answers when it is released. */
  hold: Site['hold']
  browser: () => Browser
  /** Close a page, and its context, that the test opened itself. */
  closeAfter: (page: Page) => Page
} {
  let site: Site
  const browser = useBrowser(launchBrowser)
  let pages: Page[] = []
  const contextOf = async (deviceScaleFactor: number): Promise<BrowserContext> => {
    const known = blanks.get(deviceScaleFactor)
    // A test may have closed it.
    if (known && !known.isClosed()) return known.context()
    const context = await browser().newContext({ viewport, deviceScaleFactor })
    keepContext(context)
    blanks.set(deviceScaleFactor, await context.newPage())
    return context
  }
  beforeAll(async () => {
    site = await serveSite()
  })
  afterEach(async ({ task }) => {
    testsOver += 1
    // Nobody knows what a test that failed has left at its page.
    if (task.result?.state === 'fail') kept.clear()
    const stays = new Set([...blanks.values(), ...kept.values()])
    const all = [...blanks.values()].flatMap((blank) => blank.context().pages())
    const opened = all.filter((page) => !stays.has(page))
    await Promise.all([...pages.map((page) => page.context().close()), ...opened.map(closeSoon)])
    pages = []
  })
  afterAll(async () => {
    await Promise.all([...kept.values()].map((page) => page.goto('about:blank').catch(() => {}))) // a test may have closed it
    await site[Symbol.asyncDispose]()
  })
  const goTo = async (page: Page, path: string, { waitUntil = 'domcontentloaded' }: OpenOptions): Promise<Page> => {
    await page.goto(site.url(path), { waitUntil })
    return page
  }
  const reopen = async (path: string, options: OpenOptions = {}, html?: string): Promise<Page> => {
    const { deviceScaleFactor = 1 } = options
    const known = kept.get(deviceScaleFactor)
    const page = known && !known.isClosed() ? known : await (await contextOf(deviceScaleFactor)).newPage()
    kept.set(deviceScaleFactor, page)
    const isThere =
      page.url() === site.url(path) && !path.includes('?') && !html?.includes('shadowrootmode') && (await isAsNew(page))
    if (!isThere) await goTo(page, path, options)
    if (isThere || html !== undefined) await page.setContent(html ?? (await site.read(path)))
    return page
  }
  return {
    url: (path) => site.url(path),
    browser,
    reopen: (path, options) => reopen(path, options),
    show: (html) => reopen('/thanks.html', {}, html),
    closeAfter: (page) => {
      pages.push(page)
      return page
    },
    open: async (path, options = {}) =>
      goTo(await (await contextOf(options.deviceScaleFactor ?? 1)).newPage(), path, options),
    openAlone: async (path) => goTo(await (await browser().newContext({ viewport })).newPage(), path, {}),
    hold: () => site.hold(),
    block: async (target) => {
      const { path, release } = site.hold()
      await target.evaluate(waitFor, path)
      return release
    },
    openApart: async (path, options = {}) => {
      const context = await (await browserApart(launchBrowser)).newContext({ viewport })
      const page = await context.newPage()
      pages.push(page)
      return goTo(page, path, options)
    },
  }
}

/** Runs in a page. */
function waitFor(path: string): void {
  setTimeout(() => {
    const request = new XMLHttpRequest()
    request.open('GET', path, false)
    request.send()
  }, 0)
}

/**
 * What is written anew stays where its window is scrolled to, and has no whole tree where that of a large document did not come in
 * time. Nor has it shadow roots by markup once a script has set `innerHTML`, which nobody can see.
 */
function isAsNew(page: Page): Promise<boolean> {
  const look = (): boolean => scrollX === 0 && scrollY === 0 && document.querySelectorAll('*').length < 1_000
  return page.evaluate(look).catch(() => false)
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

/** A sink that keeps what it is given, and listens until the test is over. `settled` waits for what is told in the background, as a recorder does. */
export function keepEvents(): {
  sink: EvidenceSink
  events: EvidenceEvent[]
  settled: () => Promise<void>
  types: () => EvidenceType[]
  of: <T extends EvidenceType>(type: T) => Extract<EvidenceEvent, { type: T }>[]
  /** Listen no more, before the test is over. */
  stop: () => void
} {
  const events: EvidenceEvent[] = []
  let waiting: (() => PromiseLike<unknown>)[] = []
  const sink: EvidenceSink = (event) => void events.push(event)
  sink.beforeFinish = (settle) => void waiting.push(settle)
  const test = testsOver
  let isOver = false
  sink.isListening = () => !isOver && testsOver === test
  return {
    events,
    sink,
    settled: async () => {
      const asked = waiting
      waiting = []
      await Promise.all(asked.map((settle) => settle()))
    },
    stop: () => void (isOver = true),
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

/** Have `restless.html` navigate no more, so that it can be closed. */
export async function rest(page: Page): Promise<void> {
  await page.route('**/restless.html?*', (route) => route.abort('aborted'))
}
