import type { Frame, Locator } from 'playwright'
import type { Box, PageTools } from '../page/page-tools.ts'
import {
  enterFrame,
  insideOf,
  knownInsideOf,
  type FrameInside,
  type HandleInside,
  type ToolsInPage,
} from '../page/playwright-inside.ts'
import { functionOf, inPage } from '../page/in-page.ts'
import { callBeside, playwrightTools } from '../page/playwright-world.ts'
import { toSource, type WorldFunction } from '../page/world.ts'
import { createFieldGroups, type FieldGroup, type FieldGroups } from '../fields/field-groups.ts'
import { createFieldReader, type FieldFacts, type FieldReader } from '../fields/field-facts.ts'
import { fieldSelector } from '../secrets/sensitive-fields.ts'
import { createWordGuesser, type WordGuesser } from '../observe/guess-words.ts'

/** The elements that a selector matched, or the one that has the focus, as they are read in their document. */
export interface ReadElements {
  readonly count: number
  /** Role and name of the first, as `getByRole` finds it; else a guess, where Playwright's tools were not there to say so. */
  readonly words: Words
  readonly isGuessed: boolean
  /** Of the first, in the part of its window that shows; null for one that is not drawn. */
  readonly box: Box | null
  /** The size of that window. */
  readonly view: { readonly width: number; readonly height: number }
  /** The fields that the elements are, or are the labels of: of the first ten. */
  readonly fields: readonly (FieldFacts | null)[]
  /** One of them may have a field in a closed shadow root. */
  readonly isHidden: boolean
  /** The focus is in a frame of the document. */
  readonly isInner: boolean
  /** The frame in which they stand, as Playwright itself knows it; undefined where they were read among the scripts of the page. */
  readonly frame?: object | undefined
}

/** Role and name of an element. */
export interface Words {
  readonly role?: string | undefined
  readonly name?: string | undefined
}

type Inside = FrameInside<Engine>
type Read = Omit<ReadElements, 'frame'>

/** Playwright's tools in a page. */
interface Engine extends ToolsInPage {
  readonly utils?: {
    getAriaRole?(element: Element): string | null
    /** In 1.60, and since. */
    getElementAccessibleName?(element: Element, isHiddenToo: false): string
    getElementAccessibleNameText?(element: Element, isHiddenToo: false): string
    normalizeWhiteSpace?(text: string): string
  }
}

/** The elements to be read: those that a selector matches, or that are given, else the one that has the focus. */
interface Wanted {
  readonly fieldSelector: string
  readonly selector?: string
  readonly elements?: readonly Element[]
}

const elementsIn: WorldFunction<Wanted, Read, [FieldReader, FieldGroups, WordGuesser]> = {
  name: 'elementsIn',
  using: [createFieldReader, createFieldGroups, createWordGuesser],
  create: inPage((tools: PageTools, { factsOf, controlOf, mayHideField }, { groupOf }, { roleOf, nameOf }) => {
    const { all, documentOf, focusedIn, matches, method, rectOf, tagOf, view } = tools
    /** Of an element with more in it Playwright takes long to tell the name. */
    const mostNamed = 100
    const longestName = 500
    const mostRead = 10
    const rectsOf = method<[], DOMRectList>(Element.prototype, 'getClientRects')

    const focusOf = (): { elements: readonly Element[]; isInner: boolean } => {
      const focused = focusedIn(document)
      if (!focused) return { elements: [], isInner: false }
      if (documentOf(focused) !== document || /^(iframe|frame|object|embed)$/.test(tagOf(focused)))
        return { elements: [], isInner: true }
      const isHere =
        (window.top === window || document.hasFocus()) && (mayHideField(focused) || matches(focused, ':focus'))
      return { elements: isHere ? [focused] : [], isInner: false }
    }
    const wordsOf = (engine: Engine, element: Element): Words | undefined => {
      const { getAriaRole, getElementAccessibleName, getElementAccessibleNameText, normalizeWhiteSpace } =
        engine.utils ?? {}
      const readName = getElementAccessibleNameText ?? getElementAccessibleName
      if (!getAriaRole || !readName || !normalizeWhiteSpace) return undefined
      const role = getAriaRole(element)
      if (!role) return {}
      // It leaves out what is hidden from people who cannot see.
      const alone = { querySelectorAll: () => [element] }
      if (!engine.querySelectorAll(engine.parseSelector(`internal:role=${role}`), alone).includes(element)) return {}
      const name = all(element, '*').length > mostNamed ? '' : normalizeWhiteSpace(readName(element, false))
      return name !== '' && name.length <= longestName ? { role, name } : { role }
    }
    const guessOf = (element: Element, label: string | undefined): Words => {
      const role = roleOf(element)
      return { role, name: role && (label ?? nameOf(element, role)) }
    }
    const boxOf = (element: Element): Box | null => {
      if (rectsOf(element).length === 0) return null
      const { x, y, width, height } = rectOf(element)
      const { left, top } = view()
      return { x: x - left, y: y - top, width, height }
    }

    return ({ fieldSelector: fieldsAre, selector, elements: given }, engine?: Engine) => {
      let isAnew = true
      const groupNow = (field: Element): FieldGroup | undefined => {
        const group = groupOf(field, { isAnew, factsOf })
        isAnew = false
        return group
      }
      const matched =
        selector === undefined ? given : engine?.querySelectorAll(engine.parseSelector(selector), document)
      const { elements, isInner } = matched ? { elements: matched, isInner: false } : focusOf()
      const [first] = elements
      const { width, height } = view()
      const words = first && engine ? wordsOf(engine, first) : undefined
      const fields = elements.slice(0, mostRead).map((element) => {
        // A label stands for its control: Playwright fills the control when given the label.
        const field = tagOf(element) === 'label' ? controlOf(element) : element
        return field && matches(field, fieldsAre) ? { ...factsOf(field), group: groupNow(field) } : null
      })
      return {
        count: elements.length,
        words: words ?? (first ? guessOf(first, fields[0]?.labels[0]) : {}),
        isGuessed: !words,
        box: first ? boxOf(first) : null,
        view: { width, height },
        fields,
        isHidden: elements.some(mayHideField),
        isInner,
      }
    }
  }),
}

