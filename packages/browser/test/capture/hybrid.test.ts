import { captureHybrid } from '@contrail/browser'
import { expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()

test('a hybrid run has agent frames, dom turns with one probe each, and a final answer', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, types, of } = keepEvents()
  const capture = captureHybrid(page, sink)
  await capture.turn(async ({ step }) => {
    const frame = await capture.screenshot()
    expect(frame).toBe(of('screenshot')[0]?.screenshot)
    await step({ actionName: 'click' }, () => page.click('#add'))
    await step({ actionName: 'click' }, () => page.click('#add'))
  })
  await capture.finalAnswer({ message: 'two' })
  await settled()
  expect(types()).toEqual([
    'screenshot',
    'step_finished',
    'step_finished',
    'turn_finished',
    'screenshot',
    'step_observed',
    'final_answer',
  ])
  expect(of('screenshot').map(({ evidenceRole }) => evidenceRole)).toEqual(['agent', 'probe'])
})
