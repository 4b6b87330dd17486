import { captureCua, captureDom, recordPage } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { bySize } from '../../../../scripts/test-size.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { fold } from './schedules/fold.ts'
import { createRandom } from './schedules/schedule.ts'

const live = useLivePages()
const turns = bySize({ fast: 2, faults: 6, long: 60 })

/** A page that says in its title and address where it was sent to, and takes a while to be looked at on one side. */
async function openTab(name: string, paragraphs: number): Promise<Page> {
  const page = await live.open('/index.html')
  await page.context().route('http://tab/**', (route) => {
    const { pathname } = new URL(route.request().url())
    return route.fulfill({
      contentType: 'text/html',
      body: `<title>${pathname}</title><h1>${pathname}</h1>${'<p>x</p>'.repeat(pathname.includes('long') ? paragraphs : 3)}`,
    })
  })
  await page.goto(`http://tab/${name}`)
  return page
}

test('two tabs with a capture each on one sink: every look is at the page of its step, or a gap', async () => {
  const random = createRandom(5)
  const [first, second] = [await openTab('long', 400), await openTab('short', 400)]
  const { sink, events, settled } = keepEvents()
  const kinds = [
    (page: Page) => {
      const recorded = recordPage(page, sink)
      return (url: string) => recorded.goto(url)
    },
    (page: Page) => {
      const capture = captureDom(page, sink)
      return (url: string) =>
        capture.turn(({ step }) => step({ actionName: 'goto', actionArgs: { url } }, () => page.goto(url)))
    },
    (page: Page) => {
      const capture = captureCua(page, sink)
      return (url: string) => capture.act({ type: 'goto', url }, () => page.goto(url))
    },
  ]
  for (const open of kinds) {
    const [goFirst, goSecond] = [open(first), open(second)]
    for (let turn = 0; turn < turns; turn += 1) {
      if (random() < 0.7) await goFirst(`http://tab/long/${turn}-${Math.floor(random() * 1e6)}`)
      if (random() < 0.3) await first.screenshot()
      if (random() < 0.7) await goSecond(`http://tab/short/${turn}-${Math.floor(random() * 1e6)}`)
      if (random() < 0.3) await second.title()
    }
  }
  await settled()
  const { steps } = fold(events).trajectory
  const seen = steps.filter(({ probeEvidence }) => probeEvidence.title !== undefined)
  const wrong = seen.filter(
    ({ actionArgs, probeEvidence: { url = '', title = '', ariaTree = title } }) =>
      actionArgs['url'] !== url || !url.endsWith(title) || !ariaTree.includes(title),
  )
  expect(wrong).toEqual([])
  expect(seen.length).toBeGreaterThan(steps.length / 2)
  expect(new Set(events.map(({ source }) => source)).size).toBe(6)
})
