import type { Frame, Page, Response } from 'playwright'
import { urlOf } from '../page/watch.ts'
import { cutAddress, type PageFact } from './page-facts.ts'

/** Follows the address of a page's main frame, and the answers that its documents came with. */
export interface Navigations {
  /** An answer came; it may be the document of the next navigation. */
  answered(response: Response): void
  /** @returns undefined for another frame, and where there was no document before and there is none now */
  navigated(frame: Frame): PageFact | undefined
}

/** Begin with the address that a page has now. */
export function followNavigations(page: Page): Navigations {
  let from = urlOf(page) ?? ''
  let answer: { readonly url: string; readonly status: number } | undefined
  return {
    answered: (response) => {
      if (!response.request().isNavigationRequest() || response.frame() !== page.mainFrame()) return
      answer = { url: withoutFragment(response.url()), status: response.status() }
    },
    navigated: (frame) => {
      if (frame.parentFrame() !== null) return undefined
      const to = frame.url()
      // A tab that was opened for a download alone never gets a document, and may or may not say so.
      if (to === '' && from === '') return undefined
      const document = answer?.url === withoutFragment(to) ? answer : undefined
      const fact: PageFact = {
        kind: 'navigation',
        from: cutAddress(from),
        to: cutAddress(to),
        // A document that was not asked for is no new one, except where none is ever asked for.
        sameDocument: !document && originOf(from) !== undefined && originOf(from) === originOf(to),
        ...(document ? { status: document.status } : {}),
      }
      from = to
      answer = undefined
      return fact
    },
  }
}

function withoutFragment(url: string): string {
  return url.split('#', 1)[0]!
}

/** Undefined for addresses whose documents come without a request, such as `about:blank` and `data:`. */
export function originOf(url: string): string | undefined {
  return /^(?:https?:\/\/[^/?#]*|file:\/\/)/.exec(url)?.[0]
}
