import type { Page } from 'playwright'
import type { CaptureOptions, CaptureSession } from './capture-session.ts'
import { inTurn } from './in-turn.ts'
import { takeMaskedScreenshot, type MaskedScreenshot } from './masked-screenshot.ts'
import { failureMessage, pageFailureReason } from './page-failure.ts'
import { takeScreenshot } from './screenshot.ts'
import { withTimeLimit } from './time-limit.ts'

/** What a capture takes that gives a model pictures. */
export interface AgentFrameOptions extends CaptureOptions {
  /**
   * Record a second picture, taken right after the one that the model is given, with fields for secrets covered and marked
   * `masked: true`, in place of that one. Default false: what the model saw is evidence, and is recorded as it was.
   */
  maskAgentFrames?: boolean | undefined
}

/**
 * Take the picture that the model will be given and tell it as agent evidence: the same bytes, unless `maskAgentFrames` is set.
 * One picture pixel is one CSS pixel, so that a point the model names is a point on the page.
 *
 * @throws what Playwright threw, after a gap was told
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
    await session.emit({ type: 'gap', what: 'screenshot', reason: pageFailureReason(page, error), detail })
  }

  const shot = await withTimeLimit(limitMs, () =>
    inTurn(page, limitMs, () => takeScreenshot(page, { scale: 'css', timeoutMs })),
  ).catch(async (error: unknown) => {
    await tellGap(error)
    throw error
  })
  if (!session.isListening()) return shot.screenshot

  let told: MaskedScreenshot = shot
  if (maskAgentFrames) {
    const mask = (): Promise<MaskedScreenshot> =>
      takeMaskedScreenshot(page, { scale: 'css', timeoutMs, seen: session.seen })
    try {
      told = { ...(await withTimeLimit(limitMs, mask)), masked: true }
    } catch (error) {
      await tellGap(error)
      return shot.screenshot
    }
  }
  await session.emit({ type: 'screenshot', evidenceRole: 'agent', url: session.withoutSecrets(page.url()), ...told })
  return shot.screenshot
}
