import type { Page } from 'playwright'
import type { CaptureSession } from './capture-session.ts'
import { failureMessage, pageFailureReason } from './page-failure.ts'
import { takeScreenshot } from './screenshot.ts'
import { withTimeLimit } from './time-limit.ts'

/**
 * Take the picture that the model will be given and tell it as agent evidence: the same bytes.
 * One picture pixel is one CSS pixel, so that a point the model names is a point on the page.
 *
 * @throws what Playwright threw, after a gap was told
 */
export async function takeAgentScreenshot(page: Page, session: CaptureSession): Promise<Uint8Array> {
  const { timeoutMs } = session
  // A second more than Playwright's own limit: its error says more than ours.
  const shot = await withTimeLimit(timeoutMs + 1_000, () => takeScreenshot(page, { scale: 'css', timeoutMs })).catch(
    async (error: unknown) => {
      if (session.isListening()) {
        const detail = { role: 'agent', message: failureMessage(error) }
        await session.emit({ type: 'gap', what: 'screenshot', reason: pageFailureReason(page, error), detail })
      }
      throw error
    },
  )
  if (session.isListening()) await session.emit({ type: 'screenshot', evidenceRole: 'agent', url: page.url(), ...shot })
  return shot.screenshot
}
