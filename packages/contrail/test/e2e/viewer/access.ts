import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright'
import { describe, expect, test } from 'vitest'
import { demoRun, type Stage } from './stage.ts'

/** What axe calls serious or worse in a page; of these rules alone where some are named. */
export async function findBarriers(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) })
  const { violations } = await axe.analyze()
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return grave.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}

/** What axe finds, and motion. */
export function testAccess(stage: () => Stage): void {
  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    test('axe finds nothing serious in the list, a run, its tabs and the help', async () => {
      const run = await stage().open(`${demoRun}/try-the-cart`, { colorScheme })
      expect(await run.locator('html').getAttribute('data-theme')).toBe(colorScheme)
      const list = await stage().open('', { colorScheme })
      const views = [
        ['list', list],
        ...(colorScheme === 'light' ? ['Story', 'Page', 'Labels', 'help'] : ['Story', 'help']).map(
          (name) => [name, run] as const,
        ),
        ['gaps', await stage().open('small/gaps', { colorScheme })],
      ] as const
      for (const [name, page] of views) {
        if (name === 'help') await page.keyboard.press('?')
        else if (page === run) await page.getByRole('tab', { name }).click()
        // In the dark only the colours are others.
        const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined
        expect([name, await findBarriers(page, rules)]).toEqual([name, []])
      }
    })
  })

  test('who wants no motion gets none', async () => {
    const page = await stage().open('', { reducedMotion: 'reduce' })
    const moving = await page.evaluate(() => document.getAnimations().length)
    expect(moving).toBe(0)
  })
}
