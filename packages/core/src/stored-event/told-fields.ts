import { kindOfField } from '../redact/names/fields.ts'
import { namingOf, type Entries } from '../redact/names/named-field.ts'
import { fieldRoles } from '../redact/text/aria-line.ts'
import type { RedactionKind } from '../redact/text/placeholder.ts'

/** Names of arguments that point at an element of the tree that the agent was last given. */
export const referenceNames: ReadonlySet<string> = new Set(
  'ref uid index element_id elementId element_index elementIndex backendNodeId node_id nodeId'.split(' '),
)

/** The fields for secrets that earlier events of one source have told of. */
export interface ToldFields {
  /** Gives the kind of the field that was last aimed at: what is typed next goes there. */
  aimed: (() => RedactionKind | undefined) | undefined
  /** The kind of the field of the last tree to which arguments point. */
  kindOf(args: Entries): RedactionKind | undefined
  /** Forget all: another page has come. */
  forget(): void
  /** Take in the address of the page: with another one all is forgotten, and with the first one where an action goes to it. */
  isAt(url: string, goes?: boolean): void
  /** Take in a text that may hold a tree with references; the fields of an earlier one are then gone. */
  readTree(text: string): void
}

/** Make the memory of one source. It knows nothing. */
export function createToldFields(): ToldFields {
  let fields = new Map<string, RedactionKind>()
  let page: string | undefined
  const add = (reference: string | undefined, kind: RedactionKind | undefined): void => {
    if (kind && reference !== undefined && fields.size < mostFields) fields.set(reference, kind)
  }
  return {
    aimed: undefined,
    kindOf(args) {
      if (fields.size === 0) return undefined
      const kinds = args.map(([key, item]) =>
        referenceNames.has(key) || namingOf(key) === 'name'
          ? fields.get(String(item).replace(/^(?:aria-)?ref=/, ''))
          : undefined,
      )
      return kinds.find((kind) => kind !== undefined)
    },
    forget() {
      fields = new Map()
      this.aimed = undefined
    },
    isAt(url, goes = false) {
      const [place = ''] = url.split(/[?#]/, 1)
      if (page === undefined ? goes : page !== place) this.forget()
      page = place
    },
    readTree(text) {
      if (!references.some((mark) => text.includes(mark))) return
      fields = new Map()
      const tree = text.includes(String.raw`\"`)
        ? text.replaceAll(String.raw`\"`, '"').replaceAll(String.raw`\n`, '\n')
        : text
      for (const { index, 1: name = '', 2: behind = '' } of tree.matchAll(field)) {
        const before = /\buid=(\w{1,20}) $/.exec(tree.slice(Math.max(0, index - 30), index))
        add((before ?? /\[ref=(\w{1,20})\]/.exec(behind))?.[1], kindOfField(name))
      }
      for (const [, index, tag = ''] of tree.matchAll(listedInput)) add(index, kindOfTag(tag))
    },
  }
}

const mostFields = 1_000

/** References as Playwright and Chrome DevTools write them, and lists of elements. */
const references = ['[ref=', 'uid=', ']<']
const field = new RegExp(String.raw`\b(?:${fieldRoles.join('|')}) "([^"\n]{1,300})"([^\n]{0,200})`, 'g')
const listedInput = /\[(\d{1,6})\]<input([^>\n]{0,400})>/g
const naming = /\b(?:type|name|id|placeholder|aria-label|autocomplete)=(?:["']([^"'\n]{1,200})|([^\s"']{1,200}))/g

function kindOfTag(tag: string): RedactionKind | undefined {
  for (const [, quoted, bare] of tag.matchAll(naming)) {
    const kind = kindOfField(quoted ?? bare ?? '')
    if (kind) return kind
  }
  return undefined
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
