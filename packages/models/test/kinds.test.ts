import { inspect } from 'node:util'
import type { ModelReply } from '@contrail/core'
import { limitModel } from '@contrail/models'
import { describe, expect, test } from 'vitest'
import { key, OtherSide, usage } from './support/behaviour.ts'
import { kinds } from './support/kinds.ts'

const schema = {
  name: 'verdict',
  schema: { type: 'object', properties: { success: { type: 'boolean' } }, required: ['success'] },
} as const
const question = { parts: [{ type: 'text', text: 'Was the lamp bought?' }] } as const

describe.each(kinds)('a model of the kind "$name"', ({ open }) => {
  test('is asked with all texts and answers with a text, what it used and how it ended', async () => {
    const other = new OtherSide()
    await using kind = await open(other)
    const reply = await kind.model.generate({
      system: 'You judge.',
      parts: [...question.parts, { type: 'text', text: 'Say yes or no.' }],
      maxOutputTokens: 50,
      temperature: 0,
      seed: 7,
    })
    expect(reply).toEqual({ text: 'yes', usage, finish: 'stop', modelId: 'served-model' })
    expect(other.seen).toEqual([
      {
        system: 'You judge.',
        texts: ['Was the lamp bought?', 'Say yes or no.'],
        images: [],
        schema: undefined,
        maxOutputTokens: 50,
        temperature: 0,
        seed: 7,
      },
    ])
    expect(kind.model.id).toMatch(/./)
  })

  test('sees pictures byte for byte, between the texts', async () => {
    const other = new OtherSide()
    await using kind = await open(other)
    const bytes = Uint8Array.of(0, 255, 137, 80, 78, 71)
    await kind.model.generate({ parts: [...question.parts, { type: 'image', bytes, mediaType: 'image/png' }] })
    expect(other.seen).toMatchObject([
      { texts: ['Was the lamp bought?'], images: [{ mediaType: 'image/png', bytes: [...bytes] }] },
    ])
  })

  test('is given the schema, and answers with its JSON as text', async () => {
    const other = new OtherSide()
    other.behaviour = { does: 'answer', text: '{"success": true}' }
    await using kind = await open(other)
    const { text } = await kind.model.generate({ ...question, schema })
    expect(JSON.parse(text)).toEqual({ success: true })
    expect(other.seen).toMatchObject([{ schema: { name: 'verdict', schema: schema.schema } }])
  })

  test.each(['stop', 'length', 'filtered', 'other'] as const)('says that it ended with "%s"', async (finish) => {
    const other = new OtherSide()
    other.behaviour = { does: 'answer', text: 'ye', finish }
    await using kind = await open(other)
    expect((await kind.model.generate(question)).finish).toBe(finish satisfies ModelReply['finish'])
  })

  test('hears within 100 ms that its caller hangs up, who gets his own reason', async () => {
    const tookMs: number[] = []
    // A machine that does much else is late now and then; who hears too late on purpose is late each time.
    while (tookMs.length < 25 && !tookMs.some((ms) => ms < 100)) {
      const other = new OtherSide()
      other.behaviour = { does: 'hang' }
      await using kind = await open(other)
      const caller = new AbortController()
      const reply = kind.model.generate({ ...question, signal: caller.signal }).catch((cause: unknown) => cause)
      await other.reached.promise
      const reason = new Error('the user went home')
      const startedMs = performance.now()
      caller.abort(reason)
      await other.hungUp.promise
      tookMs.push(performance.now() - startedMs)
      expect(await reply).toBe(reason)
    }
    expect(Math.min(...tookMs)).toBeLessThan(100)
  })

  test('is not asked by who has hung up before', async () => {
    const other = new OtherSide()
    await using kind = await open(other)
    const reason = new Error('never mind')
    await expect(kind.model.generate({ ...question, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(other.seen).toEqual([])
  })

  test.each([
    [400, 'MODEL_REFUSED', false],
    [401, 'MODEL_REFUSED', false],
    [429, 'MODEL_UNAVAILABLE', true],
    [503, 'MODEL_UNAVAILABLE', true],
  ] as const)('that fails with status %i is %s', async (status, code, retryable) => {
    const other = new OtherSide()
    // What refuses a key likes to repeat it.
    other.behaviour = { does: 'fail', status, message: `not with ${key}` }
    await using kind = await open(other)
    const error: unknown = await kind.model.generate(question).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code, details: { status, retryable } })
    expect((error as Error).message).toContain(kind.model.id.startsWith('cassette') ? 'not with' : kind.model.id)
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(key)
  })

  test('that throws anything else is MODEL_UNAVAILABLE', async () => {
    const other = new OtherSide()
    other.behaviour = { does: 'throw' }
    await using kind = await open(other)
    await expect(kind.model.generate(question)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' })
  })

  test.each([
    ['nothing', { does: 'answer with nothing' }],
    ['an empty text', { does: 'answer', text: '' }],
    ['white space', { does: 'answer', text: ' \n' }],
    ['10 MB of text', { does: 'answer', text: 'x'.repeat(10_000_000) }],
    ['one byte more than 1 MB', { does: 'answer', text: `${'x'.repeat(999_999)}é` }],
  ] as const)('that answers with %s is MODEL_UNAVAILABLE', async (_, behaviour) => {
    const other = new OtherSide()
    other.behaviour = behaviour
    await using kind = await open(other)
    await expect(kind.model.generate(question)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' })
  })

  test('that answers with 1 MB is taken', async () => {
    const other = new OtherSide()
    other.behaviour = { does: 'answer', text: 'x'.repeat(1_000_000) }
    await using kind = await open(other)
    expect((await kind.model.generate(question)).text).toHaveLength(1_000_000)
  })

  test('whose filter leaves nothing is MODEL_REFUSED', async () => {
    const other = new OtherSide()
    other.behaviour = { does: 'answer', text: '', finish: 'filtered' }
    await using kind = await open(other)
    await expect(kind.model.generate(question)).rejects.toMatchObject({ code: 'MODEL_REFUSED' })
  })

  test('that hangs is given up at its time limit, and hears it', async () => {
    let heard: boolean | undefined
    // A busy machine may not even reach the other side in a short time.
    for (const timeoutMs of [50, 1_000, 20_000]) {
      const other = new OtherSide()
      other.behaviour = { does: 'hang' }
      await using kind = await open(other)
      const limited = limitModel(kind.model, { timeoutMs, retries: 0 })
      await expect(limited.generate(question)).rejects.toMatchObject({
        code: 'MODEL_UNAVAILABLE',
        message: `${kind.model.id} did not answer within ${timeoutMs / 1_000} s`,
      })
      expect(limited.spent()).toEqual({ calls: 0, tokens: 0, costUsd: 0, unpricedCalls: 0 })
      if (other.seen.length === 0) continue
      heard = await other.hungUp.promise.then(() => true)
      break
    }
    expect(heard).toBe(true)
  })
})
