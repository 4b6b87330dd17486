import type { Clock, Dialog } from '@contrail/core'
import type { Page } from 'playwright'
import { systemClock } from '../page/system.ts'
import { watchDialogs } from '../page/dialogs.ts'
import { createTabList, pageIdsOf, type SeenTabs } from '../environment/page-ids.ts'
import { assertPositive } from '../page/positive.ts'
import { unlessCut } from '../page/unless-cut.ts'
import { contextOf, urlOf, watchPage } from '../page/watch.ts'
import type { LookDemand } from '../picture/rest.ts'
import { takeScreenshot } from '../picture/screenshot.ts'
import { readMaskedAriaTree } from '../secrets/aria-values.ts'
import { takePaintedScreenshot, type PaintedScreenshot, type PaintTools } from '../secrets/painted-screenshot.ts'
import { scanFields, type FieldScan } from '../secrets/scan-fields.ts'
import { createSeenSecrets, type SeenSecrets } from '../secrets/seen-secrets.ts'
import { ariaTreeBudget, charactersOf, truncateAriaTree } from './aria-tree.ts'
import { attempt, gapsOf, notThere, type Attempt, type ObservationGap } from './attempt.ts'
import { readPageTree } from './page-tree.ts'
import { usableParts, type TakenByAgent } from './seen-by-model.ts'

/** The time of the aria tree itself, from when the page answers. */
const ariaLimitMs = 5_000

