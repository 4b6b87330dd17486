import type { HumanLabel } from '@contrail/core'
import { writeLabel } from '@contrail/recorder'
import path from 'node:path'
import type { Page, Request } from 'playwright'
import { describe, expect, test } from 'vitest'
import { bySize } from '../../../../../scripts/test-size.ts'
import { payloads } from '../../payloads.ts'
import { stepEvent, walk, type Stage } from './stage.ts'

/** In the long form each text is one payload; else several stand in one, and a row, which is short, has one of them in turn. */
const perStep = bySize({ fast: 20, faults: 8, long: 1 })
const chunks = Array.from({ length: Math.ceil(payloads.length / perStep) }, (_, at) =>
  payloads.slice(at * perStep, (at + 1) * perStep),
)

/** The number of steps of the hostile recording. */
export const hostileSteps = chunks.length

/** Recordings whose every text wants to run. */
export function testHostility(stage: () => Stage): void {
  describe('hostile recordings', () => {
    test(`${payloads.length} payloads in every field of a recording run nothing and ask for nothing elsewhere`, async () => {
      const place = await recordHostile(stage())
      const page = await stage().show(`${place}/1`)
      const elsewhere: string[] = []
      const own = stage().viewer.url.split('#')[0]!
      const note = (request: Request): void => {
        if (!request.url().startsWith(own)) elsewhere.push(request.url())
      }
      page.context().on('request', note)
      const said = await walk(page, chunks.length, '[data-testid=reasoning]')
      for (const tab of ['Page', 'Labels', 'Raw', 'Story']) {
        await page.getByRole('tab', { name: tab }).click()
        if (tab === 'Raw') await openEntries(page)
        await page.keyboard.press('k')
      }
      expect(said.join('\n')).toContain('<img src=x onerror=')
      expect(said.join('\n')).toContain('\\u202e\\u200b')
      expect(await page.getByTestId('url').locator('a').count()).toBe(0)
      await page.keyboard.press('g')
      await page.waitForSelector('[data-run=hostile]')
      expect(await hitsOf(page)).toBe(0)
      expect(elsewhere).toEqual([])
      page.context().off('request', note)
    })

    test('the same payloads run in a page that takes them for markup', async () => {
      const page = await stage().browser.newPage()
      await page.route('**/*', (route) => route.abort())
      // What leads the whole page away would end the count.
      const texts = chunks.map((chunk) => chunk.filter((text) => !text.includes('http-equiv')).join(' '))
      await page.evaluate((all) => {
        for (const text of all) {
          const box = document.createElement('div')
          box['innerHTML'] = text
          document.body.append(box)
        }
      }, texts)
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
      const page = await stage().show('links/urls/1')
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
      const page = await stage().show('links/long-text')
      const reasoning = page.getByTestId('reasoning')
      const lengthOf = async (): Promise<number> => (await reasoning.locator('.text').textContent())?.length ?? 0
      expect(await lengthOf()).toBe(262_144)
      await page.click('text=show all (400,000 characters)')
      expect(await lengthOf()).toBe(400_000)
    })
  })
}

let hostile: Promise<string> | undefined

/** Record a run whose every text is payloads, once for all that show it. @returns its place, `run/task` */
export function recordHostile(stage: Stage): Promise<string> {
  return (hostile ??= recordAnew(stage))
}

async function recordAnew(stage: Stage): Promise<string> {
  const all = payloads.join('\n')
  const recorder = stage.record({ run: 'hostile', task: 'texts', instruction: all })
  for (const [at, chunk] of chunks.entries()) {
    const text = chunk.join(' ')
    const inTurn = chunk[at % chunk.length]!
    await recorder.record(
      stepEvent({
        actionName: inTurn,
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
      title: inTurn,
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

/** Open every entry of the journal that is shown, at once: a pointer would wait for the frames of each. */
export async function openEntries(page: Page): Promise<void> {
  await page.waitForSelector('.entry summary')
  await page.locator('.entry summary').evaluateAll((all) => {
    for (const one of all) (one as HTMLElement).click()
  })
  expect(await page.locator('.entry[open]').count()).toBe(await page.locator('.entry').count())
}

/** The number of payloads that ran in a page. */
export function hitsOf(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as { hitCount?: number }).hitCount ?? 0)
}
