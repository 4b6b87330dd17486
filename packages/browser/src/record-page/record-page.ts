import type { EvidenceSink } from '@contrail/core'
import type { Page } from 'playwright'
import type { CaptureOptions } from '../capture/options.ts'
import { createCaptureSession } from '../capture/session.ts'
import { createPageRecorder } from './page-recorder.ts'

/**
 * A page that does what the given one does, and records what the script does with it: calls such as `goto`, `click`,
 * `fill` on the page, its locators, keyboard, mouse and touchscreen, and on popups from `waitForEvent('popup')`. Each is a
 * step with its target, followed by a probe. Return values and errors are the original ones.
 *
 * Not recorded: what is called on a `Frame`, an `ElementHandle`, the context, or a page that an event listener was given.
 * They know the original page only: `frame.page()` and `context.pages()` do not give the recording one.
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
