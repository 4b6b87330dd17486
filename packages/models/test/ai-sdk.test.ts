import { aiSdkModel } from '@contrail/models'
import { MockLanguageModelV3 } from 'ai-6/test'
import { MockLanguageModelV4 } from 'ai/test'
import { expect, test } from 'vitest'

const question = { parts: [{ type: 'text', text: 'Was it bought?' }] } as const
const image = { type: 'image', mediaType: 'image/png', bytes: Uint8Array.of(1, 2) } as const

/** A model as AI SDK 5 has them: plain numbers, a plain reason, and data as it is. */
function modelOfSdk5(calls: unknown[]) {
  return {
    specificationVersion: 'v2',
    provider: 'acme',
    modelId: 'small',
    doGenerate: async (call: object) => {
      calls.push(call)
      return {
        content: [{ type: 'text', text: 'yes' }],
        finishReason: 'content-filter',
        usage: { inputTokens: 7, outputTokens: 3, totalTokens: 10, reasoningTokens: 2, cachedInputTokens: undefined },
        warnings: [],
      }
    },
  }
}

test('a model of AI SDK 5 is asked and heard in its own form', async () => {
  const calls: unknown[] = []
  const model = aiSdkModel(modelOfSdk5(calls))
  expect(model.id).toBe('acme:small')
  expect(await model.generate({ parts: [image] })).toEqual({
    text: 'yes',
    usage: { input_tokens: 7, output_tokens: 3, reasoning_tokens: 2 },
    finish: 'filtered',
  })
  expect(calls).toMatchObject([
    { prompt: [{ role: 'user', content: [{ type: 'file', mediaType: 'image/png', data: image.bytes }] }] },
  ])
})

test('SDK 6 is given the bytes of a picture, SDK 7 an object around them', async () => {
  const [six, seven] = [
    new MockLanguageModelV3({ doGenerate: broken }),
    new MockLanguageModelV4({ doGenerate: broken }),
  ]
  for (const model of [six, seven])
    await expect(aiSdkModel(model).generate({ parts: [image] })).rejects.toThrow('broken')
  expect(six.doGenerateCalls[0]?.prompt[0]?.content).toMatchObject([{ type: 'file', data: image.bytes }])
  expect(seven.doGenerateCalls[0]?.prompt[0]?.content).toMatchObject([
    { type: 'file', data: { type: 'data', data: image.bytes } },
  ])
})

function broken(): never {
  throw new Error('broken')
}

test('tokens that are not known are left out, reasons that are not known are "other"', async () => {
  const none = { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined }
  const model = new MockLanguageModelV4({
    doGenerate: {
      content: [
        { type: 'text', text: 'draft' },
        { type: 'text', text: '{"a":1}' },
      ],
      structuredOutputText: '{"a":1}',
      finishReason: { unified: 'interrupted', raw: 'x' },
      usage: { inputTokens: none, outputTokens: { total: 4, text: undefined, reasoning: undefined } },
      warnings: [],
    },
  })
  const usage = { input_tokens: 0, output_tokens: 4 }
  expect(await aiSdkModel(model).generate(question)).toEqual({ text: 'draft{"a":1}', usage, finish: 'other' })
  const schema = { name: 'a', schema: { type: 'object' } }
  expect((await aiSdkModel(model).generate({ ...question, schema })).text).toBe('{"a":1}')
})

test.each([
  ['openai/gpt-5-mini', 'its name alone'],
  [{ specificationVersion: 'v1', doGenerate: broken }, 'specification v1'],
  [undefined, 'specification undefined'],
])('what is no model of SDK 5 to 7 is refused: %j', (given, got) => {
  expect(() => aiSdkModel(given as never)).toThrow(`specification v2, v3, v4, got ${got}`)
})
