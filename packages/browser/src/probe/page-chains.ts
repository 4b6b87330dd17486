import type { Page } from 'playwright'
import type { ProbeChain } from './chain.ts'

const chains = new WeakMap<Page, Set<ProbeChain>>()

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
 * Announce an action of one capture to all captures of its page: a look of any of them belongs to the state before it.
 *
 * @param options.acts it will begin; else it only waits. Default true
 * @param own the chain of the capture that acts; from now on it is one of the page's
 */
export function announceAction(page: Page, own: ProbeChain, { acts = true } = {}): PageAction {
  const known = chains.get(page) ?? new Set()
  chains.set(page, known.add(own))
  const all = [...known].map((chain) => ({ chain, arrival: chain.arrive(page, { isOwn: chain === own, acts }) }))
  return {
    barrier: async (limitMs) => {
      const waited = await Promise.all(all.map(({ chain, arrival }) => chain.barrier(arrival, limitMs)))
      return waited.includes(true)
    },
    begin: () => {
      for (const { chain, arrival } of all) chain.begin(arrival)
    },
    end: () => {
      for (const { chain, arrival } of all) chain.end(arrival)
    },
  }
}
