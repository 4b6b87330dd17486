import type { Box, PageTools } from '../page/page-tools.ts'
import type { Drawn, PixelReach } from '../picture/reach.ts'
import type { FramePlaces, Place } from './frame-places.ts'
import { inPage } from '../page/in-page.ts'

/** A field as it is drawn in the window of the root document. */
interface DrawnField {
  /** The boxes in which its text may show; none where it is out of sight. */
  readonly parts: readonly Box[]
  /** All of them. */
  readonly box: Box | undefined
  /** It throws no shadow. */
  readonly isPlain: boolean
  /** It is drawn elsewhere, nobody knows where: once more, in more texts than are placed, or as an eye sees it that is too near. */
  readonly isCopied: boolean
}

/** Knows where fields are drawn. */
export interface DrawnParts {
  /** Tell whether any of a field may be in a region of its document, so far as one question tells. */
  isDrawnIn(field: Element, region: Box): boolean
  /**
   * The places of a field that holds a text: its own box, and of one that is no control the lines of all texts that show in it. Its
   * children may be turned, positioned, in a shadow root, or seen where it is hidden itself.
   */
  drawnOf(
    field: Element,
    within: {
      readonly place: Place
      readonly shownBox: Box
      /** Those of others that were found in this look. */
      readonly reaches: Map<Node, Drawn>
      readonly isOver: () => boolean
    },
  ): DrawnField
}

/** Make what knows it. Runs in the page, so everything it needs stands inside it or is given to it. */
export const createDrawnParts = inPage((tools: PageTools): ((by: FramePlaces & PixelReach) => DrawnParts) => {
  const { dataOf, elementAround, getter, isApart, method, rectOf, styleOf, tagOf, textsIn } = tools
  const [mostTexts, mostSigns] = [200, 10_000]
  const contentSizeOf = [
    getter<number>(Element.prototype, 'scrollWidth'),
    getter<number>(Element.prototype, 'scrollHeight'),
  ] as const
  const select = method<[Node], void>(Range.prototype, 'selectNodeContents')
  const rangeRectOf = method<[], DOMRect>(Range.prototype, 'getBoundingClientRect')
  const rectsOf = method<[], DOMRectList>(Range.prototype, 'getClientRects')

  const cut = (one: Box, other: Box): Box => {
    const [x, y] = [Math.max(one.x, other.x), Math.max(one.y, other.y)]
    const right = Math.min(one.x + one.width, other.x + other.width)
    const bottom = Math.min(one.y + one.height, other.y + other.height)
    return { x, y, width: right - x, height: bottom - y }
  }
  /** Tell whether an element surely cuts off what flows out of it. */
  const isCutting = (element: Element, { display, overflowX, overflowY }: CSSStyleDeclaration): boolean =>
    [overflowX, overflowY].every((overflow) => /^(hidden|auto|scroll)$/.test(overflow)) &&
    /^(block|flow-root|list-item|inline-block|(inline-)?(flex|grid))$/.test(display) &&
    tagOf(element) !== 'body'
  /** The boxes that cut off what is in an element, as far as the field around it. */
  const cuttersOf = (element: Element, field: Element): Box[] => {
    const found: Box[] = []
    for (let at: Element | null = element; at; at = at === field ? null : elementAround(at)) {
      const style = styleOf(at)
      if (style && isCutting(at, style)) found.push(rectOf(at))
      // It may stand in something that is not cut.
      if (!style || /^(absolute|fixed)$/.test(style.position)) break
    }
    return found
  }
  /** A box, and the element whose style it has. */
  interface Line {
    readonly box: Box
    readonly around: Element
  }
  /** The lines of the texts in an element; undefined where they are too many, or the time was up. */
  const linesIn = (field: Element, isOver: () => boolean): Line[] | undefined => {
    const texts = textsIn(field, mostSigns, { without: /^(script|style)$/, isDrawn: true })
    if (texts.length > mostTexts) return undefined
    const range = new Range()
    const lines: Line[] = []
    for (const [at, text] of texts.entries()) {
      if (at % 8 === 7 && isOver()) return undefined
      const around = dataOf(text).trim() === '' ? null : elementAround(text)
      if (!around) continue
      select(range, text)
      const cutters = cuttersOf(around, field)
      for (const box of rectsOf(range)) lines.push({ box: cutters.reduce(cut, box), around })
    }
    return lines
  }
  /** The box of a field, and what flows out of it to the right and below. */
  const ownBox = (field: Element): Box => {
    const { x, y, width, height } = rectOf(field)
    const isOpen = !isControl(field) && styleOf(field)?.overflowX === 'visible'
    const [wide = 0, high = 0] = isOpen ? contentSizeOf.map((get) => get(field)) : []
    return { x, y, width: Math.max(width, wide), height: Math.max(height, high) }
  }
  const grow = ({ x, y, width, height }: Box, by: number): Box => {
    return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by }
  }
  const hasSize = ({ width, height }: Box): boolean => width > 0 && height > 0
  const isWithin = (inner: Box, { x, y, width, height }: Box): boolean =>
    inner.x >= x && inner.y >= y && inner.x + inner.width <= x + width && inner.y + inner.height <= y + height
  const around = (boxes: readonly Box[]): Box | undefined => {
    if (boxes.length < 2) return boxes[0]
    const x = Math.min(...boxes.map((box) => box.x))
    const y = Math.min(...boxes.map((box) => box.y))
    const right = Math.max(...boxes.map((box) => box.x + box.width))
    const bottom = Math.max(...boxes.map((box) => box.y + box.height))
    return { x, y, width: right - x, height: bottom - y }
  }

  const isControl = (field: Element): boolean => /^(input|textarea|select)$/.test(tagOf(field))
  const isDrawnIn: DrawnParts['isDrawnIn'] = (field, region) => {
    if (!isApart(rectOf(field), region)) return true
    if (isControl(field)) return false
    const range = new Range()
    select(range, field)
    return !isApart(rangeRectOf(range), region)
  }

  return ({ inRoot, isLost, reachOf }) => ({
    isDrawnIn,
    drawnOf: (field, { place, shownBox, reaches, isOver }) => {
      const lines = isControl(field) ? [] : linesIn(field, isOver)
      const parts: Box[] = []
      let [isPlain, isCopied] = [isControl(field), lines === undefined]
      for (const one of [{ box: ownBox(field), around: field }, ...(lines ?? [])]) {
        const placed = hasSize(one.box) ? inRoot(place, one.box) : one.box
        if (!hasSize(placed) && isLost(one.around, reaches)) isCopied = true
        if (!hasSize(placed) || styleOf(one.around)?.visibility !== 'visible') continue
        const reach = reachOf(one.around, reaches)
        if (reach > 0) isPlain = false
        if (reach === Infinity) isCopied = true
        const drawn = grow(placed, reach === Infinity ? 0 : reach)
        if (!isApart(drawn, shownBox) && !parts.some((part) => isWithin(drawn, part))) parts.push(drawn)
      }
      return { parts, box: around(parts), isPlain, isCopied }
    },
  })
})
