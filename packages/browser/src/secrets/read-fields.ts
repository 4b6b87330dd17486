import type { Box, PageTools, Root } from '../page/page-tools.ts'
import { createShownVisitor, type ShownVisitor } from '../page/visit-shown.ts'
import type { WorldFunction } from '../page/world.ts'
import { createPixelReach, type Drawn, type PixelReach } from '../picture/reach.ts'
import type { View } from '../picture/view.ts'
import { createTransitionWatch, type TransitionWatch } from '../picture/view-transitions.ts'
import { createFieldReader, type FieldReader, type PlacedField } from './field-facts.ts'
import { createCovers, type Covers } from './covers.ts'
import { createFieldGroups, type FieldGroups } from './field-groups.ts'
import { createFramePlaces, type FramePlaces, type Place } from './frame-places.ts'
import { createTypingEar, type TypingEar } from './typing-ear.ts'

/** The fields of one document, and of those of its own origin in it. */
export interface ReadFields {
  readonly title: string
  readonly view: View
  /** The number of documents that can be read from here: this one, and those in it that are out of sight too. */
  readonly documents: number
  /** The number of elements, where all were counted. */
  readonly elements: number | undefined
  readonly hasBody: boolean
  readonly fields: readonly PlacedField[]
  /** The focus may be in a closed shadow root. */
  readonly isFocusHidden: boolean
  /** Every field that shows in the window was read. */
  readonly isShownRead: boolean
  /** Every field of the documents was read. */
  readonly isAllRead: boolean
  /** A view transition is under way. */
  readonly isInTransition: boolean
  /** A number that is another one after a view transition has begun, and in other documents. */
  readonly transitions: number
}

/** The way to read fields. */
export interface ReadOptions {
  /** Every element that may be a field for a secret. */
  readonly selector: string
  /** The tags in it, and for each the elements that are one by their type or `autocomplete`. */
  readonly tags: readonly string[]
  readonly certainSelectors: readonly string[]
  /** The page's time that may be spent, in ms. */
  readonly budgetMs: number
  /** It is shorter than others: nothing is learned of the page's size by it. */
  readonly isBrief: boolean
  /** It is a frame: give nothing where the document around it can read it, and so does. */
  readonly isInner: boolean
  /** Read this document without those in it. */
  readonly isAlone: boolean
}

/**
 * Read the fields of a page, within a budget. All elements are looked at where they are few enough; else the certain fields, and
 * of the others those that show.
 */
export const readFields: WorldFunction<
  ReadOptions,
  ReadFields | null,
  [FieldReader, FieldGroups, Covers, FramePlaces, TypingEar, ShownVisitor, TransitionWatch, PixelReach]
