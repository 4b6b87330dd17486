import { captureCua, launchBrowser, observePage, recordPage } from '@contrail/browser'
import { readImageHeader } from '@contrail/core'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { browserApart } from '../../../../scripts/shared-browser.ts'
import { inFast } from '../../../../scripts/test-size.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { countPixels, images } from '../support/pixels.ts'

const live = useLivePages()

const screen = { width: 300, height: 400 }
const phone = { viewport: screen, isMobile: true }
const meta = (content: string): string => `<meta name="viewport" content="${content}">`
const wide = '<div style="width: 600px; height: 2000px">x</div>'
/** What is to be hit: red, and not in the middle of anything. */
const button =
  '<button id="it" style="position: absolute; left: 90px; top: 130px; width: 40px; height: 24px; border: 0; background: #f00"></button>'

interface Shown {
  readonly deviceScaleFactor?: number
  readonly isMobile?: boolean
  readonly viewport?: { width: number; height: number }
  /** The factor of a pinch, after which what shows is not the top left corner any more. */
  readonly pinch?: number
}

const phones = new Map<string, Page>()

/** A page on an emulated phone: the same for all tests of one device, since a window takes Chrome long to open. */
async function openOnPhone(html: string, { pinch, ...device }: Shown = {}): Promise<Page> {
  const key = JSON.stringify(device)
  const known = phones.get(key)
  const page = known ?? (await (await live.browser().newContext({ ...phone, ...device })).newPage())
  phones.set(key, page)
  return show(page, html, pinch)
}

async function show(page: Page, html: string, pinch?: number): Promise<Page> {
  await page.goto(live.url('/index.html'))
  await page.setContent(`<!doctype html><title>Phone</title>${html}`)
  if (pinch) {
    const session = await page.context().newCDPSession(page)
    await session.send('Input.synthesizePinchGesture', { x: 60, y: 90, scaleFactor: pinch })
    const by = { xDistance: -50, yDistance: -70, speed: 8_000, preventFling: true }
    await session.send('Input.synthesizeScrollGesture', { x: 150, y: 200, ...by })
    await page.waitForFunction(() => visualViewport!.offsetTop > 40)
    await session.detach()
  }
  return page
}

const sizeOf = (picture: Uint8Array | undefined) => {
  const { width = 0, height = 0 } = readImageHeader(picture ?? new Uint8Array()) ?? {}
  return { width, height }
}

/** Playwright's pictures of a page that is pinched now and then lack the last pixel. */
function expectSameSize(picture: Uint8Array | undefined, ofPlaywright: Uint8Array): void {
  const [one, other] = [sizeOf(picture), sizeOf(ofPlaywright)]
  expect(Math.abs(one.width - other.width)).toBeLessThanOrEqual(1)
  expect(Math.abs(one.height - other.height)).toBeLessThanOrEqual(1)
}

/** What makes a picture another than the page. In the smallest size one of each kind. */
const few: [string, string, Shown, number][] = [
  ['that says nothing of its width', wide, {}, 300 / 980],
  ['that begins larger', meta('width=device-width, initial-scale=1.3'), {}, 1.3],
  ['on a screen of an odd density', wide, { deviceScaleFactor: 2.625 }, 300 / 980],
  ['that was pinched on a computer', wide, { pinch: 1.5, isMobile: false }, 1.5],
]
const others: typeof few = [
  ['that is wider than it says', meta('width=device-width') + wide, {}, 300 / 608],
  ['that fits', meta('width=device-width'), {}, 1],
  ['that is wider than it says, and begins at its own size', meta('width=device-width, initial-scale=1') + wide, {}, 1],
  ['that may not be made smaller', meta('width=device-width, minimum-scale=1') + wide, {}, 1],
  ['that is a little wider', meta('width=device-width, initial-scale=1') + wide.replace('600', '305'), {}, 1],
  ['that begins smaller', meta('width=device-width, initial-scale=0.5') + wide, {}, 0.5],
  ['on a dense screen', wide, { deviceScaleFactor: 3 }, 300 / 980],
  ['that was pinched', meta('width=device-width') + wide, { pinch: 2 }, (2 * 300) / 608],
  ['on its side', meta('width=device-width') + wide, { viewport: { width: 400, height: 300 } }, 400 / 608],
]

test.each(inFast(few, [...few, ...others]))(
  'of a page %s a point in the picture, by its scale, is the point to click',
  async (_which, html, how: Shown, zoom) => {
    const page = await openOnPhone(button + html, how)
    const { sink, settled, of } = keepEvents()
    const capture = captureCua(page, sink)
    const picture = await capture.screenshot()
    const { middle, red } = countPixels(picture)
    expect(red).toBeGreaterThan(20)
    expectSameSize(picture, await page.screenshot({ scale: 'css' }))

    await settled()
    const [given] = of('screenshot')
    const { viewport = screen, scale = 0 } = given ?? {}
    expect(given).toMatchObject({ evidenceRole: 'agent', screenshot: picture })
    expect(scale).toBeCloseTo(zoom, 2)
    const { width, height } = how.viewport ?? screen
    expect(viewport).toEqual({ width: Math.round(width / scale), height: Math.round(height / scale) })

    await page.evaluate(() => {
      addEventListener('mousedown', ({ target }) => (document.title = `hit ${(target as Element).id}`))
    })
    const point = { x: middle.x / scale, y: middle.y / scale }
    await capture.act({ type: 'click', ...point }, () => page.mouse.click(point.x, point.y))
    expect(await page.title()).toBe('hit it')
    await settled()

    // The viewer shows the point at this part of the picture.
    const bare = await page.screenshot()
    const { middle: seen } = countPixels(bare)
    const whole = sizeOf(bare)
    expect(point.x / viewport.width).toBeCloseTo(seen.x / whole.width, 1.7)
    expect(point.y / viewport.height).toBeCloseTo(seen.y / whole.height, 1.7)
    const [, probe] = of('screenshot')
    expectSameSize(probe?.screenshot, bare)
    expect(probe).toMatchObject({ evidenceRole: 'probe', viewport })
    expect(probe?.scale).toBeCloseTo(zoom * (how.deviceScaleFactor ?? 1), 2)
    expect(of('gap')).toEqual([])
  },
)

