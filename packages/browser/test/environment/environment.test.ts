import {
  captureCua,
  captureDom,
  captureHybrid,
  recordContext,
  recordPage,
  type CaptureOptions,
} from '@contrail/browser'
import type { EvidenceSink, PageEvent } from '@contrail/core'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fold } from '../probe/schedules/fold.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { serveBusySite } from './busy-site.ts'
import { told, until } from './words.ts'

const live = useLivePages()
let site: Awaited<ReturnType<typeof serveBusySite>>
beforeAll(async () => {
  site = await serveBusySite()
})
afterAll(() => site[Symbol.asyncDispose]())

type Act = (name: string, run: (page: Page) => Promise<unknown>) => Promise<unknown>
type Attach = (page: Page, sink: EvidenceSink, options?: CaptureOptions) => Act

const captures: readonly (readonly [string, Attach])[] = [
  ['captureDom', (page, sink, options) => byTurns(page, captureDom(page, sink, options))],
  ['captureHybrid', (page, sink, options) => byTurns(page, captureHybrid(page, sink, options))],
  [
    'captureCua',
    (page, sink, options) => {
      const capture = captureCua(page, sink, options)
      return (type, run) => capture.act({ type }, () => run(page))
    },
  ],
]

function byTurns(page: Page, capture: ReturnType<typeof captureDom>): Act {
  return (actionName, run) => capture.turn(({ step }) => step({ actionName }, () => run(page)))
}

const [[, attachDom]] = captures as [(typeof captures)[number]]

const openBlank = (): Promise<Page> => live.reopen('/thanks.html')
/** For what is told of steps alone, whatever is looked at between them. */
const unprobed = { probe: { mode: 'off' } } as const

const failed404 = 'error Failed to load resource: the server responded with a status of 404 (Not Found)'
const failed503 = 'error Failed to load resource: the server responded with a status of 503 (Service Unavailable)'

test('what the page did is bound to the steps during which it did', async () => {
  const page = await openBlank()
  const kept = keepEvents()
  const act = attachDom(page, kept.sink)
  await act('open', () => page.goto(site.url('/')))
  await act('ask', () => page.evaluate(() => fetch('/busy')))
  await act('go', () => page.click('#hop'))
  await act('break', () =>
    page.evaluate(async () => {
      console.log = () => undefined
      console.warn('careful', {
        get x() {
          throw new Error('no')
        },
      })
      console.debug('unheard')
      const picture = new Image()
      picture.src = '/none.svg'
      await new Promise((resolve) => picture.addEventListener('error', resolve))
      history.pushState({}, '', '/pushed')
      setTimeout(() => {
        throw new Error('boom')
      })
    }),
  )
  await until(kept, ({ kind }) => kind === 'page_error')
  await kept.settled()
  expect(told(kept)).toEqual([
    ['GET / 200', 'to / 200'],
    ['GET /busy 503', failed503],
    ['GET /hop 302', 'GET /hop2 303', 'GET /other?landed 200', 'to /other?landed 200'],
    ['warning careful {x: undefined}', 'GET /none.svg 404', failed404, 'to /pushed within', 'threw boom'],
  ])
  const { environment = [] } = fold(kept.events).trajectory.steps[1]!
  expect(environment[0]).toEqual({
    kind: 'response',
    method: 'GET',
    requestUrl: site.url('/busy'),
    resourceType: 'fetch',
    status: 503,
    statusText: 'Service Unavailable',
    durationMs: expect.any(Number),
    mediaType: 'text/html',
    url: site.url('/'),
    pageId: 'p1',
    at: expect.any(String),
    source: expect.any(String),
  })
})

