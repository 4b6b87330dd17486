import type { Box, PageTools } from '../page/page-tools.ts'
import { inPage } from '../page/in-page.ts'

/** The way in which what is in a document stands in the window of the root document. */
export interface Place {
  readonly x: number
  readonly y: number
  readonly scale: number
  /** The part of that window in which it may show. */
  readonly clip: Box
  /** A frame that is turned or stretched: all of it stands for what is in it. */
  readonly whole?: Box
}

/** Knows where the frames of one origin stand in each other. */
export type FramePlaces = ReturnType<typeof createFramePlaces>

/** Make what knows where frames stand. Runs in the page, so everything it needs stands inside it or is given to it. */
export const createFramePlaces = inPage((tools: PageTools) => {
  const { getter, hostOf, nodeType, parentOf, rectOf, styleOf, viewOf } = tools
  const [widthOf, heightOf] = ['offsetWidth', 'offsetHeight'].map((name) =>
    getter<number>(HTMLElement.prototype, name),
  ) as [(of: Element) => number, (of: Element) => number]
  type Measure = (of: Element) => number
  const [innerWidthOf, innerHeightOf, leftOf, topOf] = ['clientWidth', 'clientHeight', 'clientLeft', 'clientTop'].map(
    (name) => getter<number>(Element.prototype, name),
  ) as [Measure, Measure, Measure, Measure]

  /** The part of a box that is in another; nothing where they are apart. A frame's own sizes are in whole pixels. */
  const cut = (box: Box, { x, y, width, height }: Box): Box => {
    const [left, top] = [Math.max(box.x, x - 1), Math.max(box.y, y - 1)]
    const right = Math.min(box.x + box.width, x + width + 1)
    const bottom = Math.min(box.y + box.height, y + height + 1)
    return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) }
  }
  const inRoot = ({ x, y, scale, clip, whole }: Place, box: Box): Box =>
    whole ??
    cut({ x: x + box.x * scale, y: y + box.y * scale, width: box.width * scale, height: box.height * scale }, clip)

  const isTurned = (frame: Element): boolean => {
    for (let at: Node | null = frame; at; at = nodeType(at) === 11 ? hostOf(at) : parentOf(at)) {
      const style = nodeType(at) === 1 ? styleOf(at as Element) : undefined
      if (!style) continue
      const numbers = /^matrix\(([^)]*)\)$/.exec(style.transform)?.[1]?.split(',').map(Number)
      if (style.transform !== 'none' && (!numbers || numbers[1] !== 0 || numbers[2] !== 0)) return true
      if (style.rotate && style.rotate !== 'none') return true
    }
    return false
  }

  const placeIn = (frame: Element, outer: Place, inner: Document): Place => {
    const rect = rectOf(frame)
    const shown = inRoot(outer, rect)
    const drawn = widthOf(frame) ? rect.width / widthOf(frame) : 1
    // The sizes that it is not drawn with are in whole pixels.
    const rounding = 1 + rect.height / (widthOf(frame) || 1)
    const isStretched = Math.abs(rect.height - heightOf(frame) * drawn) > rounding
    if (outer.whole || isStretched || isTurned(frame)) return { x: 0, y: 0, scale: 1, clip: shown, whole: shown }
    const style = styleOf(frame)
    const padding = (side: string): number => parseFloat(style?.getPropertyValue(`padding-${side}`) ?? '') || 0
    const width = (innerWidthOf(frame) - padding('left') - padding('right')) * drawn
    const height = (innerHeightOf(frame) - padding('top') - padding('bottom')) * drawn
    const [left, top] = [leftOf(frame) + padding('left'), topOf(frame) + padding('top')]
    const x = outer.x + (rect.x + left * drawn) * outer.scale
    const y = outer.y + (rect.y + top * drawn) * outer.scale
    const scale = (width / (viewOf(inner)?.innerWidth || width || 1)) * outer.scale
    return { x, y, scale, clip: cut({ x, y, width: width * outer.scale, height: height * outer.scale }, outer.clip) }
  }

  /** The part of a document that may show in the window of the root document, in its own pixels. */
  const regionOf = (root: Document, { x, y, scale, clip, whole }: Place): Box => {
    const own = viewOf(root)
    if (whole) return { x: 0, y: 0, width: own?.innerWidth ?? 0, height: own?.innerHeight ?? 0 }
    return { x: (clip.x - x) / scale, y: (clip.y - y) / scale, width: clip.width / scale, height: clip.height / scale }
  }

  return { inRoot, placeIn, regionOf }
})
