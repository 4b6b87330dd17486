import type { CDPSession, Frame, Page } from 'playwright'
import { forgetSession, openSession } from './page-session.ts'
import { hideCaret } from './still-caret.ts'
import { chooseMoves } from './still-moves.ts'
import { drawStill, holdStill, moveStill, releaseStill, type HeldDocument } from './still-world.ts'
import { TimeLimitError, withTimeLimit } from './time-limit.ts'

const worldName = 'contrail'

interface FrameTree {
  readonly frame: { readonly id: string; readonly loaderId: string }
  readonly childFrames?: readonly FrameTree[]
}

/** Our own world in one document. */
interface World {
  readonly session: CDPSession
  readonly frameId: string
  readonly key: string
}

const contextIds = new WeakMap<CDPSession, Map<string, number>>()

/** How long a document may take to be drawn: one that is out of sight, as in a tab behind another, is not drawn at all. */
const drawnLimitMs = 250
/** The same where it was not drawn the last time. */
const undrawnLimitMs = 100
/** How long a frame in the page may take to answer. */
const frameLimitMs = 250

/** A page that is held still. */
export interface HeldPage {
  readonly view: HeldDocument['view']
  /** Let it go again. Never throws. */
  release(): Promise<void>
}

/**
 * Hold a page still for a picture, in all its frames. A frame inside it that cannot be held is left as it is.
 *
 * @throws what the browser says when the page itself does not answer
 */
export async function holdPageStill(page: Page, session: CDPSession): Promise<HeldPage> {
  const { frameTree } = await session.send('Page.getFrameTree')
  const [main, ...local] = worldsOf(session, frameTree)
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

function worldsOf(session: CDPSession, { frame, childFrames = [] }: FrameTree): World[] {
  const key = `${frame.id} ${frame.loaderId}`
  return [{ session, frameId: frame.id, key }, ...childFrames.flatMap((child) => worldsOf(session, child))]
}

/** Call a function in our own world of a document, with the functions it is given: all of them go there as text. */
async function run<T>(
  world: World,
  call: (...parts: never[]) => T | Promise<T>,
  parts: readonly ((...given: never[]) => unknown)[] = [],
): Promise<T> {
  const declaration = `() => (${String(call)})(${parts.map(String).join(', ')})`
  const known = contextIds.get(world.session) ?? new Map<string, number>()
  contextIds.set(world.session, known)
  const contextId = known.get(world.key)
  if (contextId !== undefined) {
    try {
      return await callIn<T>(world.session, contextId, declaration)
    } catch {
      known.delete(world.key) // of a document that was there before
    }
  }
  const { executionContextId } = await world.session.send('Page.createIsolatedWorld', {
    frameId: world.frameId,
    worldName,
  })
  if (known.size > 1_000) known.clear()
  known.set(world.key, executionContextId)
  return callIn<T>(world.session, executionContextId, declaration)
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
