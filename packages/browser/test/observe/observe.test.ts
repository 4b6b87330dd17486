import { captureDom, observePage } from '@contrail/browser'
import { expect, test } from 'vitest'
import { readPageTree } from '../../src/observe/page-tree.ts'
import { startLook } from '../../src/observe/observe.ts'
import { createSeenSecrets } from '../../src/secrets/seen-secrets.ts'
import { keepEvents, prepareCrash, rest, useLivePages, viewport } from '../support/live-page.ts'

const live = useLivePages()

test('an observation has url, title, a PNG of the viewport with its scale, and the aria tree', async () => {
  const page = await live.reopen('/long.html?count=60', { deviceScaleFactor: 2 })
  const url = live.url('/long.html?count=60')
  const seen = await observePage(page)
  expect(seen).toMatchObject({ url, title: 'Long', mediaType: 'image/png', gaps: [], scale: 2 })
  expect(seen.viewport).toEqual(viewport)
  expect(pngSize(seen.screenshot)).toEqual({ width: 960, height: 720 }) // the viewport, not the whole long page
  expect(seen.ariaTree).toContain('paragraph')
  expect(seen.durationMs).toBeGreaterThan(0)
  const { pageId } = seen
  expect(seen.tabs).toContainEqual({ pageId, url, title: 'Long', active: true })
})

test('a first look that a navigation cut short costs nothing', async () => {
  const page = await live.reopen('/index.html')
  const cut = new Error('frame.evaluate: Execution context was destroyed, most likely because of a navigation')
  const seen = await startLook(page, { seen: createSeenSecrets(), first: Promise.reject(cut) }).done
  expect(seen).toMatchObject({ title: 'Lamp shop', gaps: [] })
  expect(seen.ariaTree).toContain('button')
  expect(seen.screenshot?.length).toBeGreaterThan(1_000)
})

test('a tree that another document cuts short is over, and is not begun in that one by Playwright', async () => {
  // In a process of its own the next document does not wait for the tree.
  const page = await live.openApart('/index.html')
  await observePage(page)
  await page.goto(live.url('/long.html?count=3000'))
  const how = { documents: 1, elements: 3_000, hasBody: true, mostCharacters: 1_000 }
  const reading = readPageTree(page, { ...how, limitMs: 60_000, timeoutMs: 60_000 }).then(
    ({ tree }) => tree.slice(0, 100),
    () => 'cut short',
  )
  await page.goto(live.url('/index.html').replace('127.0.0.1', 'localhost'))
  expect(await reading).toBe('cut short')
})

test('a page that is busy after an action for longer than a look may take is seen when it is not any more', async () => {
  const page = await live.reopen('/index.html')
  const { settled, sink, of } = keepEvents()
  const capture = captureDom(page, sink)
  const release = await capture.turn(({ step }) => step({ actionName: 'start' }, () => live.block(page)))
  // It is told when the look for secrets after it was given up.
  await expect.poll(() => of('step_finished').length).toBe(1)
  release()
  await settled()
  expect(of('gap')).toEqual([])
  expect(of('screenshot')).toHaveLength(1)
  expect(of('step_observed')[0]).toMatchObject({ title: 'Lamp shop' })
})

test('a page without a fixed viewport says its size itself', async () => {
  const context = await live.browser().newContext({ viewport: null })
  const page = await context.newPage()
  await page.goto(live.url('/index.html'))
  const seen = await observePage(page)
  const size = await page.evaluate(() => ({ width: window.innerWidth, height: window.innerHeight }))
  await context.close()
  expect(seen.viewport).toEqual(size)
})

test('the aria tree reads frames', async () => {
  const page = await live.reopen('/frames.html')
  await page.frameLocator('iframe').getByLabel('Email').waitFor()
  const seen = await observePage(page)
  expect(seen.ariaTree).toMatch(/iframe[\s\S]*textbox "Email"/)
})

