import { present, type Target, withTimeLimit } from '@contrail/core'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Frame, Locator, Page } from 'playwright'
import { callQuietly, openSession } from '../page/cdp-session.ts'
import type { Box } from '../page/page-tools.ts'
import { insideOf } from '../page/playwright-inside.ts'
import { systemClock } from '../page/system.ts'
import type { FieldFacts } from '../fields/field-facts.ts'
import { frameToPage } from '../secrets/frame-to-parent.ts'
import { kindOfFacts } from '../secrets/sensitive-fields.ts'
import { readElements, readFocus, type ReadElements, type Words } from './read-elements.ts'
import { selectorOfReference } from './reference.ts'

/** The time that a target is looked for while its action runs. */
const limitMs = 1_000
const pollMs = 50

/** The facts about an action's target before the action. `sensitive` is undefined where the element was not seen. */
export interface Aim {
  readonly target?: Target | undefined
  readonly sensitive?: boolean | undefined
}

/**
 * Describe the element an action is aimed at: selector, role, accessible name, box, and the point that will be hit.
 *
 * Best effort within a second: what cannot be had is absent. The first look goes out before the action; an element that is not
 * there yet is looked for until the action is over, and once more then. It only looks, with nothing of Playwright's that waits for an
 * element, since that would run the script's locator handlers; and it takes no aria snapshot, since that would break the
 * element references an agent holds. Role and name are those by which `getByRole` finds the element.
 *
 * @param options.strict the action refuses a selector with several matches; then none of them is described
 * @param options.position the point in the box that the action names; default its centre
 * @param options.timeoutMs the action's own limit, where it has one: the look takes no longer
 * @param options.over the action is over
 */
export async function describeTarget(
  page: Page,
  given: Locator,
  options: {
    strict: boolean
    position?: { x: number; y: number } | undefined
    timeoutMs?: number | undefined
    over: AbortSignal
  },
): Promise<Aim> {
  return callQuietly(page, () => describe(page, given, options))
}

async function describe(page: Page, given: Locator, options: Parameters<typeof describeTarget>[2]): Promise<Aim> {
  const { strict, position, timeoutMs = limitMs, over } = options
  const left = countDown(timeoutMs > 0 ? Math.min(limitMs, timeoutMs) : limitMs)
  const locator = await resolvable(given, left)
  const selector = selectorOf(locator)

  const look = (): Promise<ReadElements | undefined> => orUndefined(left(), () => readElements(locator))
  let found = await look()
  // The last look goes out when the action is over: its element may have come after the one before.
  for (let isLast = false; found?.count === 0 && !isLast && left() > pollMs;) {
    await sleep(pollMs, undefined, { signal: over }).catch(() => {}) // the action is over
    isLast = over.aborted
    found = await look()
  }
  if (!found?.count) return { target: { selector } }
  if (strict && found.count > 1) return { target: { selector }, sensitive: isAnySecret(found) }
  const described = await describeOne(page, locator.first(), found, position, left)
  return { target: { selector, ...described }, sensitive: isSecret(found.fields[0]) }
}

/** Describe what the keyboard types into: the focused element, in whatever frame it is. */
export function describeFocus(page: Page): Promise<Aim> {
  return callQuietly(page, async () => {
    const left = countDown(limitMs)
    const read = (frame: Frame): Promise<ReadElements | undefined> => orUndefined(left(), () => readFocus(frame))
    const [main, ...inner] = page.frames()
    const first = main && (await read(main))
    const all = first?.isInner ? await Promise.all(inner.map(read)) : [first]
    const at = all.findIndex((one) => one && one.count > 0)
    const found = all[at]
    // Nowhere is an answer only when every frame gave one.
    if (!found) return all.includes(undefined) ? {} : { sensitive: false }
    const frame = first?.isInner ? inner[at]! : main!
    const target = await describeOne(frame, frame.locator(':focus').first(), found, undefined, left)
    return { target, sensitive: found.isHidden ? undefined : isAnySecret(found) }
  })
}

