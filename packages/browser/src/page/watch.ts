import type { BrowserContext, Frame, Page } from 'playwright'

/** The facts about a page that are known without asking it. */
export interface PageWatch {
  /** The number of times that its main frame has navigated since it is watched, within a document too. */
  readonly navigations: number
  /** Note that its main frame has another document. */
  leave(): void
  /** Call a listener when it has, until what is given back is called. Nobody says so where there is no session of our own. */
  onLeave(listener: () => void): () => void
  /** Note that it is gone. */
  end(reason: EndReason): void
  /** Call a listener when it crashes or is closed, at once where it is gone, until what is given back is called. */
  onEnd(listener: EndListener): () => void
  /** Do something when a frame navigates the next time. */
  afterNavigation(frame: Frame, work: () => void): void
  /** Note that a download of it did not come to its end. */
  breakDownload(download: BegunDownload): void
  /** Call a listener with each such download, until what is given back is called. */
  onBrokenDownload(listener: (download: BegunDownload) => void): () => void
}

/** A download that began: where it came from, and the name that the site gave it. */
export interface BegunDownload {
  readonly url: string
  readonly suggestedFilename: string
}

type EndReason = 'page_crashed' | 'page_closed'
type EndListener = (reason: EndReason) => void

const watches = new WeakMap<Page, PageWatch>()

/** Begin to count the navigations of a page, or go on with it. */
export function watchPage(page: Page): PageWatch {
  const known = watches.get(page)
  if (known) return known
  const waiting = new WeakMap<Frame, () => void>()
  const listeners = new Set<EndListener>()
  const downloadListeners = new Set<(download: BegunDownload) => void>()
  const leaveListeners = new Set<() => void>()
  let ended: EndReason | undefined
  const end = (reason: EndReason): void => {
    ended = reason
    for (const listener of listeners) listener(reason)
  }
  const watch = {
    navigations: 0,
    leave: () => {
      for (const listener of leaveListeners) listener()
    },
    onLeave: (listener: () => void) => {
      leaveListeners.add(listener)
      return () => void leaveListeners.delete(listener)
    },
    end,
    afterNavigation: (frame: Frame, work: () => void) => void waiting.set(frame, work),
    onEnd: (listener: EndListener) => {
      listeners.add(listener)
      if (ended) listener(ended)
      return () => void listeners.delete(listener)
    },
    breakDownload: (download: BegunDownload) => {
      for (const listener of downloadListeners) listener(download)
    },
    onBrokenDownload: (listener: (download: BegunDownload) => void) => {
      downloadListeners.add(listener)
      return () => void downloadListeners.delete(listener)
    },
  }
  watches.set(page, watch)
  page.on('crash', () => end('page_crashed'))
  page.on('close', () => end('page_closed'))
  page.on('framenavigated', (frame) => {
    if (frame.parentFrame() === null) {
      watch.navigations += 1
      ended = undefined // one that crashed can be loaded again
    }
    waiting.get(frame)?.()
    waiting.delete(frame)
  })
  return watch
}

const originals = new WeakMap<object, object>()

/** Note that an object stands for one of Playwright's. */
export function standFor(twin: object, original: object): void {
  originals.set(twin, original)
}

/** The object of Playwright's that another stands for; itself where it stands for none. */
export function originalOf(twin: object): object {
  let original = twin
  for (let next = originals.get(twin); next; next = originals.get(next)) original = next
  return original
}

/** The same object for a page and for whatever stands for it, such as one that records itself. */
export function identityOf(page: Page): object {
  try {
    return originalOf(page.mainFrame())
  } catch {
    return page // one that cannot even say that is like no other
  }
}

/** The context of a page; undefined for one that is no whole one of Playwright's. */
export function contextOf(page: Page): BrowserContext | undefined {
  try {
    return page.context()
  } catch {
    return undefined
  }
}

/** The address of a page; undefined when it cannot even say that. */
export function urlOf(page: Page): string | undefined {
  try {
    return page.url()
  } catch {
    return undefined // the address known before stands in for it
  }
}
