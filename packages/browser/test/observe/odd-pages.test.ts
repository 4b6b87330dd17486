import { captureCua, captureDom, captureHybrid, observePage, recordPage, type DomCapture } from '@contrail/browser'
import type { EvidenceSink } from '@contrail/core'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { keepEvents, prepareCrash, rest, useLivePages } from '../support/live-page.ts'
import { images } from '../support/pixels.ts'

const live = useLivePages()
const secret = 'tiger-in-the-tank'
const barrierMs = 100
/** Beside what the barrier takes: the look before the action, and a machine that has much else to do. */
const besideMs = 2_000

/** Do something that asks nothing of the page, and say how long the step took. */
async function lookStep({ turn }: DomCapture): Promise<number> {
  const startedMs = performance.now()
  await turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
  return performance.now() - startedMs
}

test('a page that is blocked for seconds holds no step longer than the barrier, and is seen when it answers again', async () => {
  const page = await live.reopen('/index.html')
  const { sink, of, settled } = keepEvents()
  const capture = captureDom(page, sink, { probe: { barrierMs } })
  const release = await capture.turn(({ step }) => step({ actionName: 'block' }, () => live.block(page)))
  const tookMs = [await lookStep(capture), await lookStep(capture), await lookStep(capture)]
  expect(Math.max(...tookMs)).toBeLessThan(barrierMs + besideMs)
  release()
  await settled()
  expect(of('step_finished')).toHaveLength(4)
  const observed = of('step_observed')
  expect(observed.every(({ url }) => url === page.url())).toBe(true)
  expect(observed.at(-1)).toMatchObject({ title: 'Lamp shop', ariaTree: expect.stringContaining('button') })
  expect(of('screenshot')).not.toEqual([])
})

test('a page that could not be reached is told by what is there, by every capture, and the next action has all of it before', async () => {
  const page = await live.reopen('/index.html')
  await page.route('**/refused', (route) => route.abort('connectionrefused'))
  const refused = live.url('/refused')
  const fail = (of: Page): Promise<unknown> => of.goto(refused).catch(() => {})
  // The next action waits for all of it, however slow the machine is.
  const patient = { probe: { barrierMs: 30_000 }, timeoutMs: 30_000 }
  type Act = (work: () => Promise<unknown>) => Promise<unknown>
  const inTurns =
    ({ turn }: Pick<DomCapture, 'turn'>): Act =>
    (work) =>
      turn(({ step }) => step({ actionName: 'act' }, work))
  const captures: ((sink: EvidenceSink) => { on: Page; act: Act })[] = [
    (sink) => ({ on: page, act: inTurns(captureDom(page, sink, patient)) }),
    (sink) => ({ on: page, act: (work) => captureCua(page, sink, patient).act({ type: 'act' }, work) }),
    (sink) => ({ on: recordPage(page, sink, patient), act: (work) => work() }),
    // A hybrid capture takes turns as the one of the DOM does.
    ...inFast([], [(sink: EvidenceSink) => ({ on: page, act: inTurns(captureHybrid(page, sink, patient)) })]),
  ]
  for (const open of captures) {
    const { sink, events, of, settled } = keepEvents()
    const { on, act } = open(sink)
    await act(() => fail(on))
    await act(() => on.keyboard.press('a'))
    const before = events.slice(0, events.findIndex(({ type }) => type === 'step_observed') + 1)
    await settled()
    expect(before.filter(({ type }) => type === 'screenshot')).toHaveLength(1)
    expect(before.at(-1)).toMatchObject({
      type: 'step_observed',
      url: 'chrome-error://chromewebdata/',
      ariaTree: expect.any(String),
    })
    expect(of('gap')).toEqual([])
    await page.goto(live.url('/index.html'))
  }
})

/** Runs in the page: its thread is busy for most of the next 700 ms. */
function beBusy(): void {
  const endMs = performance.now() + 700
  const work = (): void => {
    const untilMs = performance.now() + 350
    while (performance.now() < untilMs);
    if (performance.now() < endMs) setTimeout(work, 5)
    else document.title = 'idle'
  }
  setTimeout(work)
}

test.each(inFast([600], [45, 600]))(
  'the whole tree of %i elements is read also when their page was busy before',
  async (elements) => {
    const page = await live.show('<p>text</p>'.repeat(elements))
    await page.evaluate(beBusy)
    const seen = [await observePage(page), await observePage(page)]
    await page.waitForFunction(() => document.title === 'idle')
    seen.push(await observePage(page))
    expect(seen.map(({ partial }) => partial)).toEqual([undefined, undefined, undefined])
    expect(seen.map(({ gaps }) => gaps)).toEqual([[], [], []])
  },
)

test('a page that navigates all the time holds no step longer than the barrier, and says where it was', async () => {
  const page = await live.open('/restless.html', { waitUntil: 'commit' })
  const { sink, of, settled } = keepEvents()
  const capture = captureDom(page, sink, { probe: { barrierMs }, timeoutMs: 600 })
  const tookMs: number[] = []
  for (let steps = 0; steps < 4; steps += 1) tookMs.push(await lookStep(capture))
  expect(Math.max(...tookMs)).toBeLessThan(barrierMs + besideMs)
  await settled()
  expect(of('step_finished')).toHaveLength(4)
  const observed = of('step_observed')
  expect(observed.every(({ url }) => url.includes('/restless.html'))).toBe(true)
  // A look that saw two documents says so.
  const parts = of('screenshot').length + of('gap').length
  expect(parts).toBeGreaterThan(0)
  await rest(page)
})

