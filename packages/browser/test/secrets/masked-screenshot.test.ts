import { captureCua, captureHybrid, observe } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { countPixels } from '../support/pixels.ts'

const live = useLivePages()

function openShow(show: string, { crossOrigin = false, deviceScaleFactor = 1 } = {}): Promise<Page> {
  const host = new URL(live.url('/')).host
  const other = host.replace('127.0.0.1', 'localhost')
  const path = `/secrets.html?show=${show}&host=${crossOrigin ? other : host}`
  return live.open(path, { waitUntil: 'load', deviceScaleFactor })
}

/** All that a picture must leave as it was. */
async function stateOf(page: Page): Promise<unknown> {
  return Promise.all(
    page.frames().map((frame) =>
      frame.evaluate(() => {
        const styles = (root: Document | ShadowRoot): string[] =>
          [...root.querySelectorAll<HTMLElement>('*')].flatMap((element) => [
            element.style.cssText,
            ...(element.shadowRoot ? styles(element.shadowRoot) : []),
          ])
        return {
          html: document.documentElement.outerHTML.replaceAll(' style=""', ''), // which Playwright leaves where it hid a caret
          styles: styles(document),
          opacity: [...document.querySelectorAll('input')].map((input) => getComputedStyle(input).opacity),
          focus: document.activeElement?.outerHTML.replaceAll(' style=""', ''),
          scroll: [scrollX, scrollY],
          symbols: Object.getOwnPropertySymbols(window).map(String),
        }
      }),
    ),
  )
}

test.each([
  ['in the page', 'plain', {}],
  ['in a modal dialog', 'dialog', {}],
  ['in a popover', 'popover', {}],
  ['in a frame', 'frame', {}],
  ['in a frame of another origin', 'frame', { crossOrigin: true }],
  ['in a frame of another origin in a modal dialog', 'frameInDialog', { crossOrigin: true }],
  ['several of them', 'several', {}],
  ['scrolled to', 'scrolled', {}],
  ['that is sticky', 'sticky', {}],
  ['that is fixed', 'fixed', {}],
  ['in a turned box', 'turned', {}],
  ['in an open shadow root', 'shadow', {}],
  ['that is known by its name alone', 'byName', {}],
  ['in a zoomed body', 'zoomedBody', {}],
  ['in a zoomed root', 'zoomedRoot', {}],
  ['whose text throws a shadow', 'shadowOfText', {}],
  ['whose style insists on being seen', 'important', {}],
  ['on a dense screen', 'plain', { deviceScaleFactor: 2 }],
  ['in a dialog on a dense screen', 'frameInDialog', { deviceScaleFactor: 2 }],
])('a field for a secret %s is covered in a probe, which leaves the page as it was', async (_where, show, how) => {
  const page = await openShow(show, how)
  const field = page.frames().at(-1)!.locator('input').first()
  await field.focus()
  const bare = await observe(page, { mask: false })
  const before = await stateOf(page)
  const seen = await observe(page)
  expect(await stateOf(page)).toEqual(before)
  expect(seen).toMatchObject({ gaps: [], masked: true })
  expect(bare).not.toHaveProperty('masked')
  const [barePixels, pixels] = [
    await countPixels(live.browser(), bare.screenshot),
    await countPixels(live.browser(), seen.screenshot),
  ]
  expect(barePixels.red).toBeGreaterThan(200)
  expect(pixels.red).toBe(0)
  expect(pixels.grey).toBeGreaterThan(1_000)
})

test.each([
  ['is never where it was', 'moving'],
  ['stands in a page that hides what it does not know', 'glassHidden'],
])('a field that %s cannot be painted over, and is not seen either', async (_where, show) => {
  const page = await openShow(show)
  expect((await countPixels(live.browser(), (await observe(page, { mask: false })).screenshot)).red).toBeGreaterThan(
    200,
  )
  const seen = await observe(page)
  expect(seen).toMatchObject({ gaps: [], masked: true })
  expect((await countPixels(live.browser(), seen.screenshot)).red).toBe(0)
})

test('a field is covered where a content security policy forbids inline style', async () => {
  const page = await live.open('/index.html')
  await page.setContent(`<meta http-equiv="content-security-policy" content="style-src 'none'"><input type="password">`)
  const field = page.locator('input')
  await field.evaluate((input: HTMLInputElement) => {
    input.type = 'text'
    input.autocomplete = 'new-password'
    input.value = 'hunter2'
    input.style.setProperty('color', 'red')
    input.style.setProperty('font-size', '40px')
  })
  const [bare, seen] = [await observe(page, { mask: false }), await observe(page)]
  expect((await countPixels(live.browser(), bare.screenshot)).red).toBeGreaterThan(200)
  expect((await countPixels(live.browser(), seen.screenshot)).red).toBe(0)
  expect(await field.evaluate((input: HTMLInputElement) => input.style.cssText)).toBe('color: red; font-size: 40px;')
})

