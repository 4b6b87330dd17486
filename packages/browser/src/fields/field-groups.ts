import type { PageTools } from '../page/page-tools.ts'

/** Fields that take the parts of one text: a box for each sign of a code, or a field for each word of a phrase. */
export interface FieldGroup {
  readonly parts: 'signs' | 'words'
  /** Its form alone tells that it is one of a code, whatever it is called. */
  readonly isCode: boolean
  /** Its own label or legend. */
  readonly names: readonly string[]
  /** Nothing else stands under that name. */
  readonly isOwnName: boolean
  /** The heading above it, and what its fields are called alike. */
  readonly near: readonly string[]
  /** The text that stands in its fields, in the order of the document; empty for a few. */
  readonly text: string
}

/** Knows which fields are of one text. */
export interface FieldGroups {
  /**
   * The group of a field; undefined for a field of its own.
   *
   * @param options.isAnew something may have changed since the last one was read. Default true
   * @param options.isMany there are many fields, so only boxes that can hold no more than a sign are looked at. Default false
   */
  groupOf(field: Element, options?: { isAnew?: boolean; isMany?: boolean }): FieldGroup | undefined
}

/** Make what knows groups of fields. Runs in the page, so everything it needs stands inside it or is given to it. */
export function createFieldGroups(tools: PageTools): FieldGroups {
  const { all, attributeOf, getter, matches, method, nodeType, oneLine, parentOf, rootOf, textOf } = tools
  const inputSelector = `input:not(${'hidden checkbox radio button submit reset image file range color search date time email url'
    .split(' ')
    .map((type) => `[type=${type} i]`)
    .join(', ')})`
  const small = '[maxlength="1"], [size="1"]'
  const groupSelector = 'fieldset, [role=group], [role=radiogroup]'
  const headingSelector = 'h1, h2, h3, h4, h5, h6, legend, [role=heading]'
  const [fewestSigns, mostSigns, fewestWords, longestWord, mostInputs, mostAbove] = [4, 10, 11, 12, 64, 5]
  const valueOf = getter<string>(HTMLInputElement.prototype, 'value')
  const closest = method<[string], Element | null>(Element.prototype, 'closest')
  const positionOf = method<[Node], number>(Node.prototype, 'compareDocumentPosition')
  const byId = [Document, DocumentFragment].map(({ prototype }) =>
    method<[string], Element | null>(prototype, 'getElementById'),
  )

  /** The fields inside an element: those that hold a sign at most, and those that are called alike but for a number. */
  interface Inside {
    readonly signs: readonly Element[]
    readonly alike: ReadonlyMap<string, readonly Element[]>
    readonly groups: Map<string, FieldGroup>
  }
  let insides = new Map<Node, Inside>()
  let nameByField = new Map<Element, string>()
  let counts = new Map<string, Map<Node, number>>()

  const said = (field: Element, names: string): string =>
    oneLine(
      names
        .split(' ')
        .map((name) => attributeOf(field, name) ?? '')
        .join(' '),
    )
  const nameOf = (field: Element): string => {
    const name =
      nameByField.get(field) ?? said(field, 'name aria-label placeholder data-testid').replace(/[\d_-]+/g, ' ')
    nameByField.set(field, name)
    return name
  }
  const insideOf = (around: Node): Inside => {
    const known = insides.get(around)
    if (known) return known
    const found = all(around, inputSelector)
    const inputs = found.length > mostInputs ? [] : [...found]
    const alike = new Map<string, Element[]>()
    if (inputs.length >= fewestWords)
      for (const input of inputs) {
        const some = alike.get(nameOf(input)) ?? []
        some.push(input)
        alike.set(nameOf(input), some)
      }
    const inside = { signs: inputs.filter((input) => valueOf(input).length <= 1), alike, groups: new Map() }
    insides.set(around, inside)
    return inside
  }
  /** The nearest element around a field that has fields enough. */
  const nearest = (field: Element, isEnough: (inside: Inside) => boolean): Element | undefined => {
    let at = parentOf(field)
    for (let above = 0; at && nodeType(at) === 1 && above < mostAbove; above += 1) {
      if (isEnough(insideOf(at))) return at as Element
      at = parentOf(at)
    }
    return undefined
  }
  const namesOf = (group: Element | null): string[] => {
    if (!group) return []
    const root = rootOf(group)
    const find = nodeType(root) === 9 ? byId[0] : byId[1]
    const ids = oneLine(attributeOf(group, 'aria-labelledby')).split(' ').filter(Boolean)
    const named = ids.slice(0, 10).flatMap((id) => find?.(root, id) ?? [])
    const legends = [...all(group, ':scope > legend')].slice(0, 1)
    return [oneLine(attributeOf(group, 'aria-label')), ...[...named, ...legends].map((one) => textOf(one))].filter(
      Boolean,
    )
  }
  const headingAbove = (around: Element): string[] => {
    let at: Node | null = around
    for (let above = 0; at && nodeType(at) === 1 && above < mostAbove; above += 1) {
      const headings = [...all(at, headingSelector)].slice(0, 30)
      const before = headings.filter((heading) => at === around || (positionOf(around, heading) & 2) !== 0)
      if (before.length > 0) return [textOf(before.at(-1)!)]
      at = parentOf(at)
    }
    return []
  }
  const countIn = (around: Node, selector: string): number => {
    const known = counts.get(selector) ?? new Map<Node, number>()
    counts.set(selector, known)
    const count = known.get(around) ?? all(around, selector).length
    known.set(around, count)
    return count
  }
  /** Tell whether boxes are a row of more, or too many. */
  const isGrid = (around: Element, count: number): boolean => {
    const grid = closest(around, 'table, [role=grid]')
    if (count > mostSigns || (grid && countIn(grid, inputSelector) > count)) return true
    let at: Node | null = around
    for (let above = 0; at && nodeType(at) === 1 && above < 3; above += 1) {
      if (countIn(at, 'input[maxlength="1"]') > 2 * mostSigns) return true
      at = parentOf(at)
    }
    return false
  }
  const isCodeOf = (field: Element, around: Element, signs: readonly Element[]): boolean => {
    const isSmall = matches(field, '[maxlength="1"]')
    const isNumber = '[inputmode=numeric i], [type=tel i], [type=number i], [pattern*=d], [pattern*="0-9"]'
    const isCalled =
      (isSmall &&
        (matches(field, isNumber) ||
          /digit|code|otp|pin/i.test(said(field, 'aria-label placeholder title name id')))) ||
      /(?:\b|_|input)otp(?![a-z])|one-?time|(?:\b|_)pin-?(?:input|code|field)/i.test(said(field, 'class'))
    const isDate = signs.some((input) => /^[dmyjagh]$/i.test(said(input, 'placeholder')))
    return isCalled && !isDate && !isGrid(around, signs.length)
  }
  const signsAround = (field: Element, isMany: boolean): FieldGroup | undefined => {
    const isSmall = matches(field, small)
    const isMaybe = isSmall || (!isMany && (valueOf(field).length === 1 || /otp|pin/i.test(said(field, 'class'))))
    if (!isMaybe || valueOf(field).length > 1) return undefined
    const around = nearest(field, ({ signs }) => signs.length >= fewestSigns)
    if (!isSmall && !around) return undefined
    const group = isSmall ? closest(field, groupSelector) : null
    const signs = around ? insideOf(around).signs : []
    const isOwnName = group !== null && signs.length > 0 && all(group, inputSelector).length <= signs.length
    const text = signs.length > 2 * mostSigns ? '' : signs.map((input) => valueOf(input)).join('')
    const isCode = around !== undefined && isCodeOf(field, around, signs)
    return { parts: 'signs', isCode, names: namesOf(group), isOwnName, near: [], text }
  }
  const wordsAround = (field: Element): FieldGroup | undefined => {
    const value = valueOf(field)
    if (value.length > longestWord || /[^\p{L}\p{M}]/u.test(value)) return undefined
    const name = nameOf(field)
    const around = nearest(field, ({ alike }) => (alike.get(name)?.length ?? 0) >= fewestWords)
    if (!around) return undefined
    const { alike, groups } = insideOf(around)
    const known = groups.get(name)
    if (known) return known
    const words = alike.get(name)!.map((input) => valueOf(input))
    const group: FieldGroup = {
      parts: 'words',
      isCode: false,
      names: namesOf(closest(around, groupSelector)),
      isOwnName: false,
      near: [name, ...headingAbove(around)],
      text: words.filter(Boolean).join(' '),
    }
    groups.set(name, group)
    return group
  }

  return {
    groupOf: (field, { isAnew = true, isMany = false } = {}) => {
      if (isAnew) [insides, counts, nameByField] = [new Map(), new Map(), new Map()]
      if (!matches(field, inputSelector)) return undefined
      return signsAround(field, isMany) ?? (isMany ? undefined : wordsAround(field))
    },
  }
}
