import { withTimeLimit } from '@contrail/core'
import type { Page } from 'playwright'
import { callQuietly, openSession } from '../page/cdp-session.ts'
import { LookError, pageFailureReason } from '../page/failure.ts'
import { systemClock } from '../page/system.ts'
import { warnOfOldPlaywright } from '../page/old-playwright.ts'
import { watchPage } from '../page/watch.ts'
import { callInWorld, mainFrameOf } from '../page/world.ts'
import { createFrameReader } from './frame-trees.ts'
import { viewportTree } from './viewport-tree.ts'

/** An aria tree as the page gave it. */
export interface PageTree {
  readonly tree: string
  /** Only what the window shows. */
  readonly isPartial: boolean
}

/** The page's time that the tree of what shows may take, in ms: it takes less on most pages. */
const partialBudgetMs = 60
/**
 * The cost of a tree's element where nothing is known of it yet, in ms, and the least that is expected of the next page for
 * what one cost on another. On two quiet cores the rows of a table take 0.09 ms an element, paragraphs half as much.
 */
const [unknownElementMs, leastElementMs] = [0.12, 0.1]
/** The time that each frame costs beside its elements, in ms: Playwright asks them one by one. */
const frameMs = 8
/** All frames that the page cannot look into have this long to say what they show, at the same time. */
const innerFrameLimitMs = 500
/** The share of it that is still expected after a tree was not begun. */
const forgotten = 0.9
/** Fewer elements say too little: most of their time is the way there and back. */
const tellingElements = 500

/** The least that an element has cost in a tree of a page, since it navigated, and what one cost last on any page. */
const elementMs = new WeakMap<Page, { readonly navigations: number; readonly ms: number }>()
let lastMs: number | undefined
/** The documents that gave no tree in time, by how often their page had navigated. */
const withoutTree = new WeakMap<Page, number>()

/**
 * Read the aria tree of a page: the whole one by Playwright where that takes its limit at most, as far as its last tree tells; else
 * that of what the window shows.
 *
 * The whole one is `mode: 'ai'` of the whole page. Playwright resolves an element reference against the last snapshot taken,
 * of whatever mode: any other snapshot would break the references an agent still holds, this one numbers the same
 * element the same. Asking a locator would run the script's own locator handlers, and so act. And this one reads frames,
 * and does not wait for a body, which a frameset has not.
 *
 * @param options.documents how many documents the page has, its frames among them
 * @param options.elements how many elements the page has; undefined for more than could be counted
 * @param options.limitMs the page's time that the whole tree may take
 * @param options.mostCharacters the length of a tree that is kept
 * @throws {LookError} `page_too_large` where neither can be had in time, `no_body` for a document that has none
 * @throws what Playwright throws; a document that gave no tree in time is not asked for the whole one again before it navigates
 */
export async function readPageTree(
  page: Page,
  options: {
    documents: number
    elements: number | undefined
    hasBody: boolean
    limitMs: number
    timeoutMs: number
    mostCharacters: number
  },
): Promise<PageTree> {
  const { documents, elements, hasBody, limitMs, timeoutMs, mostCharacters } = options
  if (!hasBody) throw new LookError('no_body', 'a document of this kind has no aria tree')
  warnOfOldPlaywright(page)
  const { navigations } = watchPage(page)
  const known = elementMs.get(page)
  const costMs = (known?.navigations === navigations ? known.ms : lastMs) ?? unknownElementMs
  const isUnwilling = withoutTree.get(page) === navigations
  const expectedMs = elements === undefined || isUnwilling ? Infinity : elements * costMs + (documents - 1) * frameMs
  if (expectedMs > limitMs) {
    // A tree that took long because the machine had much to do is tried again, some looks later.
    if (known) elementMs.set(page, { ...known, ms: known.ms * forgotten })
    return { tree: await readShown(page, { limitMs, timeoutMs, mostCharacters }), isPartial: true }
  }
  const startedMs = systemClock.monotonicMs()
  const learn = (): void => {
    if (!elements) return
    const tookMs = systemClock.monotonicMs() - startedMs
    if (elements < tellingElements && tookMs < limitMs) return
    const ms = Math.min(tookMs / elements, known?.navigations === navigations ? known.ms : Infinity)
    elementMs.set(page, { navigations, ms })
    // Another page may be of costlier elements, so no tree is begun for what an element costs here.
    if (elements >= tellingElements) lastMs = Math.max(ms, leastElementMs)
  }
  // Playwright would begin it again in the next document a second later, however large that is and whoever still wants it.
  const over = new AbortController()
  const stop = watchPage(page).onLeave(() => over.abort())
  try {
    const tree = await withTimeLimit(timeoutMs, () =>
      callQuietly(page, () => page.ariaSnapshot({ mode: 'ai', timeout: timeoutMs, signal: over.signal })),
    )
    learn()
    return { tree, isPartial: false }
  } catch (error) {
    if (pageFailureReason(page, error) === 'timeout') withoutTree.set(page, navigations)
    throw error
  } finally {
    stop()
    over.abort()
  }
}

async function readShown(
  page: Page,
  { limitMs, timeoutMs, mostCharacters }: { limitMs: number; timeoutMs: number; mostCharacters: number },
): Promise<string> {
  const session = await openSession(page)
  if (!session) throw new LookError('page_too_large', 'the page is too large for its aria tree')
  const budgetMs = Math.min(partialBudgetMs, limitMs)
  const startedMs = systemClock.monotonicMs()
  const shown = await withTimeLimit(timeoutMs, async () =>
    callInWorld(session, await mainFrameOf(session), viewportTree, { budgetMs, mostCharacters }),
  )
  if ('elements' in shown) {
    const { elements } = shown
    throw new LookError('page_too_large', `the page is too large for its aria tree: ${elements} elements`, elements)
  }
  const leftMs = timeoutMs - (systemClock.monotonicMs() - startedMs)
  const frames = createFrameReader({ budgetMs, mostCharacters, limitMs: Math.min(innerFrameLimitMs, leftMs) })
  return (await frames.fillIn(page.mainFrame(), shown)).join('\n')
}
