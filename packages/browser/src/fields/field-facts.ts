import type { FormField } from '@contrail/core'
import type { Box, PageTools } from '../page/page-tools.ts'
import type { FieldGroup } from './field-groups.ts'
import { inPage } from '../page/in-page.ts'

/** A field as it is read in its page. */
export interface FieldFacts extends FormField {
  /** The text that stands in it, at most 10,000 characters. */
  readonly value: string
  /** Of an element to write in that is no control, the texts in it, each for itself, where they are several. Default none. */
  readonly texts?: readonly string[] | undefined
  /** The fields that take one text with it. Default none. */
  readonly group?: FieldGroup | undefined
  /** The page shows its characters as discs, by its type or by a style. */
  readonly isHidden: boolean
  /** It was seen as a password field before: a toggle shows what is in it. */
  readonly wasPassword: boolean
}

/** A field where it stands. */
export interface PlacedField extends FieldFacts {
  readonly isFocused: boolean
  /** The place in the window of the root document; undefined where it is out of sight. */
  readonly box: Box | undefined
  /** It is drawn elsewhere, or once more, nobody knows where. */
  readonly isCopied: boolean
  /** The parts of that which nothing else is known to cover; undefined where that is all of it. */
  readonly uncovered?: readonly Box[] | undefined
}

/** Reads fields, one by one. */
export interface FieldReader {
  /**
   * @param labels the texts of labels by what they are for; default those of this field
   * @param isNearRead of a field without any, read what stands before it. Default true
   */
  factsOf(field: Element, labels?: ReadonlyMap<Element, readonly string[]>, isNearRead?: boolean): FieldFacts
  /** The text that stands in a field, at most 10,000 characters. */
  textIn(field: Element): string
  /** Read the texts of labels, of those that are for a wanted control, by it; undefined where the time was up before. */
  labelsByControl(
    labels: Iterable<Element>,
    isOver: () => boolean,
    isWanted?: (control: Element) => boolean,
  ): Map<Element, string[]> | undefined
  /** The control of a label. */
  controlOf(label: Element): Element | null
  /** Tell whether an element that has the focus may have it for a field in its closed shadow root, which nobody can read. */
  mayHideField(focused: Element): boolean
}