test('a page that crashes between two steps holds neither up, and every part that is missing says so', async () => {
  const page = await live.openApart('/index.html')
  const crash = await prepareCrash(page)
  const { sink, of, settled } = keepEvents()
  const capture = captureDom(page, sink, { probe: { barrierMs } })
  await lookStep(capture)
  await settled()
  await crash()
  expect(await lookStep(capture)).toBeLessThan(barrierMs + besideMs)
  await settled()
  expect(of('step_observed').at(-1)?.url).toBe(page.url())
  expect(of('gap')).toMatchObject([
    { what: 'screenshot', reason: 'page_crashed' },
    { what: 'probe', reason: 'page_crashed', detail: { parts: expect.arrayContaining(['ariaTree']) } },
  ])
})

test('of a page with ten thousand elements in its frames there are picture and tree, or a gap for each, and no secret', async () => {
  const page = await live.reopen('/index.html')
  const rows = Array.from({ length: 125 }, (_, row) => `<p>row ${row} <a href="#">link</a> <input value=v${row}></p>`)
  const frames = Array.from({ length: 20 }, (_, number) => {
    const field = number === 1 ? `<input autocomplete=current-password value=${secret}>` : ''
    return `<iframe width=380 height=120 srcdoc="<h2>frame ${number}</h2>${field}${rows.join('').replaceAll('"', '&quot;')}"></iframe>`
  })
  await page.setContent(`<title>Frames</title><h1>Many</h1>${frames.join('')}`)
  const seen = await observePage(page, { images })
  expect(seen.title).toBe('Frames')
  // On a machine that has much else to do not all that shows can be read in the page's time; then neither is kept.
  const gaps = seen.gaps.flatMap(({ reason, detail }) => (reason === 'mask_failed' ? (detail?.parts ?? []) : [reason]))
  expect([seen.screenshot === undefined, seen.ariaTree === undefined]).toEqual(
    ['screenshot', 'ariaTree'].map((part) => gaps.includes(part)),
  )
  expect(seen.ariaTree ?? 'frame 0').toContain('frame 0')
  expect(seen.ariaTree ?? '').not.toContain(secret)
  expect(seen.screenshot === undefined || seen.masked).toBe(true)
})

test('PDFs, as an element of a page and in a frame, leave the rest of the page to be seen', async () => {
  const page = await live.open('/index.html')
  const body = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF')
  await page.route('http://document/a.pdf', (route) => route.fulfill({ contentType: 'application/pdf', body }))
  await page.setContent(`<title>Report</title><h1>Report</h1>
    <embed type="application/pdf" src="http://document/a.pdf" width=200 height=100>
    <iframe src="http://document/a.pdf" width=200 height=100></iframe>`)
  // A viewer of PDFs starts as a page of its own, and is waited for no longer than any frame.
  await expect
    .poll(() => observePage(page), { timeout: 20_000, interval: 200 })
    .toMatchObject({
      gaps: [],
      title: 'Report',
      ariaTree: expect.stringContaining('heading "Report"') as string,
      screenshot: expect.any(Uint8Array) as Uint8Array,
    })
})

test('an address that is a PDF is a step that says so, and the look after it has all its parts or a gap for each', async () => {
  const page = await live.open('/index.html')
  await page.route('http://document/a.pdf', (route) =>
    route.fulfill({ contentType: 'application/pdf', body: '%PDF-1.4\n%%EOF' }),
  )
  const { sink, of, settled } = keepEvents()
  const { turn } = captureDom(page, sink)
  const goto = (): Promise<unknown> => page.goto('http://document/a.pdf', { timeout: 3_000 })
  await turn(({ step }) => step({ actionName: 'goto' }, goto)).catch(() => {}) // a browser without a viewer downloads it
  await settled()
  expect(of('step_finished')).toHaveLength(1)
  const [observed] = of('step_observed')
  const gaps = of('gap').flatMap(({ detail }) => (detail as { parts?: string[] } | undefined)?.parts ?? [])
  expect(of('screenshot').length > 0 || gaps.includes('screenshot')).toBe(true)
  expect(observed?.ariaTree !== undefined || gaps.includes('ariaTree')).toBe(true)
})

/** A component whose shadow root nobody can read from outside, with a field for a password. */
async function openClosed(): Promise<Page> {
  const page = await live.open('/index.html')
  await page.setContent(`<title>Closed</title><label>Name <input id=name></label><x-login></x-login><script>
    customElements.define('x-login', class extends HTMLElement {
      constructor() {
        super()
        const root = this.attachShadow({ mode: 'closed' })
        root.innerHTML = '<label>Password <input type=password></label>'
        window.focusClosed = () => root.querySelector('input').focus()
      }
    })</script>`)
  return page
}

test('what is typed into a closed shadow root is taken for a secret, since nobody can see into which field it goes', async () => {
  const page = await openClosed()
  const { sink, of, settled } = keepEvents()
  const cua = captureCua(page, sink)
  const recorded = recordPage(page, sink)
  const types: ((text: string) => Promise<unknown>)[] = [
    (text) => cua.act({ type: 'type', text }, () => page.keyboard.type(text)),
    (text) => recorded.keyboard.type(text),
  ]
  for (const type of types) {
    await page.evaluate('focusClosed()')
    await type(secret)
    await page.focus('#name')
    await type('Ada')
  }
  await settled()
  expect(of('step_finished').map(({ sensitive }) => sensitive ?? false)).toEqual([true, false, true, false])
  expect(JSON.stringify(of('step_observed'))).not.toContain(secret)
})
