import type { CDPSession, Frame, Page } from 'playwright'
import { forgetSession, openSession } from './page-session.ts'
import { drawStill, holdStill, releaseStill, type HeldDocument } from './still-world.ts'
import { withTimeLimit } from './time-limit.ts'

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

/** How long the page may take to be drawn, and a frame in it: one that is out of sight is not drawn at all. */
const drawnLimitMs = { page: 1_000, frame: 250 }

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
    run<HeldDocument>(main!, holdStill),
    hold(local),
    hasOthers ? otherWorlds(page).then(hold) : [],
  ])
  const held = [{ world: main!, ...mainDocument }, ...inner, ...others].filter((one) => one.held > 0)
  const moving = held.filter((one) => one.moving > 0)
  await Promise.allSettled(
    moving.map(({ world }) => {
      const limitMs = world === main ? drawnLimitMs.page : drawnLimitMs.frame
      return withTimeLimit(limitMs, () => run<void>(world, drawStill))
    }),
  )
  return {
    view: mainDocument.view,
    // A document that is gone needs no release, and one that does not answer lets go by itself.
    release: async () => void (await Promise.allSettled(held.map(({ world }) => run<void>(world, releaseStill)))),
  }
}

/** What could be held. */
async function hold(worlds: readonly World[]): Promise<(HeldDocument & { world: World })[]> {
  const held = await Promise.allSettled(
    worlds.map(async (world) => ({ world, ...(await run<HeldDocument>(world, holdStill)) })),
  )
  return held.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

/** The frames of other processes, each by its own session. */
async function otherWorlds(page: Page): Promise<World[]> {
  const inner = page.frames().filter((frame) => frame !== page.mainFrame())
  return (await Promise.all(inner.map(worldsOfFrame))).flat()
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

function worldsOf(session: CDPSession, { frame, childFrames = [] }: FrameTree): World[] {
  const key = `${frame.id} ${frame.loaderId}`
  return [{ session, frameId: frame.id, key }, ...childFrames.flatMap((child) => worldsOf(session, child))]
}

async function run<T>(world: World, call: () => T | Promise<T>): Promise<T> {
  const known = contextIds.get(world.session) ?? new Map<string, number>()
  contextIds.set(world.session, known)
  const contextId = known.get(world.key)
  if (contextId !== undefined) {
    try {
      return await callIn<T>(world.session, contextId, call)
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
  return callIn<T>(world.session, executionContextId, call)
}

async function callIn<T>(session: CDPSession, executionContextId: number, call: () => T | Promise<T>): Promise<T> {
  const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
    functionDeclaration: String(call),
    executionContextId,
    returnByValue: true,
    awaitPromise: true,
  })
  if (exceptionDetails) throw new Error(exceptionDetails.text)
  return result.value as T
}
