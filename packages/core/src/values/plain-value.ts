import {
  buildPlainData,
  openContainer,
  putTag,
  putText,
  putValue,
  smallestSizeBytes,
  type Build,
} from './plain-builder.ts'
import { HookPlace, pathToAncestor, type Place, type TextPlace } from './place.ts'
import { fitsSurely } from './plain-size.ts'
import { pin, type Loss } from './room.ts'
import { kindOf } from './value-kind.ts'

/** Data that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type PlainValue =
  | null
  | boolean
  | number
  | string
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue }

/** The limits of a conversion, and what is done to texts and bytes on the way. */
export interface PlainValueOptions {
  /** The depth to which arrays and objects of the result may nest. Default 64. */
  maxDepth?: number
  /** Object keys and array items of the result in all. Default 10,000. */
  maxKeys?: number
  /** UTF-8 bytes of the result's JSON; at least 256. Default 1,000,000. */
  maxSizeBytes?: number
  /**
   * Called for every string, and for the bytes of every typed array, ArrayBuffer or DataView (a view of the caller's
   * memory, so copy what you keep), before anything is cut. What it returns is put in the place of the value as it is,
   * neither cut nor escaped; `undefined` declines, and so does an exception.
   *
   * @param key the property's name, the index of an array item as text, `""` for the whole value
   * @param parent the caller's object in which the value stands
   */
  lift?: ((value: string | Uint8Array, key: string, parent: object) => PlainValue | undefined) | undefined
  /**
   * Called for every full text before anything is cut: strings wherever they stand, texts of errors and tags, and
   * property names. Where it throws, the text is left out and marked.
   *
   * @param key the nearest property name, or text key of a Map, above the text; `undefined` at the top and for a name
   * @param place where the text stands; `undefined` for a name, and for what says why a value was unreadable
   */
  transformText?: ((text: string, key: string | undefined, place: TextPlace | undefined) => string) | undefined
  /** Called for every finite number. The text that it returns stands in the place of the number; `undefined` declines. */
  transformNumber?: ((value: number, key: string | undefined, place: TextPlace) => string | undefined) | undefined
  /**
   * Called for the bytes that `lift` declined, with a view of the caller's memory. What it returns is stored in their place, as bytes or as
   * a text; `undefined` declines. Where it throws, the bytes are left out and marked.
   */
  transformBytes?: ((bytes: Uint8Array, place: TextPlace) => Uint8Array | string | undefined) | undefined
  /** Called once where something was cut, with all that is lost. */
  onCut?: ((loss: Loss) => void) | undefined
}

/**
 * Convert any JavaScript value to plain data. Never throws, never changes what it is given, shares nothing with it,
 * and takes time linear in what it reads.
 *
 * What JSON cannot hold is tagged: `{"$type": "bigint", "value": "10"}`, `number` (NaN, Infinity, -Infinity, -0),
 * `undefined` (in arrays and for the whole value; in objects the key is dropped, as JSON does), `date` (ISO, or
 * "invalid"), `regexp`, `url`, `map` {entries}, `Headers`, `URLSearchParams` and `FormData` {entries}, `set` {values}, `Request` {url, method,
 * headers}, `Response` {url, status, statusText, headers}, `Blob` and `File` {name?, type, size}, `error` {name, message, stack?, cause?, errors?, own
 * properties}, `function` {name}, `symbol` {description?}, `opaque` {name} (a Promise, a WeakMap: state nobody can
 * see), `circular` {path}, `unreadable` {reason} (a getter, Proxy or toJSON that threw, in that place only), and bytes
 * as `{"$type": "Uint8Array", "base64": "..."}` under the name of their class. `new String("x")` and its like become
 * what they hold. `toJSON` is honoured for objects that are none of these. A bigint of more than 4,096 bits is written
 * in hex, since decimal takes more than linear time.
 *
 * What is too large is cut and marked: a string becomes `<beginning>[$truncated <lost> of <length> characters]<end>`, the longest
 * first, an aria tree and bytes without the end; an array ends with `{"$truncated": "keys", "length": <original>}`; an object has `"$truncated": "keys"`. The
 * reason is `size` where no room was left for more keys, and `{"$truncated": "depth"}` stands for what lies too deep.
 * Outer levels are served before inner ones, so one large branch does not crowd out its neighbours; but a list that is longer than
 * what its items hold loses its last items rather than parts of its first ones.
 *
 * A key of the input that looks like one of our marks is escaped, see `unescapeKey`.
 */
