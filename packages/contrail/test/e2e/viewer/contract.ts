import type { Page } from 'playwright'
import { describe, expect, test } from 'vitest'
import { killedRun } from '../../recordings.ts'
import { demoRun, stepEvent, type Stage } from './stage.ts'

const once = [
  'status',
  'final-answer',
  'film-strip',
  'frame-before',
  'frame-after',
  'url',
  'reasoning',
  'result',
  'search',
  'label-form',
]
const tabs = ['Story', 'Page', 'Verdict', 'Labels', 'Raw']

/** Expect the marks of a run in a page of it, wherever the page comes from: a run of the demo, which failed once. */
export async function expectContract(page: Page): Promise<void> {
  for (const name of once) expect([name, await page.getByTestId(name).count()]).toEqual([name, 1])
  expect(await page.getByTestId('error').count()).toBe(1)
  expect(await page.getByRole('tab').allTextContents()).toEqual(tabs)
  const places = ['data-step', 'aria-posinset', 'aria-setsize'] as const
  const steps = await page
    .getByRole('listbox', { name: 'Steps' })
    .getByRole('option')
    .evaluateAll((all, names) => all.map((step) => names.map((name) => step.getAttribute(name))), places)
  const count = await page.getByTestId('step').count()
  expect(steps).toEqual(Array.from({ length: count }, (_, at) => [`${at + 1}`, `${at + 1}`, `${count}`]))
  expect(await page.locator('[data-testid=step][data-ok=false]').count()).toBe(1)
  for (const moment of ['before', 'after']) {
    const images = page.locator(`figure[data-testid=frame-${moment}] img`)
    expect(await images.count()).toBe(1)
    expect(await images.getAttribute('alt')).toMatch(/^Step \d+, (before|after): http:/)
  }
  expect(await page.locator('html').getAttribute('data-theme')).toMatch(/^(light|dark)$/)
}

/** The marks in the page that others rely on, and the place of the click. */
export function testContract(stage: () => Stage): void {
  describe.each(['buy-desk-lamp', 'compare-before-buying', 'try-the-cart'])('the page of %s', (task) => {
    test('has each mark once, steps as options of a list, and pictures that say what they are', async () => {
      await expectContract(await stage().show(`${demoRun}/${task}`))
    })
  })

  test.each([1, 1.5])(
    'the click stands where it was, within a pixel, at scale %d and any zoom, however its place is told',
    async (deviceScaleFactor) => {
      const isPlain = deviceScaleFactor === 1
      const page = isPlain
        ? await stage().show(`${demoRun}/try-the-cart/5`)
        : await stage().open(await recordAims(stage()), { deviceScaleFactor })
      const steps = isPlain ? 1 : 3
      for (let step = 0; step < steps; step += 1) {
        if (step > 0) await page.keyboard.press('j')
        await page.waitForFunction(
          () => document.querySelector<HTMLImageElement>('[data-testid=frame-before] img')?.naturalWidth,
        )
        for (const size of ['Fit', '100%', '200%']) {
          await page.getByRole('button', { name: 'Size of the frame' }).filter({ hasText: size }).waitFor()
          expect(await offset(page)).toBeLessThan(1)
          await page.getByRole('button', { name: 'Size of the frame' }).click()
        }
      }
      await page.click('text=After')
      expect(await offset(page)).toBeLessThan(1)
    },
  )

  test('a target without a point is a box, and what is not known, or not on the picture, is said and not drawn', async () => {
    const page = await stage().show(`${await recordAims(stage())}/4`)
    const before = page.getByTestId('frame-before')
    const marks = async () => [
      await page.getByTestId('target-box').count(),
      await page.getByTestId('click-point').count(),
    ]
    await expect.poll(marks).toEqual([1, 0])
    await page.keyboard.press('j')
    await expect.poll(() => before.textContent()).toContain('where it acted is unknown')
    expect(await marks()).toEqual([0, 0])
    await page.keyboard.press('j')
    await expect.poll(() => before.textContent()).toContain('it acted outside of this picture')
    expect(await marks()).toEqual([0, 0])
    // Secrets were covered in it, so it is not what the model saw.
    await page.keyboard.press('j')
    await expect.poll(() => before.textContent()).toContain('secrets are covered')
    expect(await before.textContent()).not.toContain('what the model saw')
  })

  test('what the model saw is said of its frames alone, and claims are marked everywhere', async () => {
    const page = await stage().show(`${demoRun}/try-the-cart/5`)
    expect(await page.getByTestId('frame-before').textContent()).toContain('what the model saw')
    await page.keyboard.press('p')
    expect(await page.getByTestId('frame-before').textContent()).not.toContain('what the model saw')
    for (const place of [
      'section:has(> [data-testid=reasoning])',
      'section:has(> [data-testid=final-answer])',
      '.said',
    ]) {
      for (const text of await page.locator(place).allTextContents()) expect(text).toContain('claim')
    }
    for (const evidence of ['error', 'result', 'frame-before', 'frame-after', 'url']) {
      expect(await page.getByTestId(evidence).textContent()).not.toContain('claim')
    }
  })

  test('what nobody measured is unknown, and no step without a probe has one', async () => {
    const page = await stage().show(`${killedRun}/sample/1`)
    expect(await page.getByTestId('final-answer').textContent()).toContain('the run was killed')
    expect(await page.locator('.top').textContent()).toContain('tokens unknown')
    expect(await page.locator('.top').textContent()).toContain('cost unknown')
    expect(await page.locator('[data-testid=step][data-step="1"]').textContent()).toContain('unknown')
    expect(await page.locator('.stage').textContent()).toContain('no probe after this step')
    expect(await page.getByTestId('click-point').count()).toBe(0)
    expect(await page.locator('[data-testid=frame-before] img').count()).toBe(0)
  })
}

