import { captureDom, recordContext } from '@contrail/browser'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepEvents, prepareCrash, useLivePages } from '../support/live-page.ts'
import { serveBusySite } from './busy-site.ts'
import { told, until } from './words.ts'

const live = useLivePages()
let site: Awaited<ReturnType<typeof serveBusySite>>
beforeAll(async () => {
  site = await serveBusySite()
})
afterAll(() => site[Symbol.asyncDispose]())

/** A capture of a fresh page, whose failures are errors of ours. */
async function record(path = '/other', given?: Page) {
  const page = given ?? (await live.reopen('/thanks.html'))
  const kept = keepEvents()
  const failures: string[] = []
  const capture = captureDom(page, kept.sink, {
    probe: { mode: 'off' },
    onFailure: (message) => failures.push(message),
  })
  const act = <T>(actionName: string, run: () => Promise<T>, more: object = {}): Promise<T> =>
    capture.turn(({ step }) => step({ actionName, ...more }, run))
  await act('open', () => page.goto(site.url(path)))
  return { page, kept, act, failures }
}

test('lines of megabytes and 1,000 arguments, getters that throw, lone surrogates and a console that was replaced are lines', async () => {
  const { page, kept, act, failures } = await record()
  const answer = await act('shout', () =>
    page.evaluate(() => {
      const { error } = console
      console.log = () => {
        throw new Error('replaced')
      }
      console.error = (...given) => error.apply(console, ['mine:', ...given])
      console.error('noise '.repeat(400_000))
      console.error(...Array.from({ length: 1_000 }, (_, index) => index))
      console.error({
        get secret() {
          throw new Error('read')
        },
      })
      console.error('lone \ud800 surrogate')
      return 'done'
    }),
  )
  expect(answer).toBe('done')
  await until(kept, (event) => event.kind === 'console' && event.text.includes('surrogate'))
  await kept.settled()
  const texts = told(kept)[1]!
  expect(texts.map((text) => text.slice(0, 20))).toEqual([
    'error mine: noise no',
    'error mine: 0 1 2 3 ',
    'error mine: {secret:',
    expect.stringMatching(/^error mine: lone . s/),
  ])
  expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(8_100)
  expect(failures).toEqual([])
})

test('an address of half a megabyte is cut, and a status that there is not is told as it came', async () => {
  const { page, kept, act, failures } = await record()
  await act('ask', () =>
    page.evaluate(async () => {
      await fetch('/odd')
      await fetch(`/none?${'y'.repeat(500_000)}`).catch(() => {})
      history.pushState({}, '', `#${'z'.repeat(500_000)}`)
    }),
  )
  await until(kept, (event) => event.kind === 'navigation' && event.sameDocument)
  await kept.settled()
  const events = kept.of('page_event')
  expect(events).toContainEqual(expect.objectContaining({ kind: 'response', status: 999, statusText: 'Odd' }))
  expect(
    events.filter((event) => 'requestUrl' in event && event.requestUrl.endsWith('/none... [truncated]')),
  ).not.toEqual([])
  expect(JSON.stringify(events).length).toBeLessThan(60_000)
  expect(failures).toEqual([])
})

test('what a service worker answers is the page’s, and what it asks for itself says so', async () => {
  const { page, kept, act } = await record()
  await act('work', () =>
    page.evaluate(async () => {
      await navigator.serviceWorker.register('/worker.js')
      if (!navigator.serviceWorker.controller) {
        await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve))
      }
      await fetch('/made')
      await fetch('/asked')
    }),
  )
  await until(kept, (event) => event.kind === 'response' && event.requestUrl.endsWith('/asked'))
  await until(kept, (event) => event.kind === 'response' && event.requestUrl.endsWith('/busy'))
  await kept.settled()
  expect(told(kept)[1]).toEqual(expect.arrayContaining(['GET /made 203', 'GET /asked 503', 'GET /busy 503']))
  const asked = kept.of('page_event').filter((event) => event.kind === 'response')
  expect(asked.map(({ serviceWorker }) => serviceWorker)).toContain(site.url('/worker.js'))
  expect(asked.find(({ requestUrl }) => requestUrl.endsWith('/made'))).not.toHaveProperty('serviceWorker')
})

