import { inspect } from 'node:util'
import type { Model } from '@contrail/core'
import { cassetteModel, limitModel } from '@contrail/models'
import { expect, test } from 'vitest'
import { join } from 'node:path'
import { key } from '../support/behaviour.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const question = { parts: [{ type: 'text', text: 'Was it bought?' }] } as const

/** A user's own model, which keeps to nothing. */
function own(generate: () => unknown): Model {
  return { id: 'own', generate: generate as Model['generate'] }
}

function fail(thrown: unknown): () => never {
  return () => {
    throw thrown
  }
}

test.each([
  ['throws a text', fail('no')],
  ['throws nothing', fail(undefined)],
  ['throws an object without a prototype', fail(Object.create(null))],
  ['rejects', () => Promise.reject(new Error('no'))],
  ['gives a text', () => 'yes'],
  ['gives null', () => null],
  ['gives a reply without a text', () => ({})],
  ['gives a number as its text', () => ({ text: 1 })],
])("a user's model that %s is MODEL_UNAVAILABLE, in limits and in a cassette", async (_, generate) => {
  const model = own(generate)
  const file = join(await temporaryDirectory(), 'own.jsonl')
  for (const guarded of [limitModel(model), cassetteModel({ file, model })])
    await expect(guarded.generate(question)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' })
})

test('what is no count, no price and no way to end is not believed', async () => {
  const finish = Object.create(null) as unknown
  const model = limitModel(own(() => ({ text: 'yes', usage: { input_tokens: -1 }, costUsd: '1', finish, modelId: 3 })))
  expect(await model.generate(question)).toEqual({
    text: 'yes',
    usage: { input_tokens: 0, output_tokens: 0 },
    finish: 'other',
  })
  expect(model.spent()).toEqual({ calls: 1, tokens: 0, costUsd: 0, unpricedCalls: 1 })
})

test('an answer without text says when it ran out of tokens', async () => {
  const model = limitModel(own(() => ({ text: '', finish: 'length' })))
  await expect(model.generate(question)).rejects.toThrow('an empty text: it ran out of tokens')
})

test('a message as long as a page is cut, and what looks like a secret is not in it', async () => {
  const model = limitModel(own(fail(new Error(`refused ${key} ${'word '.repeat(10_000)}`))))
  const error: unknown = await model.generate(question).catch((cause: unknown) => cause)
  expect((error as Error).message.length).toBeLessThan(600)
  expect(inspect(error, { depth: 10, showHidden: true, maxStringLength: Infinity })).not.toContain(key)
})
