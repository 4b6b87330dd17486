import { withTimeLimit } from '@contrail/core'
import type { Page } from 'playwright'
import type { CaptureOptions } from './options.ts'
import type { CaptureSession } from './session.ts'
import { systemClock } from '../page/system.ts'
import { callQuietly } from '../page/cdp-session.ts'
import { playwrightTools } from '../page/playwright-world.ts'
import { takePaintedScreenshot, type PaintedScreenshot } from '../secrets/painted-screenshot.ts'
import { failureMessage, pageFailureReason } from '../page/failure.ts'
import { takeScreenshot, takeScreenshotOfAnySize, type Screenshot } from '../picture/screenshot.ts'
import { readView } from '../picture/view.ts'
import { readSeenByModel, type SeenByModel } from '../observe/seen-by-model.ts'
import { inPage } from '../page/in-page.ts'

/**
 * The time that the model's picture waits for the fonts of the page: text in one that is not there yet is invisible.
 */
const mostFontsMs = 3_000
/** The same of a frame inside it, which may not answer at all. */
const frameFontsMs = 500

/** The options of a capture that gives a model pictures. */
export interface AgentFrameOptions extends CaptureOptions {
  /**
   * Record a second picture, taken right after the one that the model is given, with fields for secrets painted over and marked
   * `masked: true`, in place of that one. Default false: what the model saw is evidence, and is recorded as it was.
   */
  maskAgentFrames?: boolean | undefined
}

/**
 * Take the picture that the model will be given and emit it as agent evidence: the same bytes, unless `maskAgentFrames` is set.
 * One picture pixel is one CSS pixel, so that a point the model names is a point on the page; where that is pinched it is so many
 * pixels as it is pinched by, as in a picture of Playwright's. Fonts that are being loaded are waited for, three seconds at most.
 *
 * @throws what Playwright threw, after a gap was emitted
 */
export async function takeAgentScreenshot(
  page: Page,
  session: CaptureSession,
  { maskAgentFrames = false }: AgentFrameOptions = {},
): Promise<Uint8Array> {
  const { timeoutMs } = session
  // A second more than Playwright's own limit: its error says more than ours.
  const limitMs = timeoutMs + 1_000
  const tellGap = async (error: unknown): Promise<void> => {
    if (!session.isListening()) return
    const detail = { role: 'agent', message: session.withoutSecrets(failureMessage(error)) }
    const reason = pageFailureReason(page, error)
    await session.tell(() => session.emit({ type: 'gap', what: 'screenshot', reason, detail }))
  }

  // A picture that is recorded painted over is not the one that the model is given: no probe can share it.
  const give = session.isListening() && !maskAgentFrames ? session.beginModelSaw(page) : undefined
  const shot = await withTimeLimit(limitMs, async () => {
    const startedMs = systemClock.monotonicMs()
    await fontsAreThere(page, Math.min(mostFontsMs, timeoutMs / 2))
    const leftMs = Math.max(1, timeoutMs - (systemClock.monotonicMs() - startedMs))
    return takeOfViewport(page, leftMs)
  }).catch(async (error: unknown) => {
    await give?.(undefined)
    await tellGap(error)
    throw error
  })
  if (give) await give({ picture: shot })
  if (give || !session.isListening()) return shot.screenshot

  const { seen, images } = session
  const mask = (): Promise<PaintedScreenshot> => takePaintedScreenshot(page, { scale: 'css', timeoutMs, seen, images })
  try {
    const told: PaintedScreenshot = { ...(await withTimeLimit(limitMs, mask)), masked: true }
    const url = session.withoutSecrets(page.url())
    void session.tell(() => session.emit({ type: 'screenshot', evidenceRole: 'agent', url, ...told }))
  } catch (error) {
    await tellGap(error)
  }
  return shot.screenshot
}

/**
 * A picture of another size, taken while the window got another one, is taken once more. Should that have another size too, the agent
 * is given what Playwright gives.
 */
async function takeOfViewport(page: Page, timeoutMs: number): Promise<Screenshot> {
  const deadline = systemClock.monotonicMs() + timeoutMs
  const leftMs = (): number => Math.max(1, deadline - systemClock.monotonicMs())
  for (let tries = 1; tries <= 2; tries += 1) {
    try {
      return await takeScreenshot(page, { scale: 'css', timeoutMs: leftMs(), view: await readView(page) })
    } catch (error) {
      if (pageFailureReason(page, error) !== 'view_changed') throw error
    }
  }
  return takeScreenshotOfAnySize(page, leftMs(), () => readView(page))
}

/** Wait for the fonts that the page is loading, in all frames. One that never comes is waited for once for each picture. */
async function fontsAreThere(page: Page, limitMs: number): Promise<void> {
  const ready = inPage(async (): Promise<void> => void (await document.fonts.ready))
  const main = page.mainFrame()
  const frames = page.frames().map((frame) => {
    return withTimeLimit(frame === main ? limitMs : Math.min(limitMs, frameFontsMs), () =>
      callQuietly(page, async () => {
        // Where no script of the page runs, if Playwright has such a world to give.
        const tools = await playwrightTools(frame)
        return tools ? tools.evaluate(ready, undefined) : frame.evaluate(ready)
      }),
    )
  })
  await Promise.allSettled(frames) // a frame that does not answer is pictured as it is
}

/** Hand over what the agent took itself. With `maskAgentFrames` its picture, which cannot be covered, is not kept: a gap says so. */
export function createModelSaw(
  page: Page,
  session: CaptureSession,
  { maskAgentFrames = false }: AgentFrameOptions,
): (taken: SeenByModel) => void {
  return (taken) => {
    if (!session.isListening()) return
    const isKept = !maskAgentFrames || taken.screenshot === undefined
    const read = readSeenByModel(page, taken, session.seen)
    void session.beginModelSaw(page)(isKept ? read : { ariaTree: read.ariaTree })
    if (isKept) return
    const gap = { type: 'gap' as const, what: 'screenshot' as const, reason: 'mask_failed', detail: { role: 'agent' } }
    void session.tell(() => session.emit(gap))
  }
}
