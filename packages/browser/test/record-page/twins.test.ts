import { recordContext, recordPage } from '@contrail/browser'
import type { EvidenceSink } from '@contrail/core'
import type { ConsoleMessage, Frame, Page, Route } from 'playwright'
import { expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()

/** For what is told of steps alone. */
const unprobed = { probe: { mode: 'off' } } as const

test.each([
  ['recordPage', (page: Page, sink: EvidenceSink) => recordPage(page, sink)],
  ['recordContext', (page: Page, sink: EvidenceSink) => recordContext(page.context(), sink).pages().at(-1)!],
])('whatever leads to a page leads to the recorded one, the same object each time: %s', async (_, attach) => {
  const original = await live.open('/popup.html')
  const { sink, settled, of } = keepEvents()
  const page = attach(original, sink)
  const context = page.context()
  const led: [string, Page | null | undefined][] = []
  const frame = page.mainFrame()
  led.push(['frame', frame.page()], ['frames', page.frames()[0]?.page()], ['locator', frame.locator('p').page()])
  page.on('console', (message) => void led.push(['listener', message.page()]))
  page.once('dialog', (dialog) => {
    led.push(['dialog', dialog.page()])
    void dialog.accept()
  })
  const predicate = (message: ConsoleMessage): boolean => led.push(['predicate', message.page()]) > 0
  const [message] = await Promise.all([page.waitForEvent('console', { predicate }), page.evaluate('console.log(1)')])
  led.push(['event', message.page()])
  await page.exposeBinding('tell', (source: { page: Page; frame: Frame }) => {
    led.push(['binding', source.page], ['frame of a binding', source.frame.page()])
    expect(source.frame).toBe(frame)
  })
  await page.evaluate('tell()')
  const answer = async (route: Route): Promise<void> => {
    led.push(['route', route.request().frame().page()])
    await route.fulfill({ body: 'routed' })
  }
  await page.route('**/routed', answer)
  const [response, body] = await Promise.all([
    page.waitForResponse((one) => led.push(['response', one.frame().page()]) > 0),
    page.evaluate(async () => (await fetch('/routed')).text()),
  ])
  led.push(['request', response.request().frame().page()])
  expect(body).toBe('routed')
  await page.unroute('**/routed', answer)
  expect(await page.evaluate(async () => (await fetch('/routed')).status)).toBe(404)
  led.push(['answer', (await page.goto(live.url('/popup.html')))?.frame().page()])
  await page.getByText('Alert').click()
  expect(led.filter(([, one]) => one !== page)).toEqual([])
  expect(new Set(led.map(([name]) => name)).size).toBe(13)

  const clicked = new Promise<{ popup: Page; click: Promise<void> }>((done) => {
    page.once('popup', (popup) => done({ popup, click: popup.click('#add') }))
  })
  await page.getByText('Open shop').click()
  const { popup, click } = await clicked
  await click
  expect(popup.context()).toBe(context)
  expect(await popup.opener()).toBe(page)
  expect([original, ...original.context().pages()]).not.toContain(popup)
  await frame.locator('body').hover()
  await settled()
  expect(
    of('step_finished')
      .map(({ actionName }) => actionName)
      .toSorted(),
  ).toEqual(['goto', 'click', 'click', 'click', 'hover'].toSorted())
})

test('a listener that is taken off hears no more, and a page that is recorded twice is one', async () => {
  const [once, again] = [keepEvents(), keepEvents()]
  const recorded = recordPage(await live.reopen('/index.html'), once.sink, unprobed)
  const twice = recordPage(recorded, again.sink, unprobed)
  let heard = 0
  const listener = (message: ConsoleMessage): void => {
    heard += 1
    expect(message.page()).toBe(twice)
  }
  twice.on('console', listener)
  await twice.evaluate('console.log(1)')
  twice.off('console', listener)
  await twice.evaluate('console.log(2)')
  expect(heard).toBe(1)
  await twice.click('#add')
  await Promise.all([once.settled(), again.settled()])
  expect([once, again].map(({ of }) => of('step_finished').length)).toEqual([1, 1])
})
