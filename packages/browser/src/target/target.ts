import { present, type Target, withTimeLimit } from '@contrail/core'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Frame, Locator, Page } from 'playwright'
import { callQuietly } from '../page/cdp-session.ts'
import { createPageTools, type Box } from '../page/page-tools.ts'
import { insideOf } from '../page/playwright-inside.ts'
import { systemClock } from '../page/system.ts'
import { createFieldGroups } from '../fields/field-groups.ts'
import { createFieldReader, type FieldFacts } from '../fields/field-facts.ts'
import { fieldSelector, kindOfFacts } from '../secrets/sensitive-fields.ts'
import { createElementReader, type ElementFacts, type FoundElements } from './element-facts.ts'
import { readFocus } from './focus.ts'

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
 * element references an agent holds. Role and name are guessed in the page and told only when Playwright's own role
 * engine agrees.
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

  let found = await lookAt(locator, left)
  // The last look goes out when the action is over: its element may have come after the one before.
  for (let isLast = false; found?.count === 0 && !isLast && left() > pollMs;) {
    await sleep(pollMs, undefined, { signal: over }).catch(() => {}) // the action is over
    isLast = over.aborted
    found = await lookAt(locator, left)
  }
  if (!found?.first) return { target: { selector } }
  if (strict && found.count > 1) return { target: { selector }, sensitive: found.sensitive.any }
  const described = await describeOne(page, locator.first(), { facts: found.first, box: found.box, position }, left)
  return { target: { selector, ...described }, sensitive: found.sensitive.first }
}

async function lookAt(locator: Locator, left: () => number): Promise<FoundFields | undefined> {
  const found = await readFacts(locator, left())
  if (!found?.first || found.box !== undefined) return found
  const box = await orUndefined(left(), () => boxOf(locator.first()))
  return { ...found, box }
}

/** Describe what the keyboard types into: the focused element, in whatever frame it is. */
export function describeFocus(page: Page): Promise<Aim> {
  return callQuietly(page, async () => {
    const left = countDown(limitMs)
    const focus = await orUndefined(left(), () => readFocus(page))
    if (!focus) return describeFocusByPlaywright(page, left)
    if (focus === 'nowhere') return { sensitive: false }
    const { facts, field, isHidden, box } = focus
    const element = JSON.stringify([focus.id, facts])
    const known = lastFocus.get(page)
    const words =
      known?.element === element
        ? known.words
        : await orUndefined(left(), () => verifiedWords(page, page.locator(':focus'), facts))
    if (words) lastFocus.set(page, { element, words })
    return { target: { ...words, ...placeOf(box) }, sensitive: isHidden ? undefined : isSecret(field) }
  })
}

/** The words that Playwright agreed with for the element that had the focus last: who types key by key does not wait for them again. */
const lastFocus = new WeakMap<Page, { readonly element: string; readonly words: Target }>()

async function describeFocusByPlaywright(page: Page, left: () => number): Promise<Aim> {
  const frames = page.frames()
  const focus = await Promise.all(frames.map((frame) => orUndefined(left(), () => frame.evaluate(focusIsHere))))
  const frame = frames[focus.indexOf(true)]
  // Nowhere is an answer only when every frame gave one.
  if (!frame) return focus.includes(undefined) ? {} : { sensitive: false }
  const focused = frame.locator(':focus')
  const found = await lookAt(focused, left)
  if (!found) return {}
  if (!found.first) return { sensitive: false }
  const target = await describeOne(frame, focused.first(), { facts: found.first, box: found.box }, left)
  return { target, sensitive: found.sensitive.isHidden ? undefined : found.sensitive.any }
}

/** Runs in a frame: whether the focused element is in this very frame. */
function focusIsHere(): boolean {
  return document.hasFocus() && !/^i?frame$/i.test(document.activeElement?.tagName ?? '')
}

/** Tell whether a locator's element takes a secret, as far as can be seen at once. */
export function isSensitive(locator: Locator): Promise<boolean | undefined> {
  return callQuietly(locator.page(), async () => {
    const left = countDown(limitMs)
    const found = await readFacts(await resolvable(locator, left), left())
    return found?.first && found.sensitive.any
  })
}

/** An element reference means something only to Playwright itself and only now; the locator it stands for does for all. */
async function resolvable(locator: Locator, left: () => number): Promise<Locator> {
  if (!selectorOf(locator).startsWith('aria-ref=')) return locator
  return (await orUndefined(left(), () => locator.normalize())) ?? locator
}

/**
 * The elements that were found, and whether the first of them, or any, is a field for a secret, or may hide one in a closed shadow
 * root.
 */
interface FoundFields extends FoundElements {
  /** Of the first; null for one that is not drawn, undefined where that cannot be seen from its document. */
  readonly box: Box | null | undefined
  readonly sensitive: { readonly first: boolean; readonly any: boolean; readonly isHidden: boolean }
}

