import type { Box, PageTools } from '../page/page-tools.ts'
import { inPage } from '../page/in-page.ts'

/** Knows which parts of a field are covered by something else that shows. */
export interface Covers {
  /**
   * The parts of a field's box that are not covered by an opaque element, of the root document. Where it is unsure that is all of it.
   */
  uncovered(field: Element, box: Box, value: string): readonly Box[]
}

/**
 * Make what asks the browser what it shows at a place. Runs in the page, so everything it needs stands inside it or is given to it.
 *
 * An element that is touched in place of the field stands over it, unless the field lets itself not be touched. Such an element covers
 * the field where it, or one around it, is one rectangle of an opaque colour.
 */
export const createCovers = inPage((tools: PageTools): Covers => {
  const { attributeOf, documentOf, elementAround, method, rectOf } = tools
  const { shadowOf, styleOf, tagOf, textOf } = tools
  const touch = method<[number, number], Element | null>(Document.prototype, 'elementFromPoint')
  const touchIn = method<[number, number], Element | null>(ShadowRoot.prototype, 'elementFromPoint')
  /** A corner that is round takes this part of its radius from both sides. */
  const roundShare = 0.3
  const leastSide = 4

  const withAround = (element: Element): Set<Element> => {
    const found = new Set<Element>()
    for (let at: Element | null = element; at; at = elementAround(at)) found.add(at)
    return found
  }
  const touched = (x: number, y: number): Element | null => {
    let hit = touch(document, x, y)
    for (let shadow = hit && shadowOf(hit); shadow; shadow = hit && shadowOf(hit)) {
      const inner = touchIn(shadow, x, y)
      if (!inner || inner === hit) break
      hit = inner
    }
    return hit
  }
  /** Tell whether nothing shows through an element, so far as its own style says. */
  const isWhole = (style: CSSStyleDeclaration): boolean => {
    const { opacity, filter, mixBlendMode, clipPath, transform, rotate, maskImage } = style
    const boxMask = style.getPropertyValue('-webkit-mask-box-image-source')
    return (
      opacity === '1' &&
      mixBlendMode === 'normal' &&
      /^matrix\([^,]+, 0, 0,|^none$/.test(transform) &&
      [filter, clipPath, rotate || 'none', maskImage || 'none', boxMask || 'none'].every((value) => value === 'none')
    )
  }
  /** A control that the browser draws in its own way need not have its colour. */
  const isOpaque = ({ appearance, backgroundColor, backgroundClip, display }: CSSStyleDeclaration): boolean =>
    appearance === 'none' &&
    /^rgb\(|^(?:ok)?l(?:ab|ch)\([^/]+$/.test(backgroundColor) &&
    /^(?:border|padding)-box$/.test(backgroundClip) &&
    !/^(?:inline|contents|table-.*)$/.test(display)
  const cut = (one: Box, other: Box): Box => {
    const [x, y] = [Math.max(one.x, other.x), Math.max(one.y, other.y)]
    const right = Math.min(one.x + one.width, other.x + other.width)
    const bottom = Math.min(one.y + one.height, other.y + other.height)
    return { x, y, width: right - x, height: bottom - y }
  }
  /** The part of a box that an element fills with its colour. */
  const filledBy = (element: Element, style: CSSStyleDeclaration, box: Box): Box => {
    const radii = ['top-left', 'top-right', 'bottom-left', 'bottom-right'].map((corner) =>
      style.getPropertyValue(`border-${corner}-radius`),
    )
    const isRead = radii.every((radius) => /^[\d.]+px(?: [\d.]+px)?$/.test(radius))
    const inset = isRead
      ? roundShare * Math.max(...radii.flatMap((radius) => radius.split(' ').map(parseFloat)))
      : Infinity
    const borders = ['left', 'top', 'right', 'bottom'].map((side) =>
      style.backgroundClip === 'border-box' ? 0 : parseFloat(style.getPropertyValue(`border-${side}-width`)),
    )
    const [left, top, right, bottom] = borders.map((border) => border + inset) as [number, number, number, number]
    const { x, y, width, height } = rectOf(element)
    return cut(box, { x: x + left, y: y + top, width: width - left - right, height: height - top - bottom })
  }
  const isAllUnder = (element: Element, { x, y, width, height }: Box): boolean =>
    [0, 0.5, 1].every((down) =>
      [0, 0.5, 1].every((across) => {
        const hit = touched(x + 0.5 + (width - 1) * across, y + 0.5 + (height - 1) * down)
        return hit !== null && withAround(hit).has(element)
      }),
    )
  const signsOf = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '')

  /** The largest part of a box that what is touched in it, or what is around that, covers. */
  const coveredBy = (hit: Element, around: ReadonlySet<Element>, box: Box, value: string): Box | undefined => {
    const above: Element[] = []
    for (let at: Element | null = hit; at && !around.has(at); at = elementAround(at)) above.push(at)
    const styles = above.map((element) => styleOf(element))
    let largest: Box | undefined
    // One that does not hide what is behind it makes all inside of it so.
    for (let at = above.length - 1; at >= 0 && styles[at] && isWhole(styles[at]!); at -= 1) {
      const element = above[at]!
      if (!isOpaque(styles[at]!)) continue
      const part = filledBy(element, styles[at]!, box)
      if (part.width < leastSide || part.height < leastSide || !isAllUnder(element, part)) continue
      // What shows the value itself is a part of the field.
      if (signsOf(textOf(element, 2_000)).includes(signsOf(value))) return undefined
      if (!largest || part.width * part.height > largest.width * largest.height) largest = part
    }
    return largest
  }
  const without = (box: Box, { x, y, width, height }: Box): Box[] => {
    const [right, bottom] = [box.x + box.width, box.y + box.height]
    return [
      { x: box.x, y: box.y, width: box.width, height: y - box.y },
      { x: box.x, y: y + height, width: box.width, height: bottom - y - height },
      { x: box.x, y, width: x - box.x, height },
      { x: x + width, y, width: right - x - width, height },
    ].filter((part) => part.width >= 1 && part.height >= 1)
  }
  const canBeTouched = (field: Element, around: ReadonlySet<Element>): boolean =>
    documentOf(field) === document &&
    /^(?:input|textarea|select)$/.test(tagOf(field)) &&
    styleOf(field)?.pointerEvents !== 'none' &&
    // What is touched in place of one that is inert may be behind it; a popover is above a modal dialog that makes it so.
    [...around].every((one) => attributeOf(one, 'inert') === null && attributeOf(one, 'popover') === null)

  return {
    uncovered: (field, box, value) => {
      const around = withAround(field)
      if (!canBeTouched(field, around)) return [box]
      const shown = cut(box, { x: 0, y: 0, width: innerWidth, height: innerHeight })
      if (shown.width < leastSide || shown.height < leastSide) return [box]
      for (const share of [0.5, 0.1, 0.9]) {
        const hit = touched(shown.x + shown.width * share, shown.y + shown.height / 2)
        const covered = hit && !around.has(hit) ? coveredBy(hit, around, shown, value) : undefined
        if (covered) return without(shown, covered)
      }
      return [box]
    },
  }
})
