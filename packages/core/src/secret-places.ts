import type { TextPlace } from './plain-builder.ts'
import type { RedactionKind } from './redact-placeholder.ts'

/** Names under which the value itself stands, inside an object that is named as a secret. */
const valueNames = new Set(['value', 'values', 'raw', 'data', 'text', 'content', 'plain'])

type KindOfKey = (key: string) => RedactionKind | undefined

/**
 * Tells the kind of secret that a text is, by where it stands in a value:
 *
 * - under the name of a secret, also in an array there: `headers: {cookie: ['...']}`
 * - as the value in an object of that name: `password: {type: 'plain', value: '...'}`
 * - as the value in an object that tells its own name: `{name: 'Authorization', value: '...'}`, as HAR lists headers, and
 *   `{name: 'sid', value: '...', domain: '...'}`, as browsers list cookies
 */
export function createPlaceKinds(kindOfKey: KindOfKey) {
  return (key: string | undefined, place: TextPlace | undefined): RedactionKind | undefined => {
    if (key === undefined) return undefined
    const kind = kindOfKey(key)
    if (kind || !place || !valueNames.has(key)) return kind
    const above = place.keys()[1]
    return (above === undefined ? undefined : kindOfKey(above)) ?? kindBeside(place.parent, key, kindOfKey)
  }
}

function kindBeside(parent: object, key: string, kindOfKey: KindOfKey): RedactionKind | undefined {
  if (key !== 'value') return undefined
  const name = readText(parent, 'name') ?? readText(parent, 'key')
  if (name === undefined) return undefined
  const isCookie = readText(parent, 'domain') !== undefined && readText(parent, 'path') !== undefined
  return kindOfKey(name) ?? (isCookie ? 'cookie' : undefined)
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
