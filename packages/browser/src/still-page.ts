import type { CDPSession, Frame, Page } from 'playwright'
import { createWord } from './page/system.ts'
import { forgetSession, openSession } from './page/cdp-session.ts'
import { hideCaret } from './still-caret.ts'
import { chooseMoves } from './still-moves.ts'
import { drawStill, holdStill, moveStill, releaseStill, type HeldDocument } from './still-world.ts'
import { TimeLimitError, withTimeLimit } from './page/time-limit.ts'
import { watchPage } from './page/watch.ts'

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

/** How long a document may take to be drawn: one that is out of sight, as in a tab behind another, is not drawn at all. */
const drawnLimitMs = 250
/** The same where it was not drawn the last time. */
const undrawnLimitMs = 100
/** How long a frame in the page may take to answer. */
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
    holdDocument(main!),
    hold(local),
    hasOthers ? otherWorlds(page).then(hold) : [],
  ])
  const held = [{ world: main!, ...mainDocument }, ...inner, ...others].filter((one) => one.held > 0)
  await Promise.allSettled(held.filter((one) => one.moving > 0).map(draw))
  return {
    view: mainDocument.view,
    isHeld: held.length > 0,
    // A document that is gone needs no release, and one that does not answer lets go by itself.
    release: async () => void (await Promise.allSettled(held.map(({ world }) => run<void>(world, releaseStill)))),
  }
}

function holdDocument(world: World): Promise<HeldDocument> {
  return run<HeldDocument>(world, holdStill, [hideCaret, chooseMoves])
}

/** A document that nothing draws by itself is drawn for the picture, as it is then. */
async function draw({ world, isUndrawn }: HeldDocument & { readonly world: World }): Promise<void> {
  try {
    await withTimeLimit(isUndrawn ? undrawnLimitMs : drawnLimitMs, () => run<void>(world, drawStill))
  } catch (error) {
    if (!(error instanceof TimeLimitError)) throw error
    await withTimeLimit(frameLimitMs, () => run<void>(world, moveStill))
  }
}

/** What could be held in time. A frame that answers later lets go by itself. */
async function hold(worlds: readonly World[]): Promise<(HeldDocument & { world: World })[]> {
  const held = await Promise.allSettled(
    worlds.map(async (world) => ({
      world,
      ...(await withTimeLimit(frameLimitMs, () => holdDocument(world))),
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
  if (!session) return []
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

/** Call a function in our own world of a document, with the functions it is given: all of them go there as text. */
async function run<T>(
  world: World,
  call: (...parts: never[]) => T | Promise<T>,
  parts: readonly ((...given: never[]) => unknown)[] = [],
): Promise<T> {
  const { session, frameId } = world
  const known = contexts.get(session) ?? { word: createWord(), ids: new Map<string, number>() }
  contexts.set(session, known)
  const { word, ids } = known
  const result = `return (${String(call)})(${parts.map(String).join(', ')})`
  const key = `${frameId} ${world.document}`
  const knownId = ids.get(key)
  if (knownId !== undefined) {
    try {
      const isOurs = `if (globalThis.contrailWord !== '${word}') throw new Error('another world')`
      return await callIn<T>(session, knownId, `() => { ${isOurs}; ${result} }`)
    } catch {
      ids.delete(key) // of a document that was there before
    }
  }
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId, worldName })
  if (ids.size > 1_000) ids.clear()
  ids.set(key, executionContextId)
  return callIn<T>(session, executionContextId, `() => { globalThis.contrailWord = '${word}'; ${result} }`)
}

async function callIn<T>(session: CDPSession, executionContextId: number, functionDeclaration: string): Promise<T> {
  const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
    functionDeclaration,
    executionContextId,
    returnByValue: true,
    awaitPromise: true,
  })
  if (exceptionDetails) throw new Error(exceptionDetails.text)
  return result.value as T
}