export function toPlainValue(value: unknown, options: PlainValueOptions = {}): PlainValue {
  const { maxDepth = 64, maxKeys = 10_000, maxSizeBytes = 1_000_000 } = options
  return convertWithin({ maxDepth, maxKeys, maxSizeBytes, escapesKeys: true }, options, value)
}

/**
 * Cut plain data until its JSON has at most `limitBytes` UTF-8 bytes, in the way of {@link toPlainValue}: the longest
 * strings first, and keys only where that does not suffice. A string of up to 80 bytes in JSON stays whole, so frames do.
 *
 * @param value what `toPlainValue` made, or an object of such values
 * @param limitBytes at least 256
 * @param onCut as {@link toPlainValue} has it
 * @returns the value itself when it fits
 */
export function fitPlainValue(value: PlainValue, limitBytes: number, onCut?: (loss: Loss) => void): PlainValue {
  if (fitsSurely(value, limitBytes)) return value
  const json = JSON.stringify(value)
  if (json.length * 3 <= limitBytes || new TextEncoder().encode(json).byteLength <= limitBytes) return value
  const limits = { maxDepth: Infinity, maxKeys: Infinity, maxSizeBytes: limitBytes, escapesKeys: false }
  return convertWithin(limits, { onCut }, value)
}

interface Conversion extends Build {
  readonly lift: PlainValueOptions['lift']
  readonly transformNumber: PlainValueOptions['transformNumber']
  readonly transformBytes: PlainValueOptions['transformBytes']
}

type Limits = Required<Pick<PlainValueOptions, 'maxDepth' | 'maxKeys' | 'maxSizeBytes'>> & { escapesKeys: boolean }
type Hooks = Pick<PlainValueOptions, 'lift' | 'transformText' | 'transformNumber' | 'transformBytes' | 'onCut'>

function convertWithin(limits: Limits, hooks: Hooks, value: unknown): PlainValue {
  const conversion: Conversion = {
    maxDepth: limits.maxDepth,
    escapesKeys: limits.escapesKeys,
    lift: hooks.lift,
    transformText: hooks.transformText,
    transformNumber: hooks.transformNumber,
    transformBytes: hooks.transformBytes,
    onCut: hooks.onCut,
    keysLeft: limits.maxKeys,
    sizeBytesLeft: Math.max(limits.maxSizeBytes, smallestSizeBytes),
    containers: [],
    longTexts: [],
    tooDeep: [],
  }
  return buildPlainData(conversion, value, convert) as PlainValue
}

function convert(conversion: Conversion, value: unknown, place: Place): void {
  switch (typeof value) {
    case 'string':
      if (!putLifted(conversion, value, place)) putText(conversion, place, transformed(conversion, value, place))
      return
    case 'number':
      if (!Number.isFinite(value)) return putTag(conversion, place, 'number', { value: String(value) })
      if (Object.is(value, -0)) return putTag(conversion, place, 'number', { value: '-0' })
      if (conversion.transformNumber) {
        const text = conversion.transformNumber(value, place.label, new HookPlace(place))
        if (text !== undefined) return putText(conversion, place, text)
      }
      return putValue(conversion, place, value, String(value).length)
    case 'boolean':
      return putValue(conversion, place, value, 5)
    case 'undefined':
      return putTag(conversion, place, 'undefined', {})
    case 'bigint':
      return putTag(conversion, place, 'bigint', { value: transformed(conversion, textOfBigInt(value), place) })
    case 'symbol': {
      const { description } = value
      const texts = description === undefined ? {} : { description: transformed(conversion, description, place) }
      return putTag(conversion, place, 'symbol', texts)
    }
    case 'function': {
      const name: unknown = value.name
      return putTag(conversion, place, 'function', {
        name: typeof name === 'string' ? transformed(conversion, name, place) : '',
      })
    }
    case 'object':
      if (value === null) putValue(conversion, place, null, 4)
      else convertObject(conversion, value, place)
  }
}

