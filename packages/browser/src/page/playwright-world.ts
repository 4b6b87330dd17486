import type { Frame } from 'playwright'
import { knownInsideOf, type HandleInside, type WorldInside } from './playwright-inside.ts'
import { createPageTools } from './page-tools.ts'
import { toSource, type WorldFunction } from './world.ts'

/** The functions of ours that are in a world of Playwright's, and what holds them there. */
interface Installed {
  readonly own: HandleInside<object>
  readonly names: Set<string>
}

const installed = new WeakMap<WorldInside<object>, Promise<Installed>>()

/**
 * Call a function in the world of a document that Playwright keeps for itself, whose built-ins and names no script of the page can
 * reach: in browsers that have no session for us.
 *
 * @returns undefined where Playwright does not run in this process (`connect`), or is not built as 1.60 to 1.65 are
 * @throws what the browser says, also of a frame that is gone
 */
export async function callInPlaywright<A, R, Parts extends unknown[]>(
  frame: Frame,
  called: WorldFunction<A, R, Parts>,
  argument: A,
): Promise<R | undefined> {
  const inside = knownInsideOf<object>(frame)
  if (!inside) return undefined
  const world = await inside.context('utility')
  const making = installed.get(world) ?? install(world)
  installed.set(world, making)
  const { own, names } = await making
  const { name } = called
  const made = names.has(name) ? `own.made.${name}` : `(own.made.${name} = ${toSource(called, 'own.tools')})`
  const run = (() => {
    throw new Error('it runs in a page')
  }) as unknown as (self: object, argument: A) => R
  run.toString = () => `(own, argument) => ${made}(argument)`
  const result = await own.evaluate(run, argument)
  names.add(name)
  return result
}

async function install(world: WorldInside<object>): Promise<Installed> {
  const own = await world.rawEvaluateHandle(`({ made: {}, tools: (${String(createPageTools)})() })`)
  return { own, names: new Set() }
}
