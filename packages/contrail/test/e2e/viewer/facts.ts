import { writeVerdict } from '@contrail/recorder'
import { readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright'
import { describe, expect, test } from 'vitest'
import { inFast } from '../../../../../scripts/test-size.ts'
import { explainRun } from '../../../src/commands/answer/why.ts'
import { showStep } from '../../../src/commands/show/step.ts'
import { plain } from '../../../src/terminal/command-result.ts'
import { killedRun } from '../../recordings.ts'
import { findBarriers } from './access.ts'
import { demoRun, selectedStep, stepEvent, type Stage } from './stage.ts'

/** What a narrow window can spoil of parts in which nothing else is found at their full width; the larger sizes ask for all once more. */
const ofWidth = inFast({ rules: ['scrollable-region-focusable', 'target-size'] }, {})

/** Facts that the terminal tells too: the page tells the same, in any window. */
export function testFacts(stage: () => Stage): void {
  const at = (place: string) => ({ directory: path.join(stage().root, place), paint: plain, env: {}, cwd: '/' })

  describe('facts', () => {
    test('a frame that cannot be shown says why wherever it would stand, in the words of the terminal', async () => {
      const directory = await recordHoles(stage())
      const page = await stage().show('bare/holes/1')
      await page.keyboard.press('n')
      const after = page.getByTestId('frame-after')
      for (const number of [1, 2, 3]) {
        const { json } = await showStep({ ...at('bare/holes'), directory, number })
        const [{ problem }] = (json as { unreadable: [{ problem: string }] }).unreadable
        await expect.poll(() => after.textContent()).toContain(problem)
        await page.keyboard.press('j')
      }
      await expect.poll(() => page.locator('.film .hole svg').count()).toBe(3)
      const pictures = page.locator('.film img')
      expect(await pictures.count()).toBeGreaterThan(0)
      const isShown = () =>
        pictures.evaluateAll((all) => all.every((one) => (one as HTMLImageElement).naturalWidth > 0))
      await expect.poll(isShown).toBe(true)
      await page.keyboard.press('d')
      await expect.poll(() => page.getByTestId('frame-difference').textContent()).toContain('image/svg+xml')
    })

    test('a link from a run of few steps leads to a late step of another, also right behind a key', async () => {
      for (const number of inFast([10, 9, 6], [10, 9, 8, 7, 6])) {
        const page = await stage().show('bare/holes/1')
        await page.evaluate(() => void dispatchEvent(new KeyboardEvent('keydown', { key: 'j' })))
        await stage().show(`${demoRun}/try-the-cart/${number}`)
        expect(await selectedStep(page)).toBe(number)
      }
    })

    test('a failed step leads to the later one that did the same and went well', async () => {
      const page = await stage().show(`${demoRun}/try-the-cart/5`)
      await page.getByRole('button', { name: 'The same action succeeded at step 6' }).click()
      expect(await selectedStep(page)).toBe(6)
      expect(await page.getByText('The same action succeeded').count()).toBe(0)
    })

    test('verdicts say yes or no, and the class of the failure is the one of the terminal, once it leads nobody', async () => {
      const page = await stage().show('small/judged')
      await page.getByRole('tab', { name: 'Verdict' }).click()
      expect(await page.getByTestId('failure-class').count()).toBe(0)
      await page.click('text=Show them now')
      const { json } = await explainRun({ ...at('small/judged'), name: 'small/judged', pricesFile: undefined })
      const { name } = (json as { class: { name: string } }).class
      await expect.poll(() => page.getByTestId('failure-class').textContent()).toContain(name)
      expect(await page.locator('.top .judged').textContent()).toBe('verdict no')
      expect(await page.locator('.detail .pill.bad').textContent()).toBe('no')
    })

    test.each([
      ['went well', 'CORRECT', { outcomeSuccess: true, perCriterion: [] }],
      ['nobody has judged', 'UNKNOWN', undefined],
    ])('a run that %s has no class of a failure', async (_, name, verdict) => {
      const recorder = stage().record({ run: 'unclassed', task: name })
      await recorder.record(stepEvent())
      await recorder.finish({ status: 'complete', finalAnswer: 'It is done.' })
      const place = `unclassed/${name}`
      if (verdict) await writeVerdict(at(place).directory, verdict)
      const { json } = await explainRun({ ...at(place), name: place, pricesFile: undefined })
      expect(json).toMatchObject({ class: { name, confidence: null } })
      const page = await stage().show(place)
      const asked = page.waitForResponse((response) => response.url().endsWith('/class'))
      await page.getByRole('tab', { name: 'Verdict' }).click()
      if (verdict) await page.click('text=Show them now')
      expect(await (await asked).json()).toMatchObject({ name })
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
      expect(await page.getByTestId('failure-class').count()).toBe(0)
    })

    test('a killed run tells its last event and what was under way as the terminal does, and claims nothing', async () => {
      const place = `${killedRun}/sample`
      const page = await stage().show(place)
      const { text } = await explainRun({ ...at(place), name: place, pricesFile: undefined })
      const told = await page.getByTestId('in-flight').locator('dd').allTextContents()
      expect(told).toEqual(/^last event +(.*)\nwas under way +(.*)$/m.exec(text)?.slice(1))
      expect(await page.locator('.band').getByText('claim', { exact: true }).count()).toBe(0)
      expect(await (await stage().show(`${demoRun}/try-the-cart`)).getByTestId('in-flight').count()).toBe(0)
    })

    test.each(inFast([390], [390, 900]))('a window of %d pixels hides no fact of a run and of a row', async (width) => {
      const page = await stage().open(`small/judged`, { viewport: { width, height: 844 } })
      const facts = [`small`, 'judged', 'complete', '1 verdict, hidden', '1 step', '0 failed', '0 turns', 'ms']
      await expectSeen(page.locator('.top'), [...facts, 'tokens unknown', 'cost unknown', '0 gaps'])
      expect(await findBarriers(page, ofWidth)).toEqual([])
      await page.keyboard.press('g')
      await page.getByTestId('search').fill('try-the-cart')
      const row = page.locator('[data-task=try-the-cart]')
      await expectSeen(row, ['try-the-cart', demoRun, 'complete', '10 steps', '1 failed', ' s'])
      await expect.poll(() => row.locator('.heat i:visible').count()).toBe(10)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      expect(await findBarriers(page, ofWidth)).toEqual([])
    })

    test('of a model that has a price it is told what the run cost', async () => {
      const recorder = stage().record({ run: 'bare', task: 'priced' })
      const usage = { input_tokens: 1_000, output_tokens: 100 }
      await recorder.record({ type: 'turn_finished', turnId: 't', model: 'priced-model', usage })
      await recorder.record(stepEvent({ turnId: 't' }))
      await recorder.finish({ status: 'complete' })
      const page = await stage().show('bare/priced')
      expect(await page.locator('.top').textContent()).toContain('cost $0.003')
    })

    test('a number of any size leaves the page as wide as its window', async () => {
      const recorder = stage().record({ run: 'bare', task: 'many-tokens' })
      await recorder.record({ type: 'turn_finished', turnId: 't', usage: { input_tokens: 1e300, output_tokens: 1 } })
      await recorder.record(stepEvent({ turnId: 't', durationMs: 1e300 }))
      await recorder.finish({ status: 'complete' })
      const page = await stage().show('bare/many-tokens')
      expect(await page.locator('.top').textContent()).toContain('1e+300 tokens')
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1_280)
    })
  })
}

