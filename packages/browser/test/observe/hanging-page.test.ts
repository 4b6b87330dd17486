import { captureDom, observePage } from '@contrail/browser'
import { expect, test } from 'vitest'
import { keepEvents, prepareCrash, useLivePages } from '../support/live-page.ts'

const live = useLivePages()

test('a page in an endless loop costs gaps for every part, never more than the limit, and never the step', async () => {
  const page = await live.openApart('/hang.html')
  const { sink, events, of } = keepEvents()
  const crash = await prepareCrash(page)
  const capture = captureDom(page, sink, { timeoutMs: 700 })
  const startedMs = performance.now()
  // The step is told, and the turn with it, when the look for secrets after it was given up; the probe has longer.
  const result = await capture.turn((turn) =>
    turn.step({ actionName: 'hang' }, async () => {
      await Promise.all([page.waitForEvent('console'), page.evaluate('hang()')])
      return 'hangs'
    }),
  )
  expect(result).toBe('hangs')
  expect(performance.now() - startedMs).toBeLessThan(4_000)
  await expect.poll(() => events.length, { timeout: 10_000 }).toBe(5)
  expect(events.map(({ type }) => type)).toEqual(['step_finished', 'turn_finished', 'step_observed', 'gap', 'gap'])
  expect(of('step_finished')[0]?.toolOutput.ok).toBe(true)
  expect(of('step_observed')[0]).toMatchObject({ url: live.url('/hang.html') })
  expect(of('gap')).toMatchObject([
    { what: 'screenshot', reason: 'timeout' },
    { what: 'probe', reason: 'timeout', detail: { parts: ['title', 'ariaTree'] } },
  ])
  const again = await observePage(page, { timeoutMs: 100 })
  expect(again.url).toBe(live.url('/hang.html'))
  await crash() // it spins until then
})
