import { captureDom, recordContext } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { serveBusySite } from './busy-site.ts'

const live = useLivePages()
const names = [2, 3, 4].flatMap((at) => [`?${at}`, `?${at}1`, `?${at}11`])

async function openPage(url: string): Promise<Page> {
  const page = live.closeAfter(await (await live.browser().newContext()).newPage())
  await page.goto(url)
  return page
}

const openThree = (page: Page, features = ''): Promise<void> =>
  page.evaluate((how) => [2, 3, 4].forEach((at) => open(`/early?${at}`, '_blank', how)), features)

/**
 * The pages of which all that they do at once is told just once, as theirs. Chromium lets some begin before Playwright listens to what
 * they ask for: of these a gap is told in place of the document, and what else they asked for is told once at most.
 */
function toldOnce({ of }: ReturnType<typeof keepEvents>, site: string): string[] {
  const events = of('page_event')
  const missed = of('gap').map(({ reason, detail }) => reason === 'page_start_missed' && (detail as Missed).pageId)
  return names.filter((name) => {
    const url = `${site}early${name}`
    const ids = new Set(events.filter((event) => event.url === url).map((event) => 'pageId' in event && event.pageId))
    const own = events.filter((event) => 'pageId' in event && ids.has(event.pageId))
    const lines = own.filter((event) => event.kind === 'console' && event.text === `line ${name}`)
    const errors = own.filter((event) => event.kind === 'page_error' && event.message === `error ${name}`)
    const answers = own.filter((event) => event.kind === 'response' && event.requestUrl.endsWith(`/missing${name}`))
    const documents = own.filter((event) => event.kind === 'response' && event.requestUrl === url)
    const gaps = missed.filter((id) => id && ids.has(id))
    const isWhole = [lines, errors, [...documents, ...gaps]].every((some) => some.length === 1)
    return ids.size === 1 && isWhole && (answers.length === 1 || (answers.length === 0 && gaps.length === 1))
  })
}

interface Missed {
  readonly pageId: string
}

test('the first lines, errors and requests of pages that a watched one opens, and of theirs, are told once each', async () => {
  await using site = await serveBusySite()
  const page = await openPage(site.url('/'))
  const kept = keepEvents()
  const { turn } = captureDom(page, kept.sink, { probe: { mode: 'off' } })
  await turn(({ step }) => step({ actionName: 'open' }, () => openThree(page)))
  await expect.poll(() => toldOnce(kept, site.url('/')), { timeout: 15_000 }).toEqual(names)
})

test('the same of all pages of a context that is recorded, and nothing of pages that nobody watches', async () => {
  await using site = await serveBusySite()
  const page = await openPage(site.url('/'))
  const [all, one] = [keepEvents(), keepEvents()]
  recordContext(page.context(), all.sink, { probe: { mode: 'off' } })
  const other = await page.context().newPage()
  captureDom(other, one.sink, { probe: { mode: 'off' } })
  await openThree(page, 'noopener')
  await expect.poll(() => toldOnce(all, site.url('/')), { timeout: 15_000 }).toEqual(names)
  expect([one.of('page_event'), one.of('gap')]).toEqual([[], []])
})

test('a page that was answered before the recording began, and announced after, has a gap in place of its document', async () => {
  await using site = await serveBusySite()
  const page = await openPage(live.url('/thanks.html'))
  const context = page.context()
  const [asked, answered] = [context.waitForEvent('request'), context.waitForEvent('response')]
  await page.evaluate((url) => void open(url, '_blank', 'noopener'), site.url('/held'))
  await asked
  const letGo = await live.block(page)
  await fetch(site.url('/release'))
  await answered
  const kept = keepEvents()
  recordContext(context, kept.sink, { probe: { mode: 'off' } })
  letGo()
  await expect.poll(() => kept.of('gap').length, { timeout: 15_000 }).toBe(1)
  const detail = { pageId: 'p2' }
  expect(kept.of('gap')).toMatchObject([{ what: 'event', reason: 'page_start_missed', detail }])
  const own = kept.of('page_event').filter((event) => 'pageId' in event && event.pageId === detail.pageId)
  expect(own).toMatchObject([{ kind: 'page_opened', url: site.url('/held') }])
})