/** Expect words of a part of the page to be in sight, none of them outside of the window. */
async function expectSeen(part: ReturnType<Page['locator']>, words: readonly string[]): Promise<void> {
  await part.waitFor()
  const seen = await part.innerText()
  for (const word of words) expect(seen).toContain(word)
  const isInside = await part
    .locator('h1, b, .pill, .count, .took')
    .evaluateAll((all) => all.every((one) => one.getBoundingClientRect().right <= innerWidth))
  expect(isInside).toBe(true)
}

/** Record looks of which one is missing, one is corrupt and one is no picture, beside a sibling that has the first two. */
async function recordHoles(stage: Stage): Promise<string> {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')
  const looks = [...stage.frames.slice(0, 2), svg, stage.frames[2]!]
  const [, directory = ''] = await Promise.all(
    ['whole', 'holes'].map(async (task) => {
      let nowMs = Date.now()
      const clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs }
      const recorder = stage.record({ run: 'bare', task, clock })
      for (const screenshot of looks) {
        // Each is seen for so long that the film has room for it.
        nowMs += 500
        await recorder.record(stepEvent())
        const mediaType = screenshot === svg ? 'image/svg+xml' : 'image/png'
        await recorder.record({ type: 'screenshot', screenshot, mediaType, url: 'https://shop.test/' })
        await recorder.record({ type: 'step_observed', url: 'https://shop.test/' })
      }
      await recorder.finish({ status: 'complete' })
      return recorder.directory ?? ''
    }),
  )
  await stage.show('bare/whole')
  const frames = path.join(directory, 'screenshots/probe')
  expect(await readdir(frames)).toContain('2.png')
  await rm(path.join(frames, '1.png'))
  await writeFile(path.join(frames, '2.png'), 'no picture')
  return directory
}
