import type { BrowserContext, Page } from 'playwright'
import { contextOf, identityOf } from './watch.ts'

/** Who opened a page, for good: Playwright forgets it when the opener is closed. Undefined for a page that none has opened. */
const openers = new WeakMap<object, object | undefined>()

/** The pages of its context that a page has opened, and those that they have, in the order in which they were opened. */
export async function popupsOf(page: Page): Promise<Page[]> {
  const pages = pagesOf(contextOf(page))
  if (pages.length < 2) return []
  await Promise.all(pages.map(noteOpener))
  return pages.filter((one) => isOpenedBy(one, identityOf(page)))
}

/** Call a listener with each popup of a page, or of one of its popups, that opens until what is given back is called. */
export function onPopup(page: Page, listener: (popup: Page) => void): () => void {
  const context = contextOf(page)
  const opened = async (one: Page): Promise<void> => {
    await noteOpener(one)
    if (isOpenedBy(one, identityOf(page))) listener(one)
  }
  const hear = (one: Page): void => void opened(one)
  context?.on('page', hear)
  return () => context?.off('page', hear)
}

function pagesOf(context: BrowserContext | undefined): Page[] {
  return context?.pages() ?? []
}

async function noteOpener(page: Page): Promise<void> {
  const identity = identityOf(page)
  if (openers.has(identity)) return
  try {
    const opener = await page.opener()
    openers.set(identity, opener ? identityOf(opener) : undefined)
  } catch {
    openers.set(identity, undefined) // one that is going away is no popup to look at
  }
}

function isOpenedBy(page: Page, opener: object): boolean {
  for (let at = openers.get(identityOf(page)); at; at = openers.get(at)) if (at === opener) return true
  return false
}
