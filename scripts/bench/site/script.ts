import type { Page } from 'playwright'

/** One action of the script. `path` is the page of the shop that it leads to. */
export type BenchAction =
  | { readonly name: 'goto' | 'back'; readonly path: string }
  | { readonly name: 'click'; readonly selector: string; readonly path?: string }
  | { readonly name: 'fill' | 'select'; readonly selector: string; readonly value: string }
  | { readonly name: 'hover' | 'read'; readonly selector: string }
  | { readonly name: 'scroll'; readonly pixels: number }

const goto = (path: string): BenchAction => ({ name: 'goto', path })
const back = (path: string): BenchAction => ({ name: 'back', path })
const click = (selector: string, path?: string): BenchAction => ({ name: 'click', selector, ...(path && { path }) })
const fill = (selector: string, value: string): BenchAction => ({ name: 'fill', selector, value })
const select = (selector: string, value: string): BenchAction => ({ name: 'select', selector, value })
const hover = (selector: string): BenchAction => ({ name: 'hover', selector })
const scroll = (pixels: number): BenchAction => ({ name: 'scroll', pixels })
const read = (selector = 'main'): BenchAction => ({ name: 'read', selector })

/** The 50 steps: look around, search, read, buy. Longer runs repeat them; each time the shop counts one more order. */
const script: readonly BenchAction[] = [
  ...[goto('/'), read(), hover('.cards li:nth-child(2)'), scroll(400), read('.cards')],
  ...[click('#to-catalog', '/catalog'), scroll(500), read(), hover('.cards li:nth-child(7)')],
  ...[click('.cards li:nth-child(7) a', '/item/8'), select('#colour', 'oak'), fill('#pieces', '2'), read()],
  ...[click('#add', '/cart'), read(), click('#to-search', '/search'), fill('#query', 'lamp')],
  ...[click('#find', '/search?q=lamp'), scroll(800), read(), hover('#row-30'), select('#order', 'price')],
  ...[back('/search'), goto('/docs'), scroll(600), scroll(600), read(), click('#to-chapter-3', '/docs#chapter-3')],
  ...[read('h1'), goto('/item/2'), fill('#pieces', '1'), click('#add', '/cart'), click('#to-offers', '/offers')],
  ...[hover('.cards li:nth-child(3)'), scroll(300), back('/cart'), click('#checkout', '/checkout')],
  ...[fill('#name', 'Ada Lovelace'), fill('#street', 'Long Street 7'), fill('#email', 'ada@example.org')],
  ...[fill('#card', '4111 1111 1111 1111'), select('#country', 'Italy'), click('#terms'), read()],
  ...[click('#place-order', '/thanks'), read(), click('#to-account', '/account'), fill('#shown-name', 'Ada')],
  ...[hover('#save'), click('#to-home', '/')],
]

/** The number of steps in the script before it begins again. */
export const scriptLength = script.length

/** The number of them that a quick run does: up to the long page of results. */
export const quickLength = 20

/** The action of a step, from 0. */
export function actionAt(step: number): BenchAction {
  return script[step % script.length] as BenchAction
}

/**
 * Do one action and wait until the page is where it leads to.
 *
 * @returns what a read gave, else undefined
 * @throws what Playwright throws
 */
export async function perform(page: Page, origin: string, action: BenchAction): Promise<string | undefined> {
  switch (action.name) {
    case 'goto':
      await page.goto(origin + action.path)
      return undefined
    case 'back':
      await page.goBack()
      return undefined
    case 'click':
      await page.click(action.selector)
      if (action.path !== undefined) await page.waitForURL(origin + action.path)
      return undefined
    case 'fill':
      await page.fill(action.selector, action.value)
      return undefined
    case 'select':
      await page.selectOption(action.selector, action.value)
      return undefined
    case 'hover':
      await page.hover(action.selector)
      return undefined
    case 'read':
      return page.innerText(action.selector)
    case 'scroll':
      await page.evaluate(`window.scrollBy(0, ${action.pixels})`)
      return undefined
  }
}
