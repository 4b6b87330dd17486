import type { EvidenceSink } from '@contrail/core'
import type { Page } from 'playwright'
import type { CaptureOptions } from '../capture/options.ts'
import { createCaptureSession } from '../capture/session.ts'
import { createPageRecorder } from './page-recorder.ts'

/**
 * A page that does what the given one does, and records what the script does with it: calls such as `goto`, `click`,
 * `fill` on the page, its locators and those of its frames, keyboard, mouse and touchscreen, and on its popups. Each is a
 * step with its target, followed by a probe. Errors are the original ones, and so are return values, but that what leads back to
 * the page gives the recording one: frames, requests, responses, routes, messages, dialogs, downloads, the source of a binding.
 *
 * Not recorded: what is called on a `Frame` itself, an `ElementHandle` or the context. The context and handles know the original page
 * only: `context.pages()` does not give the recording one.
 *
 * @returns the page itself without a sink; with one nothing is recorded or spent while nobody listens
 * @throws {TypeError} for options that make no sense
 * @example
 * const recorded = recordPage(page, recorder.onEvidence)
 * await recorded.getByRole('button', { name: 'Buy' }).click() // a step of its own
 */
export function recordPage(page: Page, sink: EvidenceSink | undefined, options: CaptureOptions = {}): Page {
  const session = createCaptureSession(sink, options)
  if (!sink) return page
  return createPageRecorder(session).record(page)
}
