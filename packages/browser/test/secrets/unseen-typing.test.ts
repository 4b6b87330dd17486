import { captureDom, captureHybrid } from '@contrail/browser'
import { createRedactor, snapshotEvent } from '@contrail/core'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()
const secret = 'Qx7canaryLm2'

/** A page whose thread is blocked as soon as something was typed, for some ms. */
async function openBlocked(blockedMs: number, fields: string): Promise<Page> {
  const page = await live.openApart('/thanks.html')
  await page.setContent(`<title>Slow</title>${fields}<script>document.oninput = () => setTimeout(() => {
    const begin = performance.now()
    while (performance.now() - begin < ${blockedMs});
  })</script>`)
  return page
}

const password = '<input type=password id=field>'

test.each([
  ['captureDom', captureDom],
  ['captureHybrid', captureHybrid],
] as const)(
  'what is typed into a page that then does not answer for seconds is told as a secret: %s',
  async (_, open) => {
    const page = await openBlocked(1_200, password)
    const { sink, of, settled } = keepEvents()
    const { turn } = open(page, sink)
    await turn(({ step }) =>
      step({ actionName: 'act', actionArgs: { what: secret } }, () => page.fill('#field', secret)),
    )
    await settled()
    expect(of('step_finished')).toMatchObject([{ sensitive: true }])
  },
)

test('what a step gives back of what it typed there is a secret, too', async () => {
  const page = await openBlocked(1_200, password)
  const { sink, of, settled } = keepEvents()
  const { turn } = captureDom(page, sink)
  await turn(({ step }) =>
    step({ actionName: 'sign in' }, async () => {
      await page.fill('#field', secret)
      return `typed ${secret}`
    }),
  )
  await settled()
  const [told] = of('step_finished')
  const redactor = createRedactor({ fingerprint: () => '0123abcd' })
  const { event } = snapshotEvent('step_finished', told, { sha256: () => '', redactor })
  expect(event).toMatchObject({ toolOutput: { result: 'typed [redacted:password:00000000]' } })
})

test('nor is it told in clear where the page never answers again; what no field for a secret could take is', async () => {
  for (const [fields, sensitive] of [
    [password, true],
    ['<input id=field>', undefined],
  ] as const) {
    const page = await openBlocked(1_500, fields)
    const { sink, of, settled } = keepEvents()
    const { turn } = captureDom(page, sink, { timeoutMs: 600 })
    await turn(({ step }) => step({ actionName: 'look' }, () => page.title()))
    await turn(({ step }) =>
      step({ actionName: 'act', actionArgs: { what: secret } }, () => page.fill('#field', secret)),
    )
    await settled()
    expect(of('step_finished').map((event) => event.sensitive)).toEqual([undefined, sensitive])
  }
})

test('text that is typed into a field which came in the same step, into a page that never answers again, is a secret', async () => {
  const page = await openBlocked(
    1_500,
    '<button onclick="this.outerHTML = `<input type=password id=field>`">Sign in</button>',
  )
  const { sink, of, settled } = keepEvents()
  const { turn } = captureDom(page, sink, { timeoutMs: 600 })
  await turn(({ step }) => step({ actionName: 'look' }, () => page.title()))
  await turn(({ step }) =>
    step({ actionName: 'sign in', actionArgs: { text: secret } }, async () => {
      await page.click('button')
      await page.fill('#field', secret)
    }),
  )
  await settled()
  expect(of('step_finished').map((event) => event.sensitive)).toEqual([undefined, true])
})

test('of a page that is closed by the step that types into it the typed text is a secret, and what was clicked is none', async () => {
  for (const [actionArgs, sensitive] of [
    [{ text: secret }, true],
    [{ selector: '#field' }, undefined],
  ] as const) {
    const page = await openBlocked(0, password)
    const { sink, of, settled } = keepEvents()
    const { turn } = captureDom(page, sink)
    await turn(({ step }) => step({ actionName: 'look' }, () => page.title()))
    await turn(({ step }) =>
      step({ actionName: 'sign in', actionArgs }, async () => {
        await page.fill('#field', secret)
        await page.close()
      }),
    )
    await settled()
    expect(of('step_finished').map((event) => event.sensitive)).toEqual([undefined, sensitive])
  }
})
