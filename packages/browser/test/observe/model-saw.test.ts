import { createHash } from 'node:crypto'
import { captureCua, captureDom, captureHybrid } from '@contrail/browser'
import { snapshotEvent, type EvidenceEvent } from '@contrail/core'
import { expect, test } from 'vitest'
import { keepEvents, useLivePages, viewport } from '../support/live-page.ts'
import { images } from '../support/pixels.ts'

const live = useLivePages()

test('a state that the agent pictures for its model is not pictured again: one frame is evidence of both', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, types, of } = keepEvents()
  const capture = captureCua(page, sink)
  const first = await capture.screenshot()
  for (let round = 0; round < 3; round += 1) {
    await capture.act({ type: 'click', x: 40, y: 110 }, () => page.click('#add'))
    const frame = await capture.screenshot()
    await settled()
    expect(of('screenshot').at(-1)?.screenshot).toBe(frame)
  }
  const shared = ['step_finished', 'screenshot', 'step_observed']
  expect(types()).toEqual(['screenshot', ...shared, ...shared, ...shared])
  expect(of('screenshot')[0]?.screenshot).toBe(first)
  expect(of('screenshot').map(({ evidenceRole }) => evidenceRole)).toEqual([
    'agent',
    ...shared.map(() => 'agent_and_probe'),
  ])
  expect(of('step_observed').map(({ ariaTree }) => /\d in cart/.exec(ariaTree ?? '')?.[0])).toEqual([
    '1 in cart',
    '2 in cart',
    '3 in cart',
  ])
})

test('a recorder keeps the very bytes of a probe, and a copy of a picture that the agent has too', async () => {
  const { settled, sink, of } = keepEvents()
  sink.takesOver = true
  const dom = captureDom(await live.open('/index.html'), sink)
  await dom.turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
  await dom.settled()
  const page = await live.open('/index.html')
  const cua = captureCua(page, sink)
  await cua.screenshot()
  await cua.act({ type: 'click', x: 40, y: 110 }, () => page.click('#add'))
  await cua.screenshot()
  await settled()
  expect(of('screenshot').map((event) => [event.evidenceRole, isCopied(event)])).toEqual([
    ['probe', false],
    ['agent', true],
    ['agent_and_probe', true],
  ])
})

/** Tells whether a recorder that is told of this picture would hold a copy of its bytes. */
function isCopied(event: Extract<EvidenceEvent, { type: 'screenshot' }>): boolean {
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
  const [frame] = snapshotEvent('screenshot', event, { sha256 }).frames
  return frame?.bytes.buffer !== event.screenshot.buffer
}

test('what the agent took by its own means is its frame, and the tree and picture of the probe', async () => {
  const page = await live.open('/index.html')
  const { settled, sink, of } = keepEvents()
  const capture = captureHybrid(page, sink)
  capture.modelSaw({ ariaTree: 'the tree before anything' })
  let shared = 0
  for (let round = 0; shared < 2; round += 1) {
    await capture.turn(({ step }) => step({ actionName: 'add' }, () => page.click('#add')))
    const startedMs = performance.now()
    const [screenshot, ariaTree] = [await page.screenshot(), `- text: mine ${round}`]
    capture.modelSaw({ screenshot, ariaTree })
    const tookMs = performance.now() - startedMs
    await settled()
    // It is waited for for half a second, and the next time for twice as long as it took this time.
    if (round === 0 && tookMs > 400) continue
    expect(of('screenshot').at(-1)).toMatchObject({ evidenceRole: 'agent_and_probe', viewport, scale: 1 })
    expect(of('screenshot').at(-1)?.screenshot).toBe(screenshot)
    expect(of('step_observed').at(-1)).toMatchObject({ ariaTree, title: 'Lamp shop' })
    shared += 1
  }
  expect(of('step_observed').length - shared).toBeLessThan(2)
})

