import { isRecord, matchesGlob } from '@contrail/core'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Surroundings } from '../../terminal/places.ts'
import { UsageError } from '../../terminal/usage-error.ts'

/** US dollars for a million tokens. What a cache gave costs as much as any other input where nothing else is said. */
export interface Price {
  readonly inputPerMillion: number
  readonly outputPerMillion: number
  readonly cachedInputPerMillion?: number
}

/** Prices by the id of a model, or a glob of ids. */
export type Prices = ReadonlyMap<string, Price>

/**
 * Read the file of prices: `{ "<model id or glob>": { inputPerMillion, outputPerMillion, cachedInputPerMillion? } }`.
 *
 * @param file default `CONTRAIL_PRICES`; without either there are no prices
 * @throws {UsageError} naming the file where it is not that
 */
export async function readPrices(file: string | undefined, { env, cwd }: Surroundings): Promise<Prices> {
  const named = file ?? env['CONTRAIL_PRICES']
  if (!named) return new Map()
  const place = path.resolve(cwd, named)
  const text = await readFile(place, 'utf8').catch((cause: unknown) => {
    throw new UsageError(
      `the prices ${place} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`,
    )
  })
  const refuse = (why: string): never => {
    throw new UsageError(`the prices ${place} are not what was expected: ${why}`)
  }
  const data = parseJson(text, refuse)
  if (!isRecord(data)) return refuse(`expected an object of prices by model, got ${describe(data)}`)
  return new Map(Object.entries(data).map(([model, price]) => [model, toPrice(model, price, refuse)]))
}

/** The price of a model: by its very id, else by the longest glob that fits. */
export function priceOf(prices: Prices, model: string | null): Price | undefined {
  if (model === null) return undefined
  const exact = prices.get(model)
  if (exact) return exact
  const fitting = [...prices.keys()].filter((pattern) => matchesGlob(pattern, model))
  const [longest] = fitting.toSorted((a, b) => b.length - a.length)
  return longest === undefined ? undefined : prices.get(longest)
}

function parseJson(text: string, refuse: (why: string) => never): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    return refuse(`it is no JSON (${(cause as Error).message.slice(0, 120)})`)
  }
}

function toPrice(model: string, price: unknown, refuse: (why: string) => never): Price {
  if (!isRecord(price)) return refuse(`at ${JSON.stringify(model)}: expected an object, got ${describe(price)}`)
  const read = (key: string): number => {
    const value = price[key]
    if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value
    return refuse(`at ${JSON.stringify(model)}.${key}: expected dollars from 0 on, got ${describe(value)}`)
  }
  return {
    inputPerMillion: read('inputPerMillion'),
    outputPerMillion: read('outputPerMillion'),
    ...(price['cachedInputPerMillion'] === undefined ? {} : { cachedInputPerMillion: read('cachedInputPerMillion') }),
  }
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value).slice(0, 60)
}
