import { captureDom, recordContext } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()
const early = `<script>
  const name = location.search
  console.error('line ' + name)
  fetch('/missing' + name)
  if (name.length < 4) open('/early.html' + name + '1')
  throw new Error('error ' + name)
</script>`

async function openEarly(): Promise<Page> {
  const page = live.closeAfter(await (await live.browser().newContext()).newPage())
  await page.context().route('**/early.html*', (route) => route.fulfill({ contentType: 'text/html', body: early }))
  await page.goto(live.url('/thanks.html'))
  return page
}

const names = [2, 3, 4].flatMap((at) => [`?${at}`, `?${at}1`, `?${at}11`])
const openThree = (page: Page, features = ''): Promise<void> =>
  page.evaluate((how) => [2, 3, 4].forEach((at) => open(`/early.html?${at}`, '_blank', how)), features)

/** The pages of which all that they do at once is told just once, as theirs. */
function toldOnce({ of }: ReturnType<typeof keepEvents>): string[] {
  const events = of('page_event')
  return names.filter((name) => {
    const url = live.url(`/early.html${name}`)
    const own = events.filter((event) => event.url === url || ('requestUrl' in event && event.requestUrl === url))
    const lines = own.filter((event) => event.kind === 'console' && event.text === `line ${name}`)
    const errors = own.filter((event) => event.kind === 'page_error' && event.message === `error ${name}`)
    const answers = own.filter((event) => event.kind === 'response' && event.requestUrl.endsWith(`/missing${name}`))
    const documents = own.filter((event) => event.kind === 'response' && event.requestUrl === url)
    return [lines, errors, answers, documents].every((some) => some.length === 1)
  })
}

test('the first lines, errors and requests of pages that a watched one opens, and of theirs, are told once each', async () => {
  const page = await openEarly()
  const kept = keepEvents()
  const { turn } = captureDom(page, kept.sink, { probe: { mode: 'off' } })
  await turn(({ step }) => step({ actionName: 'open' }, () => openThree(page)))
  await expect.poll(() => toldOnce(kept), { timeout: 15_000 }).toEqual(names)
})

test('the same of all pages of a context that is recorded, and nothing of pages that nobody watches', async () => {
  const page = await openEarly()
  const [all, one] = [keepEvents(), keepEvents()]
  recordContext(page.context(), all.sink, { probe: { mode: 'off' } })
  const other = await page.context().newPage()
  captureDom(other, one.sink, { probe: { mode: 'off' } })
  await openThree(page, 'noopener')
  await expect.poll(() => toldOnce(all), { timeout: 15_000 }).toEqual(names)
  expect(one.of('page_event')).toEqual([])
})
