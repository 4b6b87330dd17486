import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inFast } from '../../../../../scripts/test-size.ts'
import { appears, demoRun, type Stage } from './stage.ts'

/** What axe calls serious or worse in a page; in a part of it, or of some rules alone, where these are named. */
export async function findBarriers(
  page: Page,
  { part, rules }: { part?: string; rules?: string[] } = {},
): Promise<string[]> {
  // It comes into a page once, for all that is asked there; it is longer than the page.
  const isThere = await page.evaluate(() => 'axe' in globalThis)
  // There are no frames in it, so nothing has to be put together in a page of its own.
  const axe = new AxeBuilder({ page, ...(isThere ? { axeSource: 'undefined' } : {}) }).setLegacyMode(true)
  // No selectors of what is found, and no style sheets fetched once more: half of its time.
  const spare = { selectors: false, ancestry: false, preload: false }
  axe.options({ resultTypes: ['violations'], ...spare, ...(rules ? { runOnly: rules } : {}) })
  if (part !== undefined) axe.include(part)
  const { violations } = await axe.analyze()
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return grave.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}

/** A state of the page: the part of it that is another than before, and what leads there. */
type State = readonly [name: string, part: string | undefined, act: (page: Page) => Promise<unknown>]

const tab = (name: string): State => [name, '.detail', (page) => page.getByRole('tab', { name }).click()]

/** States of a run that has failed, in the order in which each follows from the one before; each takes axe a while. */
const ofRun: readonly State[] = [
  ['a run', undefined, (page) => appears(page, '[data-testid=error]')],
  tab('Page'),
  ['a label that is chosen', '.detail', (page) => page.keyboard.press('l').then(() => page.keyboard.press('1'))],
  [
    'a search, both frames, and an entry of the journal that is open',
    '.body',
    async (page) => {
      await page.getByRole('tab', { name: 'Raw' }).click()
      await page.locator('.entry summary').first().click()
      await page.getByRole('button', { name: 'Both' }).click()
      await page.getByTestId('search').fill('gift')
      await appears(page, '.steprow.miss')
    },
  ],
  [
    'the help',
    '[role=dialog]',
    async (page) => {
      await page.getByTestId('search').blur()
      await page.keyboard.press('?')
      await page.waitForSelector('[role=dialog]')
    },
  ],
]

const ofVerdict: readonly State[] = [
  tab('Verdict'),
  ['a verdict', '.detail', (page) => page.click('text=Show them now').then(() => appears(page, '.criterion'))],
]

const ofList: readonly State[] = [
  ['the list', undefined, (page) => appears(page, '[data-testid=run-row] .heat i')],
  [
    'filters that are on, and no row',
    'main',
    async (page) => {
      await page.selectOption('select', 'killed')
      await page.getByRole('button', { name: 'Unjudged' }).click()
      await page.getByTestId('search').fill('no such words')
    },
  ],
]

/** What axe finds, and motion. */
export function testAccess(stage: () => Stage): void {
  describe('axe', () => {
    let page: Page
    beforeAll(async () => {
      // A page of its own, for filters of the list stay.
      page = await stage().openForAll('', { colorScheme: 'light', reducedMotion: 'reduce' })
    })
    afterAll(() => page.context().close())

    const go = async (place: string): Promise<void> => {
      await page.keyboard.press('Escape')
      await page.evaluate((hash) => (location.hash = hash), `#/${place}`)
      await appears(page, place === '' ? '.runs' : '.run')
    }
    let worn: 'light' | 'dark' = 'light'
    /**
     * What is found in what is worn, and in the other of light and dark, where only the colours are others. It stays on. A part is looked at in
     * that other one by the larger sizes; here the next part is.
     */
    const findInBoth = async (part: string | undefined): Promise<string[]> => {
      const where = part === undefined ? {} : { part }
      const found = (await findBarriers(page, where)).map((barrier) => `${worn}: ${barrier}`)
      await wear(worn === 'light' ? 'dark' : 'light')
      if (inFast(part !== undefined, false)) return found
      const ofColour = await findBarriers(page, { ...where, rules: ['color-contrast'] })
      return [...found, ...ofColour.map((barrier) => `${worn}: ${barrier}`)]
    }
    const wear = async (colorScheme: 'light' | 'dark'): Promise<void> => {
      await page.emulateMedia({ colorScheme })
      await appears(page, `html[data-theme=${colorScheme}]`)
      worn = colorScheme
    }

    test.each([
      ['a run, its tabs, a search, a label and the help', `${demoRun}/try-the-cart`, ofRun],
      ['a verdict that is hidden and then shown', 'small/judged', ofVerdict],
      ['a run of gaps', 'small/gaps', [['gaps', 'main', (shown) => shown.waitForSelector('[data-testid=gap]')]]],
      ['the list and its filters', '', ofList],
    ] satisfies [string, string, readonly State[]][])('finds nothing serious in %s', async (_, place, states) => {
      await go(place)
      const found: [string, string[]][] = []
      for (const [name, part, act] of states) {
        await act(page)
        found.push([name, await findInBoth(part)])
      }
      expect(found.filter(([, barriers]) => barriers.length > 0)).toEqual([])
    })

    test('finds a control without a name, and words that only the dark hides', async () => {
      await go('small/judged')
      await wear('light')
      await page.getByTestId('search').evaluate((input) => {
        for (const name of ['aria-label', 'placeholder']) input.removeAttribute(name)
      })
      await page.locator('h1').evaluate((words) => (words.style.color = '#222'))
      expect(await findInBoth(undefined)).toEqual([
        expect.stringMatching(/^light: label: <input.*data-testid="search"/),
        expect.stringMatching(/^dark: color-contrast: <h1/),
      ])
    })
  })

  test('who wants the dark gets it from the first moment on', async () => {
    const page = await stage().open('small/judged', { colorScheme: 'dark' })
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
  })

  test('who wants no motion gets none', async () => {
    const recorder = stage().record({ run: 'live', task: 'moving' })
    await recorder.open()
    const page = await stage().show()
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await stage().show('live/moving')
    const moving = (): Promise<number> => page.evaluate(() => document.getAnimations().length)
    expect(await moving()).toBe(0)
    // The same page moves for who does not mind.
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    expect(await moving()).toBeGreaterThan(0)
    await page.emulateMedia({ reducedMotion: null })
    await recorder.finish({ status: 'complete' })
  })
}
