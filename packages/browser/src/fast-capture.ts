import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright'
import { systemClock } from './environment.ts'
import { MaskError } from './mask-error.ts'
import { failureMessage } from './page-failure.ts'
import { forgetSession, openSession } from './page-session.ts'
import { holdPageStill, type HeldPage } from './still-page.ts'
import { TimeLimitError, withTimeLimit } from './time-limit.ts'

/** Straight after a navigation Chromium now and then has no frame yet. */
const retryAfterMs = 4

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
 * @returns undefined where the browser has no such way
 * @throws TimeLimitError, or what the browser or `before` said
 */
export async function takeFastScreenshot(
  page: Page,
  timeoutMs: number,
  before: () => Promise<{ isStill: boolean }> = async () => ({ isStill: false }),
): Promise<FastScreenshot | undefined> {
  const deadline = systemClock.monotonicMs() + timeoutMs
  const leftMs = (): number => Math.max(1, deadline - systemClock.monotonicMs())
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
  let picture: Uint8Array | undefined
  try {
    const holding = withTimeLimit(leftMs(), hold)
    holding.catch(() => {}) // waited for below, if nothing is wrong before
    const { isStill } = await before()
    const early = isStill ? withTimeLimit(leftMs(), () => captureTwice(session)) : undefined
    early?.catch(() => {}) // the same
    const { view, isHeld } = await holding
    if (early && !isHeld && view.scale === 1 && view.zoom === 1) picture = await early
    else if (view.zoom === 1) picture = await withTimeLimit(leftMs(), () => captureTwice(session, view))
  } catch (error) {
    if (!(error instanceof TimeLimitError || error instanceof MaskError)) forgetSession(page)
    await release()
    throw error
  }
  const released = release()
  if (picture) return { picture, released }
  await released
  return undefined
}

async function captureTwice(session: CDPSession, view?: HeldPage['view']): Promise<Uint8Array> {
  try {
    return await capture(session, view)
  } catch (error) {
    if (!failureMessage(error).includes('Unable to capture screenshot')) throw error
    await sleep(retryAfterMs)
    return capture(session, view)
  }
}

async function capture(session: CDPSession, view?: HeldPage['view']): Promise<Uint8Array> {
  const { x = 0, y = 0, width = 0, height = 0, scale = 1 } = view ?? {}
  // The scale that Playwright set is not known to a session of our own.
  const clip = scale === 1 ? {} : { clip: { x, y, width, height, scale } }
  const { data } = await session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true, ...clip })
  return Buffer.from(data, 'base64')
}
