import { jsonTextSizeBytes, putLongTexts, uncutTextBytes, type LongText } from './fit-texts.ts'
import { escapeKey } from './plain-key.ts'
import type { Container, Place, Target, TextPlace } from './place.ts'
import { dropLast, isDropped, markBytes, markCut, spend, type Limit, type Loss, type Room } from './room.ts'

/** An object or array of the result; its items are read later, level by level. */
type ContainerSource = {
  /** The caller's object, and the one its items are read from: not the same after `toJSON`. */
  readonly source: object
  readonly fields: object
} & (
  | { readonly type: 'array' }
  | { readonly type: 'object' | 'error'; readonly keys: readonly string[] }
  | { readonly type: 'map' | 'set'; readonly items: Iterator<unknown>; readonly size: number }
) & {
    /** The name of its class, where the type is not the whole of it. */
    readonly name?: string
  }

/** The limits of a result, what is left of them, and what is still to do. */
export interface Build extends Room {
  readonly maxDepth: number
  readonly escapesKeys: boolean
  readonly transformText: ((text: string, key: string | undefined, place: TextPlace | undefined) => string) | undefined
  readonly onCut: ((loss: Loss) => void) | undefined
  readonly containers: Container[]
  readonly longTexts: PlacedText[]
  /** Places of what lies too deep. */
  readonly tooDeep: Place[]
}

interface PlacedText extends LongText {
  readonly place: Pick<Place, 'container' | 'key'>
}

/** Turns one value into an item of the result by one call of `putValue`, `putText`, `putTag` or `openContainer`. */
type Convert<B extends Build> = (build: B, value: unknown, place: Place) => void

/** A leaf takes no more JSON than this, and neither does an empty container with its mark. */
export const smallestSizeBytes = 256
/** The bytes that an empty container takes in JSON, with its tag. */
const emptySizeBytes = { array: 2, object: 2, error: 17, map: 28, set: 27 }
/** A longer key makes nobody else's room. */
const longestWorth = 1_000

/**
 * Build plain data from a value, level by level and without recursion, within the limits of the build. Whatever a
 * conversion throws stands as `unreadable` in the place of that value.
 */
export function buildPlainData<B extends Build>(build: B, value: unknown, convert: Convert<B>): unknown {
  const whole: Record<string, unknown> = {}
  const parent = { '': value }
  fillItem(build, convert, { target: whole, key: '', container: undefined, parent, sourceKey: '', label: undefined })
  for (let next = 0; next < build.containers.length; next += 1) fill(build, convert, build.containers[next]!)
  const longTexts = build.longTexts.filter(({ place }) => !isDropped(place))
  const allowanceBytes = Math.max(0, build.sizeBytesLeft) + longTexts.length * uncutTextBytes
  const lostCharacters = putLongTexts(longTexts, allowanceBytes)
  const lostItems = build.containers.reduce((sum, { lost, place }) => (isDropped(place) ? sum : sum + lost), 0)
  const tooDeep = build.tooDeep.filter((place) => !isDropped(place)).length
  if (lostCharacters + lostItems + tooDeep > 0) build.onCut?.({ lostCharacters, lostItems, tooDeep })
  return whole['']
}

/** Put a finished value into its place. */
export function putValue(build: Build, place: Place, value: unknown, sizeBytes: number): void {
  spend(build, place.container, 0, sizeBytes)
  setItem(place.target, place.key, value)
}

/** Put a text, or bytes as base64, into its place. It is cut in the end if all texts together are too long. */
export function putText(build: Build, place: Place, text: string | Uint8Array): void {
  putTextAt(build, place, place, text)
}

function putTextAt(
  build: Build,
  place: Place,
  { target, key }: Pick<Place, 'target' | 'key'>,
  text: string | Uint8Array,
): void {
  // The key takes its place among its neighbours now, whatever its text becomes.
  setItem(target, key, typeof text === 'string' ? text : '')
  const isShort = typeof text === 'string' && text.length + 2 <= uncutTextBytes
  const sizeBytes = isShort ? jsonTextSizeBytes(text, uncutTextBytes) : Infinity
  spend(build, place.container, 0, Math.min(sizeBytes, uncutTextBytes))
  if (sizeBytes <= uncutTextBytes) return
  const keepsEnd = key !== 'ariaTree'
  build.longTexts.push({ source: text, keepsEnd, put: (final) => setItem(target, key, final), place })
}

/** Put `{"$type": type}` and its texts into their place. */
export function putTag(build: Build, place: Place, type: string, texts: Record<string, string | Uint8Array>): void {
  const target: Record<string, unknown> = { $type: type }
  putValue(build, place, target, type.length + '{"$type":""}'.length)
  for (const [key, text] of Object.entries(texts)) {
    spend(build, place.container, 0, key.length + ',"":'.length)
    putTextAt(build, place, { target, key }, text)
  }
}