test('a frame in a process of its own tells what the page does', async (context) => {
  const { page, kept, act } = await record('/other', await live.openApart('/thanks.html'))
  const other = site.url('/inner').replace('127.0.0.1', 'localhost')
  await act('embed', () =>
    page.evaluate(async (src) => {
      const frame = document.createElement('iframe')
      frame.src = src
      document.body.append(frame)
      await new Promise((resolve) => frame.addEventListener('load', resolve))
    }, other),
  )
  const session = await page
    .context()
    .newCDPSession(page.frames()[1]!)
    .catch(() => undefined)
  if (!session) context.skip('this browser gives no frame a process of its own')
  for (const kind of ['console', 'page_error', 'response'] as const) {
    await until(
      kept,
      (event) => event.kind === kind && JSON.stringify(event).includes(kind === 'response' ? '/busy' : 'in'),
    )
  }
  await kept.settled()
  expect(told(kept)[1]).toEqual(
    expect.arrayContaining(['GET /inner 200', 'error within', 'threw inner', 'GET /busy 503']),
  )
  expect(new Set(kept.of('page_event').map(({ pageId }) => pageId))).toEqual(new Set(['p1']))
})

test('of a tab that closes at once its first document is told, and of one that crashes that it did', async () => {
  const page = await live.openApart('/thanks.html')
  const kept = keepEvents()
  const recording = recordContext(page.context(), kept.sink)
  const shop = recording.pages()[0]!
  await shop.goto(site.url('/other'))
  await Promise.all([shop.waitForEvent('popup'), shop.evaluate(() => void window.open('/closing'))])
  await until(kept, ({ kind, pageId }) => kind === 'page_closed' && pageId === 'p2')
  const fresh = await recording.newPage()
  await fresh.goto(site.url('/other?3'))
  const crash = await prepareCrash(page.context().pages().at(-1)!)
  await crash()
  await shop.goto(site.url('/busy'))
  await kept.settled()
  const events = kept.of('page_event')
  expect(events.filter(({ pageId }) => pageId === 'p2').map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['page_opened', 'response', 'page_closed']),
  )
  expect(events.find(({ kind, pageId }) => kind === 'response' && pageId === 'p2')).toMatchObject({
    requestUrl: site.url('/closing'),
    status: 500,
  })
  expect(events.filter(({ kind }) => kind === 'page_crashed').map(({ pageId }) => pageId)).toEqual(['p3'])
  expect(told(kept).at(-1)).toEqual(expect.arrayContaining(['GET /busy 503', 'to /busy 503']))
})

test('what a page does in a long step is told before the step is over, without what stands in a field for a secret', async () => {
  const { page, kept, act } = await record('/')
  const { promise: over, resolve: end } = Promise.withResolvers<void>()
  const acting = act('wait', async () => {
    await page.evaluate(() => {
      document.body.innerHTML = '<input type="password" value="horse-staple-battery">'
      history.pushState({}, '', '?p=horse-staple-battery')
      console.error('long before the end')
    })
    await over
  })
  await until(kept, (event) => event.kind === 'console')
  expect(kept.of('step_finished')).toHaveLength(1)
  expect(JSON.stringify(kept.events)).not.toContain('horse-staple')
  end()
  await acting
})

test('what a sensitive step typed is in no event, also where it left the page at once', async () => {
  const { page, kept, act } = await record()
  const given = { actionArgs: { text: 'horse-staple-battery' }, sensitive: true }
  await act('log in', () => page.goto(site.url('/none?word=horse-staple-battery')), given)
  await kept.settled()
  expect(JSON.stringify(kept.of('page_event'))).not.toContain('horse-staple')
  expect(told(kept)[1]?.[0]).toContain('/none?word=[redacted:password')
})
