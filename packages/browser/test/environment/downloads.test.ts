import { captureDom } from '@contrail/browser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { serveBusySite } from './busy-site.ts'
import { told, until } from './words.ts'

const live = useLivePages()
let site: Awaited<ReturnType<typeof serveBusySite>>
beforeAll(async () => {
  site = await serveBusySite()
})
afterAll(() => site[Symbol.asyncDispose]())

test('a tab that is opened for a download alone tells the download, and no failure', async () => {
  const page = live.closeAfter(await (await live.browser().newContext()).newPage())
  const kept = keepEvents()
  const capture = captureDom(page, kept.sink, { probe: { mode: 'off' } })
  const act = (actionName: string, run: () => Promise<unknown>): Promise<unknown> =>
    capture.turn(({ step }) => step({ actionName }, run))
  await act('open', () => page.goto(site.url('/')))
  await page.locator('#file').evaluate((link) => link.setAttribute('target', '_blank'))
  const [tab] = await Promise.all([page.waitForEvent('popup'), act('load', () => page.click('#file'))])
  await until(kept, ({ kind }) => kind === 'download')
  await tab.close()
  await until(kept, ({ kind }) => kind === 'page_closed')
  await kept.settled()
  expect(told(kept)[1]?.toSorted()).toEqual(['GET /file 200', 'download bill.txt', 'page_closed p2', 'page_opened p2'])
})

test('a secret is in no name of a download, whatever signs a file may not have', async () => {
  const page = await live.reopen('/thanks.html')
  const kept = keepEvents()
  const capture = captureDom(page, kept.sink, { probe: { mode: 'off' } })
  await page.setContent(
    '<input type="password" value=".horse/staple:battery"><a id="file" href="data:text/plain,hi">load</a>',
  )
  await capture.turn(({ step }) =>
    step({ actionName: 'load' }, async () => {
      await page.locator('#file').evaluate((link: HTMLAnchorElement) => {
        link.download = `${document.querySelector('input')!.value}.txt`
      })
      await Promise.all([page.waitForEvent('download'), page.click('#file')])
    }),
  )
  await kept.settled()
  expect(told(kept)[0]).toEqual(['download [redacted:password:00000000].txt'])
})
