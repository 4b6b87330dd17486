import { withTimeLimit } from '@contrail/core'
import type { RedactionKind } from '@contrail/core'
import type { Frame, Page } from 'playwright'
import { openSession, type OwnSession } from '../page/cdp-session.ts'
import type { Box } from '../page/page-tools.ts'
import { systemClock } from '../page/system.ts'
import { unlessCut } from '../page/unless-cut.ts'
import { watchPage } from '../page/watch.ts'
import { callInWorld, mainFrameOf } from '../page/world.ts'
import type { View } from '../picture/view.ts'
import { frameToParent, type Mapped } from './frame-to-parent.ts'
import { readFields, type PlacedField, type ReadFields, type ReadOptions } from './read-fields.ts'
import { scanByPlaywright } from './scan-by-playwright.ts'
import type { SeenSecret, SeenSecrets } from './seen-secrets.ts'
import { certainSelector, fieldSelector, kindOfSensitiveField } from './sensitive-fields.ts'

/** The page's time that a look at the fields may take, in ms. */
const wholeBudgetMs = 10
/** A frame inside the page may take this long to answer; the page itself has all of the caller's time. */
const innerFrameLimitMs = 2_000
/** One that did not answer the last time is not waited for as long again. */
const silentFrameLimitMs = 200
const silentFrames = new WeakMap<OwnSession, Set<string>>()

/** A field for a secret. */
interface SensitiveField extends SeenSecret {
  readonly kind: RedactionKind
  /** The place of its text in the window of the page, in CSS pixels; undefined where none of it can be read there. */
  readonly box: Box | undefined
}

/** The fields for secrets of a page at one moment, and what else was read with them. */
export interface FieldScan {
  /** Of the page's own document. */
  readonly title: string | undefined
  readonly view: View | undefined
  /** The number of documents that were read: the page's, and those of its frames. */
  readonly documents: number
  /** The number of elements of the page; undefined for more than can be counted in a look. */
  readonly elements: number | undefined
  /** The document can have an aria tree. */
  readonly hasBody: boolean
  readonly fields: readonly SensitiveField[]
  /** True where what is typed now goes into a field for a secret; undefined where that could not be seen. */
  readonly isFocusSensitive: boolean | undefined
  /** Every field that can be in a picture was read. */
  readonly isShownRead: boolean
  /** Every field of the page was read. */
  readonly isAllRead: boolean
}

interface FrameTree {
  readonly frame: { readonly id: string }
  readonly childFrames?: readonly FrameTree[]
}

/** The fields of one document with those of its origin in it, and the place of its window in the page's. */
interface Part {
  readonly read: ReadFields
  readonly toPage: (box: Box) => Promise<Mapped>
}

/** A look at the fields of a page, and when it began. */
interface LastScan {
  readonly scan: FieldScan
  readonly navigations: number
  readonly atMs: number
}

const lastScans = new WeakMap<SeenSecrets, WeakMap<Page, LastScan>>()

/** The last look at the fields of a page that a capture took; undefined where that was of another document. */
export function lastScanOf(page: Page, seen: SeenSecrets): LastScan | undefined {
  const last = lastScans.get(seen)?.get(page)
  return last?.navigations === watchPage(page).navigations ? last : undefined
}

/**
 * Find the fields for secrets of a page: in all frames, also of other origins, and in open shadow roots. One call where they are all
 * of one origin, else one for each other frame, at the same time. The values found are remembered.
 *
 * @param budgetMs the page's time that the look may take, in ms. Default 10; with less the fields that are one by their type come
 *   first, and it is no look that later ones can go by
 * @throws what the browser says when the page itself does not answer
 */
export async function scanFields(
  page: Page,
  seen: SeenSecrets,
  limitMs: number,
  budgetMs: number = wholeBudgetMs,
): Promise<FieldScan> {
  const { navigations } = watchPage(page)
  const atMs = systemClock.monotonicMs()
  const found = await withTimeLimit(limitMs, () => unlessCut(page, () => scan(page, seen, limitMs, budgetMs)))
  if (budgetMs < wholeBudgetMs) return found
  const ofPages = lastScans.get(seen) ?? new WeakMap<Page, LastScan>()
  lastScans.set(seen, ofPages)
  if ((ofPages.get(page)?.atMs ?? 0) <= atMs) ofPages.set(page, { scan: found, navigations, atMs })
  return found
}

async function scan(page: Page, seen: SeenSecrets, limitMs: number, budgetMs: number): Promise<FieldScan> {
  const session = await openSession(page)
  if (!session) return toScan(await scanByPlaywright(page), seen)
  const main = await mainFrameOf(session)
  const read = (await readIn(session, main, { isInner: false, budgetMs }))!
  const own: Part = { read, toPage: async (box) => box }
  const isWhole = read.documents >= page.frames().length
  const inner = isWhole ? { parts: [], isRead: true } : await readInner(page, session, limitMs)
  return toScan({ parts: [own, ...inner.parts], isRead: inner.isRead }, seen)
}

function readIn(
  session: OwnSession,
  frameId: string,
  how: Pick<ReadOptions, 'isInner' | 'budgetMs'>,
): Promise<ReadFields | null> {
  const isBrief = how.budgetMs < wholeBudgetMs
  const what = { selector: fieldSelector, certainSelector, isBrief, isAlone: false }
  return callInWorld(session, frameId, readFields, { ...what, ...how })
}

