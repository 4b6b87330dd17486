import { setTimeout as sleep } from 'node:timers/promises'
import { captureDom, captureHybrid } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { keepEvents, prepareCrash, useLivePages } from '../support/live-page.ts'

const live = useLivePages()
const both = [captureDom, captureHybrid]
const secret = 'Qx7canaryLm2'
const password = '<input type=password id=field>'

/** Open a popup as a page does. */
async function openPopup(page: Page, content: string, features = ''): Promise<Page> {
  const opening = page.context().waitForEvent('page')
  const [popup] = await Promise.all([
    opening,
    page.evaluate((how) => void open('/thanks.html', '_blank', how), features),
  ])
  await popup.waitForLoadState('domcontentloaded')
  await popup.setContent(content)
  return popup
}

/** An action of an agent, which does not say what page it is on. */
type Act = [actionArgs: Record<string, string>, act: () => Promise<unknown>]

/** Do some actions one by one. @returns what is told of them, and whether each is told as sensitive */
async function capture(
  page: Page,
  open: typeof captureDom | typeof captureHybrid,
  acts: readonly Act[],
  timeoutMs = 10_000,
) {
  const { sink, of, events, settled } = keepEvents()
  const { turn } = open(page, sink, { timeoutMs })
  for (const [actionArgs, act] of acts) {
    await turn(({ step }) => step({ actionName: 'act', actionArgs }, act))
    await settled()
  }
  return { events, sensitive: of('step_finished').map(({ sensitive }) => sensitive) }
}

test('what is typed into a popup, or a popup of one, is told as a secret, also where the step opens it itself; what is typed beside it is none', async () => {
  for (const open of inFast([captureDom], both)) {
    const page = await live.open('/thanks.html')
    await page.setContent('<input id=name>')
    const first = await openPopup(page, password)
    let second: Page
    const { events, sensitive } = await capture(page, open, [
      [{ text: secret }, () => first.fill('#field', secret)],
      [{ text: 'Ada Lovelace' }, () => page.fill('#name', 'Ada Lovelace')],
      [
        { what: 'second-canary' },
        async () => {
          second = await openPopup(first, password)
          await second.fill('#field', 'second-canary')
          return 'typed second-canary'
        },
      ],
      [{ key: 'third-canary' }, () => first.close().then(() => second.fill('#field', 'third-canary'))],
      [{ text: 'London' }, () => page.fill('#name', 'London')],
      [{ value: 'fourth-canary' }, () => second.fill('#field', 'fourth-canary')],
    ])
    expect(sensitive).toEqual([true, undefined, true, true, undefined, true])
    expect(JSON.stringify(events)).not.toContain('typed second-canary')
  }
})

test('what is typed into a popup that is gone when the step is over is told as a secret, and what is done beside one that had no field for one is none', async () => {
  const page = await live.open('/thanks.html')
  await page.setContent('<input id=name>')
  const [login, help] = [await openPopup(page, password), await openPopup(page, '<input id=q>')]
  const signIn = async (popup: Page): Promise<void> => {
    await popup.fill('#field', secret)
    await popup.close()
  }
  const { sensitive } = await capture(page, captureDom, [
    [{ selector: '#name' }, () => page.focus('#name')],
    [{ text: 'Buy' }, () => help.close()],
    [{ text: secret }, () => signIn(login)],
    [{ text: secret }, async () => signIn(await openPopup(page, password))],
    [{ selector: '#name' }, async () => (await openPopup(page, password)).close()],
    [
      { text: 'Ada Lovelace' },
      async () => (await openPopup(page, '')).close().then(() => page.fill('#name', 'Ada Lovelace')),
    ],
  ])
  expect(sensitive).toEqual([undefined, undefined, true, true, undefined, undefined])
})

test('what is typed into a popup that then does not answer is told as a secret, and one that never answers or has crashed takes nothing from other steps', async () => {
  const page = await live.openApart('/thanks.html')
  await page.setContent('<input id=name>')
  const help = await openPopup(page, 'Wait', 'noopener')
  const [login, lost] = [await openPopup(page, password, 'noopener'), await openPopup(page, password, 'noopener')]
  await (
    await prepareCrash(lost)
  )()
  const releases: (() => void)[] = []
  const block = async (popup: Page): Promise<void> => {
    releases.push(await live.block(popup))
    await sleep(50)
  }
  let slowestMs = 0
  const fillName = async (name: string): Promise<void> => {
    const startedMs = performance.now()
    await page.fill('#name', name)
    slowestMs = Math.max(slowestMs, performance.now() - startedMs)
  }
  const submit = async (): Promise<void> => {
    await login.fill('#field', secret)
    await login.fill('#field', '')
    await block(login)
  }
  const acts: Act[] = [
    [{ selector: '#name' }, () => block(help)],
    [{ text: 'Ada Lovelace' }, () => fillName('Ada Lovelace')],
    [{ text: 'Search' }, () => fillName('London')],
    [{ text: secret }, submit],
    [{ text: 'Search' }, () => fillName('Paris')],
  ]
  const { sensitive } = await capture(page, captureDom, acts, 1_200)
  for (const release of releases) release()
  expect(sensitive).toEqual([undefined, undefined, undefined, true, undefined])
  expect(slowestMs).toBeLessThan(1_000)
})
