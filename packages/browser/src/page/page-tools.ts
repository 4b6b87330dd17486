// Long, since all of it goes to the page as one text.
/// <reference lib="dom" preserve="true" />
import { inPage } from './in-page.ts'

/** A rectangle in CSS pixels. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A document or an open shadow root. */
export type Root = Document | ShadowRoot

/** Reads elements as they are, whatever names a page has given to its own. */
export type PageTools = ReturnType<typeof createPageTools>

/**
 * Make what functions in our own world read a page with. Runs there, so everything it needs stands inside it.
 *
 * Forms and documents have fields of a page's choosing: `<form name=querySelectorAll>` is `document.querySelectorAll` to whoever
 * asks the document. So nothing is asked of an element itself, only of the prototypes of this world.
 */
// oxlint-disable-next-line max-lines-per-function -- all of it goes to the page as one text
export const createPageTools = inPage(() => {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what the property holds
  const getter = <T>(prototype: object, name: string): ((of: unknown) => T) => {
    const get = Object.getOwnPropertyDescriptor(prototype, name)?.get
    return (of) => (get ? (Reflect.apply(get, of, []) as T) : (undefined as T))
  }
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the same
  const method = <A extends unknown[], R>(prototype: object, name: string): ((of: unknown, ...args: A) => R) => {
    const value = (prototype as Record<string, (...args: A) => R>)[name]!
    return (of, ...args) => Reflect.apply(value, of, args)
  }
  const nodeType = getter<number>(Node.prototype, 'nodeType')
  const queries = new Map(
    ([Element, Document, DocumentFragment] as const).map(({ prototype }, at) => [
      [1, 9, 11][at]!,
      {
        all: method<[string], NodeListOf<Element>>(prototype, 'querySelectorAll'),
        children: getter<HTMLCollection>(prototype, 'children'),
      },
    ]),
  )
  const rectOf = method<[], DOMRect>(Element.prototype, 'getBoundingClientRect')
  const attributeOf = method<[string], string | null>(Element.prototype, 'getAttribute')
  const matches = method<[string], boolean>(Element.prototype, 'matches')
  const shadowOf = getter<ShadowRoot | null>(Element.prototype, 'shadowRoot')
  const tagOf = getter<string>(Element.prototype, 'localName')
  const parentOf = getter<Node | null>(Node.prototype, 'parentNode')
  const firstOf = getter<Node | null>(Node.prototype, 'firstChild')
  const nextOf = getter<Node | null>(Node.prototype, 'nextSibling')
  const hostOf = getter<Element>(ShadowRoot.prototype, 'host')
  const viewOf = getter<(Window & typeof globalThis) | null>(Document.prototype, 'defaultView')
  const documentOf = getter<Document>(Node.prototype, 'ownerDocument')
  const documentElementOf = getter<Element | null>(Document.prototype, 'documentElement')
  const contentsOf = ['HTMLIFrameElement', 'HTMLFrameElement', 'HTMLObjectElement'].map((name) => {
    const { prototype } = (globalThis as unknown as Record<string, { prototype: object }>)[name]!
    return getter<Document | null>(prototype, 'contentDocument')
  })
  const assignedTo = method<[{ flatten: true }], Node[]>(HTMLSlotElement.prototype, 'assignedNodes')
  /** The nodes that a slot shows in place of its own; none for what is no slot. */
  const shownBySlot = (node: Node): Node[] =>
    nodeType(node) === 1 && tagOf(node) === 'slot' ? assignedTo(node, { flatten: true }) : []
  const dataOf = getter<string>(CharacterData.prototype, 'data')
  /**
   * The texts in a node, of so many characters and a little more, without what stands in controls; of a slot, what it shows.
   *
   * @param options.without the tags that are passed over. Default those of controls
   * @param options.isDrawn of an element with an open shadow root, read what that shows. Default false
   */
  const textsIn = (
    node: Node,
    most: number,
    { without = /^(input|select|textarea|button|script|style)$/, isDrawn = false } = {},
  ): Node[] => {
    const found: Node[] = []
    let [length, nodes] = [0, 0]
    const read = (one: Node): void => {
      if (length >= most || nodes >= 1_000) return
      nodes += 1
      if (nodeType(one) === 3) {
        found.push(one)
        length += dataOf(one).length
      }
      const shadow = isDrawn && nodeType(one) === 1 ? shadowOf(one) : null
      const shown = shadow ? [shadow] : shownBySlot(one)
      for (const given of shown) readUnlessWithout(given)
      // Where a slot is given something, its own is not shown.
      for (let child = shown[0] ? null : firstOf(one); child; child = nextOf(child)) readUnlessWithout(child)
    }
    const readUnlessWithout = (one: Node): void => {
      if (nodeType(one) !== 1 || !without.test(tagOf(one))) read(one)
    }
    read(node)
    return found
  }
  /** {@link textsIn} in one line, at most 300 characters. */
  const textOf = (node: Node, most = 300, how: Parameters<typeof textsIn>[2] = {}): string =>
    oneLine(
      textsIn(node, most, how)
        .map((one) => dataOf(one).slice(0, most))
        .join(''),
      most,
    )
  const oneLine = (said: string | null | undefined, most = 300): string =>
    (said ?? '')
      .slice(0, most + 700)
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, most)

  const all = (root: Node, selector: string): NodeListOf<Element> => queries.get(nodeType(root))!.all(root, selector)
  const childrenOf = (root: Node): HTMLCollection => queries.get(nodeType(root))!.children(root)
  /** Of a document that has not changed since, the browser knows them already. */
  const byTag = method<[string], HTMLCollectionOf<Element>>(Document.prototype, 'getElementsByTagName')
  const slotOf = getter<Element | null>(Element.prototype, 'assignedSlot')
  /** The node that another is drawn in: its slot, else its parent, and of a shadow root its host. */
  const outerOf = (node: Node): Node | null =>
    nodeType(node) === 11 ? hostOf(node) : ((nodeType(node) === 1 ? slotOf(node) : null) ?? parentOf(node))
  /** The element that a node is drawn in; null at the top of its document. */
  const elementAround = (node: Node): Element | null => {
    let at = outerOf(node)
    while (at && nodeType(at) === 11) at = outerOf(at)
    return at && nodeType(at) === 1 ? (at as Element) : null
  }
  const styleOf = (element: Element): CSSStyleDeclaration | undefined =>
    viewOf(documentOf(element))?.getComputedStyle(element)

  /** The document in a frame; undefined for one of another origin and for what is no frame. */
  const documentIn = (element: Element): Document | undefined => {
    for (const contentOf of contentsOf) {
      try {
        const inner = contentOf(element)
        if (inner) return inner
      } catch {
        // Another kind of frame.
      }
    }
    return undefined
  }

  const activeIn = [Document, ShadowRoot].map(({ prototype }) =>
    getter<Element | null>(prototype, 'activeElement'),
  ) as [(root: Document) => Element | null, (root: ShadowRoot) => Element | null]
  /** The element that has the focus, in open shadow roots and frames of its site too. */
  const focusedIn = (root: Document): Element | null => {
    let at = activeIn[0](root)
    for (let shadow = at && shadowOf(at); shadow; shadow = at && shadowOf(at)) {
      const inner = activeIn[1](shadow)
      if (!inner) break
      at = inner
    }
    const innerDocument = at ? documentIn(at) : undefined
    return innerDocument ? focusedIn(innerDocument) : at
  }

  /** The frames of a document that it can look into, but those in shadow roots: it holds their windows, so none of it is searched. */
  const framesIn = (root: Document): Element[] => {
    const view = viewOf(root)
    const found: Element[] = []
    for (let at = 0; at < (view?.length ?? 0); at += 1) {
      try {
        const frame = view![at]!.frameElement
        if (frame) found.push(frame)
      } catch {
        // A frame of another origin.
      }
    }
    return found
  }

  const rootOf = method<[], Node>(Node.prototype, 'getRootNode')
  const modeOf = getter<string>(ShadowRoot.prototype, 'mode')
  /** Tell whether a closed shadow root is around an element: nobody finds it from its document. */
  const isInClosed = (element: Element): boolean => {
    const root = rootOf(element)
    return nodeType(root) === 11 && (modeOf(root) === 'closed' || isInClosed(hostOf(root)))
  }

  const isApart = ({ x, y, width, height }: Box, region: Box): boolean =>
    x >= region.x + region.width || y >= region.y + region.height || x + width <= region.x || y + height <= region.y

  /**
   * Measure the time that is spent from now on, in ms. Asked often, it counts at most 0.4 ms for what is done between two questions,
   * which take a tenth of that: what takes longer is a machine that does something else, or a layout that the page owes.
   */
  const startWatch = (): (() => number) => {
    const mostAtOnceMs = 0.4
    let [lastMs, spentMs] = [performance.now(), 0]
    return () => {
      const nowMs = performance.now()
      spentMs += Math.min(nowMs - lastMs, mostAtOnceMs)
      lastMs = nowMs
      return spentMs
    }
  }
  const fullscreenOf = getter<Element | null>(Document.prototype, 'fullscreenElement')
  const scrollerOf = getter<Element | null>(Document.prototype, 'scrollingElement')
  const [clientWidthOf, clientHeightOf] = ['clientWidth', 'clientHeight'].map((name) =>
    getter<number>(Element.prototype, name),
  ) as [(of: unknown) => number, (of: unknown) => number]
  const view = () => {
    const { innerWidth: width, innerHeight: height, devicePixelRatio: scale, visualViewport: pinched } = window
    const { scale: zoom = 1, offsetLeft: left = 0, offsetTop: top = 0 } = pinched ?? {}
    // On a phone the inner size is that of a page as small as it can be pinched, and says nothing of the screen. What of the page is
    // seen does, but for bars for scrolling that take up room, which no phone has.
    const scroller = scrollerOf(document) ?? documentElementOf(document)
    const hasBar = (side: string, within: number): boolean => matchMedia(`(min-${side}: ${within + 1}px)`).matches
    const sizeOf = (inner: number, seen: number, isBarred: boolean): number =>
      isBarred || Math.abs(inner - seen) < 1 ? inner : Math.round(seen)
    const shown = {
      width: sizeOf(width, (pinched?.width ?? width) * zoom, !scroller || hasBar('width', clientWidthOf(scroller))),
      height: sizeOf(
        height,
        (pinched?.height ?? height) * zoom,
        !scroller || hasBar('height', clientHeightOf(scroller)),
      ),
    }
    return { width, height, scale, zoom, left, top, shown, isFull: fullscreenOf(document) !== null }
  }

  return {
    all,
    attributeOf,
    byTag,
    childrenOf,
    dataOf,
    documentElementOf,
    documentIn,
    documentOf,
    elementAround,
    focusedIn,
    framesIn,
    getter,
    hostOf,
    isApart,
    isInClosed,
    matches,
    method,
    nodeType,
    oneLine,
    outerOf,
    parentOf,
    rectOf,
    rootOf,
    shadowOf,
    slotOf,
    startWatch,
    styleOf,
    tagOf,
    textOf,
    textsIn,
    view,
    viewOf,
  }
})
