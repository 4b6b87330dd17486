import type { Page } from 'playwright'

let isSaid = false

/** Warn once in a process of a page whose Playwright is below 1.60: it gives no aria tree of a page. */
export function warnOfOldPlaywright(page: Pick<Page, 'ariaSnapshot'>): void {
  if (isSaid || typeof page.ariaSnapshot === 'function') return
  isSaid = true
  console.warn(
    'contrail: this Playwright is below 1.60, so that no step gets an aria tree: npm install playwright@latest',
  )
}