/** The text of what runs where Playwright finds elements, with what it needs; what it says is held against a look of our own. */
const readAllText = `(elements) => {
  const tools = (${String(createPageTools)})()
  const { factsOf, controlOf, mayHideField } = (${String(createFieldReader)})(tools)
  const { groupOf } = (${String(createFieldGroups)})(tools)
  const [first] = elements
  const isPlaced = first && window.top === window && tools.view().zoom === 1
  const { x, y, width, height } = isPlaced ? tools.rectOf(first) : {}
  const box = isPlaced ? (first.getClientRects().length > 0 ? { x, y, width, height } : null) : undefined
  const fields = elements.map((element) => {
    // A label stands for its control: Playwright fills the control when given the label.
    const field = element.tagName === 'LABEL' ? controlOf(element) : element
    return field && field.matches(${JSON.stringify(fieldSelector)}) ? { ...factsOf(field), group: groupOf(field, { factsOf }) } : null
  })
  return { found: (${String(createElementReader)})(tools)(elements), fields, isHidden: elements.some(mayHideField), box }
}`

/** Playwright sends a function as it reads; made of a text in this process it could not be where Node forbids that. */
const readAll: (elements: Element[]) => ReadElements = () => {
  throw new Error('it runs in a page')
}
readAll.toString = () => readAllText

interface ReadElements {
  readonly found: FoundElements
  readonly fields: readonly (FieldFacts | null)[]
  readonly isHidden: boolean
  readonly box?: Box | null | undefined
}

/** The part of Playwright's own side of a frame by which it finds elements in a world that no script of the page reaches. */
interface FrameInside {
  readonly selectors: {
    callOnSelector?(
      target: { selector: string; strict: boolean; callWithoutMatches: boolean },
      run: { toString(): string },
      argument: object,
    ): Promise<{ result: ReadElements } | null>
  }
}

/** @returns undefined where Playwright has no such way: then elements are read among the scripts of the page */
async function readApart(locator: Locator): Promise<ReadElements | undefined> {
  const { _frame: frame, _selector: selector } = locator as unknown as { _frame?: Frame; _selector?: unknown }
  const selectors = frame && insideOf<FrameInside>(frame)?.selectors
  if (typeof selector !== 'string' || typeof selectors?.callOnSelector !== 'function') return undefined
  const target = { selector, strict: false, callWithoutMatches: true }
  const read = await selectors.callOnSelector(
    target,
    { toString: () => `({ elements }) => (${readAllText})(elements)` },
    {},
  )
  return read?.result
}

function readFacts(locator: Locator, leftMs: number): Promise<FoundFields | undefined> {
  return orUndefined(leftMs, async () => {
    const apart = await readApart(locator)
    const { found, fields, isHidden } = apart ?? (await locator.evaluateAll(readAll))
    const sensitive = fields.map(isSecret)
    return {
      ...found,
      box: apart?.box,
      sensitive: { first: sensitive[0] === true, any: sensitive.includes(true), isHidden },
    }
  })
}

function isSecret(field: FieldFacts | null): boolean {
  return field !== null && kindOfFacts(field) !== undefined
}

async function describeOne(
  root: Page | Frame,
  element: Locator,
  {
    facts,
    box,
    position,
  }: {
    facts: ElementFacts
    box: Box | null | undefined
    position?: { x: number; y: number } | undefined
  },
  left: () => number,
): Promise<Target> {
  const words = await orUndefined(left(), () => verifiedWords(root, element, facts))
  return { ...words, ...(box ? placeOf(box, position) : {}) }
}

function placeOf(box: Box, position?: { x: number; y: number }): Target {
  return { point: { x: box.x + (position?.x ?? box.width / 2), y: box.y + (position?.y ?? box.height / 2) }, box }
}

/** Role and name as far as Playwright agrees with the guess. */
async function verifiedWords(root: Page | Frame, element: Locator, { role, name }: ElementFacts): Promise<Target> {
  if (!role || !/^[a-z]{1,30}$/.test(role)) return {}
  const knownRole = role as Parameters<Page['getByRole']>[0]
  const [hasRole, hasName] = await Promise.all([
    element.and(root.getByRole(knownRole)).count(),
    name && name.length <= 500 ? element.and(root.getByRole(knownRole, { name, exact: true })).count() : 0,
  ])
  return present({ role: hasRole > 0 ? role : undefined, name: hasName > 0 ? name : undefined })
}

/** Playwright makes a handle for it, and tells itself among the scripts of the page what that is. */
async function boxOf(element: Locator): Promise<Box | null> {
  const [handle] = await element.elementHandles()
  if (!handle) return null
  try {
    return await handle.boundingBox()
  } finally {
    handle.dispose().catch(() => {}) // a handle of a page that is gone is gone with it
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
