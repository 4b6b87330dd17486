import { describe, expect, test } from 'vitest'
import { demoRun, selectedStep, type Stage } from './stage.ts'

/** Where links lead, and what stands in the address. */
export function testLinks(stage: () => Stage): void {
  describe('links', () => {
    test('without a step the first failing one is shown, and the token has left the address', async () => {
      const page = await stage().open(`${demoRun}/try-the-cart`)
      expect(await selectedStep(page)).toBe(5)
      expect(page.url()).toBe(`${stage().viewer.url.split('#')[0]}#/${demoRun}/try-the-cart/5`)
      expect(await page.locator('[data-testid=error]').textContent()).toContain('503 Service Unavailable')
    })

    test('a run without a failure opens at its first step, and a link to a step at that one', async () => {
      expect(await selectedStep(await stage().open('killed/sample'))).toBe(1)
      expect(await selectedStep(await stage().open(`${demoRun}/try-the-cart/8`))).toBe(8)
    })

    test('back and forward go through the list and the steps', async () => {
      const page = await stage().open()
      await page.click(`[data-testid=run-row][data-task=buy-desk-lamp]`)
      await page.waitForSelector('[data-testid=frame-before]')
      const first = await selectedStep(page)
      await page.click('[data-testid=step][data-step="1"]')
      expect(await selectedStep(page)).toBe(1)
      await page.goBack()
      await expect.poll(() => selectedStep(page)).toBe(first)
      await page.goBack()
      await page.waitForSelector('[data-testid=run-row]')
      await page.goForward()
      await page.waitForSelector('[data-testid=frame-before]')
      await page.reload()
      await page.waitForSelector('[data-testid=frame-before]')
    })

    test('a place that is none says so, and the list is one link away', async () => {
      const page = await stage().open('nobody/nothing')
      expect(await page.locator('main').textContent()).toContain('There is no recording nobody/nothing')
      await page.click('text=All recordings')
      await page.waitForSelector('[data-testid=run-row]')
    })
  })
}
