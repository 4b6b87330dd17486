import type { Locator } from 'playwright'
import type { FieldScan } from './scan-fields.ts'
import { fieldSelector } from './sensitive-fields.ts'

/** Fields that are hidden until `uncover` is called. */
export interface Covered {
  readonly count: number
  /** The fields, for the mask that Playwright paints over them. */
  readonly locators: readonly Locator[]
  /** Make everything as it was. Never throws: a document that is gone needs nothing. */
  uncover(): Promise<void>
}

/**
 * Hide fields for the time of a picture, by `opacity: 0`, which moves nothing and takes no focus. A frame that did not answer
 * is hidden as a whole.
 *
 * Playwright's mask alone would not do: it is painted by place, and so beside its field where the page is zoomed by style
 * (`html { zoom: 1.5 }`) or while it scrolls, and not at all where the page's style hides what it does not know. A style sheet
 * would not do either: a page's content security policy may forbid it.
 *
 * @throws what Playwright throws where a field could not be hidden, after the others were uncovered
 */
export async function coverFields(scan: FieldScan): Promise<Covered> {
  const withFields = scan.frames.filter(({ fields }) => fields.length > 0)
  const uncover = async (): Promise<void> => {
    await Promise.allSettled([
      ...withFields.map(({ frame }) => frame.evaluate(uncoverElements)),
      ...scan.unread.map((frame) => frame.parentFrame()?.evaluate(uncoverElements)),
    ])
  }
  const covering = await Promise.allSettled([
    ...withFields.map(({ frame, fields }) =>
      frame.locator(fieldSelector).evaluateAll(
        coverElements,
        fields.map(({ index }) => index),
      ),
    ),
    ...scan.unread.map(async (frame) => {
      const element = await frame.frameElement()
      await element.evaluate(coverElements, [0])
      element.dispose().catch(() => {}) // goes with its document, if that is gone
    }),
  ])
  const failed = covering.find((result) => result.status === 'rejected')
  if (failed) {
    await uncover()
    throw failed.reason
  }
  const locators = withFields.flatMap(({ frame, fields }) =>
    fields.map(({ index }) => frame.locator(fieldSelector).nth(index)),
  )
  return { count: locators.length + scan.unread.length, locators, uncover }
}

interface Cover {
  /** How many pictures are being taken: who comes last restores. */
  holders: number
  readonly styles: Map<HTMLElement, { hadStyle: boolean; values: [name: string, value: string, priority: string][] }>
}

/** Runs in the page. What was there before is kept in the page, under a symbol, until {@link uncoverElements}. */
function coverElements(found: Node | Element[], indices: number[]): void {
  const key = Symbol.for('contrail.cover')
  const page = window as unknown as Record<symbol, Cover | undefined>
  const cover: Cover = page[key] ?? { holders: 0, styles: new Map() }
  if (!page[key]) Object.defineProperty(page, key, { value: cover, configurable: true })
  cover.holders += 1
  const elements = Array.isArray(found) ? found : [found]
  for (const index of indices) {
    const element = elements[index] as HTMLElement | undefined
    if (!element || cover.styles.has(element)) continue
    const { style } = element
    const names = ['opacity', 'transition-property']
    const values = names.map((name): [string, string, string] => [
      name,
      style.getPropertyValue(name),
      style.getPropertyPriority(name),
    ])
    cover.styles.set(element, { hadStyle: element.hasAttribute('style'), values })
    style.setProperty('transition-property', 'none', 'important')
    style.setProperty('opacity', '0', 'important')
  }
}

/** Runs in the page. */
function uncoverElements(): void {
  const key = Symbol.for('contrail.cover')
  const page = window as unknown as Record<symbol, Cover | undefined>
  const cover = page[key]
  if (!cover) return
  cover.holders -= 1
  if (cover.holders > 0) return
  for (const [element, { hadStyle, values }] of cover.styles) {
    for (const [name, value, priority] of values) {
      element.style.setProperty(name, value, priority)
      // Looked at while it has no transition, so that it does not fade in.
      getComputedStyle(element).getPropertyValue('opacity')
    }
    if (!hadStyle && element.getAttribute('style') === '') element.removeAttribute('style')
  }
  Reflect.deleteProperty(page, key)
}
