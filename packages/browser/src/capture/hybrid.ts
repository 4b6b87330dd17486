import type { EvidenceSink } from '@contrail/core'
import type { Page } from 'playwright'
import { createModelSaw, takeAgentScreenshot, type AgentFrameOptions } from './agent-screenshot.ts'
import { createDomCapture, type DomCapture } from './dom.ts'
import { createCaptureSession } from './session.ts'
import type { SeenByModel } from '../observe/seen-by-model.ts'

/** Records an agent that acts through tools and reads the page both as text and as pictures. */
export interface HybridCapture extends DomCapture {
  /**
   * Take the PNG of the viewport that the model is given, one pixel for each CSS pixel, and record it as agent evidence.
   *
   * @throws what Playwright throws when the page cannot give a picture; a gap is recorded before
   */
  screenshot(): Promise<Uint8Array>
  /**
   * Say what the agent took of the page by its own means, right after it did: the picture is recorded as agent evidence, byte for
   * byte. Where the page is still to be probed as it is now, nothing is taken twice: the aria tree is the probe's, and so is the
   * picture if it is a PNG of the viewport in device pixels and no field for a secret is on the page.
   *
   * @throws {TypeError} when it is no picture and no text
   */
  modelSaw(taken: SeenByModel): void
}

/**
 * Record turns as `captureDom` does, and the frames that the model is given.
 *
 * @throws {TypeError} for options that make no sense
 * @example
 * const capture = captureHybrid(page, recorder.onEvidence)
 * await capture.turn(async (turn) => {
 *   const seen = await capture.screenshot() // for the model, and on record as what it saw
 *   await turn.step({ actionName: 'click', actionArgs: { bytes: seen.byteLength } }, () => page.mouse.click(212, 311))
 * })
 */
export function captureHybrid(
  page: Page,
  sink: EvidenceSink | undefined,
  options: AgentFrameOptions = {},
): HybridCapture {
  const session = createCaptureSession(sink, options)
  return {
    ...createDomCapture(page, session),
    screenshot: () => takeAgentScreenshot(page, session, options),
    modelSaw: createModelSaw(page, session, options),
  }
}
