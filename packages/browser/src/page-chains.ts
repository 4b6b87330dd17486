import type { Page } from 'playwright'
import type { ProbeChain } from './probe-chain.ts'

const chains = new WeakMap<Page, Set<ProbeChain>>()

/** An action on a page, or a change of it, to the chains of all captures of that page. */
export interface PageAction {
  /** Wait for what was asked for before, `limitMs` at most. Gives whether the capture that acts had anything to wait for. */
  barrier(limitMs: number): Promise<boolean>
  /** It begins. */
  begin(): void
  /** It is over. */
  end(): void
}

/**
 * Announce an action of one capture to all captures of its page: a look of any of them belongs to the state before it.
 *
 * @param own the chain of the capture that acts; from now on it is one of the page's
 */
export function announceAction(page: Page, own: ProbeChain): PageAction {
  const known = chains.get(page) ?? new Set()
  chains.set(page, known.add(own))
  const ownArrival = own.arrive(page)
  const others = [...known].flatMap((chain) => (chain === own ? [] : [{ chain, arrival: chain.arrive(page) }]))
  return {
    barrier: async (limitMs) => {
      const [waited] = await Promise.all([
        own.barrier(ownArrival, limitMs),
        ...others.map(({ chain, arrival }) => chain.barrier(arrival, limitMs)),
      ])
      return waited
    },
    begin: () => {
      own.begin(ownArrival)
      for (const { chain, arrival } of others) chain.begin(arrival)
    },
    end: () => {
      own.end(ownArrival)
      for (const { chain, arrival } of others) chain.end(arrival)
    },
  }
}
