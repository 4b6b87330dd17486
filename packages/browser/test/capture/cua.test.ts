import { captureCua } from '@contrail/browser'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { countCalls, keepEvents, useLivePages, viewport } from '../support/live-page.ts'
import { countPixels } from '../support/pixels.ts'

const live = useLivePages()

test('a batch of actions from one frame is one agent frame, then a step and a probe for each action', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, types, of } = keepEvents()
  const capture = captureCua(page, sink)
  const frame = await capture.screenshot()
  for (const x of [40, 41]) {
    await capture.act({ type: 'click', x, y: 110, reasoning: 'there', screenshot: frame, timestamp: 5 }, (action) =>
      page.mouse.click(action.x, action.y),
    )
  }
  await capture.act({ type: 'wait' }, () => page.waitForTimeout(1))
  const probed = ['step_finished', 'screenshot', 'step_observed']
  await settled()
  expect(types()).toEqual(['screenshot', ...probed, ...probed, ...probed])
  const [agent, ...probes] = of('screenshot')
  expect(agent).toMatchObject({ evidenceRole: 'agent', url: live.url('/index.html'), scale: 1 })
  expect(agent?.screenshot).toBe(frame)
  expect(probes.map(({ evidenceRole }) => evidenceRole)).toEqual(['probe', 'probe', 'probe'])
  expect(of('step_finished')).toMatchObject([
    { actionName: 'click', actionArgs: { type: 'click', x: 40, y: 110, reasoning: 'there' }, reasoning: 'there' },
    { actionName: 'click', actionArgs: { x: 41 } },
    { actionName: 'wait', actionArgs: { type: 'wait' }, reasoning: '' },
  ])
  expect(of('step_finished')[0]?.actionArgs).not.toHaveProperty('screenshot')
  expect(of('step_finished')[0]?.actionArgs).not.toHaveProperty('timestamp')
})

test('a frame for the model has one pixel for each CSS pixel, also on a dense screen', async () => {
  const page = await live.reopen('/index.html', { deviceScaleFactor: 2 })
  const { settled, sink, of } = keepEvents()
  const frame = Buffer.from(await captureCua(page, sink).screenshot())
  expect([frame.readUInt32BE(16), frame.readUInt32BE(20)]).toEqual([viewport.width, viewport.height])
  await settled()
  expect(of('screenshot')[0]).toMatchObject({ viewport, scale: 1 })
})

test('of a window that never has the size it says the agent is given the picture that Playwright gives', async () => {
  const page = await live.openAlone('/index.html')
  const session = await page.context().newCDPSession(page)
  // The screen is smaller than the page is told.
  await session.send('Emulation.setVisibleSize', { width: 300, height: 200 })
  const { settled, sink, of } = keepEvents()
  const frame = Buffer.from(await captureCua(page, sink).screenshot())
  expect([frame.readUInt32BE(16), frame.readUInt32BE(20)]).toEqual([viewport.width, viewport.height])
  await settled()
  expect(of('screenshot')).toMatchObject([{ evidenceRole: 'agent', viewport, scale: 1 }])
  expect(of('gap')).toEqual([])
  await page.context().close()
})

test('an action that throws is a step that is not ok, is probed, and rejects with the original', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, types, of } = keepEvents()
  const original = new TypeError('no such key')
  const acting = captureCua(page, sink).act({ type: 'keypress', keys: ['Nope'] }, () => Promise.reject(original))
  await expect(acting).rejects.toBe(original)
  await settled()
  expect(types()).toEqual(['step_finished', 'screenshot', 'step_observed'])
  expect(of('step_finished')[0]?.toolOutput).toEqual({ ok: false, error: 'no such key' })
})

