import { recordPage } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()

/** A page that counts who asks what of its elements, and what is made of its own. */
const content = `<label for=mail><x-mark></x-mark>Mail <img src="data:image/png,none"></label><input id=mail><button id=go>Go</button>
<script>
  window.seen = []
  const note = (name) => { if (window.isOn) seen.push(name) }
  for (const [of, names] of [[Element, 'getAttribute hasAttribute matches closest querySelectorAll getBoundingClientRect'],
    [Node, 'cloneNode getRootNode'], [Document, 'getElementById querySelectorAll']])
    for (const name of names.split(' ')) {
      const call = of.prototype[name]
      of.prototype[name] = function (...all) { note(name); return Reflect.apply(call, this, all) }
    }
  for (const [of, name] of [[Node, 'textContent'], [HTMLInputElement, 'labels'], [HTMLInputElement, 'value'], [Element, 'shadowRoot']]) {
    const { get, ...rest } = Object.getOwnPropertyDescriptor(of.prototype, name)
    Object.defineProperty(of.prototype, name, { ...rest, get() { note(name); return Reflect.apply(get, this, []) } })
  }
  customElements.define('x-mark', class extends HTMLElement { constructor() { super(); note('constructor') } })
  document.querySelector('img').onerror = () => note('image')
</script>`

test('the look at the target of a recorded page calls nothing of the page, and has its role and name', async () => {
  const act = async (of: (page: Page) => Page): Promise<unknown> => {
    const page = await live.open('/thanks.html')
    await page.setContent(content)
    await page.evaluate('window.isOn = true')
    const acted = of(page)
    await acted.fill('#mail', 'ada@example.org')
    await acted.click('#go')
    return page.evaluate('seen')
  }
  const { sink, of, settled } = keepEvents()
  const bare = await act((page) => page)
  expect(await act((page) => recordPage(page, sink))).toEqual(bare)
  await settled()
  expect(of('step_finished').map(({ target }) => target?.name)).toEqual(['Mail', 'Go'])
})
