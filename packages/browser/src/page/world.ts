import type { OwnSession } from './cdp-session.ts'
import type { InPage } from './in-page.ts'
import { createPageTools, type PageTools } from './page-tools.ts'
import { createWord } from './system.ts'

/**
 * A function that runs in our own world of a document. It goes there as text, so all that it needs stands inside it or is given
 * to it: the page's own tools once, and plain data for each call.
 */
export interface WorldFunction<A, R, Parts extends unknown[] = []> {
  readonly name: string
  /** Makes of the function's own parts, which go there with it. */
  readonly using?: { [At in keyof Parts]: InPage<(tools: PageTools) => Parts[At]> }
  readonly create: InPage<(tools: PageTools, ...parts: Parts) => (argument: A) => R>
}

/** The text of an expression that is the function, to be called with its argument. */
export function toSource<A, R, Parts extends unknown[]>(
  { create, using = [] as never }: WorldFunction<A, R, Parts>,
  tools: string = `(${String(createPageTools)})()`,
): string {
  const parts = [...using].map((part) => `(${String(part)})(tools)`)
  return `((tools) => (${String(create)})(${['tools', ...parts].join(', ')}))(${tools})`
}

interface World {
  readonly id: number
  readonly installed: Set<string>
}

/**
 * The worlds that were made in a session, by frame. Their numbers begin again in each process, so that one of a document that is
 * gone may be that of another world by now: ours is known by a word that no page can guess.
 */
const worldsOf = new WeakMap<OwnSession, { readonly word: string; readonly byFrame: Map<string, World> }>()

const mostWorlds = 1_000
/** The function of our world that hands a text to the session which made it, as `Runtime.bindingCalled`; no page can reach it. */
export const toldByWorld = 'contrailTyped'
/** The id of a page's main frame, which stays while its documents come and go. */
const mainFrameIds = new WeakMap<OwnSession, string>()

/**
 * The id of the main frame of a session.
 *
 * @throws what the browser says
 */
export async function mainFrameOf(session: OwnSession): Promise<string> {
  const known = mainFrameIds.get(session)
  if (known !== undefined) return known
  const { frameTree } = await session.send('Page.getFrameTree')
  mainFrameIds.set(session, frameTree.frame.id)
  return frameTree.frame.id
}

/**
 * Call a function in our own world of a document, whose built-ins and names no script of the page can reach.
 *
 * @throws what the browser says, also of a frame that is gone
 */
export async function callInWorld<A, R, Parts extends unknown[]>(
  session: OwnSession,
  frameId: string,
  called: WorldFunction<A, R, Parts>,
  argument: A,
): Promise<R> {
  const known = worldsOf.get(session) ?? { word: createWord(), byFrame: new Map<string, World>() }
  worldsOf.set(session, known)
  const { word, byFrame } = known
  const world = byFrame.get(frameId)
  if (world) {
    try {
      return await call(session, world, word, called, argument)
    } catch {
      if (byFrame.get(frameId) === world) byFrame.delete(frameId) // of a document that was there before
    }
  }
  const { executionContextId: id } = await session.send('Page.createIsolatedWorld', { frameId, worldName: 'contrail' })
  if (byFrame.size > mostWorlds) byFrame.clear()
  // By its number: a binding by the name of a world is one only where its session hears of every world and every line of the console.
  session.send('Runtime.addBinding', { name: toldByWorld, executionContextId: id }).catch(() => {}) // the call says so
  const made = { id, installed: new Set<string>() }
  byFrame.set(frameId, made)
  return call(session, made, word, called, argument)
}

async function call<A, R, Parts extends unknown[]>(
  session: OwnSession,
  world: World,
  word: string,
  called: WorldFunction<A, R, Parts>,
  argument: A,
): Promise<R> {
  const { name } = called
  const run = `return own.made[name](argument)`
  // Who else looks at this page, in another session, may have been given the same world.
  const functionDeclaration = world.installed.has(name)
    ? `function (word, name, argument) {
        const own = globalThis.contrail?.[word]; if (!own) throw new Error('another world'); ${run} }`
    : `function (word, name, argument) {
        const own = (globalThis.contrail ??= {})[word] ??= { made: {}, tools: (${String(createPageTools)})() }
        own.made[name] ??= ${toSource(called, 'own.tools')}; ${run} }`
  const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
    functionDeclaration,
    executionContextId: world.id,
    arguments: [{ value: word }, { value: name }, { value: argument }],
    returnByValue: true,
  })
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
  world.installed.add(name)
  return result.value as R
}
