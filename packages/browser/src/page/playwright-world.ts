import type { Frame } from 'playwright'
import { createPageTools } from './page-tools.ts'
import { knownInsideOf, type HandleInside } from './playwright-inside.ts'
import { createWord } from './system.ts'
import { toSource, type WorldFunction } from './world.ts'

/** The name under which what is ours stands beside Playwright's tools, which no page can guess. */
const ours = JSON.stringify(`contrail ${createWord()}`)
/** The functions that were put there. */
const installed = new WeakMap<object, Set<string>>()

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
  const names = installed.get(tools) ?? new Set()
  installed.set(tools, names)
  const { name } = called
  const make = `const own = (engine[${ours}] ??= { tools: (${String(createPageTools)})() })
    own.${name} ??= ${toSource(called, 'own.tools')}`
  const run = `(engine, argument) => { ${names.has(name) ? '' : make}
    return engine[${ours}].${name}(argument, engine) }`
  const result = await tools.evaluate<A, R>(functionOf(run), argument)
  names.add(name)
  return result
}

/** Make what Playwright sends, which is the text of a function: made of it in this process, that could not be where Node forbids it. */
export function functionOf(text: string): (...given: unknown[]) => never {
  const run = (): never => {
    throw new Error('it runs in a page')
  }
  run.toString = () => text
  return run
}