test('a picture that the agent took itself is told with the part of the page that it shows', async () => {
  const page = await openOnPhone(button + wide)
  const { sink, settled, of } = keepEvents()
  const capture = captureCua(page, sink)
  await capture.act({ type: 'look' }, () => 'nothing')
  await settled()
  capture.modelSaw({ screenshot: await page.screenshot({ type: 'jpeg' }) })
  await settled()
  const [probe, given] = of('screenshot')
  expect(given).toMatchObject({ evidenceRole: 'agent', viewport: { width: 980, height: 1307 } })
  expect(given?.viewport).toEqual(probe?.viewport)
  expect(given?.scale).toBeCloseTo(300 / 980, 3)

  await capture.act({ type: 'look' }, () => 'nothing')
  const own = await page.screenshot()
  capture.modelSaw({ screenshot: own })
  await settled()
  expect(of('screenshot').at(-1)).toMatchObject({ screenshot: own, viewport: given?.viewport })
})

test('the box of a target is a part of the viewport that is told, where the page is pinched too', async () => {
  const page = await openOnPhone(button + meta('width=device-width') + wide, { pinch: 2 })
  const { sink, settled, of } = keepEvents()
  // Of before the click: Playwright scrolls what shows for it.
  const { viewport, scale = 0, screenshot } = await observePage(page)
  await recordPage(page, sink).click('#it')
  await settled()
  const { box, point } = of('step_finished')[0]?.target ?? {}
  const { middle } = countPixels(screenshot)
  expect(viewport?.width).toBeGreaterThan(screen.width)
  expect(box).toMatchObject({ width: expect.closeTo(40, 1) as number, height: expect.closeTo(24, 1) as number })
  expect(Math.abs(point!.x * scale - middle.x)).toBeLessThan(1)
  expect(Math.abs(point!.y * scale - middle.y)).toBeLessThan(1)
})

/** A phone with a process for each site. */
async function openPhoneApart({ pinch: _pinch, ...device }: Shown): Promise<Page> {
  const context = await (await browserApart(launchBrowser)).newContext({ ...phone, ...device })
  return live.closeAfter(await context.newPage())
}

const style = 'color: #f00; background: #fff; border: 0; font: bold 40px monospace'
const field = `<input style="${style}; position: absolute; left: 80px; top: 150px" autocomplete="cc-number" value="4111 1111">`
const inFrame = (host: string): string =>
  `<iframe style="position: absolute; left: 60px; top: 120px" width="420" height="200" src="${host}"></iframe>`

const fewSecrets: [string, string, Shown][] = [
  [
    'made smaller and scrolled',
    `${field}<div style="width: 2000px; height: 5000px">x</div><script>scrollTo(40, 90)</script>`,
    {},
  ],
  ['pinched on a dense computer', field + wide, { pinch: 1.5, isMobile: false, deviceScaleFactor: 2 }],
  ['pinched, in a frame', 'frame' + meta('width=device-width') + wide, { pinch: 2 }],
]
const otherSecrets: typeof fewSecrets = [
  ['made smaller', field + wide, {}],
  ['made smaller on a dense screen', field + wide, { deviceScaleFactor: 3 }],
  ['at its own size, and wider', field + meta('width=device-width, initial-scale=1') + wide, {}],
  ['made larger', field + meta('width=device-width, initial-scale=1.3'), {}],
  ['pinched', field + meta('width=device-width') + wide, { pinch: 2 }],
  ['made smaller, in a frame', 'frame' + wide, {}],
]
const allSecrets = [...fewSecrets, ...otherSecrets]

test.each(inFast(fewSecrets, allSecrets))(
  'a field for a secret is painted over where it shows in a page %s',
  async (_how, html, how: Shown) => {
    // Its frame is of another origin, and in a process of its own.
    const isFramed = html.startsWith('frame')
    const framed = html.replace(
      /^frame/,
      inFrame(live.url('/secrets.html?show=plain').replace('127.0.0.1', 'localhost')),
    )
    const page = isFramed ? await show(await openPhoneApart(how), framed, how.pinch) : await openOnPhone(html, how)
    await page.waitForLoadState()
    const [bare, seen] = [await page.screenshot(), await observePage(page, { images })]
    expect(seen.gaps).toEqual([])
    expectSameSize(seen.screenshot, bare)
    const before = countPixels(bare)
    const after = countPixels(seen.screenshot)
    expect(before.red).toBeGreaterThan(20)
    expect(after.red).toBe(0)
    expect(after.grey).toBeGreaterThan(200)
    // And not the whole page.
    expect(after.grey).toBeLessThan((sizeOf(bare).width * sizeOf(bare).height) / 3)
  },
)
