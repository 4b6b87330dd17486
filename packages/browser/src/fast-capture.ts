import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright'
import { systemClock } from './page/system.ts'
import { failureMessage } from './page/failure.ts'
import { forgetSession, openSession } from './page/cdp-session.ts'
import { pngWidth } from './png-width.ts'
import { holdPageStill, type HeldPage } from './still-page.ts'
import { TimeLimitError, withTimeLimit } from './page/time-limit.ts'

/** Straight after a navigation Chromium now and then has no frame yet. */
const retryAfterMs = 4

/** How often in a row a page's picture had other pixels than its own. Twice: it is not asked for again. */
const misfits = new WeakMap<Page, number>()

/** A picture of a page that was held still for it. */
interface FastScreenshot {
  readonly picture: Uint8Array
  /** The page goes on: to be waited for before anything else is done to it. Never rejects. */
  readonly released: Promise<void>
}

/**
 * Take a PNG of the viewport in device pixels as Chromium encodes it fastest: the same pixels as Playwright's, in larger files.
 * Carets and animations are held still for it, and nothing in the page is changed; fonts are not waited for.
 *
 * @param before what else is to be done before the picture, while the page is brought to rest. A page that seems to be still is
 *   pictured at once; where it turns out that something was to be held, the picture is taken again
 * @returns undefined where the browser has no such way for this page: none at all, or none with its pixels, see {@link takePicture}
 * @throws TimeLimitError, or what the browser or `before` said
 */
export async function takeFastScreenshot(
  page: Page,
  timeoutMs: number,
  before: () => Promise<{ isStill: boolean }> = async () => ({ isStill: false }),
): Promise<FastScreenshot | undefined> {
  const deadline = systemClock.monotonicMs() + timeoutMs
  const leftMs = (): number => Math.max(1, deadline - systemClock.monotonicMs())
  if ((misfits.get(page) ?? 0) >= 2) return undefined
  const session = await withTimeLimit(leftMs(), () => openSession(page))
  if (!session) return undefined
  let held: HeldPage | undefined
  let isGivenUp = false
  const release = async (): Promise<void> => {
    isGivenUp = true
    if (held) await withTimeLimit(leftMs(), held.release).catch(() => {}) // the page lets go by itself
  }
  const hold = async (): Promise<HeldPage> => {
    held = await holdPageStill(page, session)
    if (isGivenUp) void release()
    return held
  }
  // Where frames have to answer as well, a look may take long, and a page is not held for as long as that.
  const isAlone = page.frames().length === 1
  const holdingBeside = isAlone ? withTimeLimit(leftMs(), hold) : undefined
  holdingBeside?.catch(() => {}) // waited for below, if nothing is wrong before
  const { isStill } = await before().catch(async (error: unknown) => {
    await release() // the session is none the worse for it
    throw error
  })
  let picture: Uint8Array | undefined
  try {
    const holding = holdingBeside ?? withTimeLimit(leftMs(), hold)
    holding.catch(() => {}) // the same
    const take = () => withTimeLimit(leftMs(), () => takePicture(session, holding))
    const early = isStill ? take() : undefined
    early?.catch(() => {}) // the same
    const { view, isHeld } = await holding
    if (view.zoom === 1) {
      picture = await (early && !isHeld ? early : take())
      if (picture) misfits.delete(page)
      else misfits.set(page, (misfits.get(page) ?? 0) + 1)
    }
  } catch (error) {
    if (!(error instanceof TimeLimitError)) forgetSession(page)
    await release()
    throw error
  }
  const released = release()
  if (picture) return { picture, released }
  await released
  return undefined
}

/**
 * Take a PNG of a window as its screen has it.
 *
 * A session of our own gets the screen's pixels, also where Playwright has set another ratio (`deviceScaleFactor`). Chromium could
 * be asked to scale them by a `clip`, but then it ends that ratio for good: the page's `devicePixelRatio` changes, and it is told.
 *
 * @returns undefined where the screen does not have one pixel for each device pixel that the page knows of
 * @throws what the browser says, the second time where it had no frame yet
 */
export async function takePicture(
  session: Pick<CDPSession, 'send'>,
  page: Pick<HeldPage, 'view'> | Promise<Pick<HeldPage, 'view'>>,
): Promise<Uint8Array | undefined> {
  const take = () => session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true })
  const { data } = await take().catch(async (error: unknown) => {
    if (!failureMessage(error).includes('Unable to capture screenshot')) throw error
    await sleep(retryAfterMs)
    return take()
  })
  const picture = Buffer.from(data, 'base64')
  const { width, scale } = (await page).view
  // A window of the user's own may be some device pixels wider than it says, since it says whole CSS pixels.
  const isFitting = Math.abs((pngWidth(picture) ?? 0) - width * scale) <= scale + 1
  return isFitting ? picture : undefined
}
