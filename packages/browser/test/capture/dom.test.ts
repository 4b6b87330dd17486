import { captureDom } from '@contrail/browser'
import type { EvidenceSink } from '@contrail/core'
import { expect, test } from 'vitest'
import { countCalls, keepEvents, prepareCrash, useLivePages } from '../support/live-page.ts'

const live = useLivePages()

test('the steps of a turn share one probe, told after them', async () => {
  const page = await live.open('/index.html')
  const { settled, sink, types, of } = keepEvents()
  const capture = captureDom(page, sink)
  const answer = await capture.turn(
    async (turn) => {
      await turn.step({ actionName: 'add', actionArgs: { times: 1 }, reasoning: 'I want one' }, () =>
        page.click('#add'),
      )
      await turn.step({ actionName: 'add', toolCallId: 'call-2' }, () => page.click('#add'))
      turn.said({ text: 'Two lamps', model: 'scripted' })
      turn.said({ usage: { input_tokens: 10, output_tokens: 2 } })
      return 'done'
    },
    { turnId: 'first' },
  )
  expect(answer).toBe('done')
  await settled()
  expect(types()).toEqual(['step_finished', 'step_finished', 'turn_finished', 'screenshot', 'step_observed'])
  expect(of('step_finished')).toMatchObject([
    { actionName: 'add', actionArgs: { times: 1 }, reasoning: 'I want one', turnId: 'first', toolOutput: { ok: true } },
    { actionName: 'add', actionArgs: {}, reasoning: '', turnId: 'first', toolCallId: 'call-2' },
  ])
  expect(of('screenshot')[0]).toMatchObject({
    evidenceRole: 'probe',
    url: live.url('/index.html'),
    mediaType: 'image/png',
  })
  expect(of('step_observed')[0]).toMatchObject({ title: 'Lamp shop', ariaTree: expect.stringContaining('2 in cart') })
  expect(of('turn_finished')[0]).toMatchObject({
    turnId: 'first',
    text: 'Two lamps',
    model: 'scripted',
    usage: { input_tokens: 10, output_tokens: 2 },
  })
})

test('what an action does to its arguments is not what the agent asked for', async () => {
  const { settled, sink, of } = keepEvents()
  const actionArgs = { place: { row: 1 } }
  await captureDom(await live.reopen('/index.html'), sink).turn((turn) =>
    turn.step({ actionName: 'look', actionArgs }, () => void (actionArgs.place.row = 99)),
  )
  await settled()
  expect(of('step_finished')[0]?.actionArgs).toEqual({ place: { row: 1 } })
})

test('the last look says how it was looked', async () => {
  const { settled, sink, of } = keepEvents()
  await captureDom(await live.reopen('/index.html'), sink).finalAnswer({ message: 'done' })
  await settled()
  expect(of('final_answer')[0]?.observation).toMatchObject({ viewport: { width: expect.any(Number) }, scale: 1 })
})

test('a turn without a step tells only that it finished, and does not look', async () => {
  const { page, calls } = countCalls(await live.open('/index.html'))
  const { settled, sink, events } = keepEvents()
  await captureDom(page, sink, { createId: () => 'made-up' }).turn((turn) => turn.said({ text: 'Let me think' }))
  await settled()
  expect(events).toMatchObject([{ type: 'turn_finished', turnId: 'made-up', text: 'Let me think' }])
  expect(calls.filter((call) => !['_wrapApiCall', 'context', 'on', 'mainFrame', 'url'].includes(call))).toEqual([])
})

test('a step is told with the times of its action, by the clock it was given', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, of } = keepEvents()
  let ms = 0
  const clock = { now: () => new Date(Date.UTC(2026, 0, 1) + ms), monotonicMs: () => ms }
  await captureDom(page, sink, { clock }).turn((turn) =>
    turn.step({ actionName: 'wait' }, () => {
      ms += 1_500
    }),
  )
  await settled()
  expect(of('step_finished')[0]).toMatchObject({
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:01.500Z',
    durationMs: 1_500,
  })
  expect(of('turn_finished')[0]).toMatchObject({ startedAt: '2026-01-01T00:00:00.000Z', durationMs: 1_500 })
})

test('what a tool reports decides whether its step is ok, and its result is returned untouched', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, of } = keepEvents()
  const refusal = { success: false, error: 'out of stock' }
  await captureDom(page, sink).turn(async (turn) => {
    expect(await turn.step({ actionName: 'buy' }, () => refusal)).toBe(refusal)
  })
  await settled()
  expect(of('step_finished')[0]?.toolOutput).toEqual({ ok: false, result: refusal, error: 'out of stock' })
})

