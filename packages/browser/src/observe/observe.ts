import type { Page } from 'playwright'
import { ariaTreeBudget, truncateAriaTree } from './aria-tree.ts'
import { readMaskedAriaTree } from '../secrets/aria-values.ts'
import { systemClock, type Clock } from '../page/system.ts'
import { failureMessage, pageFailureReason, type PageFailureReason } from '../page/failure.ts'
import { takeMaskedScreenshot, type MaskedScreenshot } from '../masked-screenshot.ts'
import { scanFields, type FieldScan } from '../secrets/scan-fields.ts'
import { takeScreenshot } from '../picture/screenshot.ts'
import { createSeenSecrets, type SeenSecrets } from '../secrets/seen-secrets.ts'
import { usableParts, type TakenByAgent } from './tap.ts'
import { assertPositive, withTimeLimit } from '../page/time-limit.ts'
import { urlOf, watchPage } from '../page/watch.ts'

const ariaLimitMs = 5_000

/** A part of an observation that could not be had. `detail` names the parts and gives the first error's first line. */
export interface ObservationGap {
  readonly what: 'screenshot' | 'probe'
  readonly reason: PageFailureReason
  readonly detail?: { readonly parts: readonly string[]; readonly message: string }
}

/** A page at one moment. A part that could not be had is absent and has a gap. */
export interface PageObservation {
  /** The last address known, also of a page that is gone. */
  readonly url: string
  readonly title?: string
  /** PNG of the viewport, in device pixels. */
  readonly screenshot?: Uint8Array
  readonly mediaType: 'image/png'
  /** Fields for secrets are covered in the screenshot. Absent when there were none. */
  readonly masked?: true
  /** CSS pixels. */
  readonly viewport?: { width: number; height: number }
  /** Device pixels per CSS pixel. */
  readonly scale?: number
  /** Playwright's aria snapshot with element references, frames included, cut to its budget. */
  readonly ariaTree?: string
  /** When the look began and when its last part was there. ISO, UTC. */
  readonly startedAt: string
  readonly finishedAt: string
  readonly durationMs: number
  /** The main frame navigated meanwhile: the parts may be of two documents. */
  readonly navigated?: true
  /** With `navigated`: where the screenshot was taken, and whether the navigation came while it was. */
  readonly screenshotOf?: { readonly url: string; readonly navigated?: true }
  readonly gaps: readonly ObservationGap[]
}

/** How much an observation may cost. */
export interface ObserveOptions {
  /** Budget of the aria tree, a token being 4 characters. Default: `VERIFIER_ARIATREE_TOKEN_BUDGET`, else 8,000. */
  budgetTokens?: number | undefined
  /** Hard limit of the whole observation, in ms. Default 10,000; the aria tree has at most 5,000 of them. */
  timeoutMs?: number | undefined
  /** Cover fields for secrets in the screenshot, and leave their values out of every text. Default true. */
  mask?: boolean | undefined
  clock?: Clock | undefined
}

/**
 * Look at a page: url, screenshot of the viewport and aria tree, all at the same time, and the title right after the tree.
 * A page that hangs, crashes, closes or never settles costs gaps, never an error and never more than the time limit.
 *
 * @throws {TypeError} only for options that make no sense
 */
export async function observe(page: Page, options: ObserveOptions = {}): Promise<PageObservation> {
  return observeWith(createSeenSecrets(), page, options)
}

/**
 * {@link observe} for a capture, which remembers the values that it saw in fields for secrets.
 *
 * @param options.taken what the agent took of this state
 * @param options.first a look at the fields for secrets that went out just now
 */