test('a field does not fade in again after a picture', async () => {
  const page = await openShow('shadowOfText')
  await observe(page)
  expect(await page.locator('input').evaluate((input) => input.getAnimations().length)).toBe(0)
})

test('two probes at once cover alike, and leave nothing behind', async () => {
  const page = await openShow('several')
  const before = await stateOf(page)
  const seen = await Promise.all([observe(page), observe(page), observe(page)])
  expect(await stateOf(page)).toEqual(before)
  for (const { screenshot } of seen) expect((await countPixels(live.browser(), screenshot)).red).toBe(0)
})

test('a page that shows its field again whenever it is hidden has a gap and no picture', async () => {
  const page = await openShow('plain')
  await page.evaluate(() => {
    const field = document.querySelector('input')!
    new MutationObserver(() => field.style.removeProperty('opacity')).observe(field, { attributeFilter: ['style'] })
  })
  const seen = await observe(page)
  expect(seen.screenshot).toBeUndefined()
  expect(seen.gaps).toMatchObject([{ what: 'screenshot', reason: 'mask_failed', detail: { parts: ['screenshot'] } }])
})

test('a frame that does not answer is covered as a whole', async () => {
  const page = await openShow('frame', { crossOrigin: true })
  const frame = page.frames()[1]!
  // It waits for an answer that never comes, and can do nothing meanwhile.
  await frame.evaluate(() =>
    setTimeout(() => {
      const request = new XMLHttpRequest()
      request.open('GET', '/never', false)
      request.send()
    }, 0),
  )
  await page.waitForTimeout(100)
  const seen = await observe(page, { timeoutMs: 25_000 })
  expect(seen.masked).toBe(true)
  expect((await countPixels(live.browser(), seen.screenshot)).red).toBe(0)
})

test('a frame of another process that is not drawn without its fields in time is hidden as a whole', async () => {
  const page = await openShow('frame', { crossOrigin: true })
  const before = await stateOf(page)
  await page.frames()[1]!.evaluate(() => {
    window.requestAnimationFrame = () => 0 // as far as can be told, nothing is ever drawn
  })
  const seen = await observe(page)
  expect(seen).toMatchObject({ gaps: [], masked: true })
  // A frame that is drawn in time shows grey boxes.
  expect(await countPixels(live.browser(), seen.screenshot)).toMatchObject({ red: 0, grey: 0 })
  expect(await stateOf(page)).toEqual(before)
})

test('a page that keeps the style sheets which it finds shows no box after the picture', async () => {
  const page = await openShow('plain')
  await page.evaluate(() => {
    const keep = setInterval(() => {
      const sheets = [...document.adoptedStyleSheets]
      if (sheets.length === 0) return
      clearInterval(keep)
      Reflect.set(window, 'kept', sheets)
    }, 0)
  })
  const seen = await observe(page)
  expect((await countPixels(live.browser(), seen.screenshot)).grey).toBeGreaterThan(1_000)
  const kept = await page.evaluate(() => {
    document.adoptedStyleSheets = Reflect.get(window, 'kept') as CSSStyleSheet[]
    return document.adoptedStyleSheets.length
  })
  expect(kept).toBe(1)
  expect((await countPixels(live.browser(), await page.screenshot())).grey).toBe(0)
})

test('a page that never settles has its fields covered in the frame that the screen shows', async () => {
  const page = await live.open('/unsettled.html')
  await page.evaluate(() => {
    document.body.insertAdjacentHTML(
      'beforeend',
      '<input autocomplete="one-time-code" value="123456" style="color: red; font-size: 50px">',
    )
  })
  const seen = await observe(page, { timeoutMs: 4_000 })
  expect(seen).toMatchObject({ gaps: [], masked: true })
  expect((await countPixels(live.browser(), seen.screenshot)).red).toBe(0)
})

test('what the model is given is exact, and so is what is recorded of it, unless agent frames are masked', async () => {
  const page = await openShow('dialog')
  for (const open of [captureCua, captureHybrid]) {
    const exact = keepEvents()
    expect(await open(page, exact.sink).screenshot()).toBe(exact.of('screenshot')[0]?.screenshot)
    expect(exact.of('screenshot')[0]).not.toHaveProperty('masked')

    const masked = keepEvents()
    const given = await open(page, masked.sink, { maskAgentFrames: true }).screenshot()
    expect((await countPixels(live.browser(), given)).red).toBeGreaterThan(200)
    const [told] = masked.of('screenshot')
    expect(told).toMatchObject({ evidenceRole: 'agent', masked: true, scale: 1, viewport: { width: 800, height: 600 } })
    expect((await countPixels(live.browser(), told?.screenshot)).red).toBe(0)
  }
})

test('a page without such fields is pictured as it is, and not marked', async () => {
  const page = await live.open('/index.html')
  const [bare, seen] = [await observe(page, { mask: false }), await observe(page)]
  expect(seen).not.toHaveProperty('masked')
  expect(Buffer.from(seen.screenshot ?? []).equals(bare.screenshot ?? Buffer.alloc(0))).toBe(true)
})
