import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright'
import { systemClock } from './environment.ts'
import { failureMessage } from './page-failure.ts'
import { forgetSession, openSession } from './page-session.ts'
import { holdPageStill, type HeldPage } from './still-page.ts'
import { TimeLimitError, withTimeLimit } from './time-limit.ts'

/** Straight after a navigation Chromium now and then has no frame yet. */
const retryAfterMs = 4

/**
 * Take a PNG of the viewport in device pixels as Chromium encodes it fastest: the same pixels as Playwright's, in larger files.
 * Carets and animations are held still for it, and nothing in the page is changed; fonts are not waited for.
 *
 * @returns undefined where the browser has no such way
 * @throws TimeLimitError, or what the browser said
 */
export async function takeFastScreenshot(page: Page, timeoutMs: number): Promise<Uint8Array | undefined> {
  const deadline = systemClock.monotonicMs() + timeoutMs
  const leftMs = (): number => Math.max(1, deadline - systemClock.monotonicMs())
  const session = await withTimeLimit(leftMs(), () => openSession(page))
  if (!session) return undefined
  let held: HeldPage | undefined
  try {
    held = await withTimeLimit(leftMs(), () => holdPageStill(page, session))
    const { view } = held
    if (view.zoom !== 1) return undefined
    return await withTimeLimit(leftMs(), () => captureTwice(session, view))
  } catch (error) {
    if (!(error instanceof TimeLimitError)) forgetSession(page)
    throw error
  } finally {
    if (held) await withTimeLimit(leftMs(), held.release).catch(() => {}) // the page lets go by itself
  }
}

async function captureTwice(session: CDPSession, view: HeldPage['view']): Promise<Uint8Array> {
  try {
    return await capture(session, view)
  } catch (error) {
    if (!failureMessage(error).includes('Unable to capture screenshot')) throw error
    await sleep(retryAfterMs)
    return capture(session, view)
  }
}

async function capture(session: CDPSession, { scale, x, y, width, height }: HeldPage['view']): Promise<Uint8Array> {
  // The scale that Playwright set is not known to a session of our own.
  const clip = scale === 1 ? {} : { clip: { x, y, width, height, scale } }
  const { data } = await session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true, ...clip })
  return Buffer.from(data, 'base64')
}
