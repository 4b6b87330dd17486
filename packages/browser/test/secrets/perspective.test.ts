import { observePage } from '@contrail/browser'
import { expect, test } from 'vitest'
import { useLivePages } from '../support/live-page.ts'
import { createPainter } from '../support/painter.ts'
import { countPixels } from '../support/pixels.ts'

const live = useLivePages()
const images = () => createPainter(live.browser())

/** A field for a secret in a box in a box, each drawn as its style says. */
function drawn(outer: string, inner: string, own = ''): string {
  const text = 'color: red; font: 24px monospace'
  return `<div style="${outer}"><div style="${inner}">
    <input autocomplete=current-password value=hunter2hunter2 style="${text}; ${own}"></div></div>`
}

const behind = [
  drawn('perspective: 65px; margin: 35px', 'transform: rotateY(-50deg); width: 175px'),
  drawn('transform: perspective(190px) translateZ(176px); transform-style: preserve-3d', 'transform: rotateY(-74deg)'),
  drawn('perspective: 127px; width: 127px', 'rotate: y 67deg; translate: 0 0 60px', 'width: 377px'),
  drawn('perspective: 350px', 'transform: perspective(139px) rotateY(-44deg); width: 113px', 'width: 269px'),
  drawn('perspective: 90px', 'scale: 1 1 3; transform: translateZ(40px)'),
]

/** As pages turn their cards, in the plane of which nothing comes near to the eye. */
const before = [
  drawn('perspective: 1000px; margin: 60px', 'transform: rotateY(20deg); transform-style: preserve-3d; width: 300px'),
  drawn('transform: perspective(600px) rotateX(-35deg); width: 300px; margin: 60px', ''),
  drawn('perspective: 800px; margin: 40px', 'transform: translateZ(60px); width: 300px', 'rotate: x 30deg'),
]

test('a field for a secret that may reach behind the eye costs the picture, wherever the browser says it is', async () => {
  const page = await live.reopen('/index.html')
  for (const html of behind) {
    await page.evaluate((one) => document.body.setHTMLUnsafe(one), html)
    const { screenshot, gaps, ariaTree } = await observePage(page, { images })
    expect(screenshot).toBeUndefined()
    expect(gaps).toMatchObject([{ what: 'screenshot', reason: 'mask_failed' }])
    expect(ariaTree).toContain('[redacted:password:')
  }
})

test('one that is drawn in perspective before the eye is painted over, and the picture is kept', async () => {
  const page = await live.reopen('/index.html')
  for (const html of before) {
    await page.evaluate((one) => document.body.setHTMLUnsafe(one), html)
    expect((await countPixels(live.browser(), await page.screenshot())).red).toBeGreaterThan(200)
    const { screenshot, gaps } = await observePage(page, { images })
    expect(gaps).toEqual([])
    expect((await countPixels(live.browser(), screenshot)).red).toBe(0)
  }
})
