// Long, since all of it goes to the page as one text.
import type { FormField } from '@contrail/core'
import type { PageTools } from '../page/page-tools.ts'
import { inPage } from '../page/in-page.ts'

/**
 * Fields that take the parts of one text: a box for each sign of a code, for each few signs of a number such as that of a card, or a
 * field for each word of a phrase.
 */
export interface FieldGroup {
  readonly parts: 'signs' | 'pieces' | 'words'
  /** Its form alone tells that it is one of a code, whatever it is called. */
  readonly isCode: boolean
  /** Its own label or legend. */
  readonly names: readonly string[]
  /** Nothing else stands under that name. */
  readonly isOwnName: boolean
  /** The heading above it, and what its fields are called alike. */
  readonly near: readonly string[]
  /** Of boxes, what is read of the first one: the name that stands before it, or is its own, is that of all. */
  readonly first?: FormField | undefined
  /** The text that stands in its fields, in the order of the document; empty for a few. */
  readonly text: string
}

/** Knows which fields are of one text. */
export interface FieldGroups {
  /**
   * The group of a field; undefined for a field of its own.
   *
   * @param options.isAnew something may have changed since the last one was read. Default true
   * @param options.isMany there are many fields, so only boxes that can hold no more than a few signs are looked at. Default false
   * @param options.factsOf reads the first of several boxes
   */
  groupOf(
    field: Element,
    options: { isAnew?: boolean; isMany?: boolean; factsOf: (first: Element) => FormField },
  ): FieldGroup | undefined
}

/** Make what knows groups of fields. Runs in the page, so everything it needs stands inside it or is given to it. */
export const createFieldGroups = inPage((tools: PageTools): FieldGroups => {
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

  const [longestPiece, mostPieces] = [8, 8]

  /** The way to read several boxes. */
  interface How {
    readonly isMany: boolean
    readonly factsOf: (first: Element) => FormField
  }
  /** The fields inside an element, those of them that hold a sign at most, and those that are called alike but for a number. */
  interface Inside {
    readonly inputs: readonly Element[]
    readonly signs: readonly Element[]
    readonly alike: ReadonlyMap<string, readonly Element[]>
    readonly groups: Map<string, FieldGroup>
  }
  let insides = new Map<Node, Inside>()
  let nameByField = new Map<Element, string>()
  let factsByFirst = new Map<Element, FormField>()
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
    const inside = { inputs, signs: inputs.filter((input) => valueOf(input).length <= 1), alike, groups: new Map() }
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
  const readFirst = (boxes: readonly Element[], field: Element, { isMany, factsOf }: How): FormField | undefined => {
    const [first] = boxes
    if (!first || first === field || isMany) return undefined
    const facts = factsByFirst.get(first) ?? factsOf(first)
    factsByFirst.set(first, facts)
    return facts
  }
  const isLike = (one: Element, other: Element): boolean =>
    nameOf(one) === nameOf(other) &&
    ['maxlength', 'type'].every((name) => attributeOf(one, name) === attributeOf(other, name)) &&
    closest(one, groupSelector) === closest(other, groupSelector)
  /** Those of some fields that stand in a row with one of them and are like it. */
  const rowOf = (field: Element, inputs: readonly Element[]): readonly Element[] => {
    const at = inputs.indexOf(field)
    let [from, to] = [at, at + 1]
    while (from > 0 && isLike(inputs[from - 1]!, field)) from -= 1
    while (to < inputs.length && isLike(inputs[to]!, field)) to += 1
    return inputs.slice(from, to)
  }
  const isPiece = (field: Element): boolean => /^[\p{L}\p{N}]{0,8}$/u.test(valueOf(field))
  const signsAround = (field: Element, how: How): FieldGroup | undefined => {
    const isSmall = matches(field, small)
    const isMaybe = isSmall || (!how.isMany && (valueOf(field).length === 1 || /otp|pin/i.test(said(field, 'class'))))
    if (!isMaybe || valueOf(field).length > 1) return undefined
    const around = nearest(field, ({ signs }) => signs.length >= fewestSigns)
    if (!isSmall && !around) return undefined
    const group = isSmall ? closest(field, groupSelector) : null
    const signs = around ? insideOf(around).signs : []
    const isOwnName = group !== null && signs.length > 0 && all(group, inputSelector).length <= signs.length
    const text = signs.length > 2 * mostSigns ? '' : signs.map((input) => valueOf(input)).join('')
    const isCode = around !== undefined && isCodeOf(field, around, signs)
    return {
      parts: 'signs',
      isCode,
      names: namesOf(group),
      isOwnName,
      near: [],
      first: readFirst(rowOf(field, signs), field, how),
      text,
    }
  }
  /** Boxes in a row that are alike, by a limit, by their names but for a number, or since a group is of nothing else. */
  const piecesAround = (field: Element, how: How): FieldGroup | undefined => {
    const limit = Number(attributeOf(field, 'maxlength') ?? NaN)
    const isLimited = limit > 1 && limit <= longestPiece
    const isNumbered = nameOf(field) !== '' && /\d/.test(said(field, 'name aria-label data-testid'))
    const group = how.isMany || !isPiece(field) ? null : closest(field, groupSelector)
    if (!isPiece(field) || !(isLimited || (isNumbered && !how.isMany) || group)) return undefined
    const around = nearest(field, ({ inputs }) => inputs.length > 1)
    const pieces = around ? rowOf(field, insideOf(around).inputs) : []
    if (pieces.length < 2 || pieces.length > mostPieces || !pieces.every(isPiece)) return undefined
    const isOwnName = group !== null && all(group, inputSelector).length === pieces.length
    if (!isLimited && !isNumbered && !isOwnName) return undefined
    return {
      parts: 'pieces',
      isCode: false,
      names: isOwnName ? namesOf(group) : [],
      isOwnName,
      near: [oneLine(said(field, 'name id').replace(/[\d_-]+/g, ' '))],
      first: readFirst(pieces, field, how),
      text: pieces.map((input) => valueOf(input)).join(''),
    }
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
    groupOf: (field, { isAnew = true, isMany = false, factsOf }) => {
      if (isAnew) [insides, counts, nameByField, factsByFirst] = [new Map(), new Map(), new Map(), new Map()]
      if (!matches(field, inputSelector)) return undefined
      const how = { isMany, factsOf }
      return signsAround(field, how) ?? (isMany ? undefined : wordsAround(field)) ?? piecesAround(field, how)
    },
  }
})
