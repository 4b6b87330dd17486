import { observePage } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { useLivePages } from '../support/live-page.ts'
import { createPainter } from '../support/painter.ts'
import { countPixels } from '../support/pixels.ts'

const live = useLivePages()

/** A page of which Playwright says what it says of Firefox and WebKit. */
async function openWithoutSession(): Promise<Page> {
  const page = await live.openAlone('/index.html')
  page.context().newCDPSession = () => Promise.reject(new Error('CDP session is only available in Chromium'))
  return live.closeAfter(page)
}

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
  const page = await openWithoutSession()
  await page.setContent(`${hostile}<title>Pay</title>${field}${inShadow}${inFrame}`)
  const askedBefore = await page.evaluate('asked')
  const bare = await observePage(page, { mask: false })
  const seen = await observePage(page, { images: () => createPainter(live.browser()) })
  expect(seen).toMatchObject({ title: 'Pay', masked: true, gaps: [] })
  expect((await countPixels(live.browser(), bare.screenshot)).red).toBeGreaterThan(1_000)
  const { red, grey } = await countPixels(live.browser(), seen.screenshot)
  expect({ red, isSmall: grey > 30_000 && grey < 100_000 }).toEqual({ red: 0, isSmall: true })
  expect(seen.ariaTree).not.toContain('4111')
  expect(await page.evaluate('asked')).toBe(askedBefore)
})

test('there a secret that shows in a frame of another site costs the picture, and one that holds none does not', async () => {
  const page = await openWithoutSession()
  const address = live.url('/secrets.html?show=plain').replace('127.0.0.1', 'localhost')
  await page.setContent(`<iframe src="${address}" width=440 height=260></iframe>`)
  const [, inner] = page.frames()
  await expect.poll(() => inner?.locator('input').count()).toBe(1)
  const images = () => createPainter(live.browser())
  const seen = await observePage(page, { images })
  expect(seen.gaps).toMatchObject([{ what: 'screenshot', reason: 'mask_failed' }])
  expect(seen.screenshot).toBeUndefined()
  await inner!.locator('input').fill('')
  expect((await observePage(page, { images })).gaps).toEqual([])
})