let aims: Promise<string> | undefined

/** Record steps that tell where they acted in each way, or in none; once for all. @returns their place, `run/task` */
function recordAims(stage: Stage): Promise<string> {
  const record = async (): Promise<string> => {
    const recorder = stage.record({ run: 'small', task: 'aims' })
    const target = { role: 'button', name: 'Buy' }
    const steps: Parameters<typeof stepEvent>[0][] = [
      { actionArgs: { x: 640.5, y: 33 } },
      { actionArgs: { coordinate: [1270, 790] } },
      { actionArgs: { x: 1, y: 1 }, target: { ...target, point: { x: 3, y: 400 } } },
      { target: { ...target, box: { x: 10, y: 20, width: 300, height: 40 } } },
      { actionArgs: { x: '12', y: 4 } },
      { actionArgs: { x: 640, y: 900 } },
      {},
    ]
    for (const [at, step] of steps.entries()) {
      const screenshot = stage.frames[at % stage.frames.length]!
      const viewport = { width: 1280, height: 800 }
      const masked = at === steps.length - 1
      await recorder.record({ type: 'screenshot', screenshot, url: 'x:', evidenceRole: 'agent', viewport, masked })
      await recorder.record(stepEvent(step))
    }
    await recorder.finish({ status: 'complete' })
    return 'small/aims'
  }
  return (aims ??= record())
}

/** How far the mark stands from where the demo clicked, in CSS pixels of the screen. */
async function offset(page: Page): Promise<number> {
  return page.evaluate(() => {
    const mark = document.querySelector('[data-testid=click-point]')!.getBoundingClientRect()
    const picture = document.querySelector('[data-testid=frame-before] img')!.getBoundingClientRect()
    const known: Record<string, readonly number[]> = { 1: [640.5, 33], 2: [1270, 790], 3: [3, 400] }
    const step = document.querySelector('[data-testid=step][aria-selected=true]')!
    const told = /(\d+), (\d+)/.exec(step.querySelector('.aim')!.textContent ?? '')?.slice(1)
    const [x, y] = (location.hash.includes('small/aims') && known[step.getAttribute('data-step') ?? '']) || told || []
    const wanted = {
      x: picture.left + (Number(x) / 1280) * picture.width,
      y: picture.top + (Number(y) / 800) * picture.height,
    }
    return Math.hypot(mark.left + mark.width / 2 - wanted.x, mark.top + mark.height / 2 - wanted.y)
  })
}
