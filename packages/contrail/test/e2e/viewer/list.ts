import type { Page, Request } from 'playwright'
import { describe, expect, onTestFinished, test } from 'vitest'
import { appears, stepEvent, type Stage } from './stage.ts'

const events = /\/api\/recordings\/events/

/** The list as it is asked for, and as it is kept. */
export function testList(stage: () => Stage): void {
  /** A recording that the server knows of before the page is told. */
  const recordUntold = async (page: Page, task: string): Promise<void> => {
    const recorder = stage().record({ run: 'between', task })
    await recorder.record(stepEvent())
    await recorder.finish({ status: 'complete' })
    const known = await page.evaluate(() => fetch('/api/recordings?look=1').then((answer) => answer.text()))
    expect(known).toContain(`"task":"${task}"`)
  }

  describe('the list', () => {
    test('is asked for once when it is opened, and not again by who comes back to it', async () => {
      const page = await stage().show('nobody/nothing')
      const asked: string[] = []
      const note = (request: Request): void => {
        const { pathname } = new URL(request.url())
        if (/^\/api\/recordings(?:\/events)?$/.test(pathname)) asked.push(pathname)
      }
      page.on('request', note)
      onTestFinished(() => void page.off('request', note))
      const heard = (): Promise<unknown> => page.waitForRequest(events)
      await Promise.all([heard(), page.click('text=All recordings')])
      await appears(page, '[data-testid=run-row] .heat i')
      expect(asked).toEqual(['/api/recordings/events'])

      asked.length = 0
      await Promise.all([heard(), page.reload()])
      await appears(page, '[data-testid=run-row] .heat i')
      expect(asked).toEqual(['/api/recordings', '/api/recordings/events'])
    })

    test('misses no change between the answer and the first that is told, nor while the page is hidden', async () => {
      const page = await stage().show('nobody/nothing')
      const rowOf = (task: string) => page.locator(`[data-testid=run-row][data-run=between][data-task=${task}]`)
      const held = Promise.withResolvers<void>()
      await page.route(events, async (route) => {
        await held.promise
        await route.continue()
      })
      onTestFinished(() => page.unroute(events))
      await Promise.all([page.waitForRequest(events), page.click('text=All recordings')])
      await recordUntold(page, 'first')
      expect(await rowOf('first').count()).toBe(0)
      held.resolve()
      await rowOf('first').waitFor()

      await hide(page, true)
      await recordUntold(page, 'second')
      expect(await rowOf('second').count()).toBe(0)
      await hide(page, false)
      await rowOf('second').waitFor()
      expect(await rowOf('first').count()).toBe(1)
    })
  })
}

/** Say to the page that it is hidden, or seen again: a browser without a window hides none. */
async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
}
