import type { Page } from 'playwright'
import { takeFastScreenshot } from '../fast-capture.ts'
import { failureMessage, pageFailureReason } from '../page/failure.ts'
import { pngWidth } from '../png-width.ts'
import { withTimeLimit } from '../page/time-limit.ts'

/** A picture of the viewport. `viewport` is in CSS pixels, `scale` is picture pixels per CSS pixel. */
export interface Screenshot {
  readonly screenshot: Uint8Array
  readonly mediaType: 'image/png'
  readonly viewport?: { width: number; height: number }
  readonly scale?: number
}

/** What is to be done just before a picture and just after it, at the same time as what is done to hold the page still. */
interface AroundPicture {
  /** Says whether the page seems to be still by itself. */
  readonly before?: (() => Promise<{ isStill: boolean }>) | undefined
  readonly after?: (() => Promise<void>) | undefined
}

/** Pages whose screen has more than one pixel for a CSS pixel. */
const densePages = new WeakSet<Page>()

/**
 * Take a PNG of the viewport, with the caret hidden and animations at rest, so that an unchanged page gives equal bytes: the
 * fast way where there is one, else Playwright's.
 *
 * @param options.scale `device`: all the pixels the screen has; `css`: one per CSS pixel, so that a point in the picture
 *   is a point on the page
 * @param options.timeoutMs handed to Playwright; a caller for whom the limit is hard keeps it by other means
 * @throws what Playwright throws, and what `before` and `after` throw
 */
export async function takeScreenshot(
  page: Page,
  options: { scale: 'css' | 'device'; timeoutMs: number } & AroundPicture,
): Promise<Screenshot> {
  const { scale, timeoutMs, after } = options
  let begun: Promise<{ isStill: boolean }> | undefined
  const before = (): Promise<{ isStill: boolean }> => (begun ??= options.before?.() ?? unknownStill)
  const isFast = !(scale === 'css' && densePages.has(page))
  const [fast, viewport] = await Promise.all([
    isFast ? fastFrame(page, timeoutMs, before) : undefined,
    readViewport(page, timeoutMs),
  ])
  const isDense = fast !== undefined && viewport !== undefined && pngWidth(fast.picture) !== viewport.width
  if (isDense) densePages.add(page)
  if (fast && !(scale === 'css' && isDense)) {
    const [, looked] = await Promise.allSettled([fast.released, after?.()])
    if (looked.status === 'rejected') throw looked.reason
    return { ...readScreenshot(fast.picture, viewport), mediaType: 'image/png' }
  }
  await Promise.all([before(), fast?.released])
  const screenshot = await (scale === 'css' ? stillFrame(page, { scale, timeoutMs }) : stillOrRawFrame(page, timeoutMs))
  await after?.()
  return { ...readScreenshot(screenshot, viewport), mediaType: 'image/png' }
}

const unknownStill = Promise.resolve({ isStill: false })

/** What is known of a picture that somebody took of a viewport. */
export function readScreenshot(
  screenshot: Uint8Array,
  viewport: { width: number; height: number } | undefined,
): Omit<Screenshot, 'mediaType'> & { mediaType?: 'image/png' } {
  const pixelWidth = pngWidth(screenshot)
  const pixelsPerCssPixel = viewport && viewport.width > 0 && pixelWidth ? pixelWidth / viewport.width : undefined
  return {
    screenshot,
    ...(pixelWidth ? { mediaType: 'image/png' } : {}),
    ...(viewport ? { viewport } : {}),
    ...(pixelsPerCssPixel ? { scale: pixelsPerCssPixel } : {}),
  }
}

/** Whether a picture is a PNG of just the viewport with one pixel for each CSS pixel. */
export function isOfViewport(screenshot: Uint8Array, viewport: { width: number; height: number } | undefined): boolean {
  if (!viewport || pngWidth(screenshot) !== viewport.width) return false
  return new DataView(screenshot.buffer, screenshot.byteOffset, screenshot.byteLength).getUint32(20) === viewport.height
}

/** Undefined where Playwright is to try. */
async function fastFrame(
  page: Page,
  timeoutMs: number,
  before: () => Promise<{ isStill: boolean }>,
): ReturnType<typeof takeFastScreenshot> {
  try {
    return await takeFastScreenshot(page, timeoutMs, before)
  } catch (error) {
    if (pageFailureReason(page, error) !== 'failed') throw error
    return undefined
  }
}

async function stillFrame(
  page: Page,
  { scale, timeoutMs }: { scale: 'css' | 'device'; timeoutMs: number },
): Promise<Uint8Array> {
  const still = { type: 'png', animations: 'disabled', caret: 'hide' } as const
  const take = () => page.screenshot({ ...still, scale, timeout: timeoutMs })
  try {
    return await take()
  } catch (error) {
    // Straight after a navigation Chromium now and then has no frame yet; the next try has always had one.
    if (!failureMessage(error).includes('Unable to capture screenshot')) throw error
    return take()
  }
}

/**
 * Playwright first waits for every font, so a page with a font that never comes has no still frame at all. After three
 * seconds (or half the limit) the frame that the screen shows is taken as it is: a caret or a moving part is better than
 * no evidence.
 */
async function stillOrRawFrame(page: Page, timeoutMs: number): Promise<Uint8Array> {
  try {
    return await stillFrame(page, { scale: 'device', timeoutMs: Math.min(3_000, timeoutMs / 2) })
  } catch (error) {
    if (pageFailureReason(page, error) !== 'timeout') throw error
  }
  const session = await page.context().newCDPSession(page)
  try {
    const { data } = await session.send('Page.captureScreenshot', { format: 'png' })
    return Buffer.from(data, 'base64')
  } finally {
    session.detach().catch(() => {}) // a page that is gone took the session with it
  }
}

/** Playwright knows the viewport it set; a window of the user's own size must be asked. */
async function readViewport(page: Page, timeoutMs: number): Promise<{ width: number; height: number } | undefined> {
  try {
    const known = page.viewportSize()
    if (known) return known
    return await withTimeLimit(timeoutMs, () =>
      page.evaluate(() => ({ width: window.innerWidth, height: window.innerHeight })),
    )
  } catch {
    // The size only annotates the picture, which fails with its own reason if the page is gone.
    return undefined
  }
}