> = {
  name: 'readFields',
  using: [
    createFieldReader,
    createFieldGroups,
    createCovers,
    createFramePlaces,
    createTypingEar,
    createShownVisitor,
    createTransitionWatch,
    createPixelReach,
  ],
  // oxlint-disable-next-line max-lines-per-function -- all of it goes to the page as one text
  create: (tools: PageTools, reader, groups, { uncovered }, places, { hear }, { visitShown }, motion, { reachOf }) => {
    const { inRoot, placeIn, regionOf } = places
    const { isUnderWay, markOf } = motion
    const { factsOf, labelsByControl, mayHideField } = reader
    const {
      all,
      byTag,
      documentIn,
      focusedIn,
      framesIn,
      getter,
      isApart,
      isInClosed,
      matches,
      rectOf,
      shadowOf,
      styleOf,
      tagOf,
    } = tools
    const frameSelector = 'iframe, frame, object, embed'
    const mostEasily = 500
    /** So many fields, or labels, of a document are placed one by one where not all its elements are looked at. */
    const mostPlaced = 5_000
    /** For so many fields without a label it is read what stands before them. */
    const mostNameless = 200
    /** It is asked of so many fields whether something covers them. */
    const mostTouched = 60
    /** Of more fields, and of large pages, only boxes for a sign are asked which others they belong to. */
    const mostGrouped = 200
    const titleOf = getter<string>(Document.prototype, 'title')
    const bodyOf = getter<Element | null>(Document.prototype, 'body')
    const contentSizeOf = [
      getter<number>(Element.prototype, 'scrollWidth'),
      getter<number>(Element.prototype, 'scrollHeight'),
    ] as const

    /** Of this document: there were more elements than were looked at in time, and how often since. */
    const mostSlowly = 1_000
    const mostElements = 4_000
    /** More than these cannot be looked at in time. */
    const mostCounted = 25_000
    let looksSinceLarge: number | undefined

    const grow = ({ x, y, width, height }: Box, by: number): Box => {
      return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by }
    }

    return ({ selector, tags, certainSelectors, budgetMs, isBrief, isInner, isAlone }) => {
      const isCertain = (field: Element): boolean => matches(field, certainSelectors.join(', '))
      if (isInner && frameElement && documentIn(frameElement) && !isInClosed(frameElement)) return null
      const spentMs = tools.startWatch()
      const isOverAt = (share: number) => (): boolean => spentMs() > budgetMs * share
      const [isLong, isNearlyOver, isOver] = [isOverAt(0.5), isOverAt(0.9), isOverAt(1)]
      const view = tools.view()
      const shownBox = { x: 0, y: 0, width: view.width, height: view.height }
      const certain = new Map<Element, Place>()
      const others = new Map<Element, Place>()
      const labels: Iterable<Element>[] = []
      // What was too large the last time is so now, as a rule.
      if (!isBrief)
        looksSinceLarge = looksSinceLarge === undefined || looksSinceLarge > 10 ? undefined : looksSinceLarge + 1
      let [documents, elements, isCounted, isShownRead] = [0, 0, looksSinceLarge === undefined, true]
      let [isInTransition, transitions] = [false, 0]

      const take = (field: Element, place: Place): void => {
        if (isCertain(field)) certain.set(field, place)
        else others.set(field, place)
      }
      const readInner = (frame: Element, place: Place): void => {
        const inner = isAlone ? undefined : documentIn(frame)
        if (inner) readDocument(inner, placeIn(frame, place, inner))
      }
      const countDocuments = (frame: Element): number => {
        const inner = isAlone ? undefined : documentIn(frame)
        return inner ? framesIn(inner).reduce((sum, one) => sum + countDocuments(one), 1) : 0
      }
      const readShadows = (root: Root, place: Place, isShadow: boolean): void => {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT)
        for (let one = walker.nextNode() as Element | null; one; one = walker.nextNode() as Element | null) {
          elements += 1
          if (elements % 64 === 0 && isLong()) isCounted = false
          if (!isCounted) return
          if (isShadow && matches(one, selector)) take(one, place)
          if (isShadow && matches(one, frameSelector)) readInner(one, place)
          const shadow = shadowOf(one)
          if (!shadow) continue
          labels.push(all(shadow, 'label'))
          isInTransition ||= isUnderWay(shadow)
          readShadows(shadow, place, true)
        }
      }
      const readAll = (root: Document, place: Place): void => {
        readShadows(root, place, false)
        if (!isCounted) return
        for (const field of all(root, selector)) take(field, place)
        for (const frame of framesIn(root)) readInner(frame, place)
        labels.push(all(root, 'label'))
      }
      const readShown = (root: Document, place: Place): void => {
        const shownLabels = new Set<Element>()
        const shownFrames = new Set<Element>()
        const isMany = byTag(root, tags[0]!).length > mostPlaced
        const candidates = isMany ? [] : all(root, selector)
        let placed = candidates.length > mostPlaced ? 0 : candidates.length
        const present = certainSelectors.filter((_, at) => byTag(root, tags[at]!)[0])
        const areCertain =
          placed > 0 ? [...candidates].filter(isCertain) : present.flatMap((one) => [...all(root, one)])
        for (const field of areCertain) certain.set(field, place)
        const region = regionOf(root, place)
        // Where it stands in the document says nothing of a field that is positioned: each is asked where it is.
        for (let at = 0; at < placed; at += 1) {
          if (at % 64 === 63 && isLong()) placed = 0
          else if (!isApart(rectOf(candidates[at]!), region)) take(candidates[at]!, place)
        }
        const isRead = visitShown(root, region, isNearlyOver, (element) => {
          if (tagOf(element) === 'label') shownLabels.add(element)
          else if (matches(element, frameSelector)) {
            shownFrames.add(element)
            readInner(element, place)
          } else if (matches(element, selector)) take(element, place)
        })
        isShownRead &&= isRead
        for (const frame of framesIn(root)) if (!shownFrames.has(frame)) documents += countDocuments(frame)
        const documentLabels = byTag(root, 'label')
        labels.push(shownLabels, documentLabels.length > mostPlaced ? [] : documentLabels)
      }
      const readDocument = (root: Document, place: Place): void => {
        documents += 1
        if (!isAlone) hear(root, { ...reader, ...groups }, selector)
        if (isCounted) readAll(root, place)
        else readShown(root, place)
        if (!isAlone) transitions += markOf(root)
        isInTransition ||= isUnderWay(root, !isCounted)
      }

      if (isCounted && byTag(document, '*').length > mostCounted) {
        isCounted = false
        looksSinceLarge = 0
      }
      const origin = { x: 0, y: 0, scale: 1, clip: shownBox }
      readDocument(document, origin)
      const counted = isCounted ? elements : undefined
      const isLarge = elements > (isCounted ? mostElements : mostSlowly)
      if (!isBrief && isLarge && (!isCounted || others.size > mostEasily)) looksSinceLarge = 0
      if (elements > 0 && (!isCounted || others.size > mostEasily)) {
        certain.clear()
        others.clear()
        labels.length = documents = transitions = 0
        isCounted = false
        readDocument(document, origin)
      }

      const byControl = labelsByControl(
        (function* () {
          for (const some of labels) yield* some
        })(),
        isOver,
        (control) => certain.has(control) || others.has(control) || shadowOf(control) !== null,
      )
      if (!byControl) isShownRead = isCounted = false
      const focused = isInner && !document.hasFocus() ? null : focusedIn(document)
      const fields: PlacedField[] = []
      const reaches = new Map<Node, Drawn>()
      const placed: (Element | undefined)[] = []
      let nameless = 0
      for (const [field, place] of [...certain, ...others]) {
        if (fields.length % 16 === 15 && isOver()) {
          isShownRead = isCounted = false
          break
        }
        const own = rectOf(field)
        const style = styleOf(field)
        // What flows out of a box to write in is seen too.
        const isOpen = style?.overflowX === 'visible' && !/^(input|textarea|select)$/.test(tagOf(field))
        const [wide, high] = isOpen ? contentSizeOf.map((get) => get(field)) : []
        const size = { width: Math.max(own.width, wide ?? 0), height: Math.max(own.height, high ?? 0) }
        const itself = inRoot(place, { x: own.x, y: own.y, ...size })
        const facts = factsOf(field, byControl ?? new Map(), nameless < mostNameless)
        const isShown = itself.width > 0 && itself.height > 0 && style?.visibility === 'visible' && facts.value !== ''
        const reach = isShown ? reachOf(field, reaches) : 0
        const box = grow(itself, reach === Infinity ? 0 : reach)
        if (facts.near) nameless += 1
        // What covers a field does not cover what it throws beside itself.
        placed.push(reach === 0 ? field : undefined)
        fields.push({
          ...facts,
          group: groups.groupOf(field, {
            isAnew: fields.length === 0,
            isMany: !isCounted || certain.size + others.size > mostGrouped,
          }),
          isFocused: field === focused,
          box: isShown && !isApart(box, shownBox) ? box : undefined,
          isCopied: reach === Infinity,
        })
      }
      // Only in the time that is left, and not on large pages, where one touch may take all of it: what is not asked for is painted.
      let touched = 0
      for (const [at, one] of isCounted ? fields.entries() : []) {
        const field = placed[at]
        if (!field || !one.box || one.value.trim() === '' || one.isHidden) continue
        if ((touched += 1) > mostTouched || isNearlyOver()) break
        fields[at] = { ...one, uncovered: uncovered(field, one.box, one.value) }
      }
      // It tells where typing goes, wherever it is.
      if (focused && !certain.has(focused) && !others.has(focused) && matches(focused, selector)) {
        const group = groups.groupOf(focused)
        fields.push({ ...factsOf(focused), group, isFocused: true, box: undefined, isCopied: false })
      }
      return {
        title: titleOf(document),
        view,
        documents,
        elements: counted,
        hasBody: bodyOf(document) !== null || document.readyState === 'loading',
        fields,
        isFocusHidden: focused !== null && mayHideField(focused),
        isShownRead,
        isAllRead: isCounted,
        isInTransition,
        transitions,
      }
    }
  },
}
