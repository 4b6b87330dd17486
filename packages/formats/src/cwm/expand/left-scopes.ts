import type { Scope } from './scope.ts'
import { diffPlaceholder } from '../format/tokens.ts'

/** The scope that a call resumes. */
interface Resumed {
  readonly scope: Scope
  /** Another one, left at an equal line with the same names, would do as well. */
  readonly isAmbiguous: boolean
}

/** Scopes that were left, to be found again. */
export interface LeftScopes {
  add(scope: Scope): void
  /**
   * The scope that a call frame resumes; undefined for a call that enters a new one, or whose scope is not known.
   *
   * It holds every name that stands as `..`; of these one that was left at the same line, one that seems to wait, one that has no
   * more names than the call, the one left last, in this order. Without any locals it waits at that very line, without any.
   */
  find(source: string, locals: ReadonlyMap<string, string> | null): Resumed | undefined
}

/**
 * The largest number of scopes that are looked at for one call in each pile, so that no trace takes longer than its
 * length says.
 */
const mostLooks = 256

/** A place for scopes that were left. */
export function createLeftScopes(): LeftScopes {
  // Those that seem to wait, and others, which nearly always have ended.
  const piles = { waiting: createPile(true), other: createPile(false) }
  return {
    add: (scope) => (isWaiting(scope) ? piles.waiting : piles.other).add(scope),
    find: (source, locals) => {
      if (!locals || locals.size === 0) return piles.waiting.find(source, ({ state }) => state.size === 0, noNames)
      const open = [...locals].flatMap(([name, value]) => (value === diffPlaceholder ? [name] : []))
      if (open.length === 0) return undefined
      const holdsThem = ({ state }: Scope): boolean => open.every((name) => state.has(name))
      for (const line of [source, undefined]) {
        const found = piles.waiting.find(line, holdsThem, locals) ?? piles.other.find(line, holdsThem, locals)
        if (found) return found
      }
      return undefined
    },
  }
}

const noNames: ReadonlyMap<string, string> = new Map()

function isWaiting({ left, state }: Scope): boolean {
  return left?.kind === 'yield' || (state.has('.0') && left?.kind === 'return' && left.value !== 'None')
}

interface Pile {
  add(scope: Scope): void
  /** @param source of the line where it was left; undefined for any */
  find(
    source: string | undefined,
    fits: (scope: Scope) => boolean,
    shown: ReadonlyMap<string, string>,
  ): Resumed | undefined
}

function createPile(holdsWaiting: boolean): Pile {
  const all: Scope[] = []
  const bySource = new Map<string, Scope[]>()
  return {
    add: (scope) => {
      const source = scope.left?.source ?? ''
      const same = bySource.get(source)
      if (same) same.push(scope)
      else bySource.set(source, [scope])
      all.push(scope)
    },
    find: (source, fits, shown) => {
      const scopes = source === undefined ? all : (bySource.get(source) ?? [])
      // What was resumed meanwhile, or left elsewhere, is still in the pile.
      const isHere = (scope: Scope): boolean => {
        return (
          scope.left !== undefined &&
          isWaiting(scope) === holdsWaiting &&
          (source ?? scope.left.source) === scope.left.source
        )
      }
      for (let last = scopes.at(-1); last && !isHere(last); last = scopes.at(-1)) scopes.pop()
      return findLatest(scopes, (scope) => isHere(scope) && fits(scope), shown)
    },
  }
}

function findLatest(
  scopes: readonly Scope[],
  fits: (scope: Scope) => boolean,
  shown: ReadonlyMap<string, string>,
): Resumed | undefined {
  let best: Scope | undefined
  let isBestShown = false
  let isAmbiguous = false
  for (let at = scopes.length - 1; at >= 0 && at >= scopes.length - mostLooks; at--) {
    const scope = scopes[at]
    if (!scope || scope === best || !fits(scope)) continue
    const isShown = hasOnly(scope.state, shown)
    if (!best || (isShown && !isBestShown)) {
      best = scope
      isBestShown = isShown
      isAmbiguous = false
    } else if (best.state.size === scope.state.size && hasOnly(scope.state, best.state)) isAmbiguous = true
    if (isBestShown && isAmbiguous) break
  }
  return best && { scope: best, isAmbiguous }
}

/** Tells whether the one has no name that the other lacks. */
function hasOnly(state: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  for (const name of state.keys()) if (!other.has(name)) return false
  return true
}
