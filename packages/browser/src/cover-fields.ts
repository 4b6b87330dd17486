import type { Frame } from 'playwright'
import { MaskError } from './mask-error.ts'
import type { FieldScan } from './secrets/scan-fields.ts'
import { fieldSelector } from './secrets/sensitive-fields.ts'
import { TimeLimitError, withTimeLimit } from './page/time-limit.ts'

/** Fields that are hidden until `uncover` is called. */
export interface Covered {
  /** Frames that are hidden as a whole, since they did not answer. */
  readonly hidden: ReadonlySet<Frame>
  /** Make everything as it was. Never throws: a document that is gone needs nothing, one that hangs does it when it goes on. */
  uncover(): Promise<void>
}

/** Slate grey: the colour of the boxes that stand for what was covered. */
const boxColor = '#6b7280'
/** How long a frame inside the page may take to hide its fields and to be drawn without them. */
const innerFrameLimitMs = 250

/**
 * Hide fields for the time of a picture, by `opacity: 0`, which moves nothing and takes no focus, and have a grey box painted in
 * the place of each. A frame that does not answer is hidden as a whole.
 *
 * A box alone would not do: it is painted by place, and so beside its field while that moves, and under what the page puts on
 * top of everything. A style sheet that hides would not do either: a page's own style may insist.
 *
 * @throws {MaskError} when the fields are not there any more where they were found
 * @throws what Playwright throws where a field could not be hidden; the others are uncovered before
 */
export async function coverFields(scan: FieldScan): Promise<Covered> {
  const withFields = scan.frames.filter(({ fields }) => fields.length > 0)
  const hidden = new Set(scan.unread)
  const uncover = async (): Promise<void> => {
    const frames = new Set(withFields.map(({ frame }) => frame))
    for (const frame of hidden) {
      const parent = frame.parentFrame()
      if (parent) frames.add(parent)
    }
    await Promise.allSettled([...frames].map((frame) => within(frame, () => frame.evaluate(uncoverElements))))
  }
  const covering = await Promise.allSettled([
    ...withFields.map(async (fields) => {
      const { frame } = fields
      try {
        await within(frame, () => coverFrame(fields))
      } catch (error) {
        if (!(error instanceof TimeLimitError)) throw error
        hidden.add(frame)
        await hideFrame(frame)
      }
    }),
    ...scan.unread.map(hideFrame),
  ])
  const failed = covering.find((result) => result.status === 'rejected')
  if (failed) {
    await uncover()
    throw failed.reason
  }
  return { hidden, uncover }
}

/** The page itself has the time of whoever takes the picture. */
function within<T>(frame: Frame, work: () => Promise<T>): Promise<T> {
  return frame.parentFrame() ? withTimeLimit(innerFrameLimitMs, work) : work()
}

/** A picture waits until the page is drawn, and not until a frame of another process in it is. */
async function coverFrame({ frame, fields, elements }: FieldScan['frames'][number]): Promise<void> {
  const indices = fields.map(({ index }) => index)
  const isCovered = await frame.evaluate(coverElements, { selector: fieldSelector, elements, indices, boxColor })
  if (!isCovered) throw new MaskError('the fields for secrets changed while they were covered')
  if (frame.parentFrame()) await frame.evaluate(drawTwice)
}

/** Runs in the page. */
function drawTwice(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
  })
}

async function hideFrame(frame: Frame): Promise<void> {
  const element = await frame.frameElement()
  await element.evaluate(coverElements, undefined)
  element.dispose().catch(() => {}) // goes with its document, if that is gone
}

interface Cover {
  /** How many pictures are being taken: who comes last restores. */
  holders: number
  readonly styles: Map<HTMLElement, { hadStyle: boolean; values: [name: string, value: string, priority: string][] }>
  readonly boxes: { root: Document | ShadowRoot; sheet: CSSStyleSheet }[]
}

/**
 * Runs in the page. What was there before is kept in the page, under a symbol, until {@link uncoverElements}.
 *
 * @param given an element, or where fields stand among all that match the selector, in the order of `readFields`
 * @returns whether as many elements match as did before
 */
function coverElements(
  given: Node | { selector: string; elements: number; indices: number[]; boxColor: string },
): boolean {
  const collect = (root: Document | ShadowRoot, selector: string): Element[] => [
    ...root.querySelectorAll(selector),
    ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? collect(shadowRoot, selector) : [])),
  ]
  const key = Symbol.for('contrail.cover')
  const page = window as unknown as Record<symbol, Cover | undefined>
  const cover: Cover = page[key] ?? { holders: 0, styles: new Map(), boxes: [] }
  if (!page[key]) Object.defineProperty(page, key, { value: cover, configurable: true })
  cover.holders += 1

  const hide = (element: HTMLElement): void => {
    if (cover.styles.has(element)) return
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

  /** What is on top of everything else, and the field in it; else the document. */
  const topLayer = ':is(:modal, :popover-open, :fullscreen)'
  const hostOf = (element: Element): Element => {
    for (let at: Element | undefined = element; at; at = (at.getRootNode() as Partial<ShadowRoot>).host) {
      const top = at.closest(topLayer)
      if (top) return top
    }
    return document.documentElement
  }

  /** Boxes are the background of a pseudo-element of the host: no node comes or goes, nothing moves. */
  const paint = (host: Element, elements: readonly Element[], color: string): void => {
    const free = ['::after', '::before'].find((name) => /^(none|normal)$/.test(getComputedStyle(host, name).content))
    if (free === undefined) return
    const zoom = (host as { currentCSSZoom?: number }).currentCSSZoom ?? 1
    const images = elements.map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect()
      const [left, top, wide, high] = [x, y, width, height].map((value) => `${value / zoom}px`)
      return `linear-gradient(${color}, ${color}) ${left} ${top} / ${wide} ${high} no-repeat`
    })
    const style = {
      all: 'initial',
      content: "''",
      display: 'block',
      position: 'fixed',
      inset: '0',
      'z-index': '2147483647',
      'pointer-events': 'none',
      background: images.join(', '),
    }
    const sheet = new CSSStyleSheet()
    const rules = Object.entries(style).map(([name, value]) => `${name}: ${value} !important`)
    sheet.replaceSync(`${host === document.documentElement ? ':root' : topLayer}${free} { ${rules.join('; ')} }`)
    const root = host.getRootNode() as Document | ShadowRoot
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
    cover.boxes.push({ root, sheet })
  }

  if ('nodeType' in given) {
    hide(given as HTMLElement)
    return true
  }
  const { selector, elements, indices, boxColor: color } = given
  const found = collect(document, selector)
  if (found.length !== elements) return false
  const fields = indices.map((index) => found[index] as HTMLElement)
  for (const field of fields) hide(field)
  try {
    for (const host of new Set(fields.map(hostOf))) {
      paint(
        host,
        fields.filter((field) => hostOf(field) === host),
        color,
      )
    }
  } catch {
    // The fields are hidden; a box in their place is a help for the eye, and older browsers do without.
  }
  return true
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
  for (const { root, sheet } of cover.boxes) {
    try {
      sheet.replaceSync('') // the page may have copied the list
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((adopted) => adopted !== sheet)
    } catch {
      // A page with a setter of its own keeps an empty sheet.
    }
  }
  Reflect.deleteProperty(page, key)
}
