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
  const page1 = { pageId: 'p1', openedAt: asked?.[0]?.openedAt }
  expect(asked).toEqual([{ message: 'Delete all orders?', ...opened, ...page1 }])
  expect(answered).toMatchObject([{ message: 'Delete all orders?', ...opened, ...page1, answered: how }])
  expect(answered?.[0]?.text).toBe(text)
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
  expect(of('step_observed').map(({ dialogs }) => dialogs)).toMatchObject([
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
  expect(of('step_observed').at(-1)?.dialogs).toMatchObject([
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

/** Do steps on a page, each with what comes when it is looked at, and give the dialogs of each. */
async function dialogsAfter(page: Page, between: readonly (() => Promise<unknown>)[]) {
  const { events, sink, settled } = keepEvents()
  const capture = captureDom(page, sink)
  for (const doNext of between) {
    await capture.turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
    await settled()
    await doNext()
  }
  await capture.finalAnswer({ message: 'done' })
  const { steps, finalObservation, gaps } = fold(events).trajectory
  expect(gaps.filter(({ reason }) => reason !== 'dialog_open')).toEqual([])
  expect(steps.every(({ probeEvidence }) => probeEvidence.ariaTree || probeEvidence.dialogs)).toBe(true)
  return [...steps.map(({ probeEvidence }) => probeEvidence), finalObservation].map((look) => look?.dialogs)
}

test('a dialog that opens when its step was looked at long ago is told for that step, with the times that it opened and was answered at', async () => {
  const { page, dialogs } = await openAsking('confirm("Still there?")')
  const begun = new Date().toISOString()
  const ask = async (): Promise<void> => {
    await page.evaluate('ask()')
    await expect.poll(() => dialogs.length).toBe(1)
  }
  const answer = (): Promise<void> => dialogs.shift()!.dismiss()
  const asked = { type: 'confirm', message: 'Still there?' }
  const told = await dialogsAfter(page, [async () => {}, () => ask().then(answer), ask, answer])
  expect(told).toMatchObject([
    undefined,
    [{ ...asked, answered: 'dismissed' }],
    [asked],
    [{ ...asked, answered: 'dismissed' }],
    undefined,
  ])
  const [first, open, closed] = told.slice(1, 4).map((all) => all?.[0])
  expect(open?.answered).toBeUndefined()
  expect(closed?.openedAt).toBe(open?.openedAt)
  const times = [
    begun,
    first?.openedAt,
    first?.answeredAt,
    open?.openedAt,
    closed?.answeredAt,
    new Date().toISOString(),
  ]
  expect(times).toEqual(times.toSorted((one = '', other = '') => one.localeCompare(other)))
})

test('the dialogs of popups, and of theirs, are told with their pages, as those of the page itself', async () => {
  const page = await live.open('/index.html')
  const { events, sink, settled, of } = keepEvents()
  const capture = captureDom(page, sink)
  const openFrom = (opener: Page) => async (): Promise<Page> => {
    const opened = opener.waitForEvent('popup')
    await opener.evaluate('void open("about:blank")')
    return opened
  }
  const step = <T>(actionName: string, act: () => T | Promise<T>): Promise<T> =>
    capture.turn((turn) => turn.step({ actionName }, act))
  const popup = await step('open', openFrom(page))
  const second = await step('open', openFrom(popup))
  await step('ask', () => second.evaluate('confirm("Sure?")'))
  await settled()
  await popup.evaluate('confirm("Late?")')
  await capture.finalAnswer({ message: 'done' })
  const { steps } = fold(events).trajectory
  const opened = of('page_event').filter(({ kind }) => kind === 'page_opened')
  const [popupId, secondId] = opened.map(({ pageId }) => pageId)
  expect(steps.map(({ probeEvidence }) => probeEvidence.dialogs)).toMatchObject([
    undefined,
    undefined,
    [
      { message: 'Sure?', answered: 'dismissed', pageId: secondId },
      { message: 'Late?', answered: 'dismissed', pageId: popupId },
    ],
  ])
  expect(steps.at(-1)?.probeEvidence.tabs?.map(({ pageId }) => pageId)).toEqual(
    expect.arrayContaining([popupId, secondId]),
  )
})

test('of several captures of a page, the one that acted on it last tells a dialog, and no other', async () => {
  const page = await live.reopen('/index.html')
  const { events, sink, settled } = keepEvents()
  const captures = [captureDom(page, sink), captureDom(page, sink)] as const
  for (const capture of [...captures, captures[0]]) {
    await capture.turn(({ step }) => step({ actionName: 'ask' }, () => page.evaluate('confirm("Sure?")')))
    await settled()
    await page.evaluate('confirm("Late?")')
  }
  const dialogs = fold(events).trajectory.steps.map(({ probeEvidence }) => probeEvidence.dialogs)
  const messages = dialogs.map((told) => told?.map(({ message }) => message).join(' '))
  expect(messages).toEqual(Array(3).fill('Sure? Late?'))
})

test('a dialog that is open at the end is told with the last step', async () => {
  const { page, dialogs } = await openAsking('confirm("Leave?")')
  const ask = async (): Promise<void> => {
    await page.evaluate('ask()')
    await expect.poll(() => dialogs.length).toBe(1)
  }
  expect(await dialogsAfter(page, [ask])).toMatchObject([[{ type: 'confirm', message: 'Leave?' }], undefined])
  await dialogs[0]!.accept()
})

test('a dialog before the first step is told, also where no step follows', async () => {
  const page = await live.reopen('/index.html')
  await observePage(page) // from now on its dialogs are seen
  const { events, sink, settled } = keepEvents()
  captureDom(page, sink)
  await page.evaluate('alert("Hello")')
  await settled()
  expect(fold(events).trajectory.initialObservation?.dialogs).toMatchObject([{ type: 'alert', message: 'Hello' }])
})
