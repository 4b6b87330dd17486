import type { PageTools } from '../page/page-tools.ts'
import { createShownVisitor, type ShownVisitor } from './visit-shown.ts'
import type { WorldFunction } from '../page/world.ts'
import { createPixelReach, type Drawn, type PixelReach } from '../picture/reach.ts'
import type { View } from '../picture/view.ts'
import { createTransitionWatch, type TransitionWatch } from '../picture/view-transitions.ts'
import { createFieldReader, type FieldReader, type PlacedField } from './field-facts.ts'
import { createCovers, type Covers } from './covers.ts'
import { createDrawnParts } from './drawn-parts.ts'
import { createFieldSearch, type FieldSearch } from './field-search.ts'
import { createFieldGroups, type FieldGroups } from './field-groups.ts'
import { createFramePlaces, type FramePlaces } from './frame-places.ts'
import { createTypingEar, type TypingEar } from './typing-ear.ts'
import { inPage } from '../page/in-page.ts'

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
  [
    FieldSearch,
    FieldReader,
    FieldGroups,
    Covers,
    ReturnType<typeof createDrawnParts>,
    FramePlaces,
    TypingEar,
    ShownVisitor,
    TransitionWatch,
    PixelReach,
  ]
> = {
  name: 'readFields',
  using: [
    createFieldSearch,
    createFieldReader,
    createFieldGroups,
    createCovers,
    createDrawnParts,
    createFramePlaces,
    createTypingEar,
    createShownVisitor,
    createTransitionWatch,
    createPixelReach,
  ],
  // oxlint-disable-next-line max-lines-per-function -- all of it goes to the page as one text
  create: inPage(
    (
      tools: PageTools,
      search,
      reader,
      groups,
      { uncovered },
      drawnParts,
      places,
      { hear },
      { visitShown },
      motion,
      reach,
    ) => {
      const drawn = drawnParts({ ...places, ...reach })
      const { factsOf, labelsByControl, mayHideField } = reader
      const { documentIn, focusedIn, getter, isInClosed, matches, shadowOf } = tools
      /** For so many fields without a label it is read what stands before them. */
      const mostNameless = 200
      /** It is asked of so many fields whether something covers them. */
      const mostTouched = 60
      /** Of more fields, and of large pages, only boxes for a sign are asked which others they belong to. */
      const mostGrouped = 200
      const titleOf = getter<string>(Document.prototype, 'title')
      const bodyOf = getter<Element | null>(Document.prototype, 'body')
      const notDrawn = { parts: [], box: undefined, isPlain: false, isCopied: false }

      return ({ selector, tags, certainSelectors, budgetMs, isBrief, isInner, isAlone }) => {
        if (isInner && frameElement && documentIn(frameElement) && !isInClosed(frameElement)) return null
        const spentMs = tools.startWatch()
        const isOverAt = (share: number) => (): boolean => spentMs() > budgetMs * share
        const [isLong, isNearlyOver, isOver] = [isOverAt(0.5), isOverAt(0.9), isOverAt(1)]
        const view = tools.view()
        const shownBox = { x: 0, y: 0, width: view.width, height: view.height }
        const found = search.find(
          { ...places, ...motion, ...drawn, visitShown },
          {
            ...{ selector, tags, certainSelectors, isBrief, isAlone, isLong, isNearlyOver },
            origin: { x: 0, y: 0, scale: 1, clip: shownBox },
            begin: (root) => {
              if (!isAlone) hear(root, { ...reader, ...groups }, selector)
            },
          },
        )
        const { certain, others } = found
        let { isCounted, isShownRead } = found

        const byControl = labelsByControl(
          (function* () {
            for (const some of found.labels) yield* some
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
          const facts = factsOf(field, byControl ?? new Map(), nameless < mostNameless)
          if (facts.near) nameless += 1
          const { parts, box, isPlain, isCopied } =
            facts.value === '' ? notDrawn : drawn.drawnOf(field, { place, shownBox, reaches, isOver })
          // What covers a field does not cover what it throws beside itself.
          placed.push(isPlain ? field : undefined)
          fields.push({
            ...facts,
            group: groups.groupOf(field, {
              isAnew: fields.length === 0,
              isMany: !isCounted || certain.size + others.size > mostGrouped,
              factsOf: (first) => factsOf(first, byControl ?? new Map()),
            }),
            isFocused: field === focused,
            box,
            isCopied,
            uncovered: parts.length > 1 ? parts : undefined,
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
          const group = groups.groupOf(focused, { factsOf })
          fields.push({ ...factsOf(focused), group, isFocused: true, box: undefined, isCopied: false })
        }
        return {
          title: titleOf(document),
          view,
          documents: found.documents,
          elements: found.elements,
          hasBody: bodyOf(document) !== null || document.readyState === 'loading',
          fields,
          isFocusHidden: focused !== null && mayHideField(focused),
          isShownRead,
          isAllRead: isCounted,
          isInTransition: found.isInTransition,
          transitions: found.transitions,
        }
      }
    },
  ),
}
