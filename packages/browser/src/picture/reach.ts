import type { PageTools } from '../page/page-tools.ts'
import { inPage } from '../page/in-page.ts'

/** The pixels of an element as the browser draws them in the window of the root document. */
export interface Drawn {
  /** They are drawn once more so far away, in CSS pixels: 0 for nearly all, `Infinity` where nobody knows. */
  readonly reach: number
  /** At most so much longer is a length of its own there. */
  readonly stretch: number
}

/** Knows how far from an element its pixels are drawn. */
export interface PixelReach {
  /** @param known what was found of others in this look */
  reachOf(element: Element, known: Map<Node, Drawn>): number
}

/**
 * Make what knows how far pixels reach: shadows of a filter show what throws them, and so do reflections. Runs in the page, so
 * everything it needs stands inside it or is given to it.
 */
export const createPixelReach = inPage(({ nodeType, outerOf, styleOf, viewOf }: PageTools): PixelReach => {
  const lengths = /(-?[\d.]+)px (-?[\d.]+)px [\d.]+px/g
  const offsetsIn = (shadows: string): number[] =>
    [...shadows.matchAll(lengths)].map(([, x, y]) => Math.max(Math.abs(Number(x)), Math.abs(Number(y))))

  const stretchOf = ({ transform, scale, zoom }: CSSStyleDeclaration): number => {
    const numbers = /^matrix\(([^)]*)\)$/.exec(transform)?.[1]?.split(',').map(Number).slice(0, 4)
    const turned = numbers ? Math.hypot(...numbers) : /^(none)?$/.test(transform) ? 1 : Infinity
    const scales = (scale || 'none').split(' ').map((one) => Math.abs(Number(one)) || 1)
    return turned * Math.max(...scales) * (Number(zoom) || 1)
  }
  const ownReach = (style: CSSStyleDeclaration): number => {
    const reflection = style.getPropertyValue('-webkit-box-reflect')
    if (style.filter.includes('url(') || !/^(none)?$/.test(reflection)) return Infinity
    return style.filter === 'none' ? 0 : offsetsIn(style.filter).reduce((sum, offset) => sum + offset, 0)
  }
  const drawnOf = (node: Node, known: Map<Node, Drawn>): Drawn => {
    const found = known.get(node)
    if (found) return found
    const outer = nodeType(node) === 9 ? viewOf(node)?.frameElement : outerOf(node)
    let { reach, stretch } = outer ? drawnOf(outer, known) : { reach: 0, stretch: 1 }
    const style = nodeType(node) === 1 ? styleOf(node as Element) : undefined
    if (style) {
      stretch *= stretchOf(style)
      reach += ownReach(style) * stretch || 0
    }
    const drawn = { reach, stretch }
    known.set(node, drawn)
    return drawn
  }
  return {
    reachOf: (element, known) => {
      const { reach, stretch } = drawnOf(element, known)
      // Each shadow of a text is thrown by the text itself.
      return reach + (Math.max(0, ...offsetsIn(styleOf(element)?.textShadow ?? '')) * stretch || 0)
    },
  }
})
