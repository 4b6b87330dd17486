import { jsonTextSizeBytes, putLongTexts, uncutTextBytes, type LongText } from './fit-texts.ts'
import { escapeKey } from './plain-key.ts'
import type { Container, Place, Target } from './place.ts'

/** The place of a text or a number in the value that is converted. */
export interface TextPlace {
  /** Property names, and text keys of Maps, above it; the nearest first. */
  readonly keys: () => readonly string[]
  /** The caller's object in which it stands. */
  readonly parent: object
  /** The caller's objects around `parent`, the nearest first. */
  readonly around: () => readonly object[]
}

/** An object or array of the result; its items are read later, level by level. */
type ContainerSource = {
  /** The caller's object, and the one its items are read from: not the same after `toJSON`. */
  readonly source: object
  readonly fields: object
} & (
  | { readonly type: 'array' }
  | { readonly type: 'object' | 'error'; readonly keys: readonly string[] }
  | { readonly type: 'map' | 'set'; readonly items: Iterator<unknown>; readonly size: number }
)

/** The limits of a result, what is left of them, and what is still to do. */
export interface Build {
  readonly maxDepth: number
  readonly escapesKeys: boolean
  readonly transformText: ((text: string, key: string | undefined, place: TextPlace | undefined) => string) | undefined
  readonly onCut: ((lostCharacters: number) => void) | undefined
  keysLeft: number
  /** The bytes that are left of the size if every text so far is cut as short as can be. */
  sizeBytesLeft: number
  readonly containers: Container[]
  readonly longTexts: LongText[]
}

/** Turns one value into an item of the result by one call of `putValue`, `putText`, `putTag` or `openContainer`. */
type Convert<B extends Build> = (build: B, value: unknown, place: Place) => void

/** A leaf takes no more JSON than this, and neither does an empty container with its mark. */
export const smallestSizeBytes = 256
/** The bytes that an empty container takes in JSON, with its tag. */
const emptySizeBytes = { array: 2, object: 2, error: 17, map: 28, set: 27 }
const markBytes = ',{"$truncated":"size","length":9007199254740991}'.length

/**
 * Build plain data from a value, level by level and without recursion, within the limits of the build. Whatever a
 * conversion throws stands as `unreadable` in the place of that value.
 */
export function buildPlainData<B extends Build>(build: B, value: unknown, convert: Convert<B>): unknown {
  const whole: Record<string, unknown> = {}
  const parent = { '': value }
  fillItem(build, convert, { target: whole, key: '', container: undefined, parent, sourceKey: '', label: undefined })
  for (let next = 0; next < build.containers.length; next += 1) fill(build, convert, build.containers[next]!)
  const allowanceBytes = Math.max(0, build.sizeBytesLeft) + build.longTexts.length * uncutTextBytes
  const lostCharacters = putLongTexts(build.longTexts, allowanceBytes)
  if (lostCharacters > 0) build.onCut?.(lostCharacters)
  return whole['']
}

/** Put a finished value into its place. */
export function putValue(build: Build, place: Place, value: unknown, sizeBytes: number): void {
  build.sizeBytesLeft -= sizeBytes
  setItem(place.target, place.key, value)
}

/** Put a text, or bytes as base64, into its place. It is cut in the end if all texts together are too long. */
export function putText(build: Build, { target, key }: Pick<Place, 'target' | 'key'>, text: string | Uint8Array): void {
  // The key takes its place among its neighbours now, whatever its text becomes.
  setItem(target, key, typeof text === 'string' ? text : '')
  const isShort = typeof text === 'string' && text.length + 2 <= uncutTextBytes
  const sizeBytes = isShort ? jsonTextSizeBytes(text, uncutTextBytes) : Infinity
  build.sizeBytesLeft -= Math.min(sizeBytes, uncutTextBytes)
  if (sizeBytes <= uncutTextBytes) return
  const keepsEnd = key !== 'ariaTree'
  build.longTexts.push({ source: text, keepsEnd, put: (final) => setItem(target, key, final) })
}

/** Put `{"$type": type}` and its texts into their place. */
export function putTag(build: Build, place: Place, type: string, texts: Record<string, string | Uint8Array>): void {
  const target: Record<string, unknown> = { $type: type }
  putValue(build, place, target, type.length + '{"$type":""}'.length)
  for (const [key, text] of Object.entries(texts)) {
    build.sizeBytesLeft -= key.length + ',"":'.length
    putText(build, { target, key }, text)
  }
}

/** Put an array or object into its place, to be filled after everything that is less deep; or the mark of its depth. */
export function openContainer(build: Build, place: Place, from: ContainerSource): void {
  const isCollection = from.type === 'map' || from.type === 'set'
  const depth = (place.container?.depth ?? 0) + (isCollection ? 2 : 1)
  if (depth > build.maxDepth) return putValue(build, place, { $truncated: 'depth' }, '{"$truncated":"depth"}'.length)
  const keys = from.type === 'object' || from.type === 'error' ? from.keys : undefined
  const target: Target = !keys ? [] : from.type === 'error' ? { $type: 'error' } : {}
  build.containers.push({
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
  })
  const value = isCollection ? { $type: from.type, [from.type === 'map' ? 'entries' : 'values']: target } : target
  putValue(build, place, value, emptySizeBytes[from.type] + markBytes)
}

function fill<B extends Build>(build: B, convert: Convert<B>, container: Container): void {
  const { keys, target, fields } = container
  for (let index = 0; index < container.length; index += 1) {
    const sourceKey = keys ? keys[index]! : String(index)
    const key = keys ? nameOf(build, container, sourceKey) : index
    const sizeBytes = typeof key === 'string' ? jsonTextSizeBytes(key, build.sizeBytesLeft) + 2 : 1
    if (build.keysLeft <= 0) return mark(container, 'keys')
    if (build.sizeBytesLeft < sizeBytes + smallestSizeBytes) return mark(container, 'size')
    const label = labelOf(container, sourceKey)
    if (!fillItem(build, convert, { target, key, container, parent: fields, sourceKey, label })) continue
    build.keysLeft -= 1
    build.sizeBytesLeft -= sizeBytes
  }
  build.sizeBytesLeft += markBytes
}

/** @returns false for the `undefined` of an object, whose key is dropped */
function fillItem<B extends Build>(build: B, convert: Convert<B>, place: Place): boolean {
  try {
    const items = place.container?.items
    const value: unknown = items ? items.next().value : Reflect.get(place.parent, place.sourceKey)
    if (value === undefined && place.container?.keys) return false
    convert(build, value, place)
  } catch (cause) {
    putTag(build, place, 'unreadable', { reason: reasonOf(build, cause) })
  }
  return true
}

function mark(container: Container, reason: 'keys' | 'size'): void {
  if (Array.isArray(container.target)) container.target.push({ $truncated: reason, length: container.length })
  else setItem(container.target, '$truncated', reason)
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
