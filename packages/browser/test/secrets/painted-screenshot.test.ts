import { captureCua, captureHybrid, observePage, type ObserveOptions, type PageObservation } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { keepEvents, useLivePages, viewport } from '../support/live-page.ts'
import { countPixels, images } from '../support/pixels.ts'

const live = useLivePages()

const observeShow = (page: Page, options: ObserveOptions = {}): Promise<PageObservation> =>
  observePage(page, { images, ...options })

/** Where frames come from. */
function hostOf(crossOrigin: boolean): string {
  const { host } = new URL(live.url('/'))
  return crossOrigin ? host.replace('127.0.0.1', 'localhost') : host
}

const shown = new Map<number, Page>()

/** An arrangement of fields, in the document that shows the others, where that is still there. */
async function openShow(show: string, { crossOrigin = false, deviceScaleFactor = 1 } = {}): Promise<Page> {
  const page = shown.get(deviceScaleFactor)
  const host = hostOf(crossOrigin)
  if (page && !page.isClosed() && page.url().startsWith(live.url('/secrets.html'))) {
    await page.evaluate(`arrange('${show}', '${host}')`)
    return page
  }
  const address = `/secrets.html?show=${show}&host=${host}`
  const opened = await live.reopen(address, { waitUntil: 'load', deviceScaleFactor })
  shown.set(deviceScaleFactor, opened)
  return opened
}

type Show = [where: string, show: string, how: { crossOrigin?: boolean; deviceScaleFactor?: number }]

/** Each is tried in a larger size alone: in the smallest its twin of another origin or in a dialog, or several of them, are. */
const twins: Show[] = [
  ['in a frame', 'frame', {}],
  ['in a frame that is turned', 'turnedFrame', {}],
  ['on a dense screen', 'plain', { deviceScaleFactor: 2 }],
  ['in a modal dialog', 'dialog', {}],
  ['that is sticky', 'sticky', {}],
  ['in a zoomed root', 'zoomedRoot', {}],
  ['in the page', 'plain', {}],
  ['in a popover', 'popover', {}],
  ['that is fixed', 'fixed', {}],
  ['whose style insists on being seen', 'important', {}],
  ['in a page that hides what it does not know', 'glassHidden', {}],
]

test.each<Show>([
  ...inFast([], twins),
  ['in a frame of another origin', 'frame', { crossOrigin: true }],
  ['in a frame of another origin in a modal dialog', 'frameInDialog', { crossOrigin: true }],
  ['in a frame that is scaled and zoomed', 'scaledFrame', {}],
  ['in a frame of another origin that is turned', 'turnedFrame', { crossOrigin: true }],
  ['in a frame of another origin in perspective', 'perspective', { crossOrigin: true }],
  ['several of them', 'several', {}],
  ['scrolled to', 'scrolled', {}],
  ['in a turned box', 'turned', {}],
  ['in an open shadow root', 'shadow', {}],
  ['that is known by its name alone', 'byName', {}],
  ['in a zoomed body', 'zoomedBody', {}],
  ['among thousands of plain ones', 'crowd', {}],
  ['in a dialog on a dense screen', 'frameInDialog', { deviceScaleFactor: 2 }],
])('a field for a secret %s is painted over in a probe', async (_where, show, how) => {
  const page = await openShow(show, how)
  // A frame of another process may be drawn a moment later.
  const countRed = async (): Promise<number> => countPixels(await page.screenshot()).red
  await expect.poll(countRed).toBeGreaterThan(200)
  const first = await observeShow(page)
  // On a machine that has much else to do thousands of fields are not all read in the page's time, and there is no picture.
  const seen = show === 'crowd' && !first.screenshot ? await observeShow(page) : first
  expect(seen.gaps.filter(({ what }) => what === 'screenshot')).toEqual([])
  expect(seen).toMatchObject({ masked: true })
  const pixels = countPixels(seen.screenshot)
  expect(pixels.red).toBe(0)
  expect(pixels.grey).toBeGreaterThan(1_000)
})

