// Long, since a third of it is the ways in which tools write an element and what points at it.
import { kindByNames } from '../../redact/names/field-value.ts'
import { entriesOf, isList, namingOf, type Entries } from '../../redact/names/named-field.ts'
import { splitWords } from '../../redact/names/words.ts'
import { isLookedForEverywhere } from '../../redact/known/known.ts'
import { isSecretOfKind } from '../../redact/names/value.ts'
import { namesInTag, readFields } from '../../redact/scan/aria.ts'
import { fieldRoles, withoutQuotes, type AriaLine } from '../../redact/text/aria-line.ts'
import { remember } from '../../redact/text/memoize.ts'
import type { RedactionKind } from '../../redact/text/placeholder.ts'
import type { NamedSecret } from './named-secrets.ts'
import { textsIn } from './read-step.ts'

/** Names of arguments that point at an element of the tree that the agent was last given. */
export const referenceNames: ReadonlySet<string> = new Set(
  'ref uid bid mmid index element_id elementId element_index elementIndex backendNodeId node_id nodeId'.split(' '),
)

/** Tells whether an argument of this name may point at an element: `ref`, `elementRef`, `aria_ref`. */
const isReferenceName = remember(
  (key: string): boolean => referenceNames.has(key) || /^(?:ref|reference|uid)$/.test(splitWords(key).at(-1) ?? ''),
)

/** Tells the kind of secret that a value is in a field. */
export type KindOf = (typed: string) => RedactionKind | undefined

/** The fields that earlier events of one source have told of. */
export interface ToldFields {
  /** Gives the kind of what is typed next, in the field that was last aimed at. */
  readonly aimed: KindOf | undefined
  /** Aim at what is found, which is looked for when it is asked for: few clicks are followed by what is typed. Default at no field. */
  aim(find?: () => KindOf | undefined): void
  /** The place of the page at which the last step aimed. */
  place: string | undefined
  /** The text of the turn that the next steps belong to. */
  turn: { readonly id: string; readonly text: string } | undefined
  /** The words with which the last step typed, and how many have typed with the same before. */
  said: { readonly words: string; readonly count: number } | undefined
  /** The kinds that the field takes at which arguments point; `undefined` where they point at none of a tree that was told. */
  kindOf(args: Entries): KindOf | undefined
  /** Take in what a step has found, by the reference that is in its result: `{elementId: 'e-7'}`. */
  find(result: unknown, kindOf: KindOf | undefined): void
  /** Forget all: another page has come. */
  forget(): void
  /** Take in the address of the page: with another one all is forgotten, and with the first one where an action goes to it. */
  isAt(url: string, goes?: boolean): void
  /**
   * Take in a value that may be a tree with references, or hold some. What the tree does not show stays known: it may be that of a
   * part of the page.
   *
   * @returns the secrets that stand in its fields, of those that are looked for everywhere
   */
  readTree(value: unknown): readonly NamedSecret[]
}

