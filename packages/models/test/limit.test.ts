import { ContrailError, type Model, type ModelRequest } from '@contrail/core'
import { aiSdkModel, cassetteModel, endpointModel, limitModel, scriptedModel } from '@contrail/models'
import { MockLanguageModelV4 } from 'ai/test'
import { afterEach, expect, test, vi } from 'vitest'
import { statusError } from './support/behaviour.ts'

const ask = (text: string): ModelRequest => ({ parts: [{ type: 'text', text }] })
const answer = { text: 'yes', usage: { input_tokens: 80, output_tokens: 20 }, costUsd: 0.5 }

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** A model that fails in the given ways, one after the other, and then answers. */
function failing(...failures: Error[]) {
  return scriptedModel(() => {
    const failure = failures.shift()
    if (failure) throw failure
    return answer
  })
}

function busy(status: number, retryAfter?: string): Error {
  return statusError({ status, message: 'busy', ...(retryAfter !== undefined && { retryAfter }) })
}

test('no more than so many calls run at once', async () => {
  let running = 0
  let most = 0
  const model = scriptedModel(async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => void setTimeout(resolve, 5))
    running -= 1
    return 'yes'
  })
  const limited = limitModel(model, { concurrency: 3 })
  await Promise.all(Array.from({ length: 10 }, (_, index) => limited.generate(ask(String(index)))))
  expect(most).toBe(3)
})

test('no more than so many calls begin in a minute', async () => {
  vi.useFakeTimers()
  const model = scriptedModel(() => 'yes')
  const limited = limitModel(model, { perMinute: 2 })
  const all = Promise.all(['a', 'b', 'c'].map((text) => limited.generate(ask(text))))
  await vi.advanceTimersByTimeAsync(59_000)
  expect(model.requests).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(model.requests).toHaveLength(3)
  await all
})

test.each([
  [{ maxCalls: 2 }, 2],
  [{ maxTokens: 150 }, 2],
  [{ maxCostUsd: 1 }, 2],
  [{ maxCalls: 0 }, 0],
])('at the cap %j a call is refused and counted nowhere', async (cap, calls) => {
  const model = scriptedModel(() => answer)
  const limited = limitModel(model, cap)
  for (let call = 0; call < calls; call += 1) await limited.generate(ask('a'))
  const spent = { calls, tokens: calls * 100, costUsd: calls * 0.5, unpricedCalls: 0 }
  for (let again = 0; again < 2; again += 1)
    await expect(limited.generate(ask('a'))).rejects.toMatchObject({
      code: 'MODEL_LIMIT',
      details: { cap: Object.keys(cap)[0], limit: Object.values(cap)[0] },
    })
  expect(limited.spent()).toEqual(spent)
  expect(model.requests).toHaveLength(calls)
})

test('calls under way count for maxCalls, and those that fail do not', async () => {
  const limited = limitModel(failing(new Error('broken')), { maxCalls: 2 })
  const results = await Promise.allSettled(['a', 'b', 'c'].map((text) => limited.generate(ask(text))))
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected'])
  expect(limited.spent().calls).toBe(1)
  await limited.generate(ask('d'))
  await expect(limited.generate(ask('e'))).rejects.toMatchObject({ code: 'MODEL_LIMIT' })
})

test('a reply without a price is priced where one is given, and else counted as unpriced', async () => {
  const model = scriptedModel(() => ({ text: 'yes', usage: { input_tokens: 1_000, output_tokens: 500 } }))
  const priced = limitModel(model, { usdPerMillionTokens: { input: 2, output: 8 } })
  await priced.generate(ask('a'))
  expect(priced.spent()).toEqual({ calls: 1, tokens: 1_500, costUsd: 0.006, unpricedCalls: 0 })
  const unpriced = limitModel(model)
  await unpriced.generate(ask('a'))
  expect(unpriced.spent()).toEqual({ calls: 1, tokens: 1_500, costUsd: 0, unpricedCalls: 1 })
})

test.each([408, 429, 500, 503])('a status %i is tried again', async (status) => {
  const model = failing(busy(status), busy(status))
  const limited = limitModel(model, { backOffMs: 1 })
  expect((await limited.generate(ask('a'))).text).toBe('yes')
  expect(model.requests).toHaveLength(3)
  expect(limited.spent()).toMatchObject({ calls: 1, tokens: 100 })
})

test('a time limit is tried again, and the last error is told when tries run out', async () => {
  const model = scriptedModel(() => new Promise<string>(() => undefined))
  const limited = limitModel(model, { timeoutMs: 5, backOffMs: 1, retries: 2 })
  await expect(limited.generate(ask('a'))).rejects.toMatchObject({
    code: 'MODEL_UNAVAILABLE',
    details: { timeoutMs: 5 },
  })
  expect(model.requests).toHaveLength(3)
})

