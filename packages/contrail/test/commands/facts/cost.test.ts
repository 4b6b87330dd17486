import type { Turn, Usage } from '@contrail/core'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { toCost } from '../../../src/commands/facts/cost.ts'
import { priceOf, readPrices } from '../../../src/commands/facts/prices.ts'
import { UsageError } from '../../../src/terminal/usage-error.ts'
import { makeRoot } from '../../recordings.ts'

const dear = { inputPerMillion: 10, outputPerMillion: 100 }
const cheap = { inputPerMillion: 1, outputPerMillion: 2, cachedInputPerMillion: 0.5 }

function turn(model: string | undefined, usage?: Partial<Usage>): Turn {
  return { turnId: 't', steps: [], ...(model === undefined ? {} : { model }), ...(usage ? { usage } : {}) }
}

function sumOf(turns: readonly Turn[]): Usage {
  const sum = (key: 'input_tokens' | 'output_tokens') =>
    turns.reduce((total, { usage }) => total + (usage?.[key] ?? 0), 0)
  return { input_tokens: sum('input_tokens'), output_tokens: sum('output_tokens') }
}

test('each turn costs what its model does, and what a cache gave costs what the cache does', () => {
  const turns = [
    turn('dear', { input_tokens: 1_000, output_tokens: 100 }),
    turn('cheap', { input_tokens: 4_000, output_tokens: 1_000, cached_input_tokens: 2_000 }),
  ]
  const prices = new Map([
    ['dear', dear],
    ['cheap', cheap],
  ])
  expect(toCost({ turns, usage: sumOf(turns) }, prices)).toEqual({
    usd: 0.025,
    by: [
      { model: 'dear', usd: 0.02 },
      { model: 'cheap', usd: 0.005 },
    ],
  })
})

test('a model without a price makes the sum unknown, and the part that has one is still told', () => {
  const used = { input_tokens: 1_000, output_tokens: 0 }
  const turns = [turn('dear', used), turn('other', used)]
  expect(toCost({ turns, usage: sumOf(turns) }, new Map([['dear', dear]]))).toEqual({
    usd: null,
    by: [
      { model: 'dear', usd: 0.01 },
      { model: 'other', usd: null },
    ],
  })
})

test('tokens that no turn accounts for are those of the only model, and unknown among several', () => {
  const used = { input_tokens: 1_000, output_tokens: 0 }
  const usage = { input_tokens: 5_000, output_tokens: 0 }
  const prices = new Map([['*', dear]])
  expect(toCost({ turns: [turn('one', used)], usage }, prices)).toEqual({
    usd: 0.05,
    by: [{ model: 'one', usd: 0.05 }],
  })
  expect(toCost({ turns: [turn('one', used), turn('two', used)], usage }, prices).usd).toBeNull()
})

test('tokens that were counted and are none cost nothing, and make no other unknown', () => {
  const none = { input_tokens: 0, output_tokens: 0 }
  const used = { input_tokens: 1_000, output_tokens: 0 }
  const prices = new Map([['one', dear]])
  expect(toCost({ turns: [turn('one', none)], usage: none }, prices)).toEqual({
    usd: 0,
    by: [{ model: 'one', usd: 0 }],
  })
  expect(toCost({ turns: [turn('one', none), turn('one', used)], usage: used }, prices).usd).toBe(0.01)
  expect(toCost({ turns: [turn('two', none)], usage: none }, prices).usd).toBeNull()
})

test('nothing recorded is nothing known: no tokens, no model, a turn that does not say what it used', () => {
  const prices = new Map([['*', dear]])
  const used = { input_tokens: 10, output_tokens: 0 }
  expect(toCost({ turns: [], usage: { input_tokens: 0, output_tokens: 0 } }, prices)).toEqual({ usd: null, by: [] })
  expect(toCost({ turns: [turn(undefined, used)], usage: used }, prices).usd).toBeNull()
  expect(toCost({ turns: [turn('one', used), turn('one')], usage: used }, prices).usd).toBeNull()
})

test('a price is found by the id of the model, else by the longest glob', () => {
  const prices = new Map([
    ['*', { ...dear, outputPerMillion: 1 }],
    ['gpt-*', { ...dear, outputPerMillion: 2 }],
    ['gpt-5', { ...dear, outputPerMillion: 3 }],
  ])
  expect(['gpt-5', 'gpt-5-mini', 'other'].map((model) => priceOf(prices, model)?.outputPerMillion)).toEqual([3, 2, 1])
})

test.each([
  ['{ "a": ', 'it is no JSON'],
  ['[]', 'expected an object of prices by model, got []'],
  ['{ "a": 3 }', 'at "a": expected an object, got 3'],
  ['{ "a": { "inputPerMillion": 1 } }', 'at "a".outputPerMillion: expected dollars from 0 on, got nothing'],
  ['{ "a": { "inputPerMillion": -1 } }', 'at "a".inputPerMillion: expected dollars from 0 on, got -1'],
])('a file of prices that is %j is refused by its path: %s', async (content, reason) => {
  const file = path.join(await makeRoot(), 'prices.json')
  await writeFile(file, content)
  const reading = readPrices('prices.json', { env: {}, cwd: path.dirname(file) })
  await expect(reading).rejects.toThrow(UsageError)
  await expect(reading).rejects.toThrow(file)
  await expect(reading).rejects.toThrow(reason)
})

test('without a file there are no prices, and CONTRAIL_PRICES names one', async () => {
  const file = path.join(await makeRoot(), 'prices.json')
  await writeFile(file, JSON.stringify({ 'gpt-*': cheap }))
  expect((await readPrices(undefined, { env: {}, cwd: '/' })).size).toBe(0)
  expect(await readPrices(undefined, { env: { CONTRAIL_PRICES: file }, cwd: '/' })).toEqual(new Map([['gpt-*', cheap]]))
})
