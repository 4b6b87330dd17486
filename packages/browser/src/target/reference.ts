import type { Frame } from 'playwright'
import { enterFrame, insideOf, type ToolsInPage } from '../page/playwright-inside.ts'
import { playwrightTools } from '../page/playwright-world.ts'
import { inPage, type InPage } from '../page/in-page.ts'

/**
 * Write the selector of an element that a reference of an aria snapshot stands for, from the page's own document, as `normalize` does:
 * which asks a handle for it, and so the scripts of the page.
 *
 * @returns undefined where the element is gone, and where Playwright does not run in this process
 * @throws what Playwright says
 */
export async function selectorOfReference(frame: Frame, reference: string): Promise<string | undefined> {
  const [, number] = /^aria-ref=f(\d+)e\d+$/.exec(reference) ?? []
  const frames = frame.page().frames()
  const at = number ? frames.find((one) => insideOf<{ seq: number }>(one)?.seq === Number(number)) : frame
  const own = at && (await evaluateIn(at, selectorOfFirst, reference))
  if (!at || !own) return undefined
  const parts = [own]
  for (let inner = at, outer = at.parentFrame(); outer; inner = outer, outer = outer.parentFrame()) {
    const index = await evaluateIn(inner, placeInOuter, undefined)
    const owner = await evaluateIn(outer, selectorOfFrame, index ?? -1)
    if (!owner) return undefined
    parts.unshift(owner)
  }
  return parts.join(enterFrame)
}

/** Playwright's tools in a page. */
interface Engine extends ToolsInPage {
  generateSelectorSimple(element: Element): string
}

async function evaluateIn<A, R>(
  frame: Frame,
  run: InPage<(engine: Engine, argument: A) => R>,
  argument: A,
): Promise<R | undefined> {
  return (await playwrightTools<Engine>(frame))?.evaluate(run, argument)
}

/** Runs in a page. */
const selectorOfFirst = inPage((engine: Engine, selector: string): string | undefined => {
  const [first] = engine.querySelectorAll(engine.parseSelector(selector), document)
  return first && engine.generateSelectorSimple(first)
})

/** Runs in a frame: its place among those of the window around it. */
const placeInOuter = inPage((): number => {
  for (let at = 0; at < parent.length; at += 1) if (parent[at] === window) return at
  return -1
})

/** Runs in a page. */
const selectorOfFrame = inPage((engine: Engine, index: number): string | undefined => {
  const frames = engine.querySelectorAll(engine.parseSelector('css=iframe, frame'), document) as HTMLIFrameElement[]
  const owner = frames.find(({ contentWindow }) => contentWindow !== null && contentWindow === window[index])
  return owner && engine.generateSelectorSimple(owner)
})
