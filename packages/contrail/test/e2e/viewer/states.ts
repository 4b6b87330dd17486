import type { Page } from 'playwright'
import { describe, expect, test } from 'vitest'
import { inFast } from '../../../../../scripts/test-size.ts'
import { killedRun } from '../../recordings.ts'
import { appears, demoRun, stepEvent, type Stage } from './stage.ts'

/** Steps of a run that is long: of each the page shows a mark at most. */
const many = inFast(300, 1_000)

/** Runs that are not as most runs are: live, killed, without steps, of gaps, long. */
export function testStates(stage: () => Stage): void {
  describe('states', () => {
    test('a step is on the page within 500 ms of its ack', async () => {
      const { frames } = stage()
      const recorder = stage().record({ run: 'live', task: 'grows' })
      await recorder.record(stepEvent())
      const page = await stage().show('live/grows')
      let [number, leastMs] = [1, Infinity]
      // The least of several, of many on a busy machine. Each comes when the last was shown, so who looks too seldom is late each time.
      while (number < 5 || (leastMs >= 500 && number < 25)) {
        number += 1
        const screenshot = frames[number % frames.length]!
        await recorder.record({ type: 'screenshot', screenshot, url: 'http://shop.test/' })
        await recorder.record({ type: 'step_observed', url: 'http://shop.test/', ariaTree: '- main' })
        await recorder.record(stepEvent({ actionName: `action ${number}` }))
        const ackedMs = performance.now()
        await page.waitForSelector(`[data-testid=step][data-step="${number}"]`)
        leastMs = Math.min(leastMs, performance.now() - ackedMs)
      }
      expect(leastMs).toBeLessThan(500)
      expect(await page.getByTestId('status').textContent()).toBe('recording')
      await page.keyboard.press('End')
      await recorder.record(stepEvent({ actionName: 'the last' }))
      await expect
        .poll(() => page.locator('[data-testid=step][aria-selected=true]').getAttribute('data-step'))
        .toBe(`${number + 1}`)
      await page.keyboard.press('k')
      await page.waitForFunction(
        () => document.querySelector<HTMLImageElement>('[data-testid=frame-before] img')?.naturalWidth,
      )
      await recorder.finish({ status: 'complete', finalAnswer: 'All done.' })
      await expect.poll(() => page.getByTestId('status').textContent()).toBe('complete')
      expect(await page.getByTestId('final-answer').textContent()).toContain('All done.')
    })

    test.each([
      ['small/empty', 'No steps were recorded', 0],
      ['small/gaps', 'No steps were recorded', 2],
    ])('%s says what is known all the same', async (place, says, gaps) => {
      const page = await stage().show(place)
      expect(await page.locator('main').textContent()).toContain(says)
      expect(await page.getByTestId('gap').count()).toBe(gaps)
      for (const name of ['status', 'final-answer', 'film-strip', 'search'])
        expect(await page.getByTestId(name).count()).toBe(1)
    })

    test('rewards of an episode are drawn as a curve, and where none can be drawn, told in a table', async () => {
      const page = await stage().open('small/judged', { locale: 'en-US' })
      const scripts = (): Promise<string[]> =>
        page.evaluate(() =>
          performance.getEntriesByType('resource').flatMap(({ name }) => name.match(/[^/]+\.js$/) ?? []),
        )
      expect(await scripts()).toHaveLength(1)
      // What draws curves comes with the first of them.
      await page.goto(page.url().replace(/judged.*/, 'episode'))
      await appears(page, '.curve canvas')
      expect(await scripts()).toHaveLength(2)
      expect(await page.getByRole('img', { name: 'Rewards of 3 steps, in sum 1.5' }).count()).toBe(1)
      await page.addInitScript(() => Object.defineProperty(navigator, 'language', { value: 'en-US@posix' }))
      await page.reload()
      await appears(page, '.curve-scroll table')
      expect(await page.locator('.curve-scroll tbody tr').count()).toBe(3)
    })

    test(`a run of ${many} steps keeps the page small, and any of its steps a key away`, async () => {
      const { frames } = stage()
      const recorder = stage().record({ run: 'long', task: 'thousand' })
      for (let index = 0; index < many; index += 1) {
        const screenshot = frames[index % frames.length]!
        await recorder.record({ type: 'screenshot', screenshot, url: 'http://shop.test/', evidenceRole: 'agent' })
        const toolOutput = index % 100 === 99 ? { ok: false, error: 'sold out' } : { ok: true, result: 'done' }
        await recorder.record(stepEvent({ toolOutput, actionName: `action ${index + 1}` }))
      }
      await recorder.finish({ status: 'complete' })
      const page = await stage().show('long/thousand')
      const nodes = () => page.evaluate(() => document.querySelectorAll('*').length)
      expect(await page.locator('[data-testid=step][aria-selected=true]').getAttribute('data-step')).toBe('100')
      expect(await nodes()).toBeLessThan(3_000)
      const expectAfter = async (key: string, step: number): Promise<void> => {
        await page.keyboard.press(key)
        await page.waitForSelector(`[data-testid=step][data-step="${step}"][aria-selected=true]`)
      }
      for (const [key, step] of [
        ['F', many],
        ['f', 100],
        ['f', 200],
        ['j', 201],
        ['F', 200],
      ] as const)
        await expectAfter(key, step)
      // The longest number of a step stands on one line, as the shortest does.
      const heights = await page
        .locator('[data-testid=step] .n')
        .evaluateAll((cells) => cells.map((cell) => cell.clientHeight))
      expect(Math.max(...heights)).toBe(Math.min(...heights))
      await page.keyboard.press('End')
      await page.waitForSelector(`[data-testid=step][data-step="${many}"][aria-selected=true][aria-setsize="${many}"]`)
      expect(await nodes()).toBeLessThan(3_000)
    })

    test('the list has live ones on top and marks those that were killed', async () => {
      const recorder = stage().record({ run: 'live-list', task: 'going' })
      await recorder.record(stepEvent())
      const page = await stage().show()
      const first = page.getByTestId('run-row').first()
      await expect.poll(() => first.getAttribute('data-task')).toBe('going')
      expect(await first.getAttribute('data-status')).toBe('recording')
      await recorder.finish({ status: 'complete' })
      await expect.poll(() => page.locator('[data-task=going]').getAttribute('data-status')).toBe('complete')
      await page.selectOption('select', 'killed')
      await expect.poll(() => page.getByTestId('run-row').count()).toBe(1)
      expect(await first.getAttribute('data-run')).toBe(killedRun)
      expect(await first.getAttribute('data-status')).toBe('killed')
      await page.getByRole('button', { name: 'All', exact: true }).click()
      await page.fill('[data-testid=search]', 'hugo wall lamp')
      await expect.poll(() => page.getByTestId('run-row').count()).toBe(1)
      await page.fill('[data-testid=search]', '')
    })

    const [wide, narrow] = [
      [1280, 800],
      [390, 844],
    ] as const
    test.each(inFast([narrow], [wide, narrow]))(
      'nothing needs to be scrolled sideways at %d x %d',
      async (width, height) => {
        for (const place of ['', `${demoRun}/try-the-cart`, `${killedRun}/sample`, 'small/gaps', 'nobody/nothing']) {
          const page = await stage().show(place)
          await page.setViewportSize({ width, height })
          for (const name of place.startsWith(demoRun) ? ['Story', 'Page', 'Verdict', 'Labels', 'Raw'] : []) {
            await page.getByRole('tab', { name }).click()
            await expect.poll(() => widthOf(page), { message: name }).toBe(width)
          }
          // A page that is made narrower draws what it measures a frame later.
          await expect.poll(() => widthOf(page), { message: place }).toBe(width)
          await page.setViewportSize({ width: 1280, height: 800 })
        }
      },
    )

    test('the list tells on a phone too what failed', async () => {
      const page = await stage().show()
      await page.setViewportSize({ width: 390, height: 844 })
      await page.getByTestId('search').fill('try-the-cart')
      await page.locator('[data-task=try-the-cart]').getByText('1 failed').waitFor()
      expect(await widthOf(page)).toBe(390)
      await page.getByTestId('search').fill('')
      await page.setViewportSize({ width: 1280, height: 800 })
    })
  })
}

/** The width that a page takes, what sticks out of it included. */
function widthOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth)
}
