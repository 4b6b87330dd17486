import { captureCua, observePage, type PageObservation } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { countPixels, images } from '../support/pixels.ts'

const live = useLivePages()

const look = (page: Page): Promise<PageObservation> => observePage(page, { images })
const redIn = (picture: Uint8Array | undefined): number => countPixels(picture).red

const style = `<style>
  input, [contenteditable] { color: #f00; font: 24px monospace; width: 220px; border: 0 }
  @keyframes in { from { transform: translateY(-100px) } }
</style>`
const input = '<input id=k aria-label="API key" value=XKEYXKEYXKEY>'
const field = `<div id=l>${input}</div>`

async function show(body: string): Promise<Page> {
  const page = await live.reopen('/index.html')
  await page.setContent(style + body)
  return page
}

/** What a capture tells of a page that was looked at, then acted on. */
async function actOn(page: Page, act: () => Promise<unknown>, think = async (): Promise<unknown> => undefined) {
  const { sink, of } = keepEvents()
  const capture = captureCua(page, sink, { images })
  await capture.act({ type: 'look' }, () => 'nothing')
  await capture.settled()
  await capture.act({ type: 'act' }, act)
  await think()
  await capture.settled()
  const pictures = of('screenshot').map(({ screenshot, masked }) => ({ screenshot, masked }))
  return { pictures, gaps: of('gap') }
}

test('while a view transition draws a field where it does not stand there is no picture of it, and after it there is', async () => {
  const page = await show(
    `<style>::view-transition-group(*), ::view-transition-old(*) { animation-duration: 999s }</style><div id=d>${field}</div>`,
  )
  const starts = [
    "document.startViewTransition(() => (l.style.cssText = 'position: absolute; top: 200px'))",
    'document.startViewTransition(() => l.remove())',
    'document.startViewTransition(() => new Promise((resolve) => (window.release = resolve)))',
    'd.startViewTransition(() => d.append(l))',
  ]
  const moved = await page.evaluateHandle('l')
  for (const start of starts) {
    await page.evaluate(
      `window.running = ${start}; running.finished.catch(() => {}); running.ready.catch(() => {}); undefined`,
    )
    const seen = await look(page)
    expect({ start, ...seen }).toMatchObject({ start, gaps: [{ what: 'screenshot', reason: 'mask_failed' }] })
    expect(seen).not.toHaveProperty('screenshot')
    await page.evaluate('window.release?.(); running.skipTransition(); running.updateCallbackDone')
    await page.evaluate((node) => document.body.prepend(node as Node), moved)
  }
  const after = await look(page)
  expect(after).toMatchObject({ masked: true, gaps: [] })
  expect(redIn(after.screenshot)).toBe(0)
})

test('a view transition of a page that never had a field for a secret is in the picture', async () => {
  const page = await show(
    '<style>::view-transition-group(*), ::view-transition-old(*) { animation-duration: 999s }</style><p id=p>Plain</p>',
  )
  const { pictures, gaps } = await actOn(page, () =>
    page.evaluate("void document.startViewTransition(() => (p.textContent = 'Other'))"),
  )
  expect(pictures).toHaveLength(2)
  expect(gaps).toEqual([])
})

test('a field of the page before is in no picture of the view transition that leads to the next one', async () => {
  const page = await live.reopen('/transition.html?value=XKEYXKEYXKEY')
  const { pictures, gaps } = await actOn(
    page,
    () => page.click('a'),
    () => page.waitForFunction('!document.activeViewTransition'),
  )
  expect(page.url()).toBe(live.url('/transition.html'))
  expect(gaps).toEqual([])
  expect(pictures.map(({ masked }) => masked)).toEqual([true, undefined])
  for (const { screenshot } of pictures) expect(redIn(screenshot)).toBe(0)
})

test.each([
  [
    'by an animation of a dialog',
    `<style>dialog[open] { animation: in 0.2s }</style><dialog id=d>${field}</dialog>`,
    'd.showModal()',
  ],
  [
    'in a shadow root',
    `<div id=s></div>`,
    `s.attachShadow({ mode: 'open' }).innerHTML = '${style.replaceAll('\n', '')}${input}'
      s.shadowRoot.querySelector('input').animate([{ translate: '0 90px' }, {}], 200)`,
  ],
  [
    'by a script',
    `<div id=d style="position: absolute">${field}</div>`,
    "for (let at = 0; at <= 20; at += 1) setTimeout(() => (d.style.top = at + 'px'), 10 * at)",
  ],
])('a field that moves %s is pictured once it has come to rest', async (_how, body, start) => {
  const page = await show(body)
  const { pictures, gaps } = await actOn(page, () => page.evaluate(`{ ${start} }`))
  expect(gaps).toEqual([])
  expect(pictures.at(-1)).toMatchObject({ masked: true })
  expect(redIn(pictures.at(-1)?.screenshot)).toBe(0)
})

const shownTwice: [what: string, body: string][] = [
  [
    'such a shadow, turned and larger',
    `<style>
      #l { display: inline-block; margin: 80px; transform: rotate(90deg) scale(1.5); filter: drop-shadow(0 40px #f00) }
      input { background: none }
    </style>${field}`,
  ],
  [
    'the shadow of its text',
    `<div contenteditable aria-label="API key" style="text-shadow: 30px 60px #f00">XKEYXKEY</div>`,
  ],
  [
    'a shadow of the frame around it',
    `<iframe style="border: 0; filter: drop-shadow(0 150px #f00)" height=50 srcdoc="<style>input { color: red; background: none; border: 0 }</style>
      <input aria-label='API key' value=XKEYXKEYXKEY>"></iframe>`,
  ],
]
/** A part of the turned one. */
const straight: typeof shownTwice = [
  [
    'a shadow of what is around it',
    `<style>#l { filter: drop-shadow(0 60px 0 #f00) } input { background: none }</style>${field}`,
  ],
]

test.each(inFast(shownTwice, [...shownTwice, ...straight]))(
  'what shows a field once more, %s, is painted over too',
  async (_what, body) => {
    const page = await show(body)
    const bare = await page.screenshot()
    const seen = await look(page)
    expect(seen).toMatchObject({ masked: true, gaps: [] })
    expect([redIn(bare) > 200, redIn(seen.screenshot)]).toEqual([true, 0])
  },
)

test.each([
  ['a reflection', '#l { display: inline-block; -webkit-box-reflect: below 40px }'],
  ['a filter of the page', '#l { filter: url(#f) }'],
])('where %s may show a field once more there is no picture', async (_what, css) => {
  const page = await show(
    `<style>${css}</style><svg width=0 height=0><filter id=f><feOffset dy=60 /></filter></svg>${field}`,
  )
  const seen = await look(page)
  expect(seen).toMatchObject({ gaps: [{ what: 'screenshot', reason: 'mask_failed' }] })
  await page.fill('#k', '')
  expect(await look(page)).toMatchObject({ gaps: [], screenshot: expect.any(Uint8Array) as Uint8Array })
})
