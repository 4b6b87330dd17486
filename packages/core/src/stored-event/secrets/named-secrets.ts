import type { TextPlace } from '../../values/place.ts'
import { fieldOf, safely } from '../../values/plain-fields.ts'
import { entriesOf, isList } from '../../redact/names/named-field.ts'
import type { Redactor } from '../../redact/redactor.ts'
import type { RedactionKind } from '../../redact/text/placeholder.ts'

/** A value that stands under the name of a secret. */
export interface NamedSecret {
  readonly value: string
  readonly kind: RedactionKind
}

/** The secrets of a value by the names that they stand under. */
export interface NamedSecrets {
  readonly secrets: readonly NamedSecret[]
  /** Those of them that stand under no other name as well: `{username: 'admin', password: 'admin'}` has none. */
  readonly alone: readonly NamedSecret[]
  /** Those in calls that have an id, weak ones too. */
  readonly called: readonly { readonly id: string; readonly secret: NamedSecret }[]
}

/** Nothing under the name of a secret. */
export const noneNamed: NamedSecrets = { secrets: [], alone: [], called: [] }

/** Kinds that a name tells. What is known by its shape is so wherever it stands. */
const learnedKinds = new Set<RedactionKind>([
  'password',
  'one_time_code',
  'secret',
  'api_key',
  'token',
  'authorization',
  'card',
])
const ofNumbers = new Set<RedactionKind>(['password', 'one_time_code', 'card'])
const mostLeaves = 1_000
const deepest = 8
const longestText = 10_000

/**
 * Find what is redacted in a value by the name that it stands under, as the arguments of a step have it: `login({password: '...'})`, in
 * texts of it too.
 *
 * @param isRead tells whether texts are read for names in them, as those of arguments are, `{code: "login({password: '...'})"}`, and whether a
 * value may have spaces
 */
export function namedSecrets(value: unknown, redactor: Redactor, isRead: boolean): NamedSecrets {
  const secrets: NamedSecret[] = []
  const others: string[] = []
  const called: { id: string; secret: NamedSecret }[] = []
  let leaves = 0
  const add = (found: string, kind: RedactionKind): void => {
    if (!learnedKinds.has(kind)) return
    secrets.push({ value: found, kind })
    // What goes on elsewhere is the token, without its scheme.
    const token = kind === 'authorization' ? /^\w+ (\S{8,})$/.exec(found)?.[1] : undefined
    if (token !== undefined) secrets.push({ value: token, kind })
  }
  const read = (item: string | number, keys: readonly string[], parents: readonly object[], id?: string): void => {
    const text = String(item)
    const isTaken = isRead || oneToken.test(text)
    const isAsked = text !== '' && text.length <= longestText && (isTaken || id !== undefined)
    const kind = isAsked ? redactor.kindOfPlace(keys[0], placeOf(keys, parents), () => text) : undefined
    if (kind && id !== undefined && learnedKinds.has(kind)) called.push({ id, secret: { value: text, kind } })
    if (kind && !isTaken) return
    if (kind) return typeof item === 'string' || ofNumbers.has(kind) ? add(text, kind) : undefined
    others.push(text)
    const data = isRead || typeof item !== 'string' ? undefined : dataIn(text)
    if (data) return visit(data, keys, parents, id)
    if (isRead && typeof item === 'string' && text.length <= longestText && hasSeparator.test(text))
      for (const found of redactor.secretsIn(text)) add(found.value, found.kind)
  }
  const visit = (item: unknown, keys: readonly string[], parents: readonly object[], call?: string): void => {
    if (typeof item === 'string' || typeof item === 'number') {
      if ((leaves += 1) <= mostLeaves) read(item, keys, parents, call)
      return
    }
    if (typeof item !== 'object' || item === null || parents.length > deepest) return
    const isItem = isList(item)
    const id = isItem ? call : (callIdIn(item) ?? call)
    const around = [item, ...parents.slice(0, deepest)]
    for (const [key, part] of entriesOf(item)) visit(part, isItem ? keys : [key, ...keys.slice(0, 1)], around, id)
  }
  visit(value, [], [])
  if (secrets.length === 0 && called.length === 0) return noneNamed
  const besides = new Set(others)
  return { secrets, alone: secrets.filter((found) => !besides.has(found.value)), called }
}

/** Names under which a message has the id of a call: the call itself, and its result. */
export const idNames: readonly string[] = ['toolCallId', 'tool_call_id', 'callId', 'call_id', 'tool_use_id', 'id']
/** The id of the call that an object is, as models and their tools write one: `{toolCallId: '...', input: {...}}`, `{id: '...', function: {...}}`. */
function callIdIn(value: object): string | undefined {
  const id = isOfCall(value)
    ? idNames.map((name) => fieldOf(value, name)).find((found) => typeof found === 'string')
    : undefined
  return typeof id === 'string' && id.length < longestId ? id : undefined
}

/** Tells whether an object is a call, by having what one is given. */
export function isOfCall(value: object): boolean {
  return givenNames.some((name) => fieldOf(value, name) !== undefined)
}

/** Names under which a call has what it is given. */
const givenNames = ['input', 'args', 'arguments', 'function', 'action']
const longestId = 200

function placeOf(keys: readonly string[], parents: readonly object[]): TextPlace {
  return { keys: () => keys, parent: parents[0] ?? {}, around: () => parents.slice(1) }
}

/** The object or list that is written as JSON in a text, as messages of models have arguments; `undefined` where it is none. */
function dataIn(text: string): object | undefined {
  if (text.length > longestData || !/^\s{0,9}[{[]/.test(text)) return undefined
  return safely(() => JSON.parse(text)) as object | undefined
}

const longestData = 100_000

/** Elsewhere than in arguments only what is looked for everywhere is of use. */
const oneToken = /^(?!https?:)\S{6,200}$/
const hasSeparator = /[=:"'`]/