/** Make what reads fields in a page. Runs there, so everything it needs stands inside it or is given to it. */
export const createFieldReader = inPage((tools: PageTools): FieldReader => {
  const { all, attributeOf, elementAround, getter, hostOf, matches, method, nodeType, oneLine, rectOf, rootOf } = tools
  const { dataOf, shadowOf, slotOf, styleOf, tagOf, textOf, textsIn } = tools
  const controlSelector = 'input, textarea, select, button'
  /** The others have texts of their own, or none that anybody types. */
  const namelessSelector = `:is(input, textarea, [contenteditable], [role=textbox]):not(${'password hidden checkbox radio button submit reset image file range color search'
    .split(' ')
    .map((type) => `[type=${type} i]`)
    .join(', ')})`
  const [mostAbove, mostBefore, mostValue, mostTexts] = [3, 8, 10_000, 200]
  const previousOf = getter<Node | null>(Node.prototype, 'previousSibling')
  const byId = [Document, DocumentFragment].map(({ prototype }) =>
    method<[string], Element | null>(prototype, 'getElementById'),
  )
  const controlOf = getter<Element | null>(HTMLLabelElement.prototype, 'control')
  const labelledByOf = getter<readonly Element[] | null>(Element.prototype, 'ariaLabelledByElements')
  const closest = method<[string], Element | null>(Element.prototype, 'closest')
  const typeOf = getter<string>(HTMLInputElement.prototype, 'type')
  const valueOf = new Map([
    ['input', getter<string>(HTMLInputElement.prototype, 'value')],
    ['textarea', getter<string>(HTMLTextAreaElement.prototype, 'value')],
  ])
  const labelListOf = new Map(
    [HTMLInputElement, HTMLTextAreaElement, HTMLSelectElement].map(({ prototype }, at) => [
      ['input', 'textarea', 'select'][at]!,
      getter<NodeListOf<Element> | null>(prototype, 'labels'),
    ]),
  )
  const chosenOf = getter<HTMLCollectionOf<HTMLOptionElement>>(HTMLSelectElement.prototype, 'selectedOptions')

  const passwords = new WeakSet<Element>()

  const wordsOf = (field: Element, names: readonly string[]): string[] =>
    names.map((name) => oneLine(attributeOf(field, name))).filter(Boolean)
  const contentBefore = (element: Element): string =>
    /^"(.*)"$/.exec(getComputedStyle(element, '::before').content)?.[1] ?? ''
  /** The texts of an element that names another: its own, or where it has none, what a person sees or hears in their place. */
  const namesOf = (element: Element): string[] => {
    const text = textOf(element)
    if (text !== '') return [text]
    const spoken = [element, ...[...all(element, '[aria-label], [alt], [title]')].slice(0, 5)].flatMap((one) =>
      wordsOf(one, ['aria-label', 'alt', 'title']),
    )
    return [contentBefore(element), ...spoken].filter(Boolean)
  }

  const labelsByControl: FieldReader['labelsByControl'] = (labels, isOver, isWanted = () => true) => {
    const found = new Map<Element, string[]>()
    let at = 0
    for (const label of labels) {
      at += 1
      if (at % 32 === 0 && isOver()) return undefined
      const control = controlOf(label)
      if (control && isWanted(control)) found.set(control, [...(found.get(control) ?? []), ...namesOf(label)])
    }
    return found
  }
  /** The custom elements that a field is the inside of, or that have a slot for it. */
  const hostsOfField = (field: Element): Element[] => {
    const slot = slotOf(field)
    return [field, ...(slot ? [slot] : [])].flatMap((one) => {
      const root = rootOf(one)
      return nodeType(root) === 11 ? [hostOf(root)] : []
    })
  }
  const labelsFor = (field: Element): Iterable<Element> => {
    // Nobody else can be asked for the labels of a custom element.
    const around = hostsOfField(field).flatMap((host) =>
      [...all(rootOf(host), 'label')].filter((label) => controlOf(label) === host),
    )
    return [...(labelListOf.get(tagOf(field))?.(field) ?? []), ...around]
  }
  const textsById = (field: Element, name: string): string[] => {
    const root = rootOf(field)
    const find = nodeType(root) === 9 ? byId[0] : nodeType(root) === 11 ? byId[1] : undefined
    const ids = oneLine(attributeOf(field, name)).split(' ').filter(Boolean)
    const byProperty = name === 'aria-labelledby' && ids.length === 0 ? (labelledByOf(field) ?? []) : []
    const named = [...ids.slice(0, 10).map((id) => find?.(root, id)), ...byProperty]
    const texts = named.flatMap((one) => (one ? [...new Set([...wordsOf(one, ['aria-label']), ...namesOf(one)])] : []))
    // Together they are the name that a person hears, such as "API" and "key".
    return texts.length > 1 ? [texts.join(' '), ...texts] : texts
  }
  const ownLabelsOf = (field: Element, byControl: ReadonlyMap<Element, readonly string[]>): string[] => {
    const around = closest(field, 'label')
    return [
      ...textsById(field, 'aria-labelledby'),
      ...(byControl.get(field) ?? (around ? namesOf(around) : [])),
      ...wordsOf(field, ['aria-label', 'placeholder', 'title']),
      ...hostsOfField(field).flatMap((host) => [
        ...(byControl.get(host) ?? []),
        ...wordsOf(host, ['aria-label', 'label', 'placeholder']),
      ]),
    ]
  }
  const isDrawn = (element: Element): boolean => {
    const { width, height } = rectOf(element)
    const style = width > 0 && height > 0 ? undefined : styleOf(element)
    return !style || style.display === 'contents'
  }
  /** The text just before an element: beside it, or before what it stands in. None where another field comes first. */
  const textBefore = (element: Element): string => {
    let [at, steps]: [Node | null, number] = [element, 0]
    for (let above = 0; at && above < mostAbove; above += 1) {
      for (let one = previousOf(at); one && steps < mostBefore; one = previousOf(one)) {
        steps += 1
        const isElement = nodeType(one) === 1
        if (isElement && !isDrawn(one as Element)) continue
        if (isElement && (matches(one, controlSelector) || all(one, controlSelector)[0])) return ''
        const text = isElement ? textOf(one, 100) : nodeType(one) === 3 ? oneLine((one as Text).data) : ''
        if (text !== '') return text
      }
      at = elementAround(at)
      if (at && matches(at, 'body, form, main, section, fieldset')) return ''
    }
    return ''
  }
  const labelsOf = (
    field: Element,
    byControl: ReadonlyMap<Element, readonly string[]>,
    isNearRead: boolean,
  ): Pick<FieldFacts, 'labels' | 'near'> => {
    const labels = ownLabelsOf(field, byControl)
    if (labels.length > 0 || !isNearRead || !matches(field, namelessSelector)) return { labels }
    return { labels, near: [...textsById(field, 'aria-describedby'), textBefore(field)].filter(Boolean) }
  }
  /** The texts in an element to write in that is no control. */
  const writtenIn = (field: Element): Node[] =>
    valueOf.has(tagOf(field)) || tagOf(field) === 'select' ? [] : textsIn(field, mostValue, { isDrawn: true })
  const textIn = (field: Element, written = writtenIn(field)): string => {
    const tag = tagOf(field)
    if (tag === 'select') return [...chosenOf(field)].map((option) => textOf(option)).join(' ')
    const value = valueOf.get(tag)?.(field)
    const text = value ?? oneLine(written.map((one) => dataOf(one).slice(0, mostValue)).join(''), mostValue)
    // One that has no text of its own may have buttons with some.
    const isEmpty = value === undefined && text === ''
    return isEmpty ? textOf(field, mostValue, { isDrawn: true, without: /^(script|style)$/ }) : text.slice(0, mostValue)
  }
  const factsOf: FieldReader['factsOf'] = (
    field,
    labels = labelsByControl(labelsFor(field), () => false),
    isNearRead = true,
  ) => {
    const style = styleOf(field)
    const type = tagOf(field) === 'input' ? typeOf(field) : ''
    const written = writtenIn(field)
    if (type === 'password') passwords.add(field)
    return {
      type,
      wasPassword: passwords.has(field),
      autocomplete: oneLine(attributeOf(field, 'autocomplete')),
      keys: [oneLine(attributeOf(field, 'name')), oneLine(attributeOf(field, 'id'))],
      ...labelsOf(field, labels!, isNearRead),
      value: textIn(field, written),
      // They are told apart where each stands in a line of its own.
      texts:
        written.length > 1 && written.length < mostTexts
          ? written.map((one) => oneLine(dataOf(one))).filter(Boolean)
          : undefined,
      isHidden: !/^(none)?$/.test(style?.getPropertyValue('-webkit-text-security') ?? ''),
    }
  }
  // Those that can have a shadow root; they have the focus themselves only where they say that they take it.
  const hosts = 'article aside blockquote div footer h1 h2 h3 h4 h5 h6 header main nav p section span'
  const builtIn = new Set(hosts.split(' '))
  const mayHideField: FieldReader['mayHideField'] = (focused) => {
    const tag = tagOf(focused)
    const isHost = tag.includes('-') || (builtIn.has(tag) && attributeOf(focused, 'tabindex') === null)
    return isHost && !shadowOf(focused) && !closest(focused, '[contenteditable], [role=textbox]')
  }
  return { factsOf, textIn, labelsByControl, controlOf, mayHideField }
})
