import type { Box, PageTools, Root } from '../page/page-tools.ts'
import { inPage } from '../page/in-page.ts'

/** Visits what shows in a part of a document. */
export interface ShownVisitor {
  /**
   * Visit every element that shows in a region of a document, in its order, without asking those that do not: what is inside of an
   * element that is apart from the region is passed over, and of many children, which are taken to follow each other from
   * the top down, only those near it are looked at, and the first and last ones. What stands elsewhere than its parents is found where
   * the region is touched: from its middle on, as often as 3 ms allow, since it is a search through all that is drawn.
   *
   * @param leave called when what is inside of a visited element is over
   * @returns false when the time was up before all were visited
   */
  visitShown(
    root: Root,
    region: Box,
    isOver: () => boolean,
    visit: (element: Element, box: Box) => void,
    leave?: (element: Element) => void,
  ): boolean
}

/** Make what visits it. Runs in the page, so everything it needs stands inside it or is given to it. */
export const createShownVisitor = inPage(
  ({ childrenOf, isApart, method, nodeType, rectOf, shadowOf, styleOf }: PageTools): ShownVisitor => {
    const visitShown: ShownVisitor['visitShown'] = (root, region, isOver, visit, leave = () => {}) => {
      const manyChildren = 64
      const [mostTouches, mostTouchMs] = [4, 3]
      const visited = new Set<Element>()
      let asked = 0

      const firstNear = (children: HTMLCollection): number => {
        let [low, high] = [0, children.length]
        while (low < high) {
          const middle = (low + high) >> 1
          const { height, bottom } = rectOf(children[middle]!)
          if (height > 0 && bottom <= region.y) low = middle + 1
          else high = middle
        }
        return Math.max(0, low - 8)
      }
      const enter = (element: Element): boolean => {
        if (visited.has(element)) return true
        visited.add(element)
        asked += 1
        if (asked % 16 === 0 && isOver()) return false
        const box = rectOf(element)
        const isShown = !isApart(box, region)
        if (!isShown && box.width > 0 && box.height > 0) return true
        if (!isShown && styleOf(element)?.display === 'none') return true
        if (isShown) visit(element, box)
        const shadow = shadowOf(element)
        const isDone = (!shadow || inside(shadow)) && inside(element)
        if (isShown) leave(element)
        return isDone
      }
      const inside = (parent: Node): boolean => {
        const children = childrenOf(parent)
        const { length } = children
        const isLong = length > manyChildren
        let below = 0
        let at = isLong ? firstNear(children) : 0
        for (let first = 0; first < Math.min(at, manyChildren); first += 1) if (!enter(children[first]!)) return false
        for (; at < length && below < manyChildren; at += 1) {
          const child = children[at]!
          if (!enter(child)) return false
          if (isLong) below = rectOf(child).top >= region.y + region.height ? below + 1 : 0
        }
        for (at = Math.max(at, length - manyChildren); at < length; at += 1) if (!enter(children[at]!)) return false
        return true
      }

      if (!inside(root)) return false
      if (nodeType(root) !== 9) return true
      const touch = method<[number, number], Element | null>(Document.prototype, 'elementFromPoint')
      const across = Math.min(mostTouches, Math.ceil(region.width / 200))
      const down = Math.min(mostTouches, Math.ceil(region.height / 150))
      const points = Array.from({ length: across * down }, (_, at) => ({
        x: ((at % across) + 0.5) / across,
        y: (Math.floor(at / across) + 0.5) / down,
      }))
      const fromMiddle = ({ x, y }: { x: number; y: number }): number => Math.hypot(x - 0.5, y - 0.5)
      points.sort((one, other) => fromMiddle(one) - fromMiddle(other))
      const startedMs = performance.now()
      for (const { x, y } of points) {
        if (isOver()) return false
        const touched = touch(root, region.x + x * region.width, region.y + y * region.height)
        if (touched && !enter(touched)) return false
        if (performance.now() - startedMs > mostTouchMs) break
      }
      return true
    }

    return { visitShown }
  },
)
