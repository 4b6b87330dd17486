import type { Page } from 'playwright'

/** What is known of a page without asking it. */
export interface PageWatch {
  /** How often its main frame has navigated since it is watched, within a document too. */
  readonly navigations: number
}

const watches = new WeakMap<Page, PageWatch>()

/** Begin to count the navigations of a page, or go on with it. */
export function watchPage(page: Page): PageWatch {
  const known = watches.get(page)
  if (known) return known
  const watch = { navigations: 0 }
  watches.set(page, watch)
  page.on('framenavigated', (frame) => {
    if (frame.parentFrame() === null) watch.navigations += 1
  })
  return watch
}

/** The address of a page; undefined when it cannot even say that. */
export function urlOf(page: Page): string | undefined {
  try {
    return page.url()
  } catch {
    return undefined // the address known before stands in for it
  }
}