export async function observeWith(
  seen: SeenSecrets,
  page: Page,
  options: ObserveOptions & { taken?: TakenByAgent | undefined; first?: Promise<FieldScan> | undefined } = {},
): Promise<PageObservation> {
  const { timeoutMs = 10_000, clock = systemClock, mask = true } = options
  assertPositive('timeoutMs', timeoutMs)
  const budgetTokens = ariaTreeBudget(options.budgetTokens, process.env)
  const deadline = systemClock.monotonicMs() + timeoutMs
  const startedMs = clock.monotonicMs()
  const startedAt = options.taken?.startedAt ?? clock.now().toISOString()
  const lastUrl = urlOf(page)
  const watch = watchPage(page)
  const navigations = watch.navigations
  let screenshotOf: PageObservation['screenshotOf']
  // What the agent took of another document is not of this state.
  const taken = options.taken?.navigations === navigations ? options.taken : undefined
  const usable = taken && usableParts(page, taken, { seen, mask, timeoutMs })
  const scan = (): Promise<FieldScan> => scanFields(page, seen, timeoutMs)
  // Picture and tree begin with the same look at the fields; a second try has one of its own.
  const first = mask && !taken ? (options.first?.catch(scan) ?? scan()) : undefined
  first?.catch(() => {}) // both who wait for it say what is wrong
  const titleAlone = mask ? undefined : attempt(page, timeoutMs, () => page.title())

  const [screenshot, tree] = await Promise.all([
    attempt(page, timeoutMs, async (leftMs, isFirstTry): Promise<MaskedScreenshot | undefined> => {
      const how = { scale: 'device', timeoutMs: leftMs } as const
      const before = watch.navigations
      const { picture } = (await usable) ?? {}
      if (picture) {
        screenshotOf = { url: taken?.url ?? '' }
        return picture === 'uncovered' ? undefined : picture
      }
      const shot = await (mask
        ? takeMaskedScreenshot(page, { ...how, seen, first: isFirstTry ? first : undefined })
        : takeScreenshot(page, how))
      screenshotOf = { url: urlOf(page) ?? '', ...(watch.navigations === before ? {} : { navigated: true }) }
      return shot
    }),
    attempt(
      page,
      Math.min(ariaLimitMs, timeoutMs),
      async (leftMs, isFirstTry): Promise<{ ariaTree: string; title?: string | undefined }> => {
        const { ariaTree: given, title: said } = (await usable) ?? {}
        if (given !== undefined) return { ariaTree: given, title: said }
        const read = (): Promise<string> => readAriaTree(page, leftMs)
        return mask
          ? readMaskedAriaTree(page, read, { seen, timeoutMs: leftMs, first: isFirstTry ? first : undefined })
          : { ariaTree: await read() }
      },
    ),
  ])
  const { ariaTree, title: said } = tree.value ?? {}
  const leftMs = Math.max(1, deadline - systemClock.monotonicMs())
  const title: Attempt<string> =
    said === undefined ? await (titleAlone ?? attempt(page, leftMs, () => page.title())) : { value: said }
  const withoutSecrets = (text: string): string => (mask ? seen.mask(text) : text)

  return {
    url: withoutSecrets(urlOf(page) ?? lastUrl ?? ''),
    ...(title.value ? { title: withoutSecrets(title.value) } : {}),
    mediaType: 'image/png',
    ...screenshot.value,
    ...(ariaTree === undefined ? {} : { ariaTree: truncateAriaTree(ariaTree, budgetTokens) }),
    startedAt,
    finishedAt: clock.now().toISOString(),
    durationMs: clock.monotonicMs() - startedMs,
    ...(watch.navigations === navigations ? {} : { navigated: true }),
    ...(watch.navigations === navigations || !screenshotOf
      ? {}
      : { screenshotOf: { ...screenshotOf, url: withoutSecrets(screenshotOf.url) } }),
    gaps: [
      ...gapsOf('screenshot', page, { screenshot: screenshot.failure }),
      ...gapsOf('probe', page, { title: title.failure, ariaTree: tree.failure }),
    ],
  }
}

/**
 * `mode: 'ai'` of the whole page, for these reasons. Playwright resolves an element reference against the last snapshot
 * taken, of whatever mode: any other snapshot would break the references an agent still holds, this one numbers the same
 * element the same. Asking a locator would run the script's own locator handlers, and so act. And this one reads frames,
 * and does not wait for a body, which a frameset has not.
 */
function readAriaTree(page: Page, timeoutMs: number): Promise<string> {
  return page.ariaSnapshot({ mode: 'ai', timeout: timeoutMs })
}

type Attempt<T> = { value?: T; failure?: { error: unknown } }

/**
 * Read one part of a page within its limit. A read that a navigation cut short is tried once more in the time left;
 * a page that is gone is not asked again.
 */
async function attempt<T>(
  page: Page,
  limitMs: number,
  read: (leftMs: number, isFirstTry: boolean) => Promise<T>,
): Promise<Attempt<T>> {
  // Timers run on real time, so the deadline does too, whatever clock stamps the observation.
  const deadline = systemClock.monotonicMs() + limitMs
  const once = (isFirstTry: boolean): Promise<T> => {
    const leftMs = Math.max(1, deadline - systemClock.monotonicMs())
    return withTimeLimit(leftMs, () => read(leftMs, isFirstTry))
  }
  try {
    return { value: await once(true) }
  } catch (error) {
    if (pageFailureReason(page, error) !== 'failed') return { failure: { error } }
  }
  try {
    return { value: await once(false) }
  } catch (error) {
    return { failure: { error } }
  }
}

/** One gap for each reason, however many parts it took. */
function gapsOf(
  what: ObservationGap['what'],
  page: Page,
  failures: Record<string, { error: unknown } | undefined>,
): ObservationGap[] {
  const gaps = new Map<PageFailureReason, { parts: string[]; message: string }>()
  for (const [part, failure] of Object.entries(failures)) {
    if (!failure) continue
    const reason = pageFailureReason(page, failure.error)
    const gap = gaps.get(reason)
    if (gap) gap.parts.push(part)
    else gaps.set(reason, { parts: [part], message: failureMessage(failure.error) })
  }
  return [...gaps].map(([reason, detail]) => ({ what, reason, detail }))
}