/** Tell whether a locator's element takes a secret, as far as can be seen at once. */
export function isSensitive(locator: Locator): Promise<boolean | undefined> {
  return callQuietly(locator.page(), async () => {
    const left = countDown(limitMs)
    const given = await resolvable(locator, left)
    const found = await orUndefined(left(), () => readElements(given))
    return found?.count ? isAnySecret(found) : undefined
  })
}

/** An element reference means something only to Playwright itself and only now; the locator it stands for does for all. */
async function resolvable(locator: Locator, left: () => number): Promise<Locator> {
  const reference = selectorOf(locator)
  if (!reference.startsWith('aria-ref=')) return locator
  const resolved = await orUndefined(left(), async () => {
    const { _frame: frame } = locator as unknown as { _frame?: Frame }
    const selector = frame && (await selectorOfReference(frame, reference))
    return selector === undefined ? locator.normalize() : locator.page().locator(selector)
  })
  return resolved ?? locator
}

function isSecret(field: FieldFacts | null | undefined): boolean {
  return !!field && kindOfFacts(field) !== undefined
}

/** Undefined where there were more of them than were read. */
function isAnySecret({ fields, count }: ReadElements): boolean | undefined {
  return fields.some(isSecret) || (count > fields.length ? undefined : false)
}

async function describeOne(
  root: Page | Frame,
  element: Locator,
  read: ReadElements,
  position: { x: number; y: number } | undefined,
  left: () => number,
): Promise<Target> {
  const [words, box] = await Promise.all([
    read.isGuessed ? orUndefined(left(), () => verifiedWords(root, element, read.words)) : read.words,
    orUndefined(left(), () => boxOf(element, read)),
  ])
  return { ...words, ...(box ? placeOf(box, position) : {}) }
}

function placeOf(box: Box, position?: { x: number; y: number }): Target {
  return { point: { x: box.x + (position?.x ?? box.width / 2), y: box.y + (position?.y ?? box.height / 2) }, box }
}

/** Role and name as far as Playwright agrees with the guess. */
async function verifiedWords(root: Page | Frame, element: Locator, { role, name }: Words): Promise<Words> {
  if (!role) return {}
  const knownRole = role as Parameters<Page['getByRole']>[0]
  const [hasRole, hasName] = await Promise.all([
    element.and(root.getByRole(knownRole)).count(),
    name ? element.and(root.getByRole(knownRole, { name, exact: true })).count() : 0,
  ])
  return present({ role: hasRole > 0 ? role : undefined, name: hasName > 0 ? name : undefined })
}

/** The box of an element in the window of its page; undefined where that is not known. */
async function boxOf(element: Locator, { box, frame: inside, view }: ReadElements): Promise<Box | null | undefined> {
  const page = element.page()
  const frame = inside && page.frames().find((one) => insideOf(one) === inside)
  if (!box || frame === page.mainFrame()) return box
  if (inside && (await openSession(page))) return frame && frameToPage(frame, view, box)
  // Playwright makes a handle for it, and tells itself among the scripts of the page what that is.
  const [handle] = await element.elementHandles()
  try {
    return await handle?.boundingBox()
  } finally {
    handle?.dispose().catch(() => {}) // a handle of a page that is gone is gone with it
  }
}

/**
 * The selector by which `page.locator()` finds the element again. Playwright keeps it in a private field; should that
 * go, the locator as one would write it stands in.
 */
function selectorOf(locator: Locator): string {
  const { _selector: selector } = locator as unknown as { _selector?: unknown }
  return typeof selector === 'string' ? selector : String(locator)
}

async function orUndefined<T>(leftMs: number, look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await withTimeLimit(leftMs, look)
  } catch {
    return undefined // the action will say what is wrong with its target; describing it is not worth an error
  }
}

function countDown(totalMs: number): () => number {
  const deadline = systemClock.monotonicMs() + totalMs
  return () => Math.max(1, deadline - systemClock.monotonicMs())
}
