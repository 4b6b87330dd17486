import type { TextPlace } from '../../values/plain-builder.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import { isError } from '../../values/value-kind.ts'

/** Names under which the value itself stands, inside an object that is named as a secret. */
const valueNames = new Set(['value', 'values', 'raw', 'data', 'text', 'content', 'plain'])

/** What an error says, and what stands in the tags of other values. */
const errorTexts = new Set(['message', 'stack'])
const tagTexts = new Set(['message', 'stack', 'description', 'base64'])
/** Names by which one error leads to another. */
const betweenErrors = new Set(['cause', 'errors'])

type KindOfKey = (key: string) => RedactionKind | undefined

/**
 * Tells the kind of secret that a text is, by where it stands in a value:
 *
 * - under the name of a secret, also in an array there: `headers: {cookie: ['...']}`
 * - as the value in an object of that name: `password: {type: 'plain', value: '...'}`
 * - as what an error of that name says: `token: new Error('...')`
 * - as the value in an object that tells its own name: `{name: 'Authorization', value: '...'}`, as HAR lists headers, and
 *   `{name: 'sid', value: '...', domain: '...'}`, as browsers list cookies
 * - behind its name in a pair: `['cookie', '...']`, as `Object.entries` and a list of headers have it, and in `rawHeaders`
 */
export function createPlaceKinds(kindOfKey: KindOfKey) {
  return (key: string | undefined, text: string, place: TextPlace | undefined): RedactionKind | undefined => {
    const kind = key === undefined ? undefined : kindOfKey(key)
    if (kind || !place) return kind
    const pairKind = Array.isArray(place.parent) ? kindBefore(place.parent, key, text, kindOfKey) : undefined
    if (pairKind || key === undefined || !isValueName(key, place.parent)) return pairKind
    const above = place.keys().find((name, depth) => depth > 0 && !betweenErrors.has(name))
    return (above === undefined ? undefined : kindOfKey(above)) ?? kindBeside(place.parent, key, kindOfKey)
  }
}

/** In other objects a message is what a form says of a field: `password: {message: 'Too short'}`. */
function isValueName(key: string, parent: object): boolean {
  if (valueNames.has(key)) return true
  return (errorTexts.has(key) && isError(parent)) || (tagTexts.has(key) && readText(parent, '$type') !== undefined)
}

function kindBeside(parent: object, key: string, kindOfKey: KindOfKey): RedactionKind | undefined {
  if (key !== 'value') return undefined
  const name = readText(parent, 'name') ?? readText(parent, 'key')
  if (name === undefined) return undefined
  const isCookie = readText(parent, 'domain') !== undefined && readText(parent, 'path') !== undefined
  return kindOfKey(name) ?? (isCookie ? 'cookie' : undefined)
}

const longestHeaders = 2_000

/**
 * The kind of the name right before a text, in an array of two, or of names and values in turn as Node has headers. Words
 * alone are another name: `['password', 'email']` is a list of fields.
 */
function kindBefore(
  pairs: readonly unknown[],
  key: string | undefined,
  text: string,
  kindOfKey: KindOfKey,
): RedactionKind | undefined {
  if (!/[^A-Za-z_-]/.test(text)) return undefined
  const length = readLength(pairs)
  if (length !== 2 && (key !== 'rawHeaders' || length > longestHeaders)) return undefined
  for (let at = 0; at + 1 < length; at += 2) {
    if (readText(pairs, String(at + 1)) !== text) continue
    const kind = kindOfKey(readText(pairs, String(at)) ?? '')
    if (kind) return kind
  }
  return undefined
}

function readLength(pairs: readonly unknown[]): number {
  try {
    return pairs.length
  } catch {
    // A Proxy that throws has no pairs.
    return 0
  }
}

function readText(parent: object, key: string): string | undefined {
  try {
    const value: unknown = Reflect.get(parent, key)
    return typeof value === 'string' ? value : undefined
  } catch {
    // A getter that throws names nothing; it stands in the record as unreadable.
    return undefined
  }
}
