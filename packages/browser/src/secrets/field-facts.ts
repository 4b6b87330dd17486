import type { PageTools } from '../page/page-tools.ts'
import type { FieldWords } from './sensitive-fields.ts'

/** A field as it is read in its page. */
export interface FieldFacts extends FieldWords {
  /** The text that stands in it, at most 10,000 characters. */
  readonly value: string
  /** The page shows its characters as discs, by its type or by a style. */
  readonly isHidden: boolean
}

/** Reads fields, one by one. */
export interface FieldReader {
  /** @param labels the texts of labels by what they are for; default those of this field */
  factsOf(field: Element, labels?: ReadonlyMap<Element, readonly string[]>): FieldFacts
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
export function createFieldReader(tools: PageTools): FieldReader {
  const { all, attributeOf, getter, method, nodeType, oneLine, rootOf, shadowOf, styleOf, tagOf, textOf } = tools
  const byId = [Document, DocumentFragment].map(({ prototype }) =>
    method<[string], Element | null>(prototype, 'getElementById'),
  )
  const controlOf = getter<Element | null>(HTMLLabelElement.prototype, 'control')
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

  const labelsByControl: FieldReader['labelsByControl'] = (labels, isOver, isWanted = () => true) => {
    const found = new Map<Element, string[]>()
    let at = 0
    for (const label of labels) {
      at += 1
      if (at % 32 === 0 && isOver()) return undefined
      const control = controlOf(label)
      if (control && isWanted(control)) found.set(control, [...(found.get(control) ?? []), textOf(label)])
    }
    return found
  }
  const labelsFor = (field: Element): Iterable<Element> => labelListOf.get(tagOf(field))?.(field) ?? []
  const textsById = (field: Element, name: string): string[] => {
    const root = rootOf(field)
    const find = nodeType(root) === 9 ? byId[0] : nodeType(root) === 11 ? byId[1] : undefined
    const ids = oneLine(attributeOf(field, name)).split(' ').filter(Boolean)
    return ids.slice(0, 10).flatMap((id) => {
      const named = find?.(root, id)
      return named ? [textOf(named)] : []
    })
  }
  const labelsOf = (field: Element, byControl: ReadonlyMap<Element, readonly string[]>): string[] => {
    // A code of one box for each digit is labelled as a group.
    const isOneOfMany = attributeOf(field, 'maxlength') === '1'
    const group = isOneOfMany ? closest(field, 'fieldset, [role=group], [role=radiogroup]') : null
    const legend = group && all(group, ':scope > legend')[0]
    const around = closest(field, 'label')
    return [
      ...textsById(field, 'aria-labelledby'),
      ...(byControl.get(field) ?? (around ? [textOf(around)] : [])),
      ...['aria-label', 'placeholder', 'title'].map((name) => oneLine(attributeOf(field, name))),
      ...(group ? [oneLine(attributeOf(group, 'aria-label')), ...textsById(group, 'aria-labelledby')] : []),
      ...(legend ? [textOf(legend)] : []),
    ]
  }
  const textIn = (field: Element): string => {
    const tag = tagOf(field)
    if (tag === 'select') return [...chosenOf(field)].map((option) => textOf(option)).join(' ')
    return (valueOf.get(tag)?.(field) ?? textOf(field, 10_000)).slice(0, 10_000)
  }
  const factsOf: FieldReader['factsOf'] = (field, labels = labelsByControl(labelsFor(field), () => false)) => {
    const style = styleOf(field)
    return {
      type: tagOf(field) === 'input' ? typeOf(field) : '',
      autocomplete: oneLine(attributeOf(field, 'autocomplete')),
      keys: [oneLine(attributeOf(field, 'name')), oneLine(attributeOf(field, 'id'))],
      labels: labelsOf(field, labels!),
      value: textIn(field),
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
}
