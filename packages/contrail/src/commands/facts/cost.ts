import type { Trajectory, Usage } from '@contrail/core'
import { formatInteger } from '../../terminal/format.ts'
import { priceOf, type Price, type Prices } from './prices.ts'

/**
 * The cost of the calls of the models, in US dollars. `usd` is null where any part of it is unknown; `by` says which.
 */
export interface Cost {
  readonly usd: number | null
  readonly by: readonly { readonly model: string | null; readonly usd: number | null }[]
}

/**
 * Price a run, turn by turn. Tokens of the run that no turn accounts for are those of its model, where it had only one. A model
 * without a price, a turn that does not say what it used, and such tokens among several models are unknown, and with them the sum.
 */
export function toCost(trajectory: Pick<Trajectory, 'turns' | 'usage'>, prices: Prices): Cost {
  const by = [...costsOf(trajectory, prices)].map(([model, usd]) => ({ model, usd: usd === null ? null : round(usd) }))
  const isKnown = by.length > 0 && by.every(({ usd }) => usd !== null)
  return { usd: isKnown ? round(by.reduce((sum, { usd }) => sum + (usd ?? 0), 0)) : null, by }
}

function costsOf(
  { turns, usage }: Pick<Trajectory, 'turns' | 'usage'>,
  prices: Prices,
): Map<string | null, number | null> {
  const costs = new Map<string | null, number | null>()
  const add = (model: string | null, usd: number | null): void => {
    const before = costs.get(model)
    costs.set(model, before === null || usd === null ? null : (before ?? 0) + usd)
  }
  const inTurns = turns.reduce((sum, turn) => sum + tokensOf(turn.usage), 0)
  if (inTurns + tokensOf(usage) === 0 && !turns.some(({ usage: used }) => isTold(used))) return costs
  const models = new Set(turns.map(({ model }) => model ?? null))
  const [only = null] = models
  if (models.size <= 1 && tokensOf(usage) > inTurns) return costs.set(only, costOf(usage, priceOf(prices, only)))
  for (const { model, usage: used } of turns) {
    add(model ?? null, isTold(used) ? costOf(used, priceOf(prices, model ?? null)) : null)
  }
  if (tokensOf(usage) > inTurns) add(null, null)
  return costs
}

/** Tell if somebody counted, be it none. */
function isTold(usage: Partial<Usage> | undefined): usage is Partial<Usage> {
  return usage?.input_tokens !== undefined || usage?.output_tokens !== undefined
}

/** The tokens that went in and came out; none where nobody counted. */
export function tokensOf(usage: Partial<Usage> | undefined): number {
  return (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0)
}

/** Tokens that a cache gave are among those that went in. */
function costOf(usage: Partial<Usage>, price: Price | undefined): number | null {
  if (!price) return null
  const { input_tokens: input = 0, output_tokens: output = 0 } = usage
  const cached = Math.min(usage.cached_input_tokens ?? 0, input)
  const { inputPerMillion, outputPerMillion, cachedInputPerMillion = inputPerMillion } = price
  return ((input - cached) * inputPerMillion + cached * cachedInputPerMillion + output * outputPerMillion) / 1_000_000
}

/** Sums of fractions end in digits that nobody was charged. */
function round(usd: number): number {
  return Math.round(usd * 1e8) / 1e8
}

/** `cost $0.0132`, `cost unknown`, `cost $0.0132 of gpt-5, unknown of llama`: what has no price is named. */
export function describeCost({ usd, by }: Cost): string {
  if (usd !== null) return `cost ${formatDollars(usd)}`
  const priced = by.flatMap((part) =>
    part.usd === null ? [] : [`${formatDollars(part.usd)} of ${nameOf(part.model)}`],
  )
  if (priced.length === 0) return 'cost unknown'
  const unpriced = by.flatMap((part) => (part.usd === null ? [nameOf(part.model)] : []))
  return `cost ${priced.join(' + ')}, unknown of ${unpriced.join(', ')}`
}

function nameOf(model: string | null): string {
  return model ?? 'a model without a name'
}

function formatDollars(usd: number): string {
  if (usd < 1) return `$${Number(usd.toPrecision(3))}`
  return `$${usd < 1e15 ? usd.toFixed(2) : formatInteger(usd)}`
}