/** @param origin the object whose `toJSON` gave the value; the value is not asked for another */
function convertObject(conversion: Conversion, value: object, place: Place, origin?: object): void {
  const path = pathToAncestor(place, value)
  if (path !== undefined) return putTag(conversion, place, 'circular', { path })
  const source = origin ?? value
  const kind = kindOf(value)
  switch (kind.kind) {
    case 'bytes':
      return putBytes(conversion, kind.bytes, kind.name, place)
    case 'text':
      return putTag(conversion, place, kind.type, { value: transformed(conversion, kind.text, place) })
    case 'boxed':
      return convert(conversion, kind.value, place)
    case 'opaque':
      return putTag(conversion, place, 'opaque', { name: transformed(conversion, kind.name, place) })
    case 'map':
    case 'set':
      return openContainer(conversion, place, { source, fields: value, type: kind.kind, ...kind.content })
    case 'pairs':
      return openContainer(conversion, place, { source, fields: value, type: 'map', name: kind.name, ...kind.content })
    case 'shown': {
      const { name, fields } = kind
      return openContainer(conversion, place, { source, fields, type: 'object', name, keys: Object.keys(fields) })
    }
    case 'error': {
      const keys = [...new Set(['name', 'message', 'stack', 'cause', 'errors', ...Object.keys(value)])]
      return openContainer(conversion, place, { source, fields: value, type: 'error', keys })
    }
    case 'array':
    case 'object': {
      const toJSON = origin || !conversion.escapesKeys ? undefined : (value as { toJSON?: unknown }).toJSON
      if (typeof toJSON === 'function') {
        const json: unknown = Reflect.apply(toJSON, value, [place.sourceKey])
        const isObject = typeof json === 'object' && json !== null
        return isObject ? convertObject(conversion, json, place, value) : convert(conversion, json, place)
      }
      const type = kind.kind
      if (type === 'array') return openContainer(conversion, place, { source, fields: value, type })
      return openContainer(conversion, place, { source, fields: value, type, keys: Object.keys(value) })
    }
  }
}

function putBytes(conversion: Conversion, bytes: Uint8Array, name: string, place: Place): void {
  if (putLifted(conversion, bytes, place)) return
  const stored = conversion.transformBytes?.(bytes, new HookPlace(place)) ?? bytes
  if (typeof stored === 'string') putText(conversion, place, stored)
  else putTag(conversion, place, name, { base64: stored })
}

function putLifted(conversion: Conversion, value: string | Uint8Array, place: Place): boolean {
  if (!conversion.lift) return false
  let lifted: PlainValue | undefined
  try {
    lifted = conversion.lift(value, place.sourceKey, place.parent)
  } catch {
    // Nothing is lost: the value stays in the record as text or base64.
    return false
  }
  if (lifted === undefined) return false
  pin(place)
  putValue(conversion, place, lifted, new TextEncoder().encode(JSON.stringify(lifted)).byteLength)
  return true
}

function transformed(conversion: Conversion, text: string, place: Place): string {
  return conversion.transformText ? conversion.transformText(text, place.label, new HookPlace(place)) : text
}

const firstLongBigInt = 1n << 4_096n

function textOfBigInt(value: bigint): string {
  if (-firstLongBigInt < value && value < firstLongBigInt) return value.toString()
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`
}

/** Give 0 for the tag of -0, which JSON does not have; anything else as it is. */
export function withoutNegativeZero(plain: unknown): unknown {
  const isTag = typeof plain === 'object' && plain !== null && '$type' in plain && 'value' in plain
  return isTag && plain.$type === 'number' && plain.value === '-0' ? 0 : plain
}
