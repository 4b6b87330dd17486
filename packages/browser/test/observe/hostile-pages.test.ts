import { captureDom, observePage } from '@contrail/browser'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { keepEvents, useLivePages, viewport } from '../support/live-page.ts'
import { images } from '../support/pixels.ts'
import { scanPage } from '../support/scan.ts'

const live = useLivePages()
const secret = 'tiger-in-the-tank'

const islands: [what: string, own: string][] = [
  ['a class named Map', '<script>class Map { constructor(w, h) { this.w = w } }</script>'],
  [
    'names of its own for Set and Symbol',
    '<script>Set = 1; Symbol = { for: () => { throw new Error("trap") } }</script>',
  ],
  ['its own map and flatMap', '<script>Array.prototype.map = Array.prototype.flatMap = () => []</script>'],
  ['its own matches', '<script>Element.prototype.matches = () => false</script>'],
  [
    'forms named like what a document can do',
    '<form name=querySelectorAll></form><form name=defaultView></form><img name=title>',
  ],
  [
    'a form whose fields are named like its own',
    '<form role=textbox><input name=attributes><input name=children></form>',
  ],
  [
    'getters that throw',
    `<script>for (const [of, name] of [[document, 'title'], [document, 'body'], [HTMLInputElement.prototype, 'value'], [window, 'devicePixelRatio']])
    Object.defineProperty(of, name, { get: () => { throw new Error('trap') } })</script>`,
  ],
  ['a clock that stands', '<script>performance.now = () => 0; Date.now = () => 0</script>'],
]
const allOfIt: typeof islands = [['all of this', islands.map(([, own]) => own).join('')]]

test.each(inFast(allOfIt, islands))(
  'a page that has %s is seen as it is, and without its secret',
  async (_what, own) => {
    // What a script has done to its window is there in the next document that is written into it.
    const page = await live.open('/index.html')
    await page.setContent(`<title>Island</title><h1>Island</h1><label>Password <input autocomplete=current-password value="${secret}"></label>
    <input aria-label=Name value=plain>${own}`)
    const seen = await observePage(page, { images })
    expect(seen).toMatchObject({ gaps: [], title: 'Island', masked: true, viewport })
    expect(seen.ariaTree).toContain('heading "Island"')
    expect(seen.ariaTree).toContain('plain')
    expect(seen.ariaTree).not.toContain(secret)
  },
)

test.each([
  [
    'an SVG',
    'image/svg+xml',
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60"><text y="30">Sales</text></svg>',
    ['no_body', 'no_body', 'no_body'],
  ],
  ['XML', 'text/xml', '<?xml version="1.0"?><list><item>one</item></list>', []],
])(
  '%s has its picture with every step, holds none up, and says why there is no tree',
  async (_what, type, body, reasons) => {
    const page = await live.open('/index.html')
    await page.route('http://document/', (route) => route.fulfill({ contentType: type, body }))
    await page.goto('http://document/')
    const { sink, of, settled } = keepEvents()
    const capture = captureDom(page, sink, { images })
    for (let look = 0; look < 3; look += 1) {
      await capture.turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
    }
    await settled()
    expect(of('screenshot')).toHaveLength(3)
    expect(of('gap').map(({ reason }) => reason)).toEqual(reasons)
  },
)

test('about:blank is seen', async () => {
  const page = await live.reopen('/index.html')
  await page.goto('about:blank')
  expect(await observePage(page)).toMatchObject({
    url: 'about:blank',
    gaps: [],
    screenshot: expect.any(Uint8Array) as Uint8Array,
  })
})

test('of a page with thousands of rows there are a picture and the tree of what shows, and no more is begun', async () => {
  const row = (n: number): string =>
    `<tr><td>${n}<td><a href="#${n}">order ${n}</a><td><input value="note ${n}"><td><button>Edit</button>`
  const page =
    await live.show(`<title>Grid</title><h1>Orders</h1><label>Password <input autocomplete=current-password value="${secret}"></label>
    <table>${Array.from({ length: 2_000 }, (_, n) => row(n)).join('')}</table>`)
  const seen = await observePage(page, { images })
  expect(seen).toMatchObject({ gaps: [], title: 'Grid', partial: true, masked: true })
  expect(seen.ariaTree).toMatch(/heading "Orders"[^]*link "order 0"[^]*textbox: note 1[^]*button "Edit"/)
  expect(seen.ariaTree).not.toContain('order 1600')
  expect(seen.ariaTree).not.toContain(secret)
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2))
  expect((await observePage(page, { images })).ariaTree).toMatch(/order (9|10)\d\d/)
})

test('of tens of thousands of elements beside each other the first and the last ones are looked at wherever they stand', async () => {
  const page = await live.show('<title>Lines</title>')
  // In corners, so that none of the points at which the window is touched is in them.
  await page.evaluate(() => {
    document.body.innerHTML = '<p>line</p>'.repeat(30_000)
    for (const put of ['prepend', 'append'] as const) {
      const box = document.createElement('x-box')
      const style = `position: fixed; ${put === 'append' ? 'left' : 'right'}: 0; bottom: 0; width: 50px; height: 14px`
      box.attachShadow({
        mode: 'open',
      }).innerHTML = `<input aria-label="API key" value="${put} for all" style="${style}">`
      document.body[put](box)
    }
    scrollTo(0, document.body.scrollHeight / 2)
  })
  const { fields, readable, isShownRead } = await scanPage(page)
  expect(fields.map(({ value }) => value)).toEqual(['prepend for all', 'append for all'])
  expect({ painted: readable.length, isShownRead }).toEqual({ painted: 2, isShownRead: true })
})

test('a picture that was taken while the window had another size is taken once more', async () => {
  const page = await live.reopen('/index.html')
  await page.evaluate(() => (document.body.style.height = '3000px'))
  const [seen] = await Promise.all([
    observePage(page),
    page.screenshot({ fullPage: true }),
    page.setViewportSize({ width: 500, height: 400 }),
  ])
  const png = Buffer.from(seen.screenshot ?? [])
  const size = png.length > 0 ? { width: png.readUInt32BE(16), height: png.readUInt32BE(20) } : undefined
  expect(size).toEqual(seen.viewport)
  expect(seen.gaps.map(({ reason }) => reason)).toEqual(size ? [] : ['view_changed'])
})