/** Put an array or object into its place, to be filled after everything that is less deep; or the mark of its depth. */
export function openContainer(build: Build, place: Place, from: ContainerSource): void {
  const isCollection = from.type === 'map' || from.type === 'set'
  const depth = (place.container?.depth ?? 0) + (isCollection ? 2 : 1)
  if (depth > build.maxDepth) {
    build.tooDeep.push(place)
    return putValue(build, place, { $truncated: 'depth' }, '{"$truncated":"depth"}'.length)
  }
  const keys = from.type === 'object' || from.type === 'error' ? from.keys : undefined
  const { name = from.type } = from
  const target: Target = !keys ? [] : name === 'object' ? {} : { $type: name }
  const sizeBytes = emptySizeBytes[from.type] + (from.name?.length ?? 0) + markBytes
  const container: Container = {
    source: from.source,
    fields: from.fields,
    place,
    depth,
    length: keys ? keys.length : isCollection ? from.size : lengthOf(from.fields),
    target,
    keys,
    items: isCollection ? from.items : undefined,
    role: from.type === 'map' ? 'map' : place.container?.role === 'map' ? 'entry' : 'other',
    renamed: 1,
    kept: 0,
    lost: 0,
    pinned: 0,
    opened: [],
    spentKeys: 0,
    spentBytes: sizeBytes,
  }
  build.containers.push(container)
  place.container?.opened.push(container)
  const value = isCollection ? { $type: name, [from.type === 'map' ? 'entries' : 'values']: target } : target
  putValue(build, place, value, sizeBytes)
}

function fill<B extends Build>(build: B, convert: Convert<B>, container: Container): void {
  if (isDropped(container.place)) return
  const { keys, fields, target } = container
  for (let index = 0; index < container.length; index += 1) {
    const sourceKey = keys ? keys[index]! : String(index)
    const key = keys ? nameOf(build, container, sourceKey) : index
    const sizeBytes = typeof key === 'string' ? jsonTextSizeBytes(key, build.sizeBytesLeft) + 2 : 1
    for (let limit = limitMet(build, sizeBytes); limit; limit = limitMet(build, sizeBytes)) {
      if (sizeBytes > longestWorth || !dropLast(build, container, limit)) return markCut(container, limit)
      if (isDropped(container.place)) return
    }
    const label = labelOf(container, sourceKey)
    if (fillItem(build, convert, { target, key, container, parent: fields, sourceKey, label }))
      spend(build, container, 1, sizeBytes)
    container.kept = index + 1
  }
  spend(build, container, 0, -markBytes)
}

function limitMet(build: Build, sizeBytes: number): Limit | undefined {
  if (build.keysLeft <= 0) return 'keys'
  return build.sizeBytesLeft < sizeBytes + smallestSizeBytes ? 'size' : undefined
}

/** @returns false for the `undefined` of an object, whose key is dropped */
function fillItem<B extends Build>(build: B, convert: Convert<B>, place: Place): boolean {
  try {
    const items = place.container?.items
    const value: unknown = items ? items.next().value : (place.parent as Record<string, unknown>)[place.sourceKey]
    if (value === undefined && place.container?.keys) return false
    convert(build, value, place)
  } catch (cause) {
    putTag(build, place, 'unreadable', { reason: reasonOf(build, cause) })
  }
  return true
}

/** The name of a property in the result. Names that become equal by `transformText` are told apart by a number. */
function nameOf(build: Build, container: Container, sourceKey: string): string {
  if (!build.escapesKeys) return sourceKey
  if (!build.transformText) return escapeKey(sourceKey)
  const name = escapeKey(textOr('unreadable', () => build.transformText!(sourceKey, undefined, undefined)))
  let unique = name
  while (Object.hasOwn(container.target, unique)) {
    container.renamed += 1
    unique = `${name}~${container.renamed}`
  }
  return unique
}

function labelOf(container: Container, sourceKey: string): string | undefined {
  if (container.keys) return sourceKey
  if (container.role !== 'entry') return container.place.label
  const [mapKey] = container.fields as readonly unknown[]
  return sourceKey === '1' && typeof mapKey === 'string' ? mapKey : undefined
}

/** The length of an array, or of a Proxy that says it is one. */
function lengthOf(fields: object): number {
  const length: unknown = Reflect.get(fields, 'length')
  return typeof length === 'number' && length > 0 ? Math.min(Math.trunc(length), Number.MAX_SAFE_INTEGER) : 0
}

function reasonOf(build: Build, cause: unknown): string {
  return textOr('the value threw what cannot be read', () => {
    const message: unknown = cause instanceof Error ? cause.message : cause
    const reason = typeof message === 'string' ? message : String(cause)
    return build.transformText ? build.transformText(reason, undefined, undefined) : reason
  })
}

/** A text that must not stand in the record as it was, when it could not be made: another stands for it. */
function textOr(otherwise: string, read: () => string): string {
  try {
    return read()
  } catch {
    return otherwise
  }
}

/** Set an item as data, whatever its name: an assignment to `__proto__` would set the prototype. */
function setItem(target: Target, key: string | number, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  } else {
    ;(target as Record<string | number, unknown>)[key] = value
  }
}
