import type { PageTools, Root } from '../page/page-tools.ts'
import type { ShownVisitor } from './visit-shown.ts'
import type { TransitionWatch } from '../picture/view-transitions.ts'
import type { DrawnParts } from './drawn-parts.ts'
import type { FramePlaces, Place } from './frame-places.ts'
import { inPage } from '../page/in-page.ts'

/** The fields of one document, and of those of its own origin in it, before anything is read of them. */
interface FoundFields {
  /** Those that are for a secret by their type or `autocomplete`, and all others. */
  readonly certain: ReadonlyMap<Element, Place>
  readonly others: ReadonlyMap<Element, Place>
  readonly labels: readonly Iterable<Element>[]
  readonly documents: number
  /** The number of elements, where all were counted. */
  readonly elements: number | undefined
  /** All of them were looked at. */
  readonly isCounted: boolean
  /** Every field that shows in the window is among them. */
  readonly isShownRead: boolean
  readonly isInTransition: boolean
  readonly transitions: number
}

/** The way to find fields. */
interface SearchOptions {
  readonly selector: string
  readonly tags: readonly string[]
  readonly certainSelectors: readonly string[]
  readonly isBrief: boolean
  readonly isAlone: boolean
  /** The window, as the place that the document is in. */
  readonly origin: Place
  /** Half of the time is spent; nearly all of it. */
  readonly isLong: () => boolean
  readonly isNearlyOver: () => boolean
  /** Called with each document before it is searched. */
  readonly begin: (root: Document) => void
}

/** Finds fields. */
export interface FieldSearch {
  find(parts: DrawnParts & FramePlaces & ShownVisitor & TransitionWatch, options: SearchOptions): FoundFields
}

/**
 * Make what finds the fields of a document: all elements are looked at where they are few enough; else the certain fields are
 * found, and of the others those that show. Runs in our own world of the page, so everything it needs stands inside it or is given to it.
 */
export const createFieldSearch = inPage((tools: PageTools): FieldSearch => {
  const { all, byTag, documentIn, framesIn, matches, shadowOf, tagOf } = tools
  const frameSelector = 'iframe, frame, object, embed'
  const mostEasily = 500
  /** So many fields, or labels, of a document are placed one by one where not all its elements are looked at. */
  const mostPlaced = 5_000
  const [mostSlowly, mostElements] = [1_000, 4_000]
  /** More than these cannot be looked at in time. */
  const mostCounted = 25_000
  /** Of this document: there were more elements than were looked at in time, and how often since. */
  let looksSinceLarge: number | undefined

  return {
    find: (parts, options) => {
      const { isDrawnIn, placeIn, regionOf, visitShown, isUnderWay, markOf } = parts
      const { selector, tags, certainSelectors, isBrief, isAlone, origin, isLong, isNearlyOver, begin } = options
      const isCertain = (field: Element): boolean => matches(field, certainSelectors.join(', '))
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
          else if (isDrawnIn(candidates[at]!, region)) take(candidates[at]!, place)
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
        begin(root)
        if (isCounted) readAll(root, place)
        else readShown(root, place)
        if (!isAlone) transitions += markOf(root)
        isInTransition ||= isUnderWay(root, !isCounted)
      }

      if (isCounted && byTag(document, '*').length > mostCounted) {
        isCounted = false
        looksSinceLarge = 0
      }
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
      return {
        certain,
        others,
        labels,
        documents,
        elements: counted,
        isCounted,
        isShownRead,
        isInTransition,
        transitions,
      }
    },
  }
})