test('steps that throw at the same time keep each its own error, and the caller gets the original', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, types, of } = keepEvents()
  const errors = { slow: new Error('slow failed'), fast: new TypeError('fast failed') }
  const outcomes: unknown[] = []
  const [fastIsOver, fineIsOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const turn = captureDom(page, sink).turn(async ({ step }) => {
    const fail = async (name: 'slow' | 'fast', after?: Promise<void>): Promise<void> => {
      const failing = step({ actionName: name, toolCallId: name }, async () => {
        await after
        throw errors[name]
      })
      await failing.catch((error: unknown) => outcomes.push(error))
      if (name === 'fast') fastIsOver.resolve()
      throw errors[name]
    }
    const fine = step({ actionName: 'fine' }, async () => {
      await fastIsOver.promise
      return 'fine'
    }).finally(fineIsOver.resolve)
    await Promise.all([fail('slow', fineIsOver.promise), fail('fast'), fine])
  })
  await expect(turn).rejects.toBe(errors.fast)
  await settled()
  expect(outcomes).toEqual([errors.fast, errors.slow])
  expect(outcomes[1]).toBe(errors.slow)
  expect(of('step_finished').map(({ actionName, toolOutput }) => [actionName, toolOutput])).toEqual([
    ['fast', { ok: false, error: 'fast failed' }],
    ['fine', { ok: true, result: 'fine' }],
    ['slow', { ok: false, error: 'slow failed' }],
  ])
  expect(types().slice(3)).toEqual(['turn_finished', 'screenshot', 'step_observed'])
})

test('a turn that throws is probed and finished, and rejects with the original', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, types } = keepEvents()
  const original = new Error('the model is gone')
  const turn = captureDom(page, sink).turn(async ({ step }) => {
    await step({ actionName: 'add' }, () => page.click('#add'))
    throw original
  })
  await expect(turn).rejects.toBe(original)
  await settled()
  expect(types()).toEqual(['step_finished', 'turn_finished', 'screenshot', 'step_observed'])
})

test('a step that ends after its turn was given up is still told', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, types } = keepEvents()
  const { promise, resolve } = Promise.withResolvers<string>()
  let late: Promise<string> | undefined
  await captureDom(page, sink, { timeoutMs: 300 }).turn(({ step }) => {
    late = step({ actionName: 'late' }, () => promise)
  })
  await settled()
  await expect.poll(types, { timeout: 10_000 }).toContain('turn_finished')
  expect(types()).not.toContain('step_finished')
  resolve('at last')
  expect(await late).toBe('at last')
  await settled()
  expect(types().at(-1)).toBe('step_finished')
})

test('a page that crashes during a turn costs gaps, not the turn', async () => {
  const page = await live.openApart('/index.html')
  const crash = await prepareCrash(page)
  const { settled, sink, types, of } = keepEvents()
  await captureDom(page, sink).turn(({ step }) => step({ actionName: 'crash' }, crash))
  await settled()
  const told = types().filter((type) => type !== 'gap')
  expect(told.toSorted()).toEqual(['page_event', 'step_finished', 'step_observed', 'turn_finished'])
  expect(of('gap')[0]).toMatchObject({ what: 'screenshot', reason: 'page_crashed' })
  expect(of('step_observed')[0]).toMatchObject({ url: live.url('/index.html') })
})

test('a live object of Playwright is told as a few plain facts', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, of } = keepEvents()
  await captureDom(page, sink).turn(async ({ step }) => {
    await step({ actionName: 'goto' }, () => page.goto(live.url('/error')))
    await step({ actionName: 'find' }, () => page.getByRole('button', { name: 'Buy' }))
  })
  await settled()
  expect(of('step_finished').map(({ toolOutput }) => toolOutput)).toEqual([
    { ok: true, result: { url: live.url('/error'), status: 500 } },
    { ok: true, result: "getByRole('button', { name: 'Buy' })" },
  ])
})

