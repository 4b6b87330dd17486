import { withTimeLimit } from '@contrail/core'
import type { Frame, Page } from 'playwright'
import { callQuietly, openSession } from '../page/cdp-session.ts'
import { LookError, pageFailureReason } from '../page/failure.ts'
import { locateFrame } from '../page/frames.ts'
import { callInPlaywright } from '../page/playwright-world.ts'
import { systemClock } from '../page/system.ts'
import { warnOfOldPlaywright } from '../page/old-playwright.ts'
import { watchPage } from '../page/watch.ts'
import { callInWorld } from '../page/world.ts'
import { readDocumentTree } from './aria-reader.ts'
import { createFrameReader } from './frame-trees.ts'
import { createTreeCosts } from './tree-costs.ts'
import { viewportTree, type ViewportTree } from './viewport-tree.ts'

/** An aria tree as the page gave it. */
export interface PageTree {
  readonly tree: string
  /** Only what the window shows. */
  readonly isPartial: boolean
}

/** The page's time that the tree of what shows may take, in ms: it takes less on most pages. */
const partialBudgetMs = 60
/** All frames that the page cannot look into have this long to say what they show, at the same time. */
const innerFrameLimitMs = 500
/** The share of a whole tree's time that its frames have. */
const innerFrameShare = 0.5

const costs = createTreeCosts()
/** The documents whose tree did not come in time and has not come yet, by how often their page had navigated. */
const withoutTree = new WeakMap<Page, number>()

/**
 * Read the aria tree of a page: the whole one by Playwright where that takes its limit at most, as far as its last trees tell; else
 * that of what the window shows.
 *
 * @param options.documents how many documents the page has, its frames among them
 * @param options.elements how many elements the page has; undefined for more than could be counted
 * @param options.limitMs the page's time that the whole tree may take
 * @param options.mostCharacters the length of a tree that is kept
 * @throws {LookError} `page_too_large` where neither can be had in time, `no_body` for a document that has none
 * @throws what Playwright throws; a document whose tree did not come in time is not asked for another whole one before that has
 *   come, or it navigates
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
  const { navigations } = watchPage(page)
  const size = { documents, elements, navigations }
  if (withoutTree.get(page) === navigations || costs.expectedMs(page, size) > limitMs) {
    costs.pass(page)
    return { tree: await readShown(page, { limitMs, timeoutMs, mostCharacters }), isPartial: true }
  }
  const reading = readWhole(page, timeoutMs)
  reading.then(
    ({ ms }) => {
      costs.learn(page, size, ms)
      if (withoutTree.get(page) === navigations) withoutTree.delete(page)
    },
    () => {}, // who waits for it says so
  )
  try {
    return { tree: (await withTimeLimit(timeoutMs, () => reading)).tree, isPartial: false }
  } catch (error) {
    if (pageFailureReason(page, error) === 'timeout') withoutTree.set(page, navigations)
    throw error
  }
}

/** The whole tree, and the time of the page's thread that it took. */
async function readWhole(page: Page, timeoutMs: number): Promise<{ tree: string; ms: number }> {
  let ms = 0
  const readOne = async (...[frame]: Parameters<typeof readDocumentTree>) => {
    const read = await readDocumentTree(frame)
    ms += read?.ms ?? 0
    return read
  }
  const own = await readOne(page.mainFrame())
  if (!own) return readByPlaywright(page, timeoutMs)
  const frames = createFrameReader(readOne, { limitMs: timeoutMs * innerFrameShare, opening: ':' })
  return { tree: (await frames.fillIn(page.mainFrame(), own)).join('\n'), ms }
}

/**
 * The snapshot that Playwright gives to anyone, where no other can be had. It is the last one then, but with `mode: 'ai'` it numbers
 * the same element the same. Asking a locator would run the script's own locator handlers, and so act. The time that a question
 * beside it waited is taken for the page's own.
 */
async function readByPlaywright(page: Page, timeoutMs: number): Promise<{ tree: string; ms: number }> {
  warnOfOldPlaywright(page)
  let startedMs = systemClock.monotonicMs()
  const session = await openSession(page)
  session?.send('Page.getFrameTree').then(
    () => (startedMs = systemClock.monotonicMs()),
    () => {}, // the tree says so
  )
  // Playwright would begin it again in the next document a second later, however large that is and whoever still wants it.
  const over = new AbortController()
  const stop = watchPage(page).onLeave(() => over.abort())
  try {
    const tree = await withTimeLimit(timeoutMs, () =>
      callQuietly(page, () => page.ariaSnapshot({ mode: 'ai', timeout: timeoutMs, signal: over.signal })),
    )
    return { tree, ms: systemClock.monotonicMs() - startedMs }
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
  const how = { budgetMs: Math.min(partialBudgetMs, limitMs), mostCharacters }
  const readOne = async (frame: Frame): Promise<ViewportTree | undefined> => {
    if (!session) return callInPlaywright(frame, viewportTree, how)
    const located = await locateFrame(frame)
    return located && callInWorld(located.session, located.frameId, viewportTree, how)
  }
  const startedMs = systemClock.monotonicMs()
  const shown = await withTimeLimit(timeoutMs, () => readOne(page.mainFrame()))
  if (!shown) throw new LookError('page_too_large', 'the page is too large for its aria tree')
  if ('elements' in shown) {
    const { elements } = shown
    throw new LookError('page_too_large', `the page is too large for its aria tree: ${elements} elements`, elements)
  }
  const leftMs = timeoutMs - (systemClock.monotonicMs() - startedMs)
  const frames = createFrameReader(
    async (frame) => {
      const inner = await readOne(frame)
      return inner && 'lines' in inner ? inner : undefined
    },
    { limitMs: Math.min(innerFrameLimitMs, leftMs) },
  )
  return (await frames.fillIn(page.mainFrame(), shown)).join('\n')
}
