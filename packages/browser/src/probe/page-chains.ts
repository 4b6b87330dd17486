import type { Page } from 'playwright'
import type { ProbeChain } from './chain.ts'
import type { Arrival } from './pending.ts'

/** The captures of a page and the actions on it. */
interface PageActions {
  /** The captures with something to tell, or an action that goes on; those that have neither know nothing of the page. */
  readonly chains: Set<ProbeChain>
  readonly going: Set<GoingAction>
}

/** An action that was called and is not over. */
interface GoingAction {
  readonly arrivals: { readonly chain: ProbeChain; readonly arrival: Arrival }[]
  hasBegun: boolean
}

const pages = new WeakMap<Page, PageActions>()

/** An action on a page, or a change of it, to the chains of all captures of that page. */
export interface PageAction {
  /** Wait for what was asked for before, `limitMs` at most. Gives whether there was anything. */
  barrier(limitMs: number): Promise<boolean>
  /** It begins. */
  begin(): void
  /** It is over. */
  end(): void
}

/**
 * Announce an action of one capture to all captures of its page: a look of any of them belongs to the state before it. A capture that
 * has nothing to tell is forgotten, and told what goes on when it acts again.
 *
 * @param options.acts it will begin; else it only waits. Default true
 * @param own the chain of the capture that acts; from now on it is one of the page's
 */
export function announceAction(page: Page, own: ProbeChain, { acts = true } = {}): PageAction {
  const { chains, going } = pages.get(page) ?? { chains: new Set(), going: new Set() }
  pages.set(page, { chains, going })
  for (const chain of chains) if (chain !== own && chain.isIdle()) chains.delete(chain)
  if (!chains.has(own)) for (const other of going) join(own, page, other)
  chains.add(own)
  const arrivals = [...chains].map((chain) => ({ chain, arrival: chain.arrive(page, { isOwn: chain === own, acts }) }))
  const action: GoingAction = { arrivals: [...arrivals], hasBegun: false }
  if (acts) going.add(action)
  return {
    barrier: async (limitMs) => {
      const waited = await Promise.all(arrivals.map(({ chain, arrival }) => chain.barrier(arrival, limitMs)))
      return waited.includes(true)
    },
    begin: () => {
      action.hasBegun = true
      for (const { chain, arrival } of action.arrivals) chain.begin(arrival)
    },
    end: () => {
      going.delete(action)
      for (const { chain, arrival } of action.arrivals) chain.end(arrival)
    },
  }
}

/** Tell a chain of an action of another capture that goes on. */
function join(chain: ProbeChain, page: Page, action: GoingAction): void {
  const arrival = chain.arrive(page, { isOwn: false, acts: true })
  if (action.hasBegun) chain.begin(arrival)
  action.arrivals.push({ chain, arrival })
}