test.each([busy(400), new Error('broken'), new ContrailError('MODEL_REFUSED', 'no')])(
  'what will not go better is not tried again: %s',
  async (failure) => {
    const model = failing(failure)
    await expect(limitModel(model, { backOffMs: 1 }).generate(ask('a'))).rejects.toThrow(ContrailError)
    expect(model.requests).toHaveLength(1)
  },
)

test.each([
  [0, 1_000, 2_000],
  [0.5, 1_500, 3_000],
])(
  'retries wait longer each time, stretched by chance: of %d, first %i ms and then %i',
  async (chance, first, second) => {
    vi.useFakeTimers()
    vi.spyOn(Math, 'random').mockReturnValue(chance)
    const model = failing(busy(503), busy(503))
    const reply = limitModel(model, { backOffMs: 1_000 }).generate(ask('a'))
    for (const [waitMs, asked] of [
      [first - 1, 1],
      [1, 2],
      [second - 1, 2],
      [1, 3],
    ] as const) {
      await vi.advanceTimersByTimeAsync(waitMs)
      expect(model.requests).toHaveLength(asked)
    }
    expect(await reply).toMatchObject({ text: 'yes' })
  },
)

test.each([
  ['20', 20_000],
  [new Date('2026-01-01T00:00:20Z').toUTCString(), 20_000],
])('"retry-after: %s" is obeyed', async (header, waitMs) => {
  vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') })
  const model = failing(busy(429, header))
  const reply = limitModel(model, { backOffMs: 1 }).generate(ask('a'))
  await vi.advanceTimersByTimeAsync(waitMs - 100)
  expect(model.requests).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(200)
  expect(await reply).toMatchObject({ text: 'yes' })
})

test('who is to come again in an hour is told so at once', async () => {
  const model = failing(busy(429, '3600'))
  await expect(limitModel(model).generate(ask('a'))).rejects.toMatchObject({ details: { retryAfterMs: 3_600_000 } })
})

test('hanging up ends a wait, in the queue and between tries, with the reason of who hung up', async () => {
  const hanging = scriptedModel(() => new Promise<string>(() => undefined))
  const limited = limitModel(hanging, { concurrency: 1 })
  const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()]
  const running = limited.generate({ ...ask('a'), signal: first.signal })
  const waiting = limited.generate({ ...ask('b'), signal: second.signal })
  second.abort(new Error('second'))
  await expect(waiting).rejects.toThrow('second')
  first.abort(new Error('first'))
  await expect(running).rejects.toThrow('first')
  expect(hanging.requests).toHaveLength(1)
  expect(limited.spent()).toMatchObject({ calls: 0, tokens: 0 })

  const model = failing(busy(429, '200'))
  const between = limitModel(model).generate({ ...ask('c'), signal: third.signal })
  await vi.waitFor(() => expect(model.requests).toHaveLength(1))
  third.abort('a reason that is no error')
  await expect(between).rejects.toBe('a reason that is no error')
})

test('an answer that comes after its caller hung up is counted as what it said it used', async () => {
  const late = Promise.withResolvers<typeof answer & { finish: 'stop' }>()
  const model: Model = { id: 'late', generate: () => late.promise }
  const caller = new AbortController()
  const limited = limitModel(model)
  const reply = limited.generate({ ...ask('a'), signal: caller.signal })
  await Promise.resolve()
  caller.abort(new Error('gone'))
  await expect(reply).rejects.toThrow('gone')
  expect(limited.spent().calls).toBe(0)
  late.resolve({ ...answer, finish: 'stop' })
  await vi.waitFor(() => expect(limited.spent()).toMatchObject({ calls: 1, tokens: 100, costUsd: 0.5 }))
})

test('limits that cannot be are refused', () => {
  const model = scriptedModel([])
  expect(() => limitModel(model, { maxCalls: -1 })).toThrow('maxCalls: expected a number from 0, got -1')
  expect(() => limitModel(model, { maxTokens: Number.NaN })).toThrow(TypeError)
  expect(() => limitModel(model, { concurrency: 0 })).toThrow(TypeError)
  expect(() => limitModel(model, { perMinute: 0.5 })).toThrow(TypeError)
  expect(() => limitModel(model, { timeoutMs: 0 })).toThrow('timeoutMs: expected more than 0')
})

test('a misspelt option of any model is a TypeError that names those that there are', () => {
  const model = scriptedModel(() => 'yes')
  const misspelt: (() => unknown)[] = [
    () => limitModel(model, { maxCostUSD: 2 } as never),
    () => endpointModel({ url: 'http://127.0.0.1:1/v1', model: 'm', apiKey: 'k' } as never),
    () => cassetteModel({ file: 'a.jsonl', model, record: true } as never),
    () => aiSdkModel(new MockLanguageModelV4(), { timeout: 5 } as never),
    () => scriptedModel(() => 'yes', { name: 'judge' } as never),
  ]
  for (const make of misspelt) expect(make).toThrow(/^expected the options of \w+ to be among .*; got "\w+"$/)
})