/** Make the memory of one source. It knows nothing. */
export function createToldFields(): ToldFields {
  let fields = new Map<string, readonly string[]>()
  const handles = new Map<string, KindOf>()
  let page: string | undefined
  let aimed: KindOf | undefined
  let findAimed: (() => KindOf | undefined) | undefined
  const add = (reference: string, names: readonly string[]): void => {
    if (names.some((name) => name !== '') && fields.size < mostFields) fields.set(reference, names)
  }
  const readText = (text: string): void => {
    if (
      !fieldWords.some((word) => text.includes(word)) &&
      !(fields.size > 0 && marks.some((mark) => text.includes(mark)))
    )
      return
    const tree = text.includes(String.raw`\"`)
      ? text.replaceAll(String.raw`\"`, '"').replaceAll(String.raw`\n`, '\n')
      : text
    if (fields.size > 0) for (const [, ...found] of tree.matchAll(references)) fields.delete(found.find(Boolean) ?? '')
    readFields(tree, (line, names) => {
      const { reference, value } = line
      if (reference !== undefined) {
        const named = names()
        add(reference, named)
        const label = referenceOfLabel(tree, line, named)
        if (label !== undefined) add(label, named)
      }
      if (value && value.end - value.start < longestStood && stood.size <= mostStood) {
        const { start, end } = withoutQuotes(tree, value)
        const shown = tree.slice(start, end)
        const kind = isLookedForEverywhere(shown) && !/\s/.test(shown) ? kindByNames(names(), shown) : undefined
        if (kind && isSecretOfKind(kind, shown)) stood.set(shown, kind)
      }
      return undefined
    })
    for (const [, attributes = ''] of tree.matchAll(tag)) {
      const reference = attributeOfReference.exec(attributes)?.[1]
      if (reference !== undefined) add(reference, namesInTag(attributes))
    }
    if (tree.includes(']: <'))
      for (const [, reference = '', attributes = '', name = ''] of tree.matchAll(numbered))
        add(reference, [...namesInTag(attributes), name])
    for (const [, reference = '', role, name, words = '', type = ''] of tree.includes('ref_')
      ? tree.matchAll(labelled)
      : [])
      if (role !== undefined || /\b(?:input|field|textarea|textbox)\b/.test(words))
        add(reference, [name ?? words, type])
    for (const [, name = '', reference = ''] of tree.matchAll(block)) add(reference, [name])
  }
  // The reference may be of a page that is gone, where the words are the name of another field.
  const namesAnother = (args: Entries, own: readonly string[]): boolean =>
    args.some(([key, item]) => {
      const isName = namingOf(key) === 'name' && typeof item === 'string' && !own.includes(item)
      return isName && [...fields.values()].some((names) => names.includes(item))
    })
  let left = mostValues
  const stood = new Map<string, RedactionKind>()
  const read = (value: unknown, depth: number): void => {
    left -= 1
    if (left < 0) return
    if (typeof value === 'string') {
      const json = depth < deepest ? parsed(value) : undefined
      return json === undefined ? readText(value) : read(json, depth + 1)
    }
    if (typeof value !== 'object' || value === null || depth > deepest) return
    const entries = entriesOf(value)
    const reference = isList(value) ? undefined : entries.find(([key]) => referenceNames.has(key) || key === 'id')?.[1]
    if (typeof reference === 'string' || typeof reference === 'number') {
      fields.delete(String(reference))
      if (entries.some(([key, item]) => isField(key, item))) add(String(reference), namesIn(entries))
    }
    for (const [, item] of entries) read(item, depth + 1)
  }
  return {
    get aimed() {
      if (findAimed) aimed = findAimed()
      findAimed = undefined
      return aimed
    },
    aim(find) {
      aimed = undefined
      findAimed = find
    },
    place: undefined,
    turn: undefined,
    said: undefined,
    kindOf(args) {
      if (fields.size === 0 && handles.size === 0) return undefined
      for (const [key, item] of args) {
        const isReference = isReferenceName(key) || namingOf(key) !== undefined
        const isText = typeof item === 'string' || typeof item === 'number'
        const reference = isReference && isText ? String(item) : ''
        const known = handles.get(reference)
        if (known) return known
        const names = reference === '' ? undefined : fields.get(reference.replace(pointing, '$1'))
        if (names) return namesAnother(args, names) ? undefined : (typed) => kindByNames(names, typed)
      }
      return undefined
    },
    find(result, kindOf) {
      const [reference, ...others] = textsIn(result).filter((text) => handle.test(text))
      if (reference === undefined || others.length > 0) return
      handles.delete(reference)
      if (kindOf && handles.size < mostFields) handles.set(reference, kindOf)
    },
    forget() {
      fields = new Map()
      handles.clear()
      this.aim()
    },
    isAt(url, goes = false) {
      const [place = ''] = url.split(/[?#]/, 1)
      if (page === undefined ? goes : page !== place) this.forget()
      page = place
    },
    readTree(value) {
      left = mostValues
      if (stood.size > 0) stood.clear()
      read(value, 0)
      return stood.size > mostStood ? [] : Array.from(stood, ([shown, kind]) => ({ value: shown, kind }))
    },
  }
}

/** The reference of the label in the line before a field: a click or what is typed there goes to the field. */
function referenceOfLabel(tree: string, line: AriaLine, names: readonly string[]): string | undefined {
  const before =
    tree
      .slice(Math.max(0, line.roleStart - longestLabel), line.roleStart)
      .split('\n')
      .at(-2) ?? ''
  const found = labels.exec(before)
  const isOfField = names.some((name) => name !== '' && before.toLowerCase().includes(name.trim().toLowerCase()))
  return isOfField ? found?.slice(1).find(Boolean) : undefined
}

/** So far before a role its line begins, and the one before it. */
const longestLabel = 300
/** `uid=7_5 "Password"`, `- generic [ref=e4]: Password`, `[2]<label >Password />` */
const labels =
  /^\s*uid=([\w:-]{1,24}) "|^\s*- (?:generic|text|label|paragraph|LabelText)\b.{0,100}\[ref=([\w:-]{1,24})\]|^\s*\*?\[([\w:-]{1,24})\]<label\b|^\s*\[([\w:-]{1,24})\] (?:StaticText|LabelText|label)\b/

const longestStood = 400
/** More of them are a list of records. */
const mostStood = 6
/** A word with a digit in it, as references are. */
const handle = /^(?=.*\d)[\w.:-]{1,120}$/
const mostFields = 2_000
const deepest = 12
const mostValues = 5_000
const longestJson = 1_000_000

const fieldWords = [...fieldRoles, '<input', '<textarea', '[input', 'ref_']
const marks = ['ref', 'uid=', '[']
/** References as they stand in trees: `[ref=e4]`, `[required, ref=e4]`, `uid=1_4`, `@e4`, `[12]`, `[0-12]`, `[ref_12]`. */
const references =
  /\bref=([\w:-]{1,24})|\buid=([\w:-]{1,24})|^[ \t]*\*?\[([\w:-]{1,24})\](?=<| [A-Za-z]{1,30}(?:: | ["']))|\[(\d{1,5})\]: |\b(ref_\w{1,12}):|\[(ref_\w{1,12})\]|^[ \t]*@([\w-]{1,12}) /gm
/** `@e4`, `ref=e4`, `aria-ref=e4`, `[12]`, `[mmid="12"]` */
const pointing = /^(?:@|(?:aria-)?ref=|uid=|\[(?:[\w-]{1,20}=["']?)?)([\w:-]{1,24})["']?\]?$/
/** A field of a page, whose tag has a mark for the model among its attributes. */
const tag = /<(?:input|textarea)(\s[^<>]{1,500})>/g
const attributeOfReference = /\s(?:bid|mmid|unique_id|ref|id)=["']?([\w:-]{1,24})/
/** `[12]: <input type="password"> "Password";` */
const numbered = /\[(\d{1,5})\]: <(?:input|textarea)([^<>]{0,300})>(?: "([^"\n]{1,200})")?/g
/** `- ref_5: textbox "Password" (password)`, `- ref_12: password input field (type: password)` */
const labelled = new RegExp(
  String.raw`\b(ref_\w{1,12}): (?:(${fieldRoles.join('|')}) "([^"\n]{1,200})"|([^"\n(]{1,100}))(?: ?\((?:type: ?)?([\w-]{1,20})\))?`,
  'g',
)
/** An element in lines of YAML. */
const block = new RegExp(
  String.raw`\brole: (?:${fieldRoles.join('|')})\r?\n *name: ([^\n]{1,200})\r?\n(?: *[a-z]{1,20}: [^\n]{0,200}\r?\n){0,3} *ref: ([\w-]{1,24})`,
  'g',
)

/** A list or an object of JSON. */
function parsed(text: string): unknown {
  if (text.length > longestJson || !/^\s{0,9}[{[]\s{0,9}["{]/.test(text) || !element.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    // No JSON after all: a text like any other.
    return undefined
  }
}

const element = /"(?:textbox|searchbox|spinbutton|combobox|input|textarea|password)"/i
const kindsOfElements = new Set(['role', 'tag', 'tagName', 'tag_name', 'type', 'nodeName', 'node_name'])
const fieldElements = new Set([...fieldRoles, 'input', 'textarea', 'password'])

function isField(key: string, item: unknown): boolean {
  return kindsOfElements.has(key) && typeof item === 'string' && fieldElements.has(item.toLowerCase())
}

/** All that names an element: its name, its label, its type, and the same among its attributes. */
function namesIn(entries: Entries): string[] {
  return entries.flatMap(([key, item]) => {
    if (key === 'attributes' && typeof item === 'object' && item !== null) return namesIn(entriesOf(item))
    return typeof item === 'string' && (namingOf(key) === 'name' || key === 'type') && item.length <= 300 ? [item] : []
  })
}

const bySource = new WeakMap<object, Map<unknown, ToldFields>>()

/** The memory of a source in a run, which is known by its redactor. */
export function toldFieldsOf(run: object, source: unknown): ToldFields {
  const sources = bySource.get(run) ?? new Map<unknown, ToldFields>()
  bySource.set(run, sources)
  const told = sources.get(source) ?? createToldFields()
  if (sources.size < mostSources) sources.set(source, told)
  return told
}

const mostSources = 1_000