test('actions that run together are told in the order they end, and share the probe after them', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, types, of } = keepEvents()
  const capture = captureCua(page, sink)
  const [first, second] = [new Error('first'), new Error('second')]
  const third = Promise.withResolvers<void>()
  const outcomes = await Promise.allSettled([
    capture.act({ type: 'a' }, async () => {
      await third.promise
      await page.waitForTimeout(20)
      throw first
    }),
    capture.act({ type: 'b' }, () => Promise.reject(second)),
    capture.act({ type: 'c' }, () => {
      third.resolve()
      return 'fine'
    }),
  ])
  expect(outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : outcome.value))).toEqual([
    first,
    second,
    'fine',
  ])
  const probed = ['step_finished', 'screenshot', 'step_observed']
  await settled()
  expect(types()).toEqual(['step_finished', 'step_finished', ...probed])
  expect(of('step_finished').map(({ actionName }) => actionName)).toEqual(['b', 'c', 'a'])
  expect(of('step_observed')[0]).not.toHaveProperty('late')
})

test('a turn marks the actions in it, also when two turns run at once, and probes nothing itself', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, of } = keepEvents()
  const capture = captureCua(page, sink)
  const turn = (turnId: string) =>
    capture.turn(
      async ({ said }) => {
        await page.waitForTimeout(5)
        await capture.act({ type: turnId }, () => 'done')
        said({ model: 'scripted' })
      },
      { turnId },
    )
  await Promise.all([turn('t1'), turn('t2')])
  await capture.act({ type: 'outside' }, () => 'done')
  await settled()
  expect(of('step_finished').map(({ actionName, turnId }) => [actionName, turnId])).toEqual(
    expect.arrayContaining([
      ['t1', 't1'],
      ['t2', 't2'],
      ['outside', undefined],
    ]),
  )
  const looks = of('step_observed').length
  await capture.turn(({ said }) => said({ text: 'only words' }), { turnId: 't3' })
  await settled()
  expect(of('step_observed')).toHaveLength(looks)
  expect(
    of('turn_finished')
      .map(({ turnId }) => turnId)
      .sort(),
  ).toEqual(['t1', 't2', 't3'])
})

test('a page that cannot give the model a frame is a gap, and the error is the original', async () => {
  const page = await live.openAlone('/index.html')
  const { settled, sink, events } = keepEvents()
  await page.context().close()
  await expect(captureCua(page, sink).screenshot()).rejects.toThrow(/has been closed/)
  await settled()
  expect(events).toMatchObject([{ type: 'gap', what: 'screenshot', reason: 'page_closed', detail: { role: 'agent' } }])
})

test('without a sink the model still gets its frame, and nothing else is looked at', async () => {
  const { page, calls } = countCalls(await live.open('/index.html'))
  const capture = captureCua(page, undefined)
  expect((await capture.screenshot()).length).toBeGreaterThan(1_000)
  expect(await capture.act({ type: 'read' }, () => 7)).toBe(7)
  expect(await capture.turn(() => capture.act({ type: 'read' }, () => 8))).toBe(8)
  await capture.finalAnswer({ message: 'done' })
  const known = ['_wrapApiCall', 'context', 'on', 'frames', 'mainFrame']
  expect(calls.filter((call) => !known.includes(call))).toEqual([])
})

test('the picture for the model waits for a font on its way, and not for one that never comes', async () => {
  const page = await live.open('/index.html')
  const load = async (name: string, timeoutMs: number, answer: () => Promise<unknown>): Promise<number> => {
    await page.route(`**/${name}`, (route) => answer().then(() => route.abort()))
    await page.setContent(
      `<style>@font-face { font-family: slow; src: url(/${name}) } p { font: 60px slow; color: red }</style><p>Read me</p>`,
      { waitUntil: 'commit' },
    )
    return countPixels(await captureCua(page, undefined, { timeoutMs }).screenshot()).red
  }
  // Until a font is there or has failed, its text is invisible.
  expect(await load('late.woff2', 10_000, () => sleep(300))).toBeGreaterThan(500)
  const startedMs = performance.now()
  await load('never.woff2', 1_200, () => new Promise(() => {}))
  expect(performance.now() - startedMs).toBeLessThan(5_000)
})
