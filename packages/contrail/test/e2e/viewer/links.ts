import { cp, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { inFast } from '../../../../../scripts/test-size.ts'
import { killedRun } from '../../recordings.ts'
import { demoRun, selectedStep, stepEvent, type Stage } from './stage.ts'

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
      expect(await selectedStep(await stage().show(`${killedRun}/sample`))).toBe(1)
      expect(await selectedStep(await stage().show(`${demoRun}/try-the-cart/8`))).toBe(8)
    })

    test('a link that is opened in an open page leaves no token in the address, and lets in who was not', async () => {
      const page = await stage().open(`${killedRun}/sample`)
      const link = stage().viewer.url.replace('#/', `#/${demoRun}/try-the-cart/2`)
      for (const clear of [false, true]) {
        if (clear) {
          await page.context().clearCookies()
          await page.reload()
          await page.waitForSelector('.notice:has-text("Open the link that was printed")')
        }
        await page.evaluate((url) => {
          location.href = url
        }, link)
        await page.waitForSelector('[data-testid=step][data-step="2"][aria-selected=true]')
        expect(page.url()).not.toContain('token')
      }
    })

    test.each(inFast(['Zoë/../%2F ?#&💡', '..'], ['Zoë/../%2F ?#&💡', '..', 'con.txt', '50%']))(
      'a recording of the task %j is opened by its row, and by a link with its ids',
      async (task) => {
        const recorder = stage().record({ run: 'odd', task })
        await recorder.record(stepEvent())
        await recorder.finish({ status: 'complete' })
        const page = await stage().show(`odd/${encodeURIComponent(task)}`)
        expect(await page.locator('h1').textContent()).toBe(task)
        await stage().show()
        await page.locator(`[data-task="${path.basename(recorder.directory ?? '')}"]`).click()
        await page.waitForSelector('[data-testid=step][aria-selected=true]')
        expect(await page.locator('h1').textContent()).toBe(task)
      },
    )

    test('folders that somebody named by hand, and addresses that are none, lead where they say', async () => {
      const by = path.join(stage().root, 'by hand', 'a%2Fb ü')
      await mkdir(path.dirname(by))
      await cp(path.join(stage().root, 'small/episode'), by, { recursive: true })
      const page = await stage().show('by%20hand/a%252Fb%20%C3%BC/2')
      expect(await selectedStep(page)).toBe(2)
      expect(page.url()).toMatch(/#\/by%20hand\/a%252Fb%20%C3%BC\/2$/)
      for (const place of ['../..', '%2e%2e/%2e%2e', '%/%', `demo/%2e%2e%2f${killedRun}%2fsample`]) {
        await stage().show(place)
        expect([place, await page.locator('.notice h2').textContent()]).toEqual([
          place,
          expect.stringContaining('There is no recording'),
        ])
      }
      expect(await selectedStep(await stage().show('small/episode/0'))).toBe(1)
      expect(await selectedStep(await stage().show('small/episode/99'))).toBe(3)
    })

    test('back and forward go through the list and the steps', async () => {
      const page = await stage().show()
      // A row far down is not in the page before somebody scrolls to it.
      await page.fill('[data-testid=search]', 'buy-desk-lamp')
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
      const page = await stage().show('nobody/nothing')
      expect(await page.locator('main').textContent()).toContain('There is no recording nobody/nothing')
      await page.click('text=All recordings')
      await page.waitForSelector('[data-testid=run-row]')
    })
  })
}
