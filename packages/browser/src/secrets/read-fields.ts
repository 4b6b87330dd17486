import type { FieldWords } from './sensitive-fields.ts'

/** A field as it is read in its page. */
interface FieldFacts extends FieldWords {
  /** What stands in it, at most 10,000 characters; empty for a list to choose from. */
  readonly value: string
  /** It is hidden by `coverFields` right now. */
  readonly isCovered: boolean
}

/** The fields among some elements; `null` for an element that is none. */
export interface ReadFields {
  /** Tells one document of a frame from the next. */
  readonly documentId: number
  /** As far as the page says: it may have put anything in its place. */
  readonly title: unknown
  /** Device pixels per CSS pixel. */
  readonly scale: number
  /** As far as the page says: it was painted, no caret blinks and nothing is animated. */
  readonly isStill: boolean
  readonly fields: readonly (FieldFacts | null)[]
}

/**
 * Read what elements are as fields. Runs in the page, so everything it needs stands inside it, and it changes nothing there.
 *
 * @param given the elements; or the selector alone, for all fields of the document and of its open shadow roots, always in one order
 * @param selector what is a field
 */
export function readFields(given: Element[] | string, selector = ''): ReadFields {
  const fieldSelector = typeof given === 'string' ? given : selector
  const collect = (root: Document | ShadowRoot): Element[] => [
    ...root.querySelectorAll(fieldSelector),
    ...[...root.querySelectorAll('*')].flatMap((element) => (element.shadowRoot ? collect(element.shadowRoot) : [])),
  ]
  const elements = typeof given === 'string' ? collect(document) : given
  const oneLine = (text: string | null | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim().slice(0, 300)
  const read = (element: Element, name: string): string => oneLine(element.getAttribute(name))

  const labelsOf = (field: Element): string[] => {
    const root = field.getRootNode() as Document | ShadowRoot
    const ids = read(field, 'aria-labelledby').split(' ').filter(Boolean)
    const labels = [...((field as HTMLInputElement).labels ?? [])].map((label) => {
      const copy = label.cloneNode(true) as Element
      for (const control of copy.querySelectorAll('input, select, textarea, button')) control.remove()
      return oneLine(copy.textContent)
    })
    // A code of one box for each digit is labelled as a group.
    const isOneOfMany = field.getAttribute('maxlength') === '1'
    const group = isOneOfMany ? field.closest('fieldset, [role=group], [role=radiogroup]') : null
    const groupLabels = group
      ? [
          read(group, 'aria-label'),
          ...read(group, 'aria-labelledby')
            .split(' ')
            .filter(Boolean)
            .map((id) => oneLine(root.getElementById(id)?.textContent)),
          oneLine(group.querySelector(':scope > legend')?.textContent),
        ]
      : []
    const attributes = ['aria-label', 'placeholder', 'title'].map((name) => read(field, name))
    return [...ids.map((id) => oneLine(root.getElementById(id)?.textContent)), ...labels, ...attributes, ...groupLabels]
  }

  const valueOf = (field: Element): string => {
    if (field.tagName === 'SELECT') return ''
    const { value } = field as HTMLInputElement
    return (typeof value === 'string' ? value : (field.textContent ?? '')).slice(0, 10_000)
  }

  const fields = elements.map((element): FieldFacts | null => {
    // A label stands for its control: Playwright fills the control when given the label.
    const field = element.tagName === 'LABEL' ? (element as HTMLLabelElement).control : element
    if (!field?.matches(fieldSelector)) return null
    return {
      type: field.tagName === 'INPUT' ? (field as HTMLInputElement).type : '',
      autocomplete: read(field, 'autocomplete'),
      keys: [read(field, 'name'), read(field, 'id')],
      labels: labelsOf(field),
      value: valueOf(field),
      isCovered: (field as HTMLElement).style.getPropertyValue('opacity') === '0',
    }
  })
  const isStill = (): boolean => {
    try {
      const focused = document.activeElement
      const hasCaret = focused?.matches('input, textarea, [contenteditable]') || focused?.shadowRoot
      const isMoving = document.getAnimations().some(({ playState }) => playState === 'running')
      return !hasCaret && !isMoving && performance.getEntriesByType('paint').length > 0
    } catch {
      return false // a page may have functions of its own by these names
    }
  }
  const titleOf = (): unknown => {
    try {
      return document.title
    } catch {
      return undefined // the same
    }
  }
  return {
    documentId: performance.timeOrigin,
    title: titleOf(),
    scale: devicePixelRatio,
    isStill: isStill(),
    fields,
  }
}
