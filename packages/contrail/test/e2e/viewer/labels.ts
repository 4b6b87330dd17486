import { readLabels, writeVerdict } from '@contrail/recorder'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { stepEvent, type Stage } from './stage.ts'

/** Labels: blind, by keys, two annotators at once, and while the run is going on. */
export function testLabels(stage: () => Stage): void {
  describe('labels', () => {
    test('two annotators label a run that is being written, blind, and neither overwrites the other', async () => {
      const recorder = stage().record({ run: 'labelled', task: 'both' })
      for (let step = 0; step < 3; step += 1) await recorder.record(stepEvent())
      const directory = path.join(stage().root, 'labelled/both')
      const [ann, bob] = await Promise.all([stage().show('labelled/both/2'), stage().open('labelled/both/1')])
      await bob.keyboard.press('l')
      await bob.fill('input[name=annotator]', 'bob')
      await bob.keyboard.press('Tab')
      await ann.keyboard.press('l')
      for (const key of ['1', '4', '8', 'Enter']) await ann.keyboard.press(key)
      await bob.click('text=failure')
      await bob.fill('textarea[name=comment]', 'It bought two.')
      await bob.click('button:has-text("Save")')
      await Promise.all([ann, bob].map((page) => page.waitForSelector('.saved:has-text("Saved")')))
      await recorder.finish({ status: 'complete' })
      expect(await readLabels(directory)).toMatchObject([
        {
          annotator: 'ann',
          blind: true,
          outcome: 'success',
          process: 0.5,
          steps: [{ index: 1, flag: 'good' }],
          verdictsSeen: [],
        },
        { annotator: 'bob', blind: true, outcome: 'failure', process: null, comment: 'It bought two.' },
      ])
    })

    test('verdicts show once the label is saved, each criterion with links to its evidence', async () => {
      const recorder = stage().record({ run: 'judged', task: 'one' })
      for (let step = 0; step < 3; step += 1) await recorder.record(stepEvent())
      await recorder.finish({ status: 'complete' })
      await writeVerdict(path.join(stage().root, 'judged/one'), {
        outcomeSuccess: false,
        explanation: 'The lamp was never bought.',
        perCriterion: [{ criterion: 'Buys the lamp', maxPoints: 2, earnedPoints: null, explanation: 'See 2:aria.' }],
      })
      const page = await stage().show('judged/one/1')
      const panel = page.getByRole('tabpanel', { name: 'Verdict' })
      await page.getByRole('tab', { name: 'Verdict' }).click()
      await expect.poll(() => panel.textContent()).toContain('1 verdict, hidden')
      expect(await page.content()).not.toContain('never bought')
      await page.keyboard.press('l')
      // A choice that has the focus is not pressed again by the key that saves.
      await page.getByRole('button', { name: 'bad' }).click()
      await page.keyboard.press('2')
      await page.keyboard.press('Enter')
      await page.waitForSelector('.saved:has-text("Saved")')
      expect(await readLabels(path.join(stage().root, 'judged/one'))).toMatchObject([
        { annotator: 'ann', outcome: 'failure', steps: [{ index: 0, flag: 'bad' }] },
      ])
      await page.getByRole('tab', { name: 'Verdict' }).click()
      await expect.poll(() => panel.textContent()).toContain('The lamp was never bought.')
      expect(await panel.textContent()).toContain('unknown of 2')
      await panel.getByRole('button', { name: 'step 3, aria tree' }).click()
      await page.waitForSelector('[data-testid=step][data-step="3"][aria-selected=true]')
    })

    test('a run without steps is judged and labelled as any other', async () => {
      const recorder = stage().record({ run: 'judged', task: 'idle' })
      await recorder.finish({ status: 'complete' })
      const directory = path.join(stage().root, 'judged/idle')
      await writeVerdict(directory, { outcomeSuccess: false, explanation: 'It never began.', perCriterion: [] })
      const page = await stage().show('judged/idle')
      const panel = page.getByRole('tabpanel', { name: 'Verdict' })
      expect(await page.getByRole('tab').allTextContents()).toEqual(['Verdict', 'Labels'])
      await expect.poll(() => panel.textContent()).toContain('1 verdict, hidden')
      // A key for the flag of a step has none to flag.
      for (const key of ['l', '2', '4', '7', 'Enter']) await page.keyboard.press(key)
      await page.waitForSelector('.saved:has-text("Saved")')
      expect(await readLabels(directory)).toMatchObject([
        { annotator: 'ann', outcome: 'failure', process: 0, steps: [] },
      ])
      await page.keyboard.press('t')
      await expect.poll(() => panel.textContent()).toContain('It never began.')
    })
  })
}
