import type { HumanLabel } from '@contrail/core'
import { writeLabel } from '@contrail/recorder'
import path from 'node:path'
import type { Page } from 'playwright'
import { describe, expect, test } from 'vitest'
import { payloads } from '../../payloads.ts'
import { stepEvent, type Stage } from './stage.ts'

const perStep = 8

/** Recordings whose every text wants to run. */
export function testHostility(stage: () => Stage): void {
  describe('hostile recordings', () => {
    test(`${payloads.length} payloads in every field of a recording run nothing and ask for nothing elsewhere`, async () => {
      const place = await recordHostile(stage())
      const page = await stage().open(`${place}/1`)
      const elsewhere: string[] = []
      const said: string[] = []
      const own = stage().viewer.url.split('#')[0]!
      page.context().on('request', (request) => {
        if (!request.url().startsWith(own)) elsewhere.push(request.url())
      })
      for (let step = 1; step <= payloads.length / perStep; step += 1) {
        await page.waitForSelector(`[data-testid=step][data-step="${step}"][aria-selected=true]`)
        said.push((await page.getByTestId('reasoning').textContent()) ?? '')
        await page.keyboard.press('j')
      }
      for (const tab of ['Page', 'Labels', 'Raw', 'Story']) {
        await page.getByRole('tab', { name: tab }).click()
        if (tab === 'Raw') for (const entry of await page.locator('.entry summary').all()) await entry.click()
        await page.keyboard.press('k')
      }
      expect(said.join('\n')).toContain('<img src=x onerror=')
      expect(said.join('\n')).toContain('\\u202e\\u200b')
      expect(await page.getByTestId('url').locator('a').count()).toBe(0)
      await page.keyboard.press('g')
      await page.waitForSelector('[data-run=hostile]')
      expect(await hitsOf(page)).toBe(0)
      expect(elsewhere).toEqual([])
    })

    test('the same payloads run in a page that takes them for markup', async () => {
      const page = await stage().browser.newPage()
      await page.route('**/*', (route) => route.abort())
      // What leads the whole page away would end the count.
      for (const payload of payloads.filter((text) => !text.includes('http-equiv'))) {
        await page.evaluate((text) => {
          const box = document.createElement('div')
          box['innerHTML'] = text
          document.body.append(box)
        }, payload)
      }
      await expect.poll(() => hitsOf(page), { timeout: 5_000 }).toBeGreaterThanOrEqual(100)
      await page.close()
    })

    test('a link is made of http and https alone, and gives nothing of the page away', async () => {
      const recorder = stage().record({ run: 'links', task: 'urls' })
      for (const url of [
        'https://shop.test/a?b=<i>',
        'javascript:alert(1)',
        'data:text/html,x',
        'file:///etc/passwd',
      ]) {
        await recorder.record(stepEvent())
        await recorder.record({ type: 'step_observed', url })
      }
      await recorder.finish({ status: 'complete' })
      const page = await stage().open('links/urls/1')
      const link = page.getByTestId('url').locator('a')
      expect(await link.getAttribute('rel')).toBe('noopener noreferrer')
      for (let step = 2; step <= 4; step += 1) {
        await page.keyboard.press('j')
        expect(await link.count()).toBe(0)
      }
    })

    test('a text of megabytes is cut, and shown whole when that is asked for', async () => {
      const recorder = stage().record({ run: 'links', task: 'long-text' })
      await recorder.record(stepEvent({ reasoning: 'x'.repeat(400_000) }))
      await recorder.finish({ status: 'complete' })
      const page = await stage().open('links/long-text')
      const reasoning = page.getByTestId('reasoning')
      await page.click('text=show all (400,000 characters)')
      expect((await reasoning.textContent())?.length).toBeGreaterThanOrEqual(400_000)
    })
  })
}

/** Record a run whose every text is payloads. @returns its place, `run/task` */
export async function recordHostile(stage: Stage): Promise<string> {
  const all = payloads.join('\n')
  const recorder = stage.record({ run: 'hostile', task: 'texts', instruction: all })
  for (let at = 0; at < payloads.length; at += perStep) {
    const text = payloads.slice(at, at + perStep).join(' ')
    await recorder.record(
      stepEvent({
        actionName: text,
        actionArgs: { text, [text]: { deep: [text] } },
        reasoning: text,
        toolOutput: { ok: false, result: { text }, error: text },
        target: { role: text, name: text, selector: text },
      }),
    )
    await recorder.record({ type: 'screenshot', screenshot: stage.frames[at % 6]!, url: text })
    await recorder.record({
      type: 'step_observed',
      url: text,
      title: text,
      ariaTree: `- heading "${text}"\n- text: ${text}`,
    })
  }
  await recorder.record({ type: 'turn_finished', turnId: all, text: all, model: all })
  await recorder.record({ type: 'gap', what: 'event', reason: all, detail: all })
  await recorder.finish({ status: 'complete', finalAnswer: all })
  const directory = recorder.directory ?? ''
  const label: HumanLabel = {
    formatVersion: 1,
    annotator: 'ann',
    blind: true,
    outcome: null,
    process: null,
    comment: all,
    steps: [],
    verdictsSeen: [],
    savedAt: new Date().toISOString(),
  }
  await writeLabel(directory, label)
  return path.relative(stage.root, directory)
}

/** The number of payloads that ran in a page. */
export function hitsOf(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as { hitCount?: number }).hitCount ?? 0)
}
