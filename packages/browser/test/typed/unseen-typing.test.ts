import { setTimeout as sleep } from 'node:timers/promises'
import { captureDom, captureHybrid } from '@contrail/browser'
import { createRedactor, snapshotEvent } from '@contrail/core'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()
const both = [captureDom, captureHybrid]
const secret = 'Qx7canaryLm2'
/** A look at the fields has a second. */
const afterLookMs = 1_100

/** A page whose thread waits as soon as something was typed, until it is released. */
async function openWaiting(fields: string): Promise<{ page: Page; release: () => void }> {
  const page = await live.openApart('/thanks.html')
  const { path, release } = live.hold()
  await page.setContent(`<title>Slow</title>${fields}<script>document.oninput = () => setTimeout(() => {
    const request = new XMLHttpRequest()
    request.open('GET', '${path}', false)
    request.send()
  })</script>`)
  return { page, release }
}

const password = '<input type=password id=field>'

// Pages that wait take nothing of the machine, so they do so side by side.

test('what is typed into a page that then does not answer for seconds is told as a secret, and so is what a step gives back of it', async () => {
  const typeUnseen = async (open: typeof captureDom | typeof captureHybrid, actionArgs: object, answer: string) => {
    const { page, release } = await openWaiting(password)
    const { sink, of, settled } = keepEvents()
    const { turn } = open(page, sink)
    await turn(({ step }) =>
      step({ actionName: 'act', actionArgs: { ...actionArgs } }, async () => {
        await page.fill('#field', secret)
        return answer
      }),
    )
    await sleep(afterLookMs)
    release()
    await settled()
    return of('step_finished')
  }
  const [[givenBack], ...typed] = await Promise.all([
    typeUnseen(captureDom, {}, `typed ${secret}`),
    ...inFast([captureHybrid], both).map((open) => typeUnseen(open, { what: secret }, '')),
  ])
  expect(typed).toMatchObject(typed.map(() => [{ sensitive: true }]))
  const redactor = createRedactor({ fingerprint: () => '0123abcd' })
  const { event } = snapshotEvent('step_finished', givenBack, { sha256: () => '', redactor })
  expect(event).toMatchObject({ toolOutput: { result: 'typed [redacted:password:00000000]' } })
})

test('nor is it told in clear where the page never answers again, also into a field that came in the same step; what no field for a secret could take is', async () => {
  const fill = (page: Page): Promise<void> => page.fill('#field', secret)
  const cases: [string, Record<string, string>, (page: Page) => Promise<void>, true | undefined][] = [
    [password, { what: secret }, fill, true],
    ['<input id=field>', { what: secret }, fill, undefined],
    [
      `<button onclick="this.outerHTML = '${password}'">Sign in</button>`,
      { text: secret },
      async (page) => {
        await page.click('button')
        await fill(page)
      },
      true,
    ],
  ]
  const told = cases.map(async ([fields, actionArgs, act]) => {
    const { page, release } = await openWaiting(fields)
    const { sink, of, settled } = keepEvents()
    const { turn } = captureDom(page, sink, { timeoutMs: 1_500 })
    // A look at the fields has a second, which is over early where a machine has much else to do: the step that is seen is told in clear.
    do {
      await turn(({ step }) => step({ actionName: 'look', actionArgs: { what: 'the weather' } }, () => page.title()))
      await settled()
    } while (of('step_finished').at(-1)?.sensitive)
    await turn(({ step }) => step({ actionName: 'act', actionArgs }, () => act(page)))
    await settled()
    release()
    return of('step_finished').at(-1)?.sensitive
  })
  expect(await Promise.all(told)).toEqual(cases.map(([, , , sensitive]) => sensitive))
})

test('what is typed while the focus is in a closed shadow root is told as a secret, also where the step itself moves it there; what it puts into a plain field is none', async () => {
  const page = await live.open('/thanks.html')
  await page.setContent(`<div id=host></div><input id=other><script>
    field = host.attachShadow({ mode: 'closed' }).appendChild(document.createElement('input'))
    field.type = 'password'
  </script>`)
  const focusHidden = (): Promise<void> => page.evaluate('field.focus()')
  const type = (): Promise<void> => page.keyboard.type(secret)
  const acts: [Record<string, string>, () => Promise<unknown>, true | undefined][] = [
    [
      { text: secret },
      () =>
        focusHidden()
          .then(type)
          .then(() => page.evaluate('field.value = ""')),
      true,
    ],
    [{ value: secret }, () => type().then(() => page.focus('#other')), true],
    [{ text: secret }, () => page.fill('#other', secret), undefined],
    [{ selector: '#host' }, () => page.evaluate('other.value = ""').then(focusHidden), undefined],
    [{ text: secret }, () => page.fill('#other', `to ${secret}`), undefined],
  ]
  for (const open of inFast([captureHybrid], both)) {
    await page.evaluate('document.activeElement.blur()')
    const { sink, of, settled } = keepEvents()
    const { turn } = open(page, sink)
    for (const [at, [actionArgs, act]] of acts.entries()) {
      if (at === 1) await focusHidden()
      await turn(({ step }) => step({ actionName: 'act', actionArgs }, act))
      await settled()
    }
    expect(of('step_finished').map(({ sensitive }) => sensitive)).toEqual(acts.map(([, , sensitive]) => sensitive))
  }
})

test('of a page that is closed by the step that types into it the typed text is a secret, and what was clicked is none', async () => {
  const cases: [Record<string, string>, true | undefined][] = [
    [{ text: secret }, true],
    [{ selector: '#field' }, undefined],
  ]
  const told = cases.map(async ([actionArgs]) => {
    const page = await live.open('/thanks.html')
    await page.setContent(password)
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
    return of('step_finished').map(({ sensitive }) => sensitive)
  })
  expect(await Promise.all(told)).toEqual(cases.map(([, sensitive]) => [undefined, sensitive]))
})
