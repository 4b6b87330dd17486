import { captureDom, captureHybrid } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { createDomCapture } from '../../src/capture/dom.ts'
import { createCaptureSession } from '../../src/capture/session.ts'
import { bySize } from '../../../../scripts/test-size.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()
const rounds = bySize({ fast: 5, faults: 20, long: 200 })

test.each([
  ['asks the page at once', captureDom, (page: Page): Promise<unknown> => page.evaluate("card.value = ''")],
  ['clicks', captureHybrid, (page: Page): Promise<unknown> => page.click('#clear')],
])(
  'what an action that %s takes out of a field was seen before, though the action did not wait for that',
  async (_what, open, act) => {
    const page = await live.show(`<label>Card number <input id=card autocomplete=cc-number></label>
      <button id=clear type=button onclick="card.value = ''">Clear</button>`)
    const { sink, of, settled } = keepEvents()
    const { turn } = open(page, sink)
    await turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
    await settled()
    for (let round = 0; round < rounds; round += 1) {
      // The agent does this beside its steps, after the last look.
      const number = `4111 1111 1111 ${1_000 + round}`
      await page.fill('#card', number)
      const details = { actionName: 'clear', actionArgs: { was: number }, reasoning: `I take out ${number}` }
      await turn(({ step }) => step(details, () => act(page)))
      await settled()
      expect(of('step_finished').at(-1)).toMatchObject({
        sensitive: true,
        reasoning: 'I take out [redacted:card:00000000]',
      })
    }
  },
)

test('a page is looked at when its capture begins, so that the first action need not wait for what a look makes there', async () => {
  const page = await live.show('<input type=password value="kX7!vPq2mZ">')
  const session = createCaptureSession(keepEvents().sink, {})
  createDomCapture(page, session)
  await expect.poll(() => session.seen.all()).toMatchObject([{ value: 'kX7!vPq2mZ', kind: 'password' }])
})
