import type { Page } from 'playwright'
import { maskGivenAriaTree } from '../secrets/aria-values.ts'
import { lastScanOf, scanFields } from '../secrets/scan-fields.ts'
import { hasRatio, readScreenshot, toScreenshot, type Screenshot, type TakenScreenshot } from '../picture/screenshot.ts'
import type { SeenSecrets } from '../secrets/seen-secrets.ts'

/** The picture and tree that an agent took of the page by its own means, to give it to its model. */
export interface SeenByModel {
  /** The picture, byte for byte as the model gets it. */
  screenshot?: Uint8Array | undefined
  /** Its text of the page, in the form of Playwright's aria snapshot. */
  ariaTree?: string | undefined
}

/** The same, with what is known of the moment. */
export interface TakenByAgent {
  readonly picture?: TakenScreenshot | undefined
  readonly ariaTree?: string | undefined
  readonly url: string
  /** ISO, UTC. */
  readonly startedAt: string
  /** The number of times that the page had navigated. */
  readonly navigations: number
}

/**
 * Read what an agent took just now.
 *
 * @throws {TypeError} when it is no picture and no text
 */
export function readSeenByModel(
  page: Page,
  { screenshot, ariaTree }: SeenByModel,
  seen: SeenSecrets,
): Pick<TakenByAgent, 'picture' | 'ariaTree'> {
  if (screenshot !== undefined && !(screenshot instanceof Uint8Array)) {
    throw new TypeError(`expected screenshot to be a Uint8Array or Buffer, got ${typeof screenshot}`)
  }
  if (ariaTree !== undefined && typeof ariaTree !== 'string') {
    throw new TypeError(`expected ariaTree to be a string, got ${typeof ariaTree}`)
  }
  const last = lastScanOf(page, seen)?.scan.view
  return { picture: screenshot && readScreenshot(screenshot, page.viewportSize() ?? undefined, last), ariaTree }
}

/** The time that the page may take to say what a probe can use. */
const takenLimitMs = 1_000

/** Of what the agent took, what a probe need not take again. */
interface UsableParts {
  /** `uncovered`: it is of this very state, but has a field with a secret to be read in it, which a probe would paint over. */
  readonly picture?: Screenshot | 'uncovered' | undefined
  readonly ariaTree?: string | undefined
  readonly title?: string | undefined
}

/** Ask the page what of it does for a probe too: a picture of just the viewport, the tree without secrets. Never rejects. */
export async function usableParts(
  page: Page,
  { picture, ariaTree }: TakenByAgent,
  { seen, mask, timeoutMs }: { seen: SeenSecrets; mask: boolean; timeoutMs: number },
): Promise<UsableParts> {
  try {
    const scan = await scanFields(page, seen, Math.min(takenLimitMs, timeoutMs))
    const { view, isShownRead, isDrawnElsewhere } = scan
    const isWhole = picture && view?.scale === 1 && hasRatio(picture.screenshot, view, 1)
    const hasBox = mask && scan.readable.some(({ uncovered }) => uncovered.length > 0)
    const shared = !mask || (isShownRead && !isDrawnElsewhere) ? picture : undefined
    return {
      picture: isWhole ? (hasBox ? 'uncovered' : shared && toScreenshot(shared.screenshot, view)) : undefined,
      ariaTree: mask && ariaTree !== undefined ? maskGivenAriaTree(ariaTree, scan, seen) : ariaTree,
      title: scan.title,
    }
  } catch {
    return {} // all is taken anew, and says what is wrong with the page
  }
}