test('recordContext tells what pages do that the script never touched, from their first document on', async () => {
  const page = live.closeAfter(await (await live.browser().newContext()).newPage())
  const kept = keepEvents()
  const recorded = recordContext(page.context(), kept.sink).pages().at(-1)!
  await recorded.goto(site.url('/'))
  await recorded.click('#tab')
  await until(kept, ({ kind, pageId }) => kind === 'response' && pageId === 'p2')
  await recorded.click('#hop')
  await kept.settled()
  const opened = kept.of('page_event').find((event) => event.kind === 'page_opened')
  expect(told(kept)).toEqual([
    ['GET / 200', 'to / 200'],
    ['page_opened p2', 'GET /other 200'],
    ['GET /hop 302', 'GET /hop2 303', 'GET /other?landed 200', 'to /other?landed 200'],
  ])
  expect(opened).toMatchObject({ url: site.url('/other'), openerId: 'p1' })
  const [first] = fold(kept.events).trajectory.steps
  expect(first?.probeEvidence.tabs?.find(({ active }) => active)).toMatchObject({ title: 'Busy', url: site.url('/') })
  expect(first?.probeEvidence.pageId).toBe(
    first?.environment?.[0] && 'pageId' in first.environment[0] ? first.environment[0].pageId : '',
  )
})

test('a context that records gives recording pages, and is theirs', async () => {
  const context = await live.browser().newContext()
  const { sink, settled, of } = keepEvents()
  const recording = recordContext(context, sink)
  const heard: Page[] = []
  const hear = (page: Page): void => void heard.push(page)
  recording.on('page', hear)
  const page = await recording.newPage()
  live.closeAfter(page)
  recording.off('page', hear)
  await recording.newPage()
  expect(heard).toEqual([page])
  expect(page.context()).toBe(recording)
  expect(recording.pages()[0]).toBe(page)
  await page.goto(site.url('/other'))
  await settled()
  expect(of('step_finished').map(({ actionName }) => actionName)).toEqual(['goto'])
  expect(
    of('page_event')
      .filter(({ kind }) => kind === 'page_opened')
      .map(({ pageId }) => pageId),
  ).toEqual(['p1', 'p2'])
  expect(recordContext(context, undefined)).toBe(context)
})

test('an answer that comes in a later step belongs there, and says where it was asked for', async () => {
  const page = await openBlank()
  const kept = keepEvents()
  const act = attachDom(page, kept.sink, unprobed)
  await act('open', () => page.goto(site.url('/')))
  // A page may have asked a while before its browser says so.
  await act('ask', () => Promise.all([page.waitForRequest('**/held'), page.evaluate(() => void fetch('/held'))]))
  await act('wait', () => Promise.all([page.waitForResponse('**/held'), fetch(site.url('/release'))]))
  await kept.settled()
  expect(told(kept).slice(1)).toEqual([[], ['GET /held 200']])
  expect(fold(kept.events).trajectory.steps[2]?.environment?.[0]).toMatchObject({ startedInStep: 1 })
})

test('navigations that are cut short, downloads and inline addresses are events and no errors of ours', async () => {
  const page = await openBlank()
  const kept = keepEvents()
  const failures: string[] = []
  const act = attachDom(page, kept.sink, { ...unprobed, onFailure: (message) => failures.push(message) })
  await act('open', () => page.goto(site.url('/')))
  await act('leave', async () => {
    const never = page.goto(site.url('/never')).catch(() => {})
    await page.waitForRequest('**/never')
    await page.goto(site.url('/other'))
    await never
  })
  await act('inline', () => page.goto(`data:text/html,<title>Inline</title>${'x'.repeat(1_000)}`))
  await act('back', () => page.goto(site.url('/')))
  await act('load', () => Promise.all([page.waitForEvent('download'), page.click('#file')]))
  await kept.settled()
  const [, leave = [], inline = [], , load = []] = told(kept)
  expect(leave).toContain('/never net::ERR_ABORTED')
  expect(leave).toContain('to /other 200')
  expect(load).toContain('download bill.txt')
  expect(kept.of('page_event').find(({ kind }) => kind === 'download')).toMatchObject({ sizeBytes: 6 })
  expect(inline).toHaveLength(1)
  const navigation = kept.of('page_event').find((event) => event.kind === 'navigation' && event.to.startsWith('data:'))
  expect(navigation).toMatchObject({ sameDocument: false })
  expect((navigation as Extract<PageEvent, { kind: 'navigation' }>).to).toHaveLength(200)
  expect(failures).toEqual([])
})

