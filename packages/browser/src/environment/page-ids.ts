import type { Tab } from '@contrail/core'
import type { Page } from 'playwright'
import { cutAddress } from './page-facts.ts'
import { contextOf, identityOf, urlOf } from '../page/watch.ts'

/** The names of pages in one recording: `p1`, `p2`, ... in the order in which they appeared there. */
export interface PageIds {
  of(page: Page): string
}

const recordings = new WeakMap<object, PageIds>()

/** The names that all captures of one recording share. */
export function pageIdsOf(recording: object): PageIds {
  const known = recordings.get(recording)
  if (known) return known
  const ids = new WeakMap<object, string>()
  let count = 0
  const created: PageIds = {
    of: (page) => {
      const identity = identityOf(page)
      const id = ids.get(identity) ?? `p${(count += 1)}`
      ids.set(identity, id)
      return id
    },
  }
  recordings.set(recording, created)
  return created
}

/** More tabs than these are not told. */
const mostTabs = 50

/** The page that a look was at, and the pages beside it. */
export interface SeenTabs {
  readonly pageId: string
  readonly tabs: Tab[]
}

/** Lists the pages of a context as they are known without asking any of them. */
export interface TabList {
  /** Remember the title that a look found. */
  note(page: Page, title: string | undefined): void
  seenAt(page: Page): SeenTabs
}

/** Begin with no title known. */
export function createTabList(ids: PageIds): TabList {
  const titles = new Map<string, { url: string; title: string }>()
  /**
   * Describe a page as a tab. The query of its address may be a secret, and of a page that was not looked at nobody
   * knows which.
   */
  const tabOf = (page: Page, activeId: string): Tab => {
    const url = urlOf(page) ?? ''
    const pageId = ids.of(page)
    const known = titles.get(pageId)
    // A title is that of the document that it was read in.
    const title = known?.url === url ? { title: known.title } : {}
    const active = pageId === activeId
    return { pageId, url: cutAddress(active ? url : url.split(/[?#]/, 1)[0]!), ...title, active }
  }
  return {
    note: (page, title) => {
      if (title) titles.set(ids.of(page), { url: urlOf(page) ?? '', title })
    },
    seenAt: (page) => {
      const pageId = ids.of(page)
      const shown = (contextOf(page)?.pages() ?? []).slice(0, mostTabs)
      if (!shown.some((one) => ids.of(one) === pageId)) shown.splice(mostTabs - 1, 1, page)
      return { pageId, tabs: shown.map((one) => tabOf(one, pageId)) }
    },
  }
}