test('with a secret to be read on the page the picture is the agent’s alone, none is taken of that state for the probe, and a given tree loses the value', async () => {
  const page = await live.reopen('/account.html')
  await page.fill('#password', 'tiger-in-the-tank')
  await page.locator('#password').evaluate((field: HTMLInputElement) => {
    field.autocomplete = 'current-password'
    field.type = 'text'
  })
  const { settled, sink, of } = keepEvents()
  const capture = captureHybrid(page, sink, { images })
  capture.modelSaw({ ariaTree: '' })
  await capture.turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
  const frame = await capture.screenshot()
  await settled()
  expect(of('screenshot').map(({ evidenceRole, masked }) => [evidenceRole, masked])).toEqual([['agent', undefined]])
  expect(of('screenshot')[0]?.screenshot).toBe(frame)
  expect(of('step_observed')[0]?.ariaTree).toContain('[redacted:password:00000000]')
  expect(of('gap')).toEqual([])
  await capture.turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
  capture.modelSaw({ ariaTree: '- textbox "Password" [ref=e3]: tiger-in-the-tank' })
  await settled()
  expect(of('step_observed').at(-1)?.ariaTree).toBe('- textbox "Password" [ref=e3]: "[redacted:password:00000000]"')
  // A tree alone is no picture: the probe has its own.
  expect(of('screenshot').at(-1)).toMatchObject({ evidenceRole: 'probe', masked: true })
})

test('a picture that is not the viewport in device pixels, or of another document, is the agent’s alone', async () => {
  const page = await live.reopen('/long.html?count=60', { deviceScaleFactor: 2 })
  const { settled, sink, of } = keepEvents()
  const capture = captureHybrid(page, sink)
  capture.modelSaw({ ariaTree: '' })
  const look = () => capture.turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
  await look()
  await capture.screenshot()
  await settled()
  // Which of the two is emitted first is up to how long the page takes.
  expect(
    of('screenshot')
      .map(({ evidenceRole, scale }) => `${evidenceRole} ${scale}`)
      .toSorted(),
  ).toEqual(['agent 1', 'probe 2'])
  const plain = await live.reopen('/index.html')
  await plain.evaluate(() => (document.body.style.height = '900px'))
  const other = keepEvents()
  const second = captureHybrid(plain, other.sink)
  second.modelSaw({ ariaTree: '' })
  await second.turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
  second.modelSaw({ screenshot: await plain.screenshot({ fullPage: true }) })
  await other.settled()
  expect(
    other
      .of('screenshot')
      .map(({ evidenceRole }) => String(evidenceRole))
      .toSorted(),
  ).toEqual(['agent', 'probe'])
})

test('an agent that no longer hands over is waited for once', async () => {
  const page = await live.reopen('/index.html')
  const { sink, of } = keepEvents()
  const capture = captureCua(page, sink)
  await capture.screenshot()
  const act = () => capture.act({ type: 'click', x: 1, y: 1 }, () => page.click('#add'))
  await act()
  await act()
  // The first look was taken at the barrier; the second does not wait to be handed anything any more, nor for anybody.
  await expect.poll(() => of('step_observed').length, { timeout: 10_000 }).toBe(2)
})

test('a frame that the agent took between two steps is evidence of the second, not of the first', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, types } = keepEvents()
  const capture = captureHybrid(page, sink, { probe: { mode: 'off' } })
  await capture.turn(({ step }) => step({ actionName: 'one' }, () => page.click('#add')))
  await capture.screenshot()
  await capture.turn(({ step }) => step({ actionName: 'two' }, () => page.click('#add')))
  await settled()
  expect(types().filter((type) => type !== 'turn_finished')).toEqual(['step_finished', 'screenshot', 'step_finished'])
})

test('what is no picture and no text is a TypeError, and holds nothing up', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, types } = keepEvents()
  const capture = captureCua(page, sink)
  await capture.act({ type: 'look' }, () => 'nothing')
  expect(() => capture.modelSaw({ screenshot: 'png' as never })).toThrow(
    /expected screenshot to be a Uint8Array.*got string/,
  )
  expect(() => capture.modelSaw({ ariaTree: 7 as never })).toThrow(/expected ariaTree to be a string, got number/)
  await settled()
  expect(types()).toEqual(['step_finished', 'screenshot', 'step_observed'])
})

test('with agent frames masked, a picture that cannot be covered is a gap', async () => {
  const page = await live.reopen('/account.html')
  const { settled, sink, of } = keepEvents()
  const capture = captureHybrid(page, sink, { maskAgentFrames: true })
  capture.modelSaw({ screenshot: await page.screenshot() })
  await settled()
  expect(of('screenshot')).toEqual([])
  expect(of('gap')).toMatchObject([{ what: 'screenshot', reason: 'mask_failed', detail: { role: 'agent' } }])
})