test('a download that breaks off is told once more, with its failure; one that comes to its end is not', async () => {
  const page = await openBlank()
  const kept = keepEvents()
  const act = attachDom(page, kept.sink, unprobed)
  await act('open', () => page.goto(site.url('/')))
  await act('load', () => Promise.all([page.waitForEvent('download'), page.click('#file')]))
  await act('break', async () => {
    const begun = page.waitForEvent('download')
    await page.evaluate(() => document.querySelector('#file')?.setAttribute('href', '/broken'))
    await page.click('#file')
    const download = await begun
    expect(await download.failure()).toBe('canceled')
  })
  await until(kept, (event) => event.kind === 'download' && event.failure !== undefined)
  await kept.settled()
  const downloads = kept.of('page_event').filter((event) => event.kind === 'download')
  expect(downloads.map(({ suggestedName, failure }) => [suggestedName, failure])).toEqual([
    ['bill.txt', undefined],
    ['broken.txt', undefined],
    ['broken.txt', 'canceled'],
  ])
})

test('with `all` every answer and every line is told, also what came out of the cache', async () => {
  const page = await openBlank()
  const kept = keepEvents()
  const act = attachDom(page, kept.sink, { environment: 'all' })
  await act('open', () => page.goto(site.url('/')))
  const load = (): Promise<unknown> =>
    page.evaluate(async () => {
      await (await fetch('/kept')).text()
      for (let times = 0; times < 2; times += 1) {
        const picture = new Image()
        picture.src = '/dot.svg'
        await picture.decode()
      }
      console.log('loaded')
    })
  await act('load', load)
  await act('again', load)
  await kept.settled()
  expect(told(kept).slice(1)).toEqual([
    ['GET /kept 200', 'GET /dot.svg 200', 'log loaded'],
    ['GET /kept 200', 'log loaded'],
  ])
})

test('a page that floods costs a count, and what is equal is one', async () => {
  const page = await openBlank()
  const kept = keepEvents()
  const act = attachDom(page, kept.sink, unprobed)
  let lines = 0
  page.on('console', () => (lines += 1))
  await act('flood', () =>
    page.evaluate(() => {
      for (let index = 0; index < 2_000; index += 1) console.error('same')
      for (let index = 0; index < 1_000; index += 1) console.error(`line ${index}`)
      console.error('long '.repeat(100_000))
    }),
  )
  await expect.poll(() => lines, { timeout: 15_000 }).toBe(3_001)
  await kept.settled()
  expect(kept.of('page_event').length).toBeLessThan(210)
  const { environment = [] } = fold(kept.events).trajectory.steps[0]!
  expect(environment[0]).toMatchObject({ text: 'same', count: 2_000 })
  const counts = (environment.at(-1) as { counts: Record<string, number> }).counts
  expect(environment.length - 2 + counts['console']!).toBe(1_001)
})

test('each event of two tabs is told by the capture of its own page, once, and by the one that acts there', async () => {
  const one = await openBlank()
  const other = await live.open('/thanks.html')
  const kept = keepEvents()
  const acts = [attachDom(one, kept.sink, unprobed), attachDom(other, kept.sink, unprobed)] as const
  for (const [index, act] of acts.entries()) {
    await act(`open ${index}`, (page) => page.goto(site.url(`/other?${index}`)))
  }
  await Promise.all([one, other].map((page, index) => page.evaluate((at) => void fetch(`/busy?${at}`), index)))
  for (const at of [0, 1]) {
    await until(kept, (event) => event.kind === 'console' && event.location?.url === site.url(`/busy?${at}`))
  }
  await kept.settled()
  expect(told(kept)).toEqual(
    [0, 1].map((index) => [`GET /other?${index} 200`, `to /other?${index} 200`, `GET /busy?${index} 503`, failed503]),
  )
  // A second capture of the same page takes over with its first step.
  const second = captureCua(one, kept.sink)
  await second.act({ type: 'ask' }, () => one.evaluate(() => fetch('/busy?again')))
  await kept.settled()
  expect(told(kept)[2]).toEqual(['GET /busy?again 503', failed503])
})

