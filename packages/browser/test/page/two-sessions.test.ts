import { observePage } from '@contrail/browser'
import { expect, test } from 'vitest'
import { countCalls, useLivePages } from '../support/live-page.ts'

const live = useLivePages()

test('two who look at one page, each by a session of its own, both see it, the later one after a navigation too', async () => {
  const page = await live.open('/form.html')
  const { page: other } = countCalls(page)
  for (const path of ['/form.html', '/thanks.html']) {
    await page.goto(live.url(path))
    const looks = [await observePage(page), await observePage(other), await observePage(page)]
    expect(looks.map(({ gaps }) => gaps)).toEqual([[], [], []])
    expect(new Set(looks.map(({ title }) => title)).size).toBe(1)
  }
})
