import { captureDom } from '@contrail/browser'
import { pageFailuresIn } from '@contrail/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fold } from '../probe/schedules/fold.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { serveBusySite } from './busy-site.ts'
import { told } from './words.ts'

const live = useLivePages()
let site: Awaited<ReturnType<typeof serveBusySite>>
beforeAll(async () => {
  site = await serveBusySite()
})
afterAll(() => site[Symbol.asyncDispose]())

test('a request fails once, whether its answer says so, breaks off, is read by nobody or never comes', async () => {
  const page = await live.reopen('/thanks.html')
  const kept = keepEvents()
  const { turn } = captureDom(page, kept.sink, { probe: { mode: 'off' } })
  const act = (run: () => Promise<unknown>): Promise<unknown> => turn(({ step }) => step({ actionName: 'act' }, run))
  await act(() => page.goto(site.url('/')))
  await act(async () => {
    await page.evaluate(async () => {
      await Promise.all(['/unread', '/unread404', '/unread503'].map((path) => fetch(path)))
      await fetch('/cut')
        .then((response) => response.text())
        .catch(() => {})
      void fetch('/never')
    })
    await page.goto(site.url('/other'))
  })
  await kept.settled()
  const requests = told(kept)[1]!.filter((words) => !words.startsWith('error ') && !words.startsWith('to '))
  expect(requests.toSorted()).toEqual([
    '/cut net::ERR_INCOMPLETE_CHUNKED_ENCODING',
    '/never net::ERR_ABORTED',
    'GET /cut 200',
    'GET /other 200',
    'GET /unread 200',
    'GET /unread404 404',
    'GET /unread503 503',
  ])
  const failures = pageFailuresIn(fold(kept.events).trajectory.steps[1]!.environment ?? [])
  expect(failures.filter(({ kind }) => kind !== 'console')).toHaveLength(4)
})
