import type { Page } from 'playwright'
import { callInWorld, mainFrameOf, type WorldFunction } from '../page/world.ts'
import { callQuietly, openSession } from '../page/cdp-session.ts'
import { callInPlaywright } from '../page/playwright-world.ts'
import { inPage } from '../page/in-page.ts'

/** A size in CSS pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The way a window shows its document. */
export interface View extends Size {
  /** Device pixels per CSS pixel of a page that is not pinched. */
  readonly scale: number
  /**
   * The factor by which it is pinched, and the place where the part begins that is shown then. A phone pinches by itself what is wider
   * than its screen: there it is below 1.
   */
  readonly zoom: number
  readonly left: number
  readonly top: number
  /** The window itself, as wide and high as a page in it that is not pinched. */
  readonly shown: Size
  /** An element of it fills the screen. */
  readonly isFull: boolean
}

/** Reads how a window shows its document. */
export const viewOf: WorldFunction<undefined, View> = {
  name: 'viewOf',
  create: inPage(
    ({ view }) =>
      () =>
        view(),
  ),
}

/**
 * Read how a window shows its page. Where neither a session of ours nor a world of Playwright's is there, the page says so itself.
 *
 * @throws what the browser says when the page does not answer
 */
export async function readView(page: Page): Promise<View> {
  const session = await openSession(page)
  if (session) return callInWorld(session, await mainFrameOf(session), viewOf, undefined)
  const view = await callInPlaywright(page.mainFrame(), viewOf, undefined)
  if (view) return view
  const { width, height, scale } = await callQuietly(page, () =>
    page.evaluate(inPage(() => ({ width: innerWidth, height: innerHeight, scale: devicePixelRatio }))),
  )
  return { width, height, scale, zoom: 1, left: 0, top: 0, shown: { width, height }, isFull: false }
}
