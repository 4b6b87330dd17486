import type { Page } from 'playwright'
import { readScreenshot } from './screenshot.ts'

/** What an agent took of the page by its own means, to give it to its model. */
export interface Tap {
  /** The picture, byte for byte as the model gets it. */
  screenshot?: Uint8Array | undefined
  /** Its text of the page, in the form of Playwright's aria snapshot. */
  ariaTree?: string | undefined
}

/** A tap, with what is known of the moment. */
export interface TakenByAgent {
  readonly picture?: ReturnType<typeof readScreenshot> | undefined
  readonly ariaTree?: string | undefined
  readonly url: string
  /** ISO, UTC. */
  readonly startedAt: string
  /** How often the page had navigated. */
  readonly navigations: number
}

/**
 * Read what an agent took just now.
 *
 * @throws {TypeError} when it is no picture and no text
 */
export function readTap(page: Page, { screenshot, ariaTree }: Tap): Pick<TakenByAgent, 'picture' | 'ariaTree'> {
  if (screenshot !== undefined && !(screenshot instanceof Uint8Array)) {
    throw new TypeError(`expected screenshot to be a Uint8Array or Buffer, got ${typeof screenshot}`)
  }
  if (ariaTree !== undefined && typeof ariaTree !== 'string') {
    throw new TypeError(`expected ariaTree to be a string, got ${typeof ariaTree}`)
  }
  return { picture: screenshot && readScreenshot(screenshot, page.viewportSize() ?? undefined), ariaTree }
}