/**
 * Read the elements that a locator matches now, in a world that no script of the page reaches where Playwright runs in this process.
 *
 * @throws what Playwright says, also of a selector that is none
 */
export async function readElements(locator: Locator): Promise<ReadElements> {
  const { _frame: frame, _selector: selector } = locator as unknown as { _frame?: Frame; _selector?: unknown }
  const inside = frame && knownInsideOf<Engine>(frame)
  if (!inside || typeof selector !== 'string')
    return locator.evaluateAll(functionOf(`(elements) => ${alone}, elements })`))
  if (!selector.startsWith(anyFrame)) return readMatches(inside, selector)
  const frames = locator.page().frames()
  const insides = frames.flatMap((one) => knownInsideOf<Engine>(one) ?? [])
  const reads = await Promise.all(insides.map((one) => readMatches(one, selector.slice(anyFrame.length))))
  return reads.find(({ count }) => count > 0) ?? nothing
}

/** Read the element of a frame that has the focus, in the same way. */
export async function readFocus(frame: Frame): Promise<ReadElements> {
  const tools = await playwrightTools<Engine>(frame)
  if (!tools) return frame.evaluate(functionOf(`() => ${alone} })`))
  return { ...(await callBeside(tools, elementsIn, { fieldSelector })), frame: insideOf(frame) }
}

/** The beginning of a call of it among the scripts of a page, where nothing of ours is kept. */
const alone = `${toSource(elementsIn)}({ fieldSelector: ${JSON.stringify(fieldSelector)}`
/** The beginning of a selector that is looked for in all frames. */
const anyFrame = 'internal:control=any-frame >> '
const nothing: Read = {
  count: 0,
  words: {},
  isGuessed: false,
  box: null,
  view: { width: 0, height: 0 },
  fields: [],
  isHidden: false,
  isInner: false,
}

async function readMatches(start: Inside, selector: string): Promise<ReadElements> {
  let frame = start
  const { _page: page } = start
  const parts = selector.split(enterFrame)
  for (const part of parts.slice(0, -1)) {
    const owner = await (await toolsFor(frame, part)).evaluateHandle(firstOf, part)
    const element = owner.asElement()
    const inner = element && (await page.delegate.getContentFrame(element))
    owner.dispose()
    if (!inner) return { ...nothing, frame }
    frame = inner
  }
  const last = parts.at(-1)!
  return { ...(await callBeside(await toolsFor(frame, last), elementsIn, { fieldSelector, selector: last })), frame }
}

/** Playwright's tools in the world where it finds what a selector says: one that a user made may be for that of the page. */
async function toolsFor(frame: Inside, selector: string): Promise<HandleInside<Engine>> {
  const { _page: page } = frame
  const { world } = page.browserContext.selectors().parseSelector(selector)
  return (await frame.context(world)).injectedScript()
}

/** Runs in a page. */
const firstOf = inPage((engine: Engine, selector: string): Element | undefined => {
  return engine.querySelectorAll(engine.parseSelector(selector), document)[0]
})