/** A page at one moment. A part that could not be had is absent and has a gap. */
export interface PageObservation {
  /** The last address known, also of a page that is gone. */
  readonly url: string
  readonly title?: string
  /** PNG of the viewport, in device pixels. */
  readonly screenshot?: Uint8Array
  readonly mediaType: 'image/png'
  /** Fields for secrets are painted over in the screenshot. Absent when none could be read in it. */
  readonly masked?: true
  /** CSS pixels. */
  readonly viewport?: { width: number; height: number }
  /** Device pixels per CSS pixel. */
  readonly scale?: number
  /** Playwright's aria snapshot, frames included, with the element references that one of the agent's has given, cut to its budget. */
  readonly ariaTree?: string
  /** The tree is that of what the window shows: the whole one would have taken too much of the page's time. */
  readonly partial?: true
  /** The dialog that is open. */
  readonly dialogs?: Dialog[]
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

/** Limits of what an observation may cost. */
export interface ObserveOptions {
  /** Budget of the aria tree, a token being 4 characters. Default: `VERIFIER_ARIATREE_TOKEN_BUDGET`, else 8,000. */
  budgetTokens?: number | undefined
  /**
   * The time of the page that its whole aria tree may take, in ms, default 300. Where it would take longer the tree is that of what
   * the window shows, and is marked `partial`.
   */
  treeLimitMs?: number | undefined
  /** Hard limit of the whole observation, in ms. Default 10,000; the aria tree itself has at most 5,000 of them. */
  timeoutMs?: number | undefined
  /** Paint over fields for secrets in the screenshot, and leave their values out of every text. Default true. */
  mask?: boolean | undefined
  /** Give what paints over fields. It is asked when there is something to paint, or soon may be; without it no such picture is kept. */
  images?: PaintTools | undefined
  clock?: Clock | undefined
}

/** {@link ObserveOptions} with what a capture knows. */
export interface LookOptions extends ObserveOptions {
  readonly seen: SeenSecrets
  /** The picture and tree that the agent took of this state. */
  readonly taken?: TakenByAgent | undefined
  /** A look at the fields for secrets that went out just now. */
  readonly first?: Promise<FieldScan> | undefined
  /** Default: it is waited for from the beginning. */
  readonly demand?: LookDemand | undefined
}

/** A look that is being taken. */
export interface Look {
  readonly done: Promise<PageObservation>
  /** The parts that are there by now, the others as gaps; undefined where there is neither a picture nor a tree. */
  soFar(): PageObservation | undefined
}

/**
 * Look at a page, and change nothing in it: url, title, screenshot of the viewport and aria tree, each by itself and all at the same
 * time. A page that hangs, crashes, closes or never settles costs gaps, never an error and never more than the time limit.
 *
 * @returns also the page's tab and those beside it; pages are `p1`, `p2`, ... in the order in which those of one context were looked at
 *   or listed, which may be another one than in a recording
 * @throws {TypeError} only for options that make no sense
 * @example
 * const { title, ariaTree, gaps } = await observePage(page)
 */
export async function observePage(page: Page, options: ObserveOptions = {}): Promise<PageObservation & SeenTabs> {
  const seen = createSeenSecrets()
  const observed = await startLook(page, { ...options, seen }).done
  const tabs = createTabList(pageIdsOf(contextOf(page) ?? page))
  tabs.note(page, observed.title)
  const { mask = true } = options
  const open = watchDialogs(page).open()
  const beside = { ...(open ? { dialogs: [open] } : {}), ...tabs.seenAt(page) }
  return { ...observed, ...(mask ? (seen.maskAll(beside) as typeof beside) : beside) }
}

/**
 * Begin a look for a capture, which remembers the values that it saw in fields for secrets.
 *
 * @throws {TypeError} only for options that make no sense
 */
export function startLook(page: Page, options: LookOptions): Look {
  const { timeoutMs = 10_000, treeLimitMs = 300, clock = systemClock, mask = true, seen } = options
  assertPositive('timeoutMs', timeoutMs)
  assertPositive('treeLimitMs', treeLimitMs)
  const budgetTokens = ariaTreeBudget(options.budgetTokens, process.env)
  const startedMs = clock.monotonicMs()
  const startedAt = options.taken?.startedAt ?? clock.now().toISOString()
  const lastUrl = urlOf(page)
  const watch = watchPage(page)
  const { navigations } = watch
  const parts: { picture?: Attempt<PaintedScreenshot | undefined>; tree?: Attempt<Tree> } = {}
  let title: string | undefined
  let titleFailure: { error: unknown } | undefined
  let screenshotOf: PageObservation['screenshotOf']

  // What the agent took of another document is not of this state.
  const taken = options.taken?.navigations === navigations ? options.taken : undefined
  const usable = taken && usableParts(page, taken, { seen, mask, timeoutMs })
  const scan = async (): Promise<FieldScan> => {
    const found = await scanFields(page, seen, timeoutMs)
    title = found.title
    return found
  }
  const first = usable ? undefined : (options.first?.catch(scan) ?? scan())
  first?.then(
    (found) => (title ??= found.title),
    (error: unknown) => (titleFailure = { error }), // both who wait for it say so too
  )
  const readPicture = async (leftMs: number, isFirstTry: boolean): Promise<PaintedScreenshot | undefined> => {
    const how = { scale: 'device', timeoutMs: leftMs } as const
    const before = watch.navigations
    const { picture } = (await usable) ?? {}
    if (picture) {
      screenshotOf = { url: taken?.url ?? '' }
      return picture === 'uncovered' ? undefined : picture
    }
    const scanning = (isFirstTry ? first : undefined) ?? scan()
    const shot = await (mask
      ? takePaintedScreenshot(page, { ...how, seen, images: options.images, first: scanning, demand: options.demand })
      : takeScreenshot(page, { ...how, view: (await scanning).view }))
    screenshotOf = { url: urlOf(page) ?? '', ...(watch.navigations === before ? {} : { navigated: true }) }
    return shot
  }
  const readTree = async (leftMs: number, isFirstTry: boolean): Promise<Tree> => {
    const { ariaTree: given, title: said } = (await usable) ?? {}
    if (given !== undefined) {
      title = said
      return { tree: given, isPartial: false }
    }
    const read = ({ documents, elements, hasBody }: FieldScan) =>
      readPageTree(page, {
        documents,
        elements,
        hasBody,
        limitMs: treeLimitMs,
        timeoutMs: Math.min(ariaLimitMs, leftMs),
        mostCharacters: charactersOf(budgetTokens),
      })
    const scanning = (isFirstTry ? first : undefined) ?? scan()
    if (!mask) return read(await scanning)
    const found = await readMaskedAriaTree(page, read, { seen, timeoutMs: leftMs, first: scanning })
    title = found.title
    return found
  }

  const withoutSecrets = (text: string): string => (mask ? seen.mask(text) : text)
  const toObservation = (): PageObservation => {
    const { picture = notThere, tree = notThere } = parts
    const hasNavigated = watch.navigations !== navigations
    return {
      url: withoutSecrets(urlOf(page) ?? lastUrl ?? ''),
      ...(title ? { title: withoutSecrets(title) } : {}),
      mediaType: 'image/png',
      ...picture.value,
      ...(tree.value ? { ariaTree: truncateAriaTree(tree.value.tree, budgetTokens) } : {}),
      ...(tree.value?.isPartial ? { partial: true } : {}),
      startedAt,
      finishedAt: clock.now().toISOString(),
      durationMs: clock.monotonicMs() - startedMs,
      ...(hasNavigated ? { navigated: true } : {}),
      ...(hasNavigated && screenshotOf
        ? { screenshotOf: { ...screenshotOf, url: withoutSecrets(screenshotOf.url) } }
        : {}),
      gaps: [
        ...gapsOf('screenshot', page, { screenshot: picture.failure }),
        ...gapsOf('probe', page, {
          title: title === undefined ? (titleFailure ?? tree.failure) : undefined,
          ariaTree: tree.failure,
        }),
      ],
    }
  }

  const done = Promise.all([
    attempt(page, timeoutMs, (...how) => unlessCut(page, () => readPicture(...how))).then(
      (picture) => (parts.picture = picture),
    ),
    attempt(page, timeoutMs, (...how) => unlessCut(page, () => readTree(...how))).then((tree) => (parts.tree = tree)),
  ]).then(toObservation)
  return {
    done,
    soFar: () => (parts.picture?.value || parts.tree?.value ? toObservation() : undefined),
  }
}

interface Tree {
  readonly tree: string
  readonly isPartial: boolean
}
