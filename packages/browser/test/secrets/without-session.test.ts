import { captureDom, observePage } from '@contrail/browser'
import type { Page } from 'playwright'
import { beforeAll, expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { countPixels, images } from '../support/pixels.ts'

const live = useLivePages()

/** A page of which Playwright says what it says of Firefox and WebKit. */
let page: Page
beforeAll(async () => {
  page = await live.openAlone('/index.html')
  page.context().newCDPSession = () => Promise.reject(new Error('CDP session is only available in Chromium'))
})

const field = '<input autocomplete=cc-number value="4111 1111 1111 1111" style="color: red; font: bold 30px monospace">'
/** What makes every question that is asked among the scripts of the page count, and lie. */
const hostile = `<script>
  asked = 0
  for (const { prototype } of [Node, Element, Document, HTMLInputElement])
    for (const [name, { get, value, configurable }] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
      if (configurable && /^(nodeType|nodeName|value|shadowRoot|title|querySelectorAll|matches|getBoundingClientRect)$/.test(name))
        Object.defineProperty(prototype, name, { get() { asked += 1; return get ? undefined : () => [] } })
</script>`
const inFrame = `<iframe srcdoc='${field}' width=420 height=80 style="margin: 30px"></iframe>`
const inShadow = `<x-y><template shadowrootmode=open>${field}</template></x-y>`

test('in a browser without a session for us pictures are kept, secrets covered, and no script of the page is asked', async () => {
  await page.goto(live.url('/index.html'))
  await page.setContent(`${hostile}<title>Pay</title>${field}${inShadow}${inFrame}${'<i></i>'.repeat(150)}`)
  const askedBefore = await page.evaluate('asked')
  const bare = await observePage(page, { mask: false })
  const seen = await observePage(page, { images })
  expect(seen).toMatchObject({ title: 'Pay', masked: true, gaps: [] })
  expect(countPixels(bare.screenshot).red).toBeGreaterThan(1_000)
  const { red, grey } = countPixels(seen.screenshot)
  expect({ red, isSmall: grey > 30_000 && grey < 100_000 }).toEqual({ red: 0, isSmall: true })
  const partly = await observePage(page, { mask: false, treeLimitMs: 12 })
  expect(partly).toMatchObject({ partial: true, gaps: [] })
  expect(partly.ariaTree?.match(/textbox/g)).toHaveLength(3)
  expect(seen.ariaTree).not.toContain('4111')
  expect(await page.evaluate('asked')).toBe(askedBefore)
})

test('there what is typed and gone in one step is known, and so is what is answered to a dialog', async () => {
  await page.goto(live.url('/index.html'))
  await page.setContent(`<button onclick="document.title = prompt('Password?')">Ask</button>`)
  page.once('dialog', (dialog) => dialog.accept('Vb3canaryRt9'))
  const { sink, of, events, settled } = keepEvents()
  const { turn } = captureDom(page, sink)
  await turn(({ step }) => step({ actionName: 'click' }, () => page.click('button')))
  await settled()
  const typeAndSend = async (): Promise<void> => {
    await page.goto(live.url('/thanks.html'))
    await page.setContent('<form action=/index.html><input type=password name=q></form>')
    await page.fill('input', 'Qx7canaryLm2')
    await page.press('input', 'Enter')
    await page.waitForURL('**/index.html*')
  }
  await turn(({ step }) => step({ actionName: 'sign_in', actionArgs: { with: 'Qx7canaryLm2' } }, typeAndSend))
  await settled()
  expect(of('step_finished').map(({ sensitive }) => sensitive)).toEqual([undefined, true])
  expect(of('step_observed')[0]?.dialogs).toMatchObject([{ type: 'prompt', answered: 'accepted' }])
  const said = events.filter(({ type }) => type !== 'step_finished')
  expect(JSON.stringify(said)).not.toMatch(/Vb3canaryRt9|Qx7canaryLm2/)
})

test('there a secret that shows in a frame of another site costs the picture, and one that holds none does not', async () => {
  await page.goto(live.url('/index.html'))
  const address = live.url('/secrets.html?show=plain').replace('127.0.0.1', 'localhost')
  await page.setContent(`<iframe src="${address}" width=440 height=260></iframe>`)
  const [, inner] = page.frames()
  await expect.poll(() => inner?.locator('input').count()).toBe(1)
  const seen = await observePage(page, { images })
  expect(seen.gaps).toMatchObject([{ what: 'screenshot', reason: 'mask_failed' }])
  expect(seen.screenshot).toBeUndefined()
  await inner!.locator('input').fill('')
  expect((await observePage(page, { images })).gaps).toEqual([])
})
