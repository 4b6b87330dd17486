import type { PageTools } from '../page/page-tools.ts'
import { inPage } from '../page/in-page.ts'

/** The pixels of an element as the browser draws them in the window of the root document. */
export interface Drawn {
  /** They are drawn once more so far away, in CSS pixels: 0 for nearly all, `Infinity` where nobody knows. */
  readonly reach: number
  /** At most so much longer is a length of its own there. */
  readonly stretch: number
  /** They are drawn as an eye sees them that is near. */
  readonly isInPerspective: boolean
}

/** Knows how far from an element its pixels are drawn. */
export interface PixelReach {
  /** @param known what was found of others in this look */
  reachOf(element: Element, known: Map<Node, Drawn>): number
  /** Tell whether the place that the browser tells of an element may be wrong, also that it is out of sight. */
  isLost(element: Element, known: Map<Node, Drawn>): boolean
}

/**
 * Make what knows how far pixels reach: shadows of a filter show what throws them, and so do reflections. Of what may reach behind the
 * eye that sees it in perspective the browser's own boxes are wrong, so nobody knows where it is. Runs in the page, so everything
 * it needs stands inside it or is given to it.
 */
export const createPixelReach = inPage(({ getter, nodeType, outerOf, styleOf, viewOf }: PageTools): PixelReach => {
  const sizesOf = ['scrollWidth', 'scrollHeight'].map((name) => getter<number>(Element.prototype, name))
  const offsetsOf = ['offsetLeft', 'offsetTop'].map((name) => getter<number>(HTMLElement.prototype, name))
  const offsetParentOf = getter<Element | null>(HTMLElement.prototype, 'offsetParent')
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
  /** The node around another, out of frames too. */
  const around = (node: Node): Node | null | undefined =>
    nodeType(node) === 9 ? viewOf(node)?.frameElement : outerOf(node)
  const isProjecting = ({ perspective, transform, transformStyle }: CSSStyleDeclaration): boolean =>
    !/^(none)?$/.test(perspective) ||
    transformStyle === 'preserve-3d' ||
    (transform.startsWith('matrix3d') && new DOMMatrix(transform).m34 !== 0)
  /** The three lengths of `translate`, each without its sign: `calc(50% + 10px) 0px 60px`. */
  const movedBy = ({ translate }: CSSStyleDeclaration, sizes: readonly number[]): number[] =>
    [0, 1, 2].map((axis) => {
      const length = (translate || 'none').match(/calc\([^)]*\)|\S+/g)?.[axis] ?? ''
      const parts = [...length.matchAll(/([\d.]+)(px|%)/g)]
      return parts.reduce((sum, [, by, unit]) => sum + Number(by) * (unit === '%' ? sizes[axis]! / 100 : 1), 0)
    })
  /** All that moves an element, without what only moves it. */
  const matrixOf = ({ transform, rotate, scale }: CSSStyleDeclaration): DOMMatrix => {
    const own = new DOMMatrix(transform)
    const turn = (rotate || 'none').replace(
      /^([xyz]) /,
      (_, axis: string) => `${['x', 'y', 'z'].map((one) => +(one === axis)).join(' ')} `,
    )
    const turns = turn.split(' ').map(parseFloat)
    const [x = 0, y = 0, z = 1, angle = turns[0] || 0] = turns.length === 4 ? turns : []
    const [wide = 1, high = wide, deep = 1] = (scale || 'none').split(' ').map((one) => Number(one) || 1)
    return new DOMMatrix().rotateAxisAngle(x, y, z, angle).scale(wide, high, deep).multiply(own)
  }
  /** The length by which an element stands to the left of the one around it, or above it: no part of what that one scrolls. */
  const beforeIn = (outer: Element, inner: Element | undefined, axis: number): number => {
    if (!inner || !('offsetLeft' in inner && 'offsetLeft' in outer)) return 0
    const offset = offsetsOf[axis]!
    return Math.max(0, (offsetParentOf(inner) === outer ? 0 : offset(outer)) - offset(inner))
  }
  /**
   * Tell whether any point of an element may be drawn from behind the eye, or so near to it that it is everywhere, or has a depth that is
   * drawn flat by a turned element around it, while the box of the browser still has it.
   */
  const mayBeBehind = (element: Element): boolean => {
    // How far it goes beyond the element around it, and from its plane to the eye.
    let [beyond, depth] = [[0, 0], 0]
    let inner: Element | undefined
    // The last one kept its depth; a flat one has lost it, but not in the browser's box.
    let [isDeep, isFolded] = [false, false]
    for (let at: Node | null | undefined = element; at; at = around(at)) {
      const style = nodeType(at) === 1 ? styleOf(at as Element) : undefined
      if (nodeType(at) === 9) [depth, inner, isDeep, isFolded] = [0, undefined, false, false]
      if (!style || style.display === 'contents') continue
      const outer = at as Element
      const eye = parseFloat(style.perspective) || Infinity
      // Where a path moves it nobody knows.
      if (depth > eye * 0.95 || !/^(none)?$/.test(style.offsetPath)) return true
      const nearer = 1 / (1 - depth / eye)
      const [origin, eyeAt] = [style.transformOrigin, style.perspectiveOrigin].map((one) =>
        one.split(' ').map(parseFloat),
      )
      const sizes = sizesOf.map((get) => get(outer))
      const own = sizes.map((size, axis) => Math.max(origin![axis]!, size - origin![axis]!))
      const [across, along] = own.map((size, axis) => {
        const aside = Math.abs(eyeAt![axis]! - origin![axis]!) || 0
        return (size + beyond[axis]! + beforeIn(outer, inner, axis)) * nearer + aside * (nearer - 1)
      }) as [number, number]
      const isFlat = style.transformStyle !== 'preserve-3d'
      if (isFolded && eye < Infinity) return true
      if (isFlat && isDeep) isFolded = true
      depth = isFlat ? 0 : depth * nearer
      const { m11, m12, m13, m14, m21, m22, m23, m24, m31, m32, m33, m34, m41, m42, m43, m44 } = matrixOf(style)
      const bound = (x: number, y: number, z: number): number =>
        Math.abs(x) * across + Math.abs(y) * along + Math.abs(z) * depth
      const nearness = m44 - bound(m14, m24, m34)
      if (!(nearness >= 0.05) || (isFolded && (m31 !== 0 || m32 !== 0 || m34 !== 0))) return true
      const moved = movedBy(style, sizes)
      const reached = [bound(m11, m21, m31) + Math.abs(m41), bound(m12, m22, m32) + Math.abs(m42)]
      beyond = reached.map((far, axis) => Math.max(0, far / nearness + moved[axis]! - own[axis]!))
      depth = (bound(m13, m23, m33) + Math.abs(m43) + 2 * Math.abs(origin![2] ?? 0)) / nearness + moved[2]!
      isDeep = !isFlat && depth > 0
      inner = outer
    }
    return false
  }
  const drawnOf = (node: Node, known: Map<Node, Drawn>): Drawn => {
    const found = known.get(node)
    if (found) return found
    const outer = around(node)
    let { reach, stretch, isInPerspective } = outer
      ? drawnOf(outer, known)
      : { reach: 0, stretch: 1, isInPerspective: false }
    const style = nodeType(node) === 1 ? styleOf(node as Element) : undefined
    if (style) {
      stretch *= stretchOf(style)
      reach += ownReach(style) * stretch || 0
      isInPerspective ||= isProjecting(style)
    }
    const drawn = { reach, stretch, isInPerspective }
    known.set(node, drawn)
    return drawn
  }
  const isLost: PixelReach['isLost'] = (element, known) =>
    drawnOf(element, known).isInPerspective && mayBeBehind(element)
  return {
    isLost,
    reachOf: (element, known) => {
      const { reach, stretch } = drawnOf(element, known)
      if (isLost(element, known)) return Infinity
      // Each shadow of a text is thrown by the text itself.
      return reach + (Math.max(0, ...offsetsIn(styleOf(element)?.textShadow ?? '')) * stretch || 0)
    },
  }
})