/** What stands in an element to write in, and how that is drawn. */
const written: [style: string, text: (value: string) => string][] = [
  ['', (value) => `<b style="display: block; transform: scale(2)">${value}</b>`],
  ['', (value) => `<b style="display: block; transform: rotate(60deg)">${value}</b>`],
  ['transform: perspective(60px) rotateY(40deg) scale(1.5)', (value) => value],
  ['writing-mode: vertical-rl; white-space: nowrap', (value) => `${value}<br>${value}`],
  ['direction: rtl', (value) => value],
  ['text-indent: -30px', (value) => value],
  ['display: flex; justify-content: flex-end', (value) => `<b>${value}</b>`],
  ['display: grid; place-content: end', (value) => `<b>${value}</b>`],
  ['display: contents', (value) => value],
  ['', (value) => `<b style="position: fixed; left: 5px; top: 335px">${value}</b>`],
  ['overflow: hidden', (value) => `<b style="position: absolute; left: 30px; top: 60px">${value}</b>`],
  ['visibility: hidden', (value) => `<b style="visibility: visible">${value}</b>`],
  ['width: 0; height: 0', (value) => value],
  ['', (value) => `<b style="text-shadow: 20px 30px red">${value}</b>`],
  ['', (value) => `<button style="margin: 30px 0 0 20px; font: inherit; color: inherit">${value}</button>`],
  ['', () => 'No<p><template shadowrootmode=open><b style="margin-left: -25px">Lm5Yc1dX</b></template></p>'],
  ['', () => '<p style="margin: 0">Kx4Nn8pQ</p><p>Bv3Tg6wZ</p>'],
  ['overflow: hidden', (value) => `<b style="display: block; width: 400px">${value.repeat(9)}</b>`],
]

test('all that an element to write in shows is painted, wherever it is drawn, and nothing else', async () => {
  const page = await live.show('')
  const cells = written.map(([style, text], at) => {
    const cell = `position: absolute; left: ${45 + (at % 5) * 90}px; top: ${20 + Math.floor(at / 5) * 80}px`
    const own = `width: 40px; height: 16px; color: red; font: bold 14px monospace; ${style}`
    const field = `<div contenteditable role=textbox aria-label=Password style="${own}">${text('qz7Rk2mW')}</div>`
    return `<div style="${cell}">${field}</div>`
  })
  await page.evaluate((html) => document.body.setHTMLUnsafe(html), cells.join(''))
  expect(countPixels(await page.screenshot()).red).toBeGreaterThan(3_000)
  const { screenshot, gaps, ariaTree } = await observeShow(page)
  expect(gaps).toEqual([])
  const { red, grey, middle } = countPixels(screenshot)
  expect({ red, middle }).toMatchObject({ red: 0 })
  expect(grey).toBeLessThan(55_000)
  expect(ariaTree).not.toMatch(/qz7Rk2mW|Lm5Yc1dX|Kx4Nn8pQ|Bv3Tg6wZ/)
})

test('only what can be read is painted: discs are not, nor is an empty field, nor what shows no text', async () => {
  const page = await live.show(`<input type="password" value="hunter2hunter2">
    <input autocomplete="current-password" style="-webkit-text-security: disc" value="hunter2hunter2">
    <input autocomplete="cc-number"> <input autocomplete="cc-csc" value="123" style="visibility: hidden">`)
  const [bare, seen] = [await observeShow(page, { mask: false }), await observeShow(page)]
  expect(seen).not.toHaveProperty('masked')
  expect(Buffer.from(seen.screenshot ?? []).equals(Buffer.from(bare.screenshot ?? [0]))).toBe(true)
  await page
    .locator('input')
    .first()
    .evaluate((input: HTMLInputElement) => (input.type = 'text'))
  // A toggle shows it: it was seen to be a secret before.
  const capture = keepEvents()
  const cua = captureCua(page, capture.sink, { images })
  await page
    .locator('input')
    .first()
    .evaluate((input: HTMLInputElement) => (input.type = 'password'))
  await cua.act({ type: 'look' }, () => 'nothing')
  await cua.settled()
  await cua.act({ type: 'show' }, () =>
    page
      .locator('input')
      .first()
      .evaluate((input: HTMLInputElement) => (input.type = 'text')),
  )
  await cua.settled()
  expect(capture.of('screenshot').map(({ masked }) => masked)).toEqual([undefined, true])
})

test('what paints is made ready while a field that can be read is empty, so that the first picture of a filled one does not wait', async () => {
  const asked = async (html: string): Promise<number> => {
    let count = 0
    const tools = () => {
      count++
      return images()
    }
    expect(await observeShow(await live.show(html), { images: tools })).toMatchObject({ gaps: [] })
    return count
  }
  expect(await asked('<h1>Plain</h1><input value="Ada"><input type="password">')).toBe(0)
  expect(await asked('<input autocomplete="cc-number">')).toBe(1)
})