test('a step may name its page: that is looked at, and listed among the tabs', async () => {
  const [page, other] = [await openBlank(), await live.open('/thanks.html')]
  await other.goto(site.url('/other'))
  const kept = keepEvents()
  await captureDom(page, kept.sink).turn(({ step }) => step({ actionName: 'look', page: other }, () => other.title()))
  await kept.settled()
  const cua = captureCua(page, kept.sink)
  await cua.act({ type: 'look', page: other }, () => other.title())
  await cua.act({ type: 'turn', page: 3 }, () => 'a page of a book')
  await kept.settled()
  const { steps } = fold(kept.events).trajectory
  expect(steps.map(({ probeEvidence }) => probeEvidence.title)).toEqual(['Other', 'Other', 'Thanks'])
  expect(steps.map(({ actionArgs }) => actionArgs['page'])).toEqual([undefined, undefined, 3])
  const active = steps.map(({ probeEvidence: { tabs, pageId } }) =>
    tabs?.filter((tab) => tab.active).map((tab) => [tab.pageId === pageId, tab.url]),
  )
  expect(active.slice(0, 2)).toEqual([[[true, site.url('/other')]], [[true, site.url('/other')]]])
})

const names = [
  'console',
  'pageerror',
  'request',
  'requestfailed',
  'response',
  'download',
  'popup',
  'websocket',
  'weberror',
  'page',
]
const listenersOf = (page: Page): number =>
  [page, page.context()]
    .flatMap((target) =>
      names.map((name) => (target as unknown as { listenerCount(of: string): number }).listenerCount(name)),
    )
    .reduce((sum, count) => sum + count, 0)

test('where it is off, or nobody listens, nothing listens to the page; nobody any more when the recording is over', async () => {
  const page = live.closeAfter(await (await live.browser().newContext()).newPage())
  await page.goto(site.url('/other'))
  const { sink } = keepEvents()
  let isListening = false
  const quiet: EvidenceSink = () => {}
  quiet.isListening = () => isListening
  for (const [, attach] of captures) {
    await attach(page, sink, { environment: 'off' })('read', () => page.title())
    await attach(page, quiet)('read', () => page.title())
  }
  expect(recordPage(page, sink, { environment: 'off' })).toBeDefined()
  expect(listenersOf(page)).toBe(0)
  isListening = true
  const act = attachDom(page, quiet)
  expect(listenersOf(page)).toBeGreaterThan(5)
  isListening = false
  await act('log', () => page.evaluate(() => fetch('/busy').then(() => {})))
  await expect.poll(() => listenersOf(page)).toBe(0)
  expect(() => captureDom(page, sink, { environment: 'some' as never })).toThrow("'errors', 'all' or 'off', got some")
})

test('what a form sends is in no event, also where it was typed outside of steps', async () => {
  const page = await openBlank()
  const kept = keepEvents()
  const act = attachDom(page, kept.sink, unprobed)
  await act('look', () => page.setContent('<form action="/thanks.html"><input type="password" name="p"></form>'))
  await kept.settled()
  await page.locator('input').fill('horse-staple-battery')
  await act('submit', () => Promise.all([page.waitForURL('**?*'), page.evaluate(() => document.forms[0]!.submit())]))
  await kept.settled()
  expect(JSON.stringify(kept.of('page_event'))).not.toContain('horse-staple')
  expect(told(kept)[1]?.[0]).toContain('[redacted:password')
})
