import type { CDPSession, Frame, Page } from 'playwright'
import { createWord } from './environment.ts'
import { forgetSession, openSession } from './page-session.ts'
import { drawStill, holdStill, releaseStill, type HeldDocument } from './still-world.ts'
import { withTimeLimit } from './time-limit.ts'
import { watchPage } from './watch-page.ts'

const worldName = 'contrail'

interface FrameTree {
  readonly frame: { readonly id: string; readonly loaderId: string }
  readonly childFrames?: readonly FrameTree[]
}

/** Our own world in one document. */
interface World {
  readonly session: CDPSession
  readonly frameId: string
  /** Tells one document of the frame from the next, as far as is known. */
  readonly document: string
}

/**
 * The contexts that were made in a session. Their numbers begin again in each process, so that one of a document that is gone may be
 * that of another world by now: ours is known by a word that no page can guess.
 */
const contexts = new WeakMap<CDPSession, { readonly word: string; readonly ids: Map<string, number> }>()
/** The id of a page's main frame, which stays while its documents come and go. */
const mainFrameIds = new WeakMap<CDPSession, string>()

/** How long the page may take to be drawn. */
const pageDrawnLimitMs = 1_000
/** How long a frame in it may take to answer, and to be drawn: one that is out of sight is not drawn at all. */
const frameLimitMs = 250

/** A page that is held still. */
export interface HeldPage {
  readonly view: HeldDocument['view']
  /** There was something to hold. */
  readonly isHeld: boolean
  /** Let it go again. Never throws. */
  release(): Promise<void>
}

/**
 * Hold a page still for a picture, in all its frames. A frame inside it that cannot be held is left as it is.
 *
 * @throws what the browser says when the page itself does not answer
 */
export async function holdPageStill(page: Page, session: CDPSession): Promise<HeldPage> {
  const [main, ...local] = await worldsOfPage(page, session)
  const hasOthers = local.length + 1 < page.frames().length
  const [mainDocument, inner, others] = await Promise.all([
    run<HeldDocument>(main!, holdStill),
    hold(local),
    hasOthers ? otherWorlds(page).then(hold) : [],
  ])
  const held = [{ world: main!, ...mainDocument }, ...inner, ...others].filter((one) => one.held > 0)
  const moving = held.filter((one) => one.moving > 0)
  await Promise.allSettled(
    moving.map(({ world }) => {
      const limitMs = world === main ? pageDrawnLimitMs : frameLimitMs
      return withTimeLimit(limitMs, () => run<void>(world, drawStill))
    }),
  )
  return {
    view: mainDocument.view,
    isHeld: held.length > 0,
    // A document that is gone needs no release, and one that does not answer lets go by itself.
    release: async () => void (await Promise.allSettled(held.map(({ world }) => run<void>(world, releaseStill)))),
  }
}

/** What could be held in time. A frame that answers later lets go by itself. */
async function hold(worlds: readonly World[]): Promise<(HeldDocument & { world: World })[]> {
  const held = await Promise.allSettled(
    worlds.map(async (world) => ({
      world,
      ...(await withTimeLimit(frameLimitMs, () => run<HeldDocument>(world, holdStill))),
    })),
  )
  return held.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

/** The frames of other processes, each by its own session. */
async function otherWorlds(page: Page): Promise<World[]> {
  const inner = page.frames().filter((frame) => frame !== page.mainFrame())
  const worlds = await Promise.allSettled(inner.map((frame) => withTimeLimit(frameLimitMs, () => worldsOfFrame(frame))))
  return worlds.flatMap((found) => (found.status === 'fulfilled' ? found.value : []))
}

async function worldsOfFrame(frame: Frame): Promise<World[]> {
  const session = await openSession(frame)
  if (!session) {
    forgetSession(frame)
    return []
  }
  try {
    const { frameTree } = await session.send('Page.getFrameTree')
    return worldsOf(session, frameTree)
  } catch {
    forgetSession(frame)
    return [] // it is gone, or in another process now
  }
}

/** The worlds of the frames in the page's own process, the main one first. A page without frames need not be asked for them. */
async function worldsOfPage(page: Page, session: CDPSession): Promise<World[]> {
  const frameId = mainFrameIds.get(session)
  if (frameId !== undefined && page.frames().length === 1) {
    return [{ session, frameId, document: `navigation ${watchPage(page).navigations}` }]
  }
  const { frameTree } = await session.send('Page.getFrameTree')
  mainFrameIds.set(session, frameTree.frame.id)
  return worldsOf(session, frameTree)
}

function worldsOf(session: CDPSession, { frame, childFrames = [] }: FrameTree): World[] {
  return [
    { session, frameId: frame.id, document: frame.loaderId },
    ...childFrames.flatMap((child) => worldsOf(session, child)),
  ]
}

async function run<T>(world: World, call: () => T | Promise<T>): Promise<T> {
  const { session, frameId } = world
  const known = contexts.get(session) ?? { word: createWord(), ids: new Map<string, number>() }
  contexts.set(session, known)
  const { word, ids } = known
  const key = `${frameId} ${world.document}`
  const knownId = ids.get(key)
  if (knownId !== undefined) {
    try {
      const isOurs = `if (globalThis.contrailWord !== '${word}') throw new Error('another world')`
      return await callIn<T>(session, knownId, isOurs, call)
    } catch {
      ids.delete(key) // of a document that was there before
    }
  }
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId, worldName })
  if (ids.size > 1_000) ids.clear()
  ids.set(key, executionContextId)
  return callIn<T>(session, executionContextId, `globalThis.contrailWord = '${word}'`, call)
}

async function callIn<T>(
  session: CDPSession,
  executionContextId: number,
  first: string,
  call: () => T | Promise<T>,
): Promise<T> {
  const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
    functionDeclaration: `() => { ${first}; return (${String(call)})() }`,
    executionContextId,
    returnByValue: true,
    awaitPromise: true,
  })
  if (exceptionDetails) throw new Error(exceptionDetails.text)
  return result.value as T
}
