import type { Page } from 'playwright'
import { callInWorld, mainFrameOf, type WorldFunction } from '../page/world.ts'
import { callQuietly, openSession } from '../page/cdp-session.ts'

/** The way a window shows its document. */
export interface View {
  /** CSS pixels. */
  readonly width: number
  readonly height: number
  /** Device pixels per CSS pixel. */
  readonly scale: number
  /** The factor by which it is pinched, and the place where the part begins that is shown then. */
  readonly zoom: number
  readonly left: number
  readonly top: number
}

const viewOf: WorldFunction<undefined, View> = {
  name: 'viewOf',
  create:
    ({ view }) =>
    () =>
      view(),
}

/**
 * Read how a window shows its page. In browsers without a session of ours the page says so itself.
 *
 * @throws what the browser says when the page does not answer
 */
export async function readView(page: Page): Promise<View> {
  const session = await openSession(page)
  if (session) return callInWorld(session, await mainFrameOf(session), viewOf, undefined)
  const { width, height, scale } = await callQuietly(page, () =>
    page.evaluate(() => ({ width: innerWidth, height: innerHeight, scale: devicePixelRatio })),
  )
  return { width, height, scale, zoom: 1, left: 0, top: 0 }
}
