import { withTimeLimit } from '@contrail/core'
import type { Frame, Page } from 'playwright'
import { openSession, type OwnSession } from '../page/cdp-session.ts'
import { frameWithProcess, type FrameTree } from '../page/frames.ts'
import type { Box } from '../page/page-tools.ts'
import { callInWorld, mainFrameOf } from '../page/world.ts'
import { frameToParent, type Mapped } from './frame-to-parent.ts'
import { readFields, type ReadFields, type ReadOptions } from '../fields/read-fields.ts'
import { certainSelectors, fieldSelector, fieldTags } from './sensitive-fields.ts'
import { listenToTyping } from './typing.ts'

/** The page's time that a look at the fields may take, in ms. */
export const wholeBudgetMs = 10
/** A frame inside the page may take this long to answer; the page itself has all of the caller's time. */
export const innerFrameLimitMs = 2_000
/** One that did not answer the last time is not waited for as long again. */
const silentFrameLimitMs = 200
const silentFrames = new WeakMap<OwnSession, Set<string>>()

/** The fields of one document with those of its origin in it, and the place of its window in the page's. */
interface Part {
  readonly read: ReadFields
  readonly toPage: (box: Box) => Promise<Mapped>
}

/** The documents that were read of those that there are. */
export interface ReadParts {
  /** The page's own first. */
  readonly parts: readonly Part[]
  /** All of them answered. */
  readonly isRead: boolean
}

/**
 * Read the fields of all documents of a page: one call where they are all of one origin, else one for each other frame, at the same
 * time.
 *
 * @param budgetMs the time that its own document may take
 * @throws what the browser says when the page itself does not answer
 */
export async function readParts(
  page: Page,
  session: OwnSession,
  { limitMs, budgetMs }: { limitMs: number; budgetMs: number },
): Promise<ReadParts> {
  listenToTyping(page, session)
  const read = (await readIn(session, await mainFrameOf(session), { isInner: false, budgetMs }))!
  const own: Part = { read, toPage: async (box) => box }
  if (read.documents >= page.frames().length) return { parts: [own], isRead: true }
  const { parts, isRead } = await readInner(page, session, limitMs)
  // The browser tells where a frame stands in the part of the page that is seen; all else is told in the page.
  const { left, top } = read.view
  const inner = parts.map((part): Part => {
    const toPage = async (box: Box): Promise<Mapped> => {
      const seen = await part.toPage(box)
      return seen && { ...seen, x: seen.x + left, y: seen.y + top }
    }
    return { ...part, toPage }
  })
  return { parts: [own, ...inner], isRead }
}

function readIn(
  session: OwnSession,
  frameId: string,
  how: Pick<ReadOptions, 'isInner' | 'budgetMs'>,
): Promise<ReadFields | null> {
  return callInWorld(session, frameId, readFields, optionsOf(how))
}

/** Options of a look at a document and those of its origin in it. */
export function optionsOf(how: Pick<ReadOptions, 'isInner' | 'budgetMs'>): ReadOptions {
  const isBrief = how.budgetMs < wholeBudgetMs
  return { selector: fieldSelector, tags: fieldTags, certainSelectors, isBrief, isAlone: false, ...how }
}

/** The frames that the main one cannot look into: of other origins, or in a closed shadow root. */
async function readInner(page: Page, session: OwnSession, limitMs: number): Promise<ReadParts> {
  const { frameTree } = await session.send('Page.getFrameTree')
  const [, ...local] = idsOf(frameTree)
  const frameLimitMs = Math.min(limitMs, innerFrameLimitMs)
  const found = await readFrames(session, local, frameLimitMs)
  if (local.length + 1 >= page.frames().length) return found
  const places: ApartPlaces = new Map()
  const apart = await Promise.all(
    page
      .frames()
      .filter((frame) => frame !== page.mainFrame())
      .map((frame) => readApart(frame, { page: session, places, limitMs: frameLimitMs })),
  )
  const others = apart.filter((one) => one !== undefined)
  const isAll = local.length + 1 + others.reduce((sum, { frames }) => sum + frames, 0) >= page.frames().length
  return {
    parts: [...found.parts, ...others.flatMap(({ parts }) => parts)],
    isRead: isAll && found.isRead && others.every(({ isRead }) => isRead),
  }
}

async function readFrames(session: OwnSession, frameIds: readonly string[], limitMs: number): Promise<ReadParts> {
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

/** A frame with a session of its own, and the way from its window to the page's. */
interface ApartPlace {
  readonly session: OwnSession
  readonly toPage: Part['toPage']
}

/** Those that have answered. */
type ApartPlaces = Map<Frame, ApartPlace>

/** A frame in a process of its own, with those of its process in it. */
async function readApart(
  frame: Frame,
  { page, places, limitMs }: { page: OwnSession; places: ApartPlaces; limitMs: number },
): Promise<(ReadParts & { readonly frames: number }) | undefined> {
  try {
    const session = await withTimeLimit(limitMs, () => openSession(frame))
    if (!session) return undefined
    listenToTyping(frame.page(), session)
    const tree = await withTimeLimit(limitMs, () => session.send('Page.getFrameTree'))
    const [root, ...inner] = idsOf(tree.frameTree) as [string, ...string[]]
    const read = await readOne(session, root, limitMs)
    if (!read) return { parts: [], isRead: false, frames: 0 }
    const toPage = async (box: Box): Promise<Mapped> => {
      const around = await placeAround(frame, places)
      if (around === null) return null
      const outer = await frameToParent(around?.session ?? page, root, read.view, box)
      return around && outer ? around.toPage(outer) : outer
    }
    places.set(frame, { session, toPage })
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

/** The nearest frame around a frame that has a session of its own; undefined for the page, `null` for one that did not answer. */
async function placeAround(frame: Frame, places: ApartPlaces): Promise<ApartPlace | undefined | null> {
  const outer = frame.parentFrame()
  const around = outer && (await frameWithProcess(outer))
  return around?.parentFrame() ? (places.get(around) ?? null) : undefined
}

function idsOf({ frame, childFrames = [] }: FrameTree): string[] {
  return [frame.id, ...childFrames.flatMap(idsOf)]
}
