import { observePage } from '@contrail/browser'
import { expect, test } from 'vitest'
import { useLivePages } from '../support/live-page.ts'
import { countPixels, images } from '../support/pixels.ts'

const live = useLivePages()

/** A field for a secret in boxes in each other, each drawn as its style says; the last is its own. */
function drawn(...styles: readonly string[]): string {
  const text = 'color: red; font: 24px monospace'
  const field = `<input autocomplete=current-password value=hunter2hunter2 style="${text}; ${styles.at(-1)}">`
  return styles.slice(0, -1).reduceRight((within, style) => `<div style="${style}">${within}</div>`, field)
}

const behind = [
  drawn('perspective: 65px; margin: 35px', 'transform: rotateY(-50deg); width: 175px', ''),
  drawn(
    'transform: perspective(190px) translateZ(176px); transform-style: preserve-3d',
    'transform: rotateY(-74deg)',
    '',
  ),
  drawn('perspective: 127px; width: 127px', 'rotate: y 67deg; translate: 0 0 60px', 'width: 377px'),
  drawn('perspective: 350px', 'transform: perspective(139px) rotateY(-44deg); width: 113px', 'width: 269px'),
  drawn('perspective: 90px', 'scale: 1 1 3; transform: translateZ(40px)', ''),
]

/** What stands to the left of its parent is nearer to the eye, and boxes are told of depth that is drawn flat. */
const elsewhere = [
  drawn(
    'margin-left: -100px; transform: perspective(187px) rotateY(-38deg); width: 317px',
    'position: absolute; left: -128px; top: 174px; transform: translateZ(60px); perspective: 350px; width: 85px',
    'rotate: y 5deg; perspective: 242px; transform-style: preserve-3d',
    'rotate: y 73deg',
  ),
  drawn(
    'margin: 60px 150px; rotate: y 62deg; width: 232px',
    'transform-style: preserve-3d; width: 258px',
    'transform: translateZ(58px); perspective: 562px; perspective-origin: -94% 50%',
    'rotate: y 46deg',
  ),
  drawn(
    'margin: 60px 150px; rotate: y 51deg; transform-style: preserve-3d; perspective: 261px',
    'translate: calc(40% + 10px) 0px -6px; transform: translateZ(21px)',
    'perspective: 745px; transform-style: preserve-3d; width: 260px',
    'transform: rotateY(50deg)',
  ),
]

/** As pages turn their cards, in the plane of which nothing comes near to the eye. */
const before = [
  drawn(
    'perspective: 1000px; margin: 60px',
    'transform: rotateY(20deg); transform-style: preserve-3d; width: 300px',
    '',
  ),
  drawn('transform: perspective(600px) rotateX(-35deg); width: 300px; margin: 60px', ''),
  drawn('perspective: 800px; margin: 40px', 'transform: translateZ(60px); width: 300px', 'rotate: x 30deg'),
]

test('a field for a secret that may reach behind the eye, or stand elsewhere than the browser says, costs the picture', async () => {
  const page = await live.show('')
  for (const html of [...behind, ...elsewhere]) {
    await page.evaluate((one) => document.body.setHTMLUnsafe(one), html)
    const { screenshot, gaps, ariaTree } = await observePage(page, { images })
    expect(screenshot).toBeUndefined()
    expect(gaps).toMatchObject([{ what: 'screenshot', reason: 'mask_failed' }])
    expect(ariaTree).toContain('[redacted:password:')
  }
})

test('one that is drawn in perspective before the eye is painted over, and the picture is kept', async () => {
  const page = await live.show('')
  for (const html of before) {
    await page.evaluate((one) => document.body.setHTMLUnsafe(one), html)
    expect(countPixels(await page.screenshot()).red).toBeGreaterThan(200)
    const { screenshot, gaps } = await observePage(page, { images })
    expect(gaps).toEqual([])
    expect(countPixels(screenshot).red).toBe(0)
  }
})
