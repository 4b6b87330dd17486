import { readImageHeader, withTimeLimit } from '@contrail/core'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright'
import { callQuietly, openSession, type OwnSession } from '../page/cdp-session.ts'
import { failureMessage, LookError, pageFailureReason } from '../page/failure.ts'
import { systemClock } from '../page/system.ts'
import type { Size, View } from './view.ts'

/**
 * A picture of the viewport. `viewport` is the part of the page that it shows, in CSS pixels, and `scale` is picture pixels per CSS
 * pixel: a point of the picture, divided by it, is the point that Playwright's mouse takes.
 */
export interface Screenshot {
  readonly screenshot: Uint8Array
  readonly mediaType: 'image/png'
  readonly viewport?: { width: number; height: number }
  readonly scale?: number
}

/** A picture that somebody took, which need not be a PNG. */
export type TakenScreenshot = Omit<Screenshot, 'mediaType'> & Partial<Pick<Screenshot, 'mediaType'>>

/** Straight after a navigation Chromium now and then has no frame yet. */
const retryAfterMs = 4
/** Playwright waits for the fonts of a page. */
const mostPlaywrightMs = 3_000

/**
 * Take a PNG of the viewport as the screen shows it, and change nothing in the page: over the session of our own, in Chromium's
 * fast encoding; elsewhere by Playwright.
 *
 * A session of our own gets the pixels of the screen, also where Playwright has set another ratio (`deviceScaleFactor`). Chromium
 * could be asked to scale them by a `clip`, but then it ends that ratio for good: the page's `devicePixelRatio` changes, and it is
 * told. So for all the pixels of such a page Playwright is asked; and for a page that fills the screen, which it then gives the size
 * that Playwright has set, while a session of our own gets all of the screen.
 *
 * @param options.scale `device`: all the pixels that the page has; `css`: one per CSS pixel of a page that is not pinched, so that a
 *   point in the picture is a point on it
 * @param options.view how the window showed the page just before
 * @throws {LookError} `view_changed` for a picture that has another size than the window
 * @throws what the browser says
 */
export async function takeScreenshot(
  page: Page,
  options: { scale: 'css' | 'device'; timeoutMs: number; view: View | undefined },
): Promise<Screenshot> {
  const { scale, timeoutMs, view } = options
  const deadline = systemClock.monotonicMs() + timeoutMs
  const leftMs = (): number => Math.max(1, deadline - systemClock.monotonicMs())
  const session = await withTimeLimit(leftMs(), () => openSession(page))
  if (!session) return toScreenshot(await takeByPlaywright(page, scale, leftMs()), view)
  const picture = await withTimeLimit(leftMs(), () => takePicture(session))
  const wanted = scale === 'css' ? 1 : (view?.scale ?? 1)
  if (!view || hasRatio(picture, view, wanted)) return toScreenshot(picture, view)
  const isOfScreen = view.scale !== 1 && hasRatio(picture, view, scale === 'css' ? view.scale : 1)
  if (!isOfScreen && !view.isFull) throw viewChanged()
  try {
    const other = await takeByPlaywright(page, scale, Math.min(leftMs(), mostPlaywrightMs))
    if (!hasRatio(other, view, wanted)) throw viewChanged()
    return toScreenshot(other, view)
  } catch (error) {
    if (!isOfScreen || pageFailureReason(page, error) !== 'timeout') throw error
    return toScreenshot(picture, view) // of a page whose fonts never come
  }
}

/**
 * Take a PNG of the viewport, one pixel per CSS pixel of a page that is not pinched, whatever its size is. How it shows the page is told
 * where it has that of the window.
 *
 * @param readViewNow reads how the window shows the page after it
 * @throws what Playwright throws
 */
export async function takeScreenshotOfAnySize(
  page: Page,
  timeoutMs: number,
  readViewNow: () => Promise<View>,
): Promise<Screenshot> {
  const picture = await takeByPlaywright(page, 'css', timeoutMs)
  const view = await readViewNow().catch(() => undefined) // it is the picture that counts
  return toScreenshot(picture, view && hasRatio(picture, view, 1) ? view : undefined)
}

/** The error for a picture that shows something else than the window. */
export function viewChanged(): LookError {
  return new LookError('view_changed', 'the picture has not the size of the viewport')
}

/**
 * Read what is known of a picture that somebody took of a viewport.
 *
 * @param size the size that the window is said to have
 * @param last how it showed the page when that was looked at last
 */
export function readScreenshot(
  screenshot: Uint8Array,
  size: Size | undefined,
  last: View | undefined,
): TakenScreenshot {
  const isPng = readImageHeader(screenshot)?.mediaType === 'image/png'
  const isSame = last?.shown.width === size?.width && last?.shown.height === size?.height
  const { mediaType, ...known } = toScreenshot(screenshot, size && { zoom: (isSame && last?.zoom) || 1, shown: size })
  return isPng ? { ...known, mediaType } : known
}

/** Tells whether a picture is a PNG of just the viewport with so many pixels for each CSS pixel of its window. */
export function hasRatio(picture: Uint8Array, { zoom, shown }: Pick<View, 'zoom' | 'shown'>, ratio: number): boolean {
  const header = readImageHeader(picture)
  if (header?.mediaType !== 'image/png') return false
  // A window of the user's own may be some device pixels larger than it says, since it says whole CSS pixels. And of a page that is
  // pinched Playwright's pictures now and then lack the last pixel.
  const tolerance = ratio === 1 && zoom === 1 ? 0 : ratio + 1
  return (
    Math.abs(header.width - shown.width * ratio) <= tolerance &&
    Math.abs(header.height - shown.height * ratio) <= tolerance
  )
}

/** Tell what is known of a picture of a window. */
export function toScreenshot(screenshot: Uint8Array, view: Pick<View, 'zoom' | 'shown'> | undefined): Screenshot {
  const width = readImageHeader(screenshot)?.width
  const { zoom = 1, shown } = view ?? {}
  // The browser counts in whole device pixels, so the parts of a CSS pixel that the division gives mean nothing.
  const toCss = (size: number): number => (zoom === 1 ? size : Math.round(size / zoom))
  return {
    screenshot,
    mediaType: 'image/png',
    ...(shown ? { viewport: { width: toCss(shown.width), height: toCss(shown.height) } } : {}),
    ...(shown && shown.width > 0 && width ? { scale: (width / shown.width) * zoom } : {}),
  }
}

async function takePicture(session: OwnSession): Promise<Uint8Array> {
  const take = () => session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true })
  const { data } = await take().catch(async (error: unknown) => {
    if (!failureMessage(error).includes('Unable to capture screenshot')) throw error
    await sleep(retryAfterMs)
    return take()
  })
  return Buffer.from(data, 'base64')
}

/** As the screen shows it too: with its caret, and its animations where they are. */
function takeByPlaywright(page: Page, scale: 'css' | 'device', timeoutMs: number): Promise<Uint8Array> {
  return callQuietly(page, () =>
    page.screenshot({ type: 'png', animations: 'allow', caret: 'initial', scale, timeout: timeoutMs }),
  )
}
