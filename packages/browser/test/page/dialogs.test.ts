import { captureDom, observePage } from '@contrail/browser'
import type { Dialog, Page } from 'playwright'
import { expect, onTestFinished, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { fold } from '../probe/schedules/fold.ts'

const live = useLivePages()

/** Hear of the dialogs of a page until the test is over. */
function hear(page: Page, listener: (dialog: Dialog) => void): void {
  page.on('dialog', listener)
  onTestFinished(() => void page.off('dialog', listener))
}

/** A page that asks something a moment after it was told to, and the dialogs that wait for an answer. */
async function openAsking(question: string): Promise<{ page: Page; dialogs: Dialog[] }> {
  const page = await live.reopen('/index.html')
  await page.setContent(`<p id=s>nothing</p><script>
    ask = () => void setTimeout(() => { s.textContent = 'answered ' + ${question} }, 0)
  </script>`)
  const dialogs: Dialog[] = []
  hear(page, (dialog) => void dialogs.push(dialog))
  return { page, dialogs }
}

test.each([
  ['confirm("Delete all orders?")', (dialog: Dialog) => dialog.accept(), { type: 'confirm', answered: 'accepted' }],
  ['confirm("Delete all orders?")', (dialog: Dialog) => dialog.dismiss(), { type: 'confirm', answered: 'dismissed' }],
  ['alert("Delete all orders?")', (dialog: Dialog) => dialog.accept(), { type: 'alert', answered: 'accepted' }],
  [
    'prompt("Delete all orders?", "no")',
    (dialog: Dialog) => dialog.accept('yes, all'),
    { type: 'prompt', defaultValue: 'no', answered: 'accepted', text: 'yes, all' },
  ],
])('%s is told with the step that opened it, and its answer with the next look', async (question, answer, told) => {
  const { page, dialogs } = await openAsking(question)
  await observePage(page) // from now on its dialogs are seen
  const { sink, settled, events, of } = keepEvents()
  const capture = captureDom(page, sink)
  await capture.turn(({ step }) => step({ actionName: 'ask' }, () => page.evaluate('ask()')))
  await expect.poll(() => dialogs.length).toBe(1)
  await expect.poll(() => of('step_observed').length).toBe(1)
  // Were the page asked anything while the dialog is open, that would be held for as long as a look may take: 5 s.
  const startedMs = performance.now()
  await capture.turn(({ step }) => step({ actionName: 'answer' }, () => answer(dialogs[0]!)))
  expect(performance.now() - startedMs).toBeLessThan(4_000)
  await settled()
  const [asked, answered] = fold(events).trajectory.steps.map(({ probeEvidence }) => probeEvidence.dialogs)
  const { answered: how, text, ...opened } = told as typeof told & { text?: string }
  expect(asked).toEqual([{ message: 'Delete all orders?', ...opened }])
  expect(answered).toEqual([{ message: 'Delete all orders?', ...opened, answered: how, ...(text ? { text } : {}) }])
  expect(await page.locator('#s').textContent()).toContain('answered')
})

test('a dialog that is answered within its step is told once', async () => {
  const { page } = await openAsking('confirm("Sure?")')
  hear(page, (dialog) => void dialog.accept())
  const { sink, settled, of } = keepEvents()
  const capture = captureDom(page, sink)
  await capture.turn(({ step }) =>
    step({ actionName: 'ask' }, async () => {
      await page.evaluate('ask()')
      await page.getByText('answered').waitFor()
    }),
  )
  await settled()
  await capture.turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
  await settled()
  expect(of('step_observed').map(({ dialogs }) => dialogs)).toEqual([
    [{ type: 'confirm', message: 'Sure?', answered: 'accepted' }],
    undefined,
  ])
  expect(of('gap')).toEqual([])
})

test('dialogs without a listener are dismissed as without a capture, and the value of a secret is not told of them', async () => {
  const page = await live.reopen('/account.html')
  await page.fill('#password', 'tiger-in-the-tank')
  const { sink, settled, of } = keepEvents()
  const capture = captureDom(page, sink)
  await capture.turn(({ step }) =>
    step({ actionName: 'ask' }, () => page.evaluate(() => confirm(document.querySelector('input')!.value))),
  )
  await settled()
  await capture.turn(({ step }) =>
    step({ actionName: 'ask' }, () =>
      page.evaluate(() => confirm(`is it ${document.querySelector<HTMLInputElement>('#password')!.value}?`)),
    ),
  )
  await settled()
  expect(JSON.stringify(of('step_observed'))).not.toContain('tiger')
  expect(of('step_observed').at(-1)?.dialogs).toEqual([
    { type: 'confirm', message: 'is it [redacted:password:00000000]?', answered: 'dismissed' },
  ])
})

test('what is answered to a dialog that asks for a secret is a secret in all that is told after it, and what is answered to another is none', async () => {
  const { page } = await openAsking('(document.title = "hello " + prompt("Password?") + " of " + prompt("City?"))')
  const [password, city] = ['PromptPw%7719', 'Paris-upon-Seine']
  hear(page, (dialog) => void dialog.accept(dialog.message() === 'City?' ? city : password))
  const { sink, settled, events, of } = keepEvents()
  const capture = captureDom(page, sink)
  await capture.turn(({ step }) =>
    step({ actionName: 'answer', actionArgs: { text: password, city } }, async () => {
      await page.evaluate('ask()')
      await page.getByText('answered').waitFor()
      return `answered ${password}`
    }),
  )
  await settled()
  expect(of('step_finished')).toMatchObject([{ sensitive: true, actionArgs: { text: password, city } }])
  expect(JSON.stringify(events.filter(({ type }) => type !== 'step_finished'))).not.toContain(password)
  expect(of('step_finished')[0]?.toolOutput.result).toBe('answered [redacted:password:00000000]')
  const [observed] = of('step_observed')
  expect(observed).toMatchObject({ title: `hello [redacted:password:00000000] of ${city}` })
  expect(observed?.dialogs?.map(({ text }) => text)).toEqual(['[redacted:password:00000000]', city])
})

test('while a dialog is open a page is asked nothing: its address and the question are all there is', async () => {
  const { page, dialogs } = await openAsking('confirm("Now?")')
  await observePage(page) // from now on its dialogs are seen
  await page.evaluate('ask()')
  await expect.poll(() => dialogs.length).toBe(1)
  const startedMs = performance.now()
  const seen = await observePage(page)
  expect(performance.now() - startedMs).toBeLessThan(4_000)
  expect(seen).toMatchObject({ url: page.url(), dialogs: [{ type: 'confirm', message: 'Now?' }] })
  expect(seen.gaps.map(({ what, reason }) => [what, reason])).toEqual([
    ['screenshot', 'dialog_open'],
    ['probe', 'dialog_open'],
  ])
  await dialogs[0]!.accept()
})

test('a dialog that opens when its step is long over comes with the look after the next step', async () => {
  const { page, dialogs } = await openAsking('confirm("Still there?")')
  const { sink, of, settled } = keepEvents()
  const { turn } = captureDom(page, sink)
  await turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
  await settled()
  await page.evaluate('ask()')
  await expect.poll(() => dialogs.length).toBe(1)
  await dialogs[0]!.dismiss()
  await turn(({ step }) => step({ actionName: 'look again' }, () => 'nothing'))
  await settled()
  expect(of('step_observed').map((observed) => observed.dialogs)).toEqual([
    undefined,
    [{ type: 'confirm', message: 'Still there?', answered: 'dismissed' }],
  ])
})

test('a dialog that opened after the last step is told with the final answer', async () => {
  const { page, dialogs } = await openAsking('confirm("Leave?")')
  const { events, sink, settled } = keepEvents()
  const capture = captureDom(page, sink)
  await capture.turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
  await settled()
  await page.evaluate('ask()')
  await expect.poll(() => dialogs.length).toBe(1)
  await capture.finalAnswer({ message: 'I leave.' })
  expect(fold(events).trajectory.finalObservation?.dialogs).toEqual([{ type: 'confirm', message: 'Leave?' }])
  await dialogs[0]!.accept()
})
