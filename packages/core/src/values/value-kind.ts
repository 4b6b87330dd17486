/** The kind of an object, found without trusting its class, its prototype or its `instanceof`. */
type ValueKind =
  | { readonly kind: 'array' | 'object' | 'error' }
  | { readonly kind: 'bytes'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: 'text'; readonly type: 'date' | 'regexp' | 'url'; readonly text: string }
  | { readonly kind: 'boxed'; readonly value: unknown }
  | { readonly kind: 'map' | 'set'; readonly content: { readonly items: Iterator<unknown>; readonly size: number } }
  | {
      readonly kind: 'pairs'
      readonly name: string
      readonly content: { readonly items: Iterator<unknown>; readonly size: number }
    }
  | { readonly kind: 'shown'; readonly name: string; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: 'opaque'; readonly name: string }

const arrayKind: ValueKind = { kind: 'array' }
const objectKind: ValueKind = { kind: 'object' }
const errorKind: ValueKind = { kind: 'error' }

/**
 * Tell what an object is. Objects of another realm (an iframe, a vm context) are known as well.
 *
 * - `opaque`: an object of a class that shows nothing of its state, such as a Promise or a WeakMap.
 * - `pairs`: a list of names and values, such as Headers. `shown`: an object of the Fetch API by what can be read of it at once.
 * - `boxed`: `new String('x')` and its like. `bytes`: a view of the same memory, not a copy.
 * - `object`: everything else.
 *
 * @throws whatever a hostile Proxy or `Symbol.toStringTag` throws
 */
export function kindOf(value: object): ValueKind {
  if (Array.isArray(value)) return arrayKind
  if (isPlain(value)) return objectKind
  if (ArrayBuffer.isView(value)) return viewKind(value)
  const hint = classHint(value)
  const branded = brandedKind(value, hint)
  if (branded) return branded
  if (isErrorLike(value, hint)) return errorKind
  if (hint !== 'Object' && Object.keys(value).length === 0) return { kind: 'opaque', name: hint }
  return objectKind
}

/** Tells whether a value is an Error, of this realm or of another. Never throws. */
export function isError(value: unknown): value is Error {
  try {
    return typeof value === 'object' && value !== null && !isPlain(value) && isErrorLike(value, classHint(value))
  } catch {
    // A Proxy that refuses to be asked is no error that anybody could read.
    return false
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function classHint(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}

function isErrorLike(value: object, hint: string): boolean {
  return hint === 'Error' || hint === 'DOMException' || value instanceof Error
}

const mapSize = getter(Map.prototype, 'size') as (value: object) => number
const setSize = getter(Set.prototype, 'size') as (value: object) => number
const { entries: mapEntries } = Map.prototype
const { values: setValues } = Set.prototype
const arrayBufferSize = getter(ArrayBuffer.prototype, 'byteLength') as (value: object) => number

/** The hint may be forged, so each class is confirmed by a method that works on nothing but the real thing. */
function brandedKind(value: object, hint: string): ValueKind | undefined {
  try {
    switch (hint) {
      case 'Date': {
        const time = Date.prototype.getTime.call(value as Date)
        return { kind: 'text', type: 'date', text: Number.isNaN(time) ? 'invalid' : new Date(time).toISOString() }
      }
      case 'RegExp':
        return { kind: 'text', type: 'regexp', text: RegExp.prototype.toString.call(value) }
      case 'URL':
        return { kind: 'text', type: 'url', text: getter(URL.prototype, 'href')(value) as string }
      case 'Map':
        return {
          kind: 'map',
          content: { size: mapSize(value), items: mapEntries.call(value as Map<unknown, unknown>) },
        }
      case 'Set':
        return { kind: 'set', content: { size: setSize(value), items: setValues.call(value as Set<unknown>) } }
      case 'ArrayBuffer':
        return { kind: 'bytes', name: hint, bytes: new Uint8Array(value as ArrayBuffer, 0, arrayBufferSize(value)) }
      case 'SharedArrayBuffer':
        getter(SharedArrayBuffer.prototype, 'byteLength')(value)
        return { kind: 'bytes', name: hint, bytes: new Uint8Array(value as SharedArrayBuffer) }
      case 'String':
        return { kind: 'boxed', value: String.prototype.valueOf.call(value) }
      case 'Number':
        return { kind: 'boxed', value: Number.prototype.valueOf.call(value) }
      case 'Boolean':
        return { kind: 'boxed', value: Boolean.prototype.valueOf.call(value) }
      case 'BigInt':
        return { kind: 'boxed', value: BigInt.prototype.valueOf.call(value) }
      case 'Symbol':
        return { kind: 'boxed', value: Symbol.prototype.valueOf.call(value) }
      case 'Headers':
        return pairsKind(hint, Headers.prototype.entries.call(value as Headers))
      case 'URLSearchParams':
        return pairsKind(hint, URLSearchParams.prototype.entries.call(value as URLSearchParams))
      case 'FormData':
        return pairsKind(hint, FormData.prototype.entries.call(value as FormData))
      case 'Request':
        return shownKind(hint, value, Request.prototype, ['url', 'method', 'headers'])
      case 'Response':
        return shownKind(hint, value, Response.prototype, ['url', 'status', 'statusText', 'headers'])
      case 'Blob':
        return shownKind(hint, value, Blob.prototype, ['type', 'size'])
      case 'File': {
        const { name } = shown(value, File.prototype, ['name'])
        return { kind: 'shown', name: hint, fields: { name, ...shown(value, Blob.prototype, ['type', 'size']) } }
      }
      default:
        return undefined
    }
  } catch {
    // Not what it says it is: it is then read like any other object.
    return undefined
  }
}

function pairsKind(name: string, pairs: Iterable<unknown>): ValueKind {
  const items = [...pairs]
  return { kind: 'pairs', name, content: { items: items.values(), size: items.length } }
}

function shownKind(name: string, value: object, prototype: object, keys: readonly string[]): ValueKind {
  return { kind: 'shown', name, fields: shown(value, prototype, keys) }
}

function shown(value: object, prototype: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, getter(prototype, key)(value)]))
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object
const typedArrayName = getter(typedArray, Symbol.toStringTag) as (value: object) => string | undefined
const viewFields = (prototype: object) => ({
  buffer: getter(prototype, 'buffer') as (value: object) => ArrayBuffer,
  byteOffset: getter(prototype, 'byteOffset') as (value: object) => number,
  byteLength: getter(prototype, 'byteLength') as (value: object) => number,
})
const typedArrayFields = viewFields(typedArray)
const dataViewFields = viewFields(DataView.prototype)

function viewKind(value: ArrayBufferView): ValueKind {
  const name = typedArrayName(value)
  const fields = name === undefined ? dataViewFields : typedArrayFields
  const bytes = new Uint8Array(fields.buffer(value), fields.byteOffset(value), fields.byteLength(value))
  return { kind: 'bytes', name: name ?? 'DataView', bytes }
}

/** The getter of a built-in class, or of the one that a library has put over it, which an own property cannot replace. */
function getter(prototype: object, key: PropertyKey): (value: object) => unknown {
  let owner: object | null = prototype
  while (owner && !Object.hasOwn(owner, key)) owner = Object.getPrototypeOf(owner) as object | null
  const get = owner && Object.getOwnPropertyDescriptor(owner, key)?.get
  return (value) => Reflect.apply(get as () => unknown, value, [])
}
