import type { Page } from 'playwright'
import { beforeAll, describe, expect, test } from 'vitest'
import { demoRun, selectedStep, stepEvent, type Stage } from './stage.ts'

/** What keys do. */
export function testKeys(stage: () => Stage): void {
  describe('keys', () => {
    let page: Page
    beforeAll(async () => {
      page = await stage().show(`${demoRun}/try-the-cart/5`)
    })
    const expectStep = async (step: number, ...keys: string[]): Promise<void> => {
      await press(...keys)
      await expect.poll(() => selectedStep(page)).toBe(step)
    }
    const press = async (...keys: string[]): Promise<number> => {
      for (const key of keys) await page.keyboard.press(key)
      return selectedStep(page)
    }

    test('j, k and arrows step, and stop at the ends', async () => {
      await expectStep(7, 'j', 'j')
      await expectStep(4, 'k', 'ArrowUp', 'ArrowLeft')
      await expectStep(6, 'ArrowDown', 'ArrowRight')
      await expectStep(10, 'End', 'j')
      await expectStep(1, 'Home', 'k')
    })

    test('f and F go from failure to failure, round the end', async () => {
      await expectStep(5, 'f')
      await expectStep(5, 'f')
      await expectStep(5, 'j', 'f')
      await expectStep(5, 'Home', 'F')
    })

    test('a, p and d choose the frame, t and T the tab', async () => {
      await press('d')
      await expect.poll(() => page.getByTestId('frame-difference').count()).toBe(1)
      await press('d', 'p')
      await expect.poll(() => page.getByRole('button', { name: 'Probe', pressed: true }).count()).toBe(1)
      await press('a')
      await expect.poll(() => page.getByRole('button', { name: 'Agent', pressed: true }).count()).toBe(1)
      const tab = () => page.locator('[role=tab][aria-selected=true]').textContent()
      await press('t')
      await expect.poll(tab).toBe('Page')
      await press('T', 'T')
      await expect.poll(tab).toBe('Raw')
      await press('t')
    })

    test('/ searches actions, arguments, reasoning, results, errors and trees, and no key acts while one types', async () => {
      await press('Home', '/')
      await page.keyboard.type('ribbon machine')
      await expect.poll(() => page.locator('.found').textContent()).toContain('1 step of 10')
      await expectStep(5, 'Enter')
      for (const key of ['j', 'f', '?', 'g', ' ', 't', 'ArrowDown', '1']) await page.keyboard.press(key)
      expect(await selectedStep(page)).toBe(5)
      expect(await page.getByTestId('search').inputValue()).toBe('ribbon machinejf?g t1')
      expect(await page.getByRole('dialog').count()).toBe(0)
      await page.getByTestId('search').fill('')
      await page.keyboard.press('Escape')
    })

    test('space plays at the recorded speed, a pause of half a minute as one of two seconds, until it is pressed again', async () => {
      let nowMs = Date.now()
      const clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs }
      const recorder = stage().record({ run: 'small', task: 'pause', clock })
      for (const pauseMs of [0, 30_000, 500, 500]) {
        nowMs += pauseMs
        await recorder.record(stepEvent({ startedAt: clock.now().toISOString(), durationMs: 10 }))
      }
      await recorder.finish({ status: 'complete' })
      const playing = await stage().open('small/pause/1', {})
      // Its time stands still, and goes on by so much alone.
      await playing.clock.install()
      await playing.clock.pauseAt(Date.now() + 1_000)
      const stepsAfter = async (ms: number): Promise<number> => {
        await playing.clock.runFor(ms)
        return selectedStep(playing)
      }
      await playing.keyboard.press(' ')
      expect(await stepsAfter(1_990)).toBe(1)
      expect(await stepsAfter(20)).toBe(2)
      expect(await stepsAfter(470)).toBe(2)
      expect(await stepsAfter(30)).toBe(3)
      await playing.keyboard.press(' ')
      expect(await stepsAfter(60_000)).toBe(3)
      await playing.keyboard.press(' ')
      expect(await stepsAfter(60_000)).toBe(4)
    })

    test('? tells the keys and gives the focus back, g leads to the list', async () => {
      await press('?')
      expect(await page.getByRole('dialog', { name: 'Keys' }).textContent()).toContain('next and previous failure')
      await page.keyboard.press('j')
      await page.keyboard.press('Escape')
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
      await page.keyboard.press('g')
      await page.waitForSelector('[data-testid=run-row]')
    })

    test('every control is reached by keyboard', async () => {
      const fresh = await stage().show(`${demoRun}/try-the-cart/5`)
      const controls = fresh.locator('button:visible:not(:disabled), a:visible, input:visible, textarea:visible')
      // Some come with the details of the step, while others are gone through.
      const most = (await controls.count()) + 40
      await fresh.evaluate(() =>
        addEventListener('focusin', () => document.activeElement?.setAttribute('data-reached', '')),
      )
      for (let at = 0; at < most; at += 1) await fresh.keyboard.press('Tab')
      expect(await controls.count()).toBeGreaterThan(10)
      expect(await controls.and(fresh.locator(':not([data-reached])')).evaluateAll(namesOf)).toEqual([])
    })
  })
}

function namesOf(elements: readonly Element[]): string[] {
  return elements.map((element) => element.outerHTML.slice(0, 120))
}
