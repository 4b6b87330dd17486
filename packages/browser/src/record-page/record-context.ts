import type { EvidenceSink } from '@contrail/core'
import type { BrowserContext } from 'playwright'
import type { CaptureOptions } from '../capture/options.ts'
import { createCaptureSession } from '../capture/session.ts'
import { createPageRecorder } from './page-recorder.ts'

/**
 * A context that does what the given one does, and records every page that there is in it and that will be, each as `recordPage`
 * does: whatever leads to one of them gives a recording one, such as `newPage`, `pages`, listeners, and the source of a binding, and
 * pages give this context as theirs. What any of its pages does by itself is recorded too, also of one that the script never touches. All steps are
 * of one source, so that their order is that of the script.
 *
 * @returns the context itself without a sink; with one nothing is recorded or spent while nobody listens
 * @throws {TypeError} for options that make no sense
 * @example
 * const recording = recordContext(page.context(), recorder.onEvidence)
 * const shop = await recording.newPage()
 * await shop.goto('https://shop.example')
 */
export function recordContext(
  context: BrowserContext,
  sink: EvidenceSink | undefined,
  options: CaptureOptions = {},
): BrowserContext {
  const session = createCaptureSession(sink, options)
  if (!sink) return context
  session.watchContext(context)
  return createPageRecorder(session).recordContext(context)
}