test('in a frame that is stretched a field is painted over too', async () => {
  const style = 'color: #c00; background: #fff; border: 0; font: bold 24px monospace'
  const page =
    await live.show(`<iframe width=300 height=60 style="transform: scale(1, 3); transform-origin: 0 0; border: 0"
    srcdoc="<input style='${style}' autocomplete=cc-number value='4111 1111 1111'>"></iframe>`)
  const [bare, seen] = [await observeShow(page, { mask: false }), await observeShow(page)]
  expect(countPixels(bare.screenshot).red).toBeGreaterThan(200)
  expect(countPixels(seen.screenshot).red).toBe(0)
  expect(seen).toMatchObject({ masked: true })
  expect(bare).not.toHaveProperty('masked')
})

test('a field that its frame does not show is not painted over what stands there in its place', async () => {
  const page = await live.show(`<iframe width=300 height=60 srcdoc="<div style='height: 150px'></div>
    <input autocomplete=cc-number value='4111 1111 1111 1111'>"></iframe><p>Plain text below the frame</p>`)
  const [bare, seen] = [await observeShow(page, { mask: false }), await observeShow(page)]
  expect(seen).not.toHaveProperty('masked')
  expect(Buffer.from(seen.screenshot ?? []).equals(Buffer.from(bare.screenshot ?? [0]))).toBe(true)
  await page.frames()[1]!.evaluate(() => scrollTo(0, 130))
  expect(await observeShow(page)).toMatchObject({ masked: true, gaps: [] })
})

test.each([
  ['is never where it was', 'moving', false],
  ['is in a frame of which a part is behind the eye', 'behindTheEye', true],
])('a field that %s costs the picture: a gap says why, and all else is there', async (_what, show, crossOrigin) => {
  const page = await openShow(show, { crossOrigin })
  const seen = await observeShow(page)
  expect(seen.screenshot).toBeUndefined()
  expect(seen.gaps).toMatchObject([{ what: 'screenshot', reason: 'mask_failed', detail: { parts: ['screenshot'] } }])
  expect(seen).toMatchObject({ title: 'Secrets', ariaTree: expect.stringContaining('[redacted:password:00000000]') })
})

test.each([
  ['is nothing that paints', undefined],
  ['are no image tools', () => undefined],
  ['are image tools that fail', () => Promise.reject(new Error('no thread left'))],
])('where there %s a picture with a secret is not kept, and one without is', async (_what, tools) => {
  const page = await openShow('plain')
  const seen = await observeShow(page, { images: tools })
  expect(seen.screenshot).toBeUndefined()
  expect(seen.gaps).toMatchObject([{ what: 'screenshot', reason: 'mask_failed' }])
  expect(seen.ariaTree).toContain('textbox')
  const plain = await observeShow(await live.show('<h1>Plain</h1>'), { images: tools })
  expect(plain).toMatchObject({ gaps: [], screenshot: expect.any(Uint8Array) as Uint8Array })
})

test('a frame that does not answer costs the picture, since nobody knows what is in it', async () => {
  const page = await live.openApart(`/secrets.html?show=frame&host=${hostOf(true)}`, { waitUntil: 'load' })
  const release = await live.block(page.frames()[1]!)
  const seen = await observeShow(page, { timeoutMs: 400 })
  release()
  expect(seen.screenshot).toBeUndefined()
  expect(seen.gaps).toContainEqual(expect.objectContaining({ what: 'screenshot' }))
  expect(seen.url).toBe(page.url())
})

test('what the model is given is exact, and so is what is recorded of it, unless agent frames are masked', async () => {
  const page = await openShow('dialog')
  for (const open of [captureCua, captureHybrid]) {
    const exact = keepEvents()
    expect(await open(page, exact.sink).screenshot()).toBe(exact.of('screenshot')[0]?.screenshot)
    expect(exact.of('screenshot')[0]).not.toHaveProperty('masked')

    const masked = keepEvents()
    const given = await open(page, masked.sink, { maskAgentFrames: true, images }).screenshot()
    expect(countPixels(given).red).toBeGreaterThan(200)
    const [told] = masked.of('screenshot')
    expect(told).toMatchObject({ evidenceRole: 'agent', masked: true, scale: 1, viewport })
    expect(countPixels(told?.screenshot).red).toBe(0)
  }
})