test('the final answer carries a last look at the page, or the gaps of one', async () => {
  const page = await live.openAlone('/index.html')
  const { settled, sink, events, of } = keepEvents()
  const capture = captureDom(page, sink)
  await capture.finalAnswer({ message: 'Two lamps', output: { lamps: 2 } })
  await settled()
  expect(events).toHaveLength(1)
  expect(of('final_answer')[0]).toMatchObject({
    message: 'Two lamps',
    output: { lamps: 2 },
    observation: { url: live.url('/index.html'), title: 'Lamp shop', ariaTree: expect.stringContaining('Lamps') },
  })
  expect(of('final_answer')[0]?.observation?.screenshot).toBeInstanceOf(Uint8Array)

  await page.context().close()
  await capture.finalAnswer({ message: 'and nothing else' })
  await settled()
  const time = expect.stringMatching(/^\d{4}-.*Z$/)
  expect(of('final_answer')[1]).toEqual({
    type: 'final_answer',
    source: expect.any(String),
    message: 'and nothing else',
    observation: {
      url: live.url('/index.html'),
      pageId: 'p1',
      tabs: [{ pageId: 'p1', url: live.url('/index.html'), title: 'Lamp shop', active: true }],
      startedAt: time,
      finishedAt: time,
    },
  })
  expect(of('gap')).toMatchObject([
    { what: 'screenshot', reason: 'page_closed' },
    { what: 'probe', reason: 'page_closed' },
  ])
})

test.each([
  ['there is no sink', undefined],
  ['nobody listens', { sink: keepEvents(), isListening: () => false }],
])('when %s nothing is looked at and steps are just run', async (_when, quiet) => {
  const { page, calls } = countCalls(await live.open('/index.html'))
  let sink: EvidenceSink | undefined
  if (quiet) sink = Object.defineProperty(quiet.sink.sink, 'isListening', { value: quiet.isListening })
  const capture = captureDom(page, sink)
  const thrown = new Error('its own')
  expect(await capture.turn(({ step }) => step({ actionName: 'read' }, () => 42))).toBe(42)
  await expect(
    capture.turn(({ step }) =>
      step({ actionName: 'fail' }, () => {
        throw thrown
      }),
    ),
  ).rejects.toBe(thrown)
  await capture.finalAnswer({ message: 'done' })
  await capture.settled()
  expect(calls.filter((call) => !['_wrapApiCall', 'context', 'on', 'mainFrame', 'url'].includes(call))).toEqual([])
  expect(quiet?.sink.events ?? []).toEqual([])
})

test('a sink that throws, rejects or hangs is contained, named, and waited for once', async () => {
  const page = await live.reopen('/index.html')
  const failures: string[] = []
  const { promise: never } = Promise.withResolvers<void>()
  const heard: string[] = []
  const sink: EvidenceSink = ({ type }) => {
    heard.push(type)
    if (type === 'step_finished') throw new Error('sink is broken')
    if (type === 'screenshot') return Promise.reject(new Error('sink is broken'))
    return never
  }
  const capture = captureDom(page, sink, { timeoutMs: 600, onFailure: (message) => failures.push(message) })
  const startedMs = performance.now()
  for (let turn = 0; turn < 3; turn += 1) {
    expect(await capture.turn(({ step }) => step({ actionName: 'read' }, () => turn))).toBe(turn)
  }
  // The first that hangs is waited for; a wait for each of the six would take 3.6 s.
  expect(performance.now() - startedMs).toBeLessThan(3_300)
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(12)
  expect(failures).toContain('onEvidence callback failed for step_finished')
  expect(failures).toContain('onEvidence callback failed for screenshot')
  await expect.poll(() => failures, { timeout: 10_000 }).toContain('onEvidence callback failed for turn_finished')
})

test('options that make no sense are a TypeError at once', async () => {
  const page = await live.reopen('/index.html')
  const { sink } = keepEvents()
  expect(() => captureDom(page, sink, { timeoutMs: -1 })).toThrow(TypeError)
  expect(() => captureDom(page, sink, { budgetTokens: 0 })).toThrow(TypeError)
  expect(() => captureDom(page, sink, { probe: { mode: 'never' as never } })).toThrow(
    /'overlap', 'await' or 'off', got never/,
  )
  expect(() => captureDom(page, sink, { probe: { barrierMs: -1 } })).toThrow(/expected probe.barrierMs .* got -1/)
})

test('with probes off steps are told and nothing is seen, not at the end either; awaited, each turn ends with its probe told', async () => {
  const page = await live.reopen('/index.html')
  const off = keepEvents()
  const quiet = captureDom(page, off.sink, { probe: { mode: 'off' } })
  await quiet.turn(({ step }) => step({ actionName: 'add' }, () => page.click('#add')))
  await quiet.finalAnswer({ message: 'done' })
  expect(off.types()).toEqual(['step_finished', 'turn_finished', 'final_answer'])
  expect(off.of('final_answer')[0]).not.toHaveProperty('observation')

  const awaited = keepEvents()
  const strict = captureDom(page, awaited.sink, { probe: { mode: 'await' } })
  await strict.turn(({ step }) => step({ actionName: 'add' }, () => page.click('#add')))
  expect(awaited.types()).toEqual(['step_finished', 'screenshot', 'step_observed', 'turn_finished'])
})