/** The frames that the main one cannot look into: of other origins, or in a closed shadow root. */
async function readInner(
  page: Page,
  session: OwnSession,
  limitMs: number,
): Promise<{ parts: Part[]; isRead: boolean }> {
  const { frameTree } = await session.send('Page.getFrameTree')
  const [, ...local] = idsOf(frameTree)
  const frameLimitMs = Math.min(limitMs, innerFrameLimitMs)
  const found = await readFrames(session, local, frameLimitMs)
  if (local.length + 1 >= page.frames().length) return found
  const apart = await Promise.all(
    page
      .frames()
      .filter((frame) => frame !== page.mainFrame())
      .map((frame) => readApart(frame, session, frameLimitMs)),
  )
  const others = apart.filter((one) => one !== undefined)
  const isAll = local.length + 1 + others.reduce((sum, { frames }) => sum + frames, 0) >= page.frames().length
  return {
    parts: [...found.parts, ...others.flatMap(({ parts }) => parts)],
    isRead: isAll && found.isRead && others.every(({ isRead }) => isRead),
  }
}

async function readFrames(
  session: OwnSession,
  frameIds: readonly string[],
  limitMs: number,
): Promise<{ parts: Part[]; isRead: boolean }> {
  const read = await Promise.all(frameIds.map((frameId) => readOne(session, frameId, limitMs)))
  const parts = read.flatMap((one, at): Part[] =>
    one ? [{ read: one, toPage: (box) => frameToParent(session, frameIds[at]!, one.view, box) }] : [],
  )
  return { parts, isRead: read.every((one) => one !== undefined) }
}

/** Undefined for a frame that does not answer. */
async function readOne(session: OwnSession, frameId: string, limitMs: number): Promise<ReadFields | null | undefined> {
  const silent = silentFrames.get(session) ?? new Set()
  silentFrames.set(session, silent)
  const reading = readIn(session, frameId, { isInner: true, budgetMs: wholeBudgetMs })
  try {
    return await withTimeLimit(Math.min(limitMs, silent.has(frameId) ? silentFrameLimitMs : limitMs), () => reading)
  } catch {
    silent.add(frameId)
    const answers = (): boolean => silent.delete(frameId)
    reading.then(answers, answers)
    return undefined
  }
}

/** A frame in a process of its own, with those of its process in it. */
async function readApart(
  frame: Frame,
  around: OwnSession,
  limitMs: number,
): Promise<{ parts: Part[]; isRead: boolean; frames: number } | undefined> {
  try {
    const session = await withTimeLimit(limitMs, () => openSession(frame))
    if (!session) return undefined
    const tree = await withTimeLimit(limitMs, () => session.send('Page.getFrameTree'))
    const [root, ...inner] = idsOf(tree.frameTree) as [string, ...string[]]
    const read = await readOne(session, root, limitMs)
    if (!read) return { parts: [], isRead: false, frames: 0 }
    const toPage = (box: Box): Promise<Mapped> => frameToParent(around, root, read.view, box)
    const others = read.documents > inner.length ? undefined : await readFrames(session, inner, limitMs)
    const nested = (others?.parts ?? []).map((part) => ({
      read: part.read,
      toPage: async (box: Box): Promise<Mapped> => {
        const outer = await part.toPage(box)
        return outer && toPage(outer)
      },
    }))
    const isRead = others?.isRead ?? true
    return { parts: [{ read, toPage }, ...nested], isRead, frames: inner.length + 1 }
  } catch {
    return { parts: [], isRead: false, frames: 0 }
  }
}

function idsOf({ frame, childFrames = [] }: FrameTree): string[] {
  return [frame.id, ...childFrames.flatMap(idsOf)]
}

async function toScan(
  { parts, isRead }: { parts: readonly Part[]; isRead: boolean },
  seen: SeenSecrets,
): Promise<FieldScan> {
  let isShownRead = isRead
  const kindOf = (facts: PlacedField): RedactionKind | undefined =>
    kindOfSensitiveField(facts) ?? (facts.isHidden ? 'password' : seen.kindOf(facts.value))
  const fields: SensitiveField[] = []
  const isFocusSeen = isRead && !parts.some(({ read }) => read.isFocusHidden)
  let isFocusSensitive: boolean | undefined = isFocusSeen ? false : undefined
  for (const { read, toPage } of parts) {
    isShownRead &&= read.isShownRead
    for (const facts of read.fields) {
      const kind = kindOf(facts)
      if (facts.isFocused) isFocusSensitive = kind !== undefined || isFocusSensitive === true
      if (!kind) continue
      const box = !facts.isHidden && facts.value !== '' && facts.box ? await toPage(facts.box) : undefined
      if (box === null) isShownRead = false
      fields.push({ value: facts.value, kind, box: box ?? undefined })
    }
  }
  for (const field of fields) seen.remember(field)
  const { title, view, hasBody = true } = parts[0]?.read ?? {}
  const counts = parts.map(({ read }) => read.elements)
  return {
    title,
    view,
    hasBody,
    documents: parts.reduce((sum, { read }) => sum + read.documents, 0),
    elements: counts.reduce<number | undefined>(
      (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
      0,
    ),
    fields,
    isFocusSensitive,
    isShownRead,
    isAllRead: isRead && parts.every(({ read }) => read.isAllRead),
  }
}

/** The values that stand in the fields, each once. */
export function valuesOf(...scans: readonly FieldScan[]): SeenSecret[] {
  const values = new Map<string, RedactionKind>()
  for (const { value, kind } of scans.flatMap(({ fields }) => fields)) {
    if (value.trim() !== '') values.set(value, kind)
  }
  return [...values].map(([value, kind]) => ({ value, kind }))
}
