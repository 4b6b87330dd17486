import type { Frame } from 'playwright'
import { functionOf, inPage, type InPage } from './in-page.ts'
import { createPageTools } from './page-tools.ts'
import { knownInsideOf, type HandleInside } from './playwright-inside.ts'
import { createWord } from './system.ts'
import { toldByWorld, toSource, type WorldFunction } from './world.ts'

/** The name under which what is ours stands beside Playwright's tools, which no page can guess. */
const ours = JSON.stringify(`contrail ${createWord()}`)
/** The functions that were put there, and who takes what they tell. */
const installed = new WeakMap<object, { readonly names: Set<string>; hear: ((text: string) => void) | undefined }>()

/**
 * Call a function in the world of a document that Playwright keeps for itself, whose built-ins and names no script of the page can
 * reach.
 *
 * @returns undefined where Playwright does not run in this process (`connect`), or is not built as 1.60 to 1.65 are
 * @throws what the browser says, also of a frame that is gone
 */
export async function callInPlaywright<A, R, Parts extends unknown[]>(
  frame: Frame,
  called: WorldFunction<A, R, Parts>,
  argument: A,
): Promise<R | undefined> {
  const tools = await playwrightTools<object>(frame)
  return tools && callBeside(tools, called, argument)
}

/** Find Playwright's tools in that world. @returns undefined as {@link callInPlaywright} */
export async function playwrightTools<T>(frame: Frame): Promise<HandleInside<T> | undefined> {
  const inside = knownInsideOf<T>(frame)
  return inside && (await inside.context('utility')).injectedScript()
}

/** Call a function in the world where Playwright's tools are, which are its second argument. It goes there once. */
export async function callBeside<T, A, R, Parts extends unknown[]>(
  tools: HandleInside<T>,
  called: WorldFunction<A, R, Parts>,
  argument: A,
): Promise<R> {
  const known = installedBeside(tools)
  const { names, hear } = known
  const { name } = called
  const make = `engine[${ours}] ??= (${String(createOwn)})((${String(createPageTools)})(), '${toldByWorld}')
    const own = engine[${ours}]
    own.${name} ??= ${toSource(called, 'own.tools')}`
  const run = `(engine, argument) => { ${names.has(name) ? `const own = engine[${ours}]` : make}
    return { result: own.${name}(argument, engine), told: ${hear ? 'own.takeTold()' : '[]'} } }`
  const { result, told } = await tools.evaluate<A, { result: R; told: string[] }>(functionOf(run), argument)
  names.add(name)
  for (const text of told) hear?.(text)
  return result
}

/**
 * Hear what functions that were called in that world of a document tell, as soon as they do, until it is gone; what was told before a
 * call ended is heard before it resolves. Doing so again changes nothing.
 */
export async function hearInPlaywright(frame: Frame, hear: (text: string) => void): Promise<void> {
  try {
    const tools = await playwrightTools<object>(frame)
    const known = tools && installedBeside(tools)
    if (!known || known.hear) return
    known.hear = hear
    const next = functionOf(`(engine) => engine[${ours}].next()`) as InPage<() => Promise<string[]>>
    for (;;) for (const text of await tools.evaluate(next, undefined)) hear(text)
  } catch {
    // The document is gone, and with it whatever could tell something.
  }
}

function installedBeside(tools: object) {
  const known = installed.get(tools) ?? { names: new Set(), hear: undefined }
  installed.set(tools, known)
  return known
}

/** Runs in a page, where there is no binding: what is told lies there until somebody takes it. */
const createOwn = inPage((tools: object, name: string): object => {
  const world = globalThis as unknown as Record<string, ((text: string) => void) | undefined>
  const before = world[name]
  const told: string[] = []
  let wake = (): void => {}
  world[name] = (text) => {
    before?.(text) // of another copy of Contrail
    told.push(text)
    wake()
  }
  const takeTold = (): string[] => told.splice(0)
  const next = async (): Promise<string[]> => {
    if (told.length === 0) await new Promise<void>((resolve) => void (wake = resolve))
    return takeTold()
  }
  return { tools, takeTold, next }
})