test('looking does not break the element references an agent holds', async () => {
  const page = await live.reopen('/index.html')
  const snapshot = await page.ariaSnapshot({ mode: 'ai' })
  const ref = /button "Add to cart" \[ref=(\w+)\]/.exec(snapshot)?.[1]
  await observePage(page)
  await page.locator(`aria-ref=${ref}`).click({ timeout: 2_000 })
  expect(await page.locator('#count').textContent()).toBe('1 in cart')
})

test('looking does not run the locator handlers of the script', async () => {
  const page = await live.open('/index.html')
  let handled = 0
  await page.addLocatorHandler(page.getByRole('heading'), async () => {
    handled += 1
  })
  const seen = await observePage(page)
  expect(seen.gaps).toEqual([])
  expect(handled).toBe(0)
})

test('an aria tree over its budget is cut and says so', async () => {
  const page = await live.reopen('/long.html?count=700')
  const treeLimitMs = 60_000 // it is the whole tree on a machine that has much else to do, too
  const whole = await observePage(page, { budgetTokens: 1_000_000, treeLimitMs })
  const cut = await observePage(page, { budgetTokens: 50, treeLimitMs })
  expect(whole.ariaTree).not.toContain('TRUNCATED')
  expect(cut.ariaTree).toMatch(/\n\n\[TRUNCATED: the first 50 of about \d+ tokens\]$/)
  expect(whole.ariaTree?.startsWith(cut.ariaTree?.split('\n\n[TRUNCATED')[0] ?? '?')).toBe(true)
})

test('a page that crashes in mid-probe costs gaps', async () => {
  const page = await live.openApart('/long.html')
  const crashPage = await prepareCrash(page)
  const [seen] = await Promise.all([observePage(page, { timeoutMs: 20_000 }), crashPage()])
  expect(seen.url).toBe(live.url('/long.html'))
  expect(seen.gaps).toContainEqual(expect.objectContaining({ what: 'screenshot', reason: 'page_crashed' }))
})

test('a page that closes in mid-probe costs gaps', async () => {
  const page = await live.openAlone('/long.html')
  // By its context: Chromium now and then never answers page.close() of a page that is still loading.
  const [seen] = await Promise.all([observePage(page, { timeoutMs: 20_000 }), page.context().close()])
  expect(seen.url).toBe(live.url('/long.html'))
  expect(seen.gaps).toContainEqual(expect.objectContaining({ what: 'screenshot', reason: 'page_closed' }))
})

test('a page that never settles, its font and requests pending for ever, is seen as the screen shows it', async () => {
  const page = await live.open('/unsettled.html')
  await page.getByText('Still loading').waitFor()
  const seen = await observePage(page, { timeoutMs: 4_000 })
  expect(seen).toMatchObject({ gaps: [], title: 'Never settles', ariaTree: expect.stringContaining('Still loading') })
  expect(seen.screenshot).toBeInstanceOf(Uint8Array)
})

test('a page that navigates for ever costs at most the limit and never an error', async () => {
  const page = await live.open('/restless.html', { waitUntil: 'commit' })
  const startedMs = performance.now()
  const seen = await observePage(page, { timeoutMs: 700 })
  expect(performance.now() - startedMs).toBeLessThan(3_700)
  expect(seen.url).toContain('/restless.html')
  await rest(page)
})

test('a document that never ends is seen as far as it came', async () => {
  const page = await live.open('/endless', { waitUntil: 'commit' })
  await page.getByText('Begun').waitFor()
  const seen = await observePage(page, { timeoutMs: 5_000 })
  expect(seen).toMatchObject({ gaps: [], title: 'Endless', ariaTree: expect.stringContaining('Begun') })
})

test('options that make no sense are the one thing that throws', async () => {
  const page = await live.reopen('/index.html')
  await expect(observePage(page, { timeoutMs: 0 })).rejects.toThrow(/expected timeoutMs to be a positive number, got 0/)
  await expect(observePage(page, { budgetTokens: Number.NaN })).rejects.toThrow(TypeError)
})

function pngSize(bytes: Uint8Array | undefined): { width: number; height: number } {
  const png = Buffer.from(bytes ?? [])
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) }
}
