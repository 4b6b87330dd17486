import { captureCua, recordPage } from '@contrail/browser'
import type { Target } from '@contrail/core'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()

const unprobed = { probe: { mode: 'off' } } as const

const content = `<label for=mail><x-mark></x-mark>Mail <img src="data:image/png,none"></label><input id=mail>
<button id=go style="position: absolute; left: 20px; top: 50px; width: 80px; height: 50px">Go</button>
<script>
  customElements.define('x-mark', class extends HTMLElement { constructor() { super(); note('constructor') } })
  document.querySelector('img').onerror = () => note('image')
  document.querySelector('#go').onclick = () => (window.hits = (window.hits ?? 0) + 1)
</script>`
const inner = `${content}<iframe src="ADDRESS" style="position: absolute; left: 20px; top: 90px; border: 9px solid; padding: 7px; transform: scale(0.9)" height=130></iframe>
<div style="height: 2000px"></div><script>scrollTo(0, 15)</script>`
const outer = `${content}<iframe src="/popup.html" style="position: absolute; left: 80px; top: 30px; transform: rotate(3deg)" width=340 height=310></iframe>`

/** Runs in every document before its own scripts: note who asks what of its elements, and what is made of its own. */
function noteCalls(): void {
  const own = window as unknown as { seen: string[]; isOn?: boolean; note: (name: string) => void }
  own.seen = []
  own.note = (name) => void (own.isOn && own.seen.push(name))
  for (const { prototype } of [Node, Element, HTMLElement, HTMLInputElement, Document, ShadowRoot, FontFaceSet]) {
    for (const [name, { value, get, ...rest }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      const called: unknown = get ?? value
      if (typeof called !== 'function' || name === 'constructor' || !rest.configurable) continue
      const noting = function (this: unknown, ...all: unknown[]): unknown {
        own.note(name)
        return Reflect.apply(called, this, all)
      }
      Object.defineProperty(prototype, name, { ...rest, ...(get ? { get: noting } : { value: noting }) })
    }
  }
}

/** A page with a frame of its own site, turned, and in it one of another, scaled. */
async function openNested(open: 'open' | 'openApart'): Promise<Page> {
  const page = await live[open]('/thanks.html')
  await page.addInitScript(noteCalls)
  await page.goto(live.url('/thanks.html'))
  const other = live.url('/thanks.html').replace('127.0.0.1', 'localhost')
  for (const [at, html] of [
    outer,
    inner.replace('ADDRESS', other),
    `${content}<b id=deep style="position: absolute; left: 110px; top: 50px; width: 120px; height: 50px">Deep</b>`,
  ].entries()) {
    await expect.poll(() => page.frames().length).toBe(Math.max(1, at + 1))
    await page.frames()[at]!.waitForLoadState()
    await page.frames()[at]!.setContent(html)
  }
  return page
}

test.each(inFast(['openApart'] as const, ['openApart', 'open'] as const))(
  'the look at the target of a recorded page, in frames too, calls nothing of a page, and has its role, name and place (%s)',
  async (open) => {
    const page = await openNested(open)
    const snapshot = await page.ariaSnapshot({ mode: 'ai' })
    const act = async (acted: Page, look?: () => Promise<unknown>): Promise<unknown> => {
      await Promise.all(page.frames().map((frame) => frame.evaluate('seen = []; isOn = true')))
      for (const frame of acted.frames()) {
        await frame.locator('#mail').fill('ada@example.org')
        await frame.locator('#go').click()
        await acted.keyboard.press('Shift')
      }
      for (const [, ref] of snapshot.matchAll(/button "Go" \[ref=(\w+)\]/g)) await acted.click(`aria-ref=${ref}`)
      await acted.frameLocator().locator('#deep').click()
      await look?.()
      return Promise.all(page.frames().map((frame) => frame.evaluate('isOn = false; seen')))
    }
    const { sink, of, settled } = keepEvents()
    const bare = await act(page)
    const seen = await act(recordPage(page, sink, unprobed), () => captureCua(page, sink, unprobed).screenshot())
    expect(seen).toEqual(bare)
    await settled()
    const targets = of('step_finished').map(({ target }) => target)
    const once = ['textbox Mail', 'button Go', 'button Go']
    expect(targets.map((target) => `${target?.role} ${target?.name}`)).toEqual([
      ...[...once, ...once, ...once],
      ...['button Go', 'button Go', 'button Go', 'undefined undefined'],
    ])
    for (const { role, point: { x, y } = { x: 0, y: 0 } } of targets as Target[])
      if (role === 'button') await page.mouse.click(x, y)
    const selectors = targets.flatMap((target) => target?.selector ?? [])
    const found = await Promise.all(selectors.map((selector) => page.locator(selector).count()))
    expect(found).toEqual(Array.from({ length: 10 }, () => 1))
    const hits = await Promise.all(page.frames().map((frame) => frame.evaluate('hits')))
    expect(hits).toEqual([7, 7, 7])
  },
)
