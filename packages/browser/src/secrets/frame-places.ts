import type { Box, PageTools } from '../page/page-tools.ts'

/** The way in which what is in a document stands in the window of the root document. */
export interface Place {
  readonly x: number
  readonly y: number
  readonly scale: number
  /** A frame that is turned: all of it stands for what is in it. */
  readonly whole?: Box
}

/** Knows where the frames of one origin stand in each other. */
export type FramePlaces = ReturnType<typeof createFramePlaces>

/** Make what knows where frames stand. Runs in the page, so everything it needs stands inside it or is given to it. */
export function createFramePlaces(tools: PageTools) {
  const { getter, hostOf, nodeType, parentOf, rectOf, styleOf, viewOf } = tools
  const widthOf = getter<number>(HTMLElement.prototype, 'offsetWidth')
  const [innerWidthOf, leftOf, topOf] = ['clientWidth', 'clientLeft', 'clientTop'].map((name) =>
    getter<number>(Element.prototype, name),
  ) as [(of: Element) => number, (of: Element) => number, (of: Element) => number]

  const inRoot = ({ x, y, scale, whole }: Place, box: Box): Box =>
    whole ?? { x: x + box.x * scale, y: y + box.y * scale, width: box.width * scale, height: box.height * scale }

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
    if (outer.whole || isTurned(frame)) return { x: 0, y: 0, scale: 1, whole: outer.whole ?? shown }
    const style = styleOf(frame)
    const padding = (side: string): number => parseFloat(style?.getPropertyValue(`padding-${side}`) ?? '') || 0
    const drawn = widthOf(frame) ? rect.width / widthOf(frame) : 1
    const width = (innerWidthOf(frame) - padding('left') - padding('right')) * drawn
    return {
      x: shown.x + (leftOf(frame) + padding('left')) * drawn * outer.scale,
      y: shown.y + (topOf(frame) + padding('top')) * drawn * outer.scale,
      scale: (width / (viewOf(inner)?.innerWidth || width || 1)) * outer.scale,
    }
  }

  /** The part of a document that may show in the window of the root document, in its own pixels. */
  const regionOf = (root: Document, { x, y, scale, whole }: Place, { width, height }: Box): Box => {
    const own = viewOf(root)
    if (whole) return { x: 0, y: 0, width: own?.innerWidth ?? 0, height: own?.innerHeight ?? 0 }
    return { x: -x / scale, y: -y / scale, width: width / scale, height: height / scale }
  }

  return { inRoot, placeIn, regionOf }
}
