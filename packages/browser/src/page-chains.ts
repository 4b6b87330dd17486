import type { Page } from 'playwright'
import type { ProbeChain } from './probe-chain.ts'

const chains = new WeakMap<Page, Set<ProbeChain>>()

/**
 * Have the other captures of a page tell what they still have to tell of it: a look of theirs, too, belongs to the state
 * before the action that begins now.
 *
 * @param own the chain of the capture that acts; from now on it is one of the page's
 */
export async function settleOthers(page: Page, own: ProbeChain, limitMs: number): Promise<void> {
  const known = chains.get(page) ?? new Set()
  chains.set(page, known.add(own))
  if (known.size > 1) await Promise.all([...known].flatMap((chain) => (chain === own ? [] : [chain.settle(limitMs)])))
}
