/** In pixels; NaN where the bytes end before the number does. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** No header is looked for beyond this many segments, chunks or boxes: real images have a few dozen. */
const maxParts = 2_000

/** Reads the size that an image states, by media type. The bytes begin as those of that type do. */
export const sizeReaders: ReadonlyMap<string, (bytes: Uint8Array) => Size | undefined> = new Map([
  ['image/png', pngSize],
  ['image/jpeg', jpegSize],
  ['image/gif', gifSize],
  ['image/webp', webpSize],
  ['image/avif', avifSize],
])

/** IHDR must be the first chunk. */
function pngSize(bytes: Uint8Array): Size | undefined {
  if (bigEndian(bytes, 8, 4) !== 13 || !isName(bytes, 12, 'IHDR')) return undefined
  return { width: bigEndian(bytes, 16, 4), height: bigEndian(bytes, 20, 4) }
}

/** Segments up to the first start of frame, which must come before the scan. */
function jpegSize(bytes: Uint8Array): Size | undefined {
  let at = 2
  for (let part = 0; part < maxParts && bytes[at] === 0xff; part += 1) {
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) at += 1
    else if (isBareMarker(marker)) at += 2
    else if (isStartOfFrame(marker)) return { height: bigEndian(bytes, at + 5, 2), width: bigEndian(bytes, at + 7, 2) }
    else {
      const length = bigEndian(bytes, at + 2, 2)
      if (isEndOfHeader(marker) || !(length >= 2)) return undefined
      at += 2 + length
    }
  }
  return undefined
}

/** TEM and RST0 to RST7 have no length. */
function isBareMarker(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)
}

/** SOF0 to SOF15; DHT, JPG and DAC stand among them. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** A stuffed zero, another SOI, EOI or SOS. */
function isEndOfHeader(marker: number): boolean {
  return marker === 0 || (marker >= 0xd8 && marker <= 0xda)
}

/** The logical screen, or the first frame where that reaches beyond it. */
function gifSize(bytes: Uint8Array): Size | undefined {
  const screen = { width: littleEndian(bytes, 6, 2), height: littleEndian(bytes, 8, 2) }
  let at = 13 + colourTableBytes(bytes[10] ?? 0)
  for (let part = 0; part < maxParts; part += 1) {
    const introducer = bytes[at]
    if (introducer === 0x2c) {
      const right = littleEndian(bytes, at + 1, 2) + littleEndian(bytes, at + 5, 2)
      const bottom = littleEndian(bytes, at + 3, 2) + littleEndian(bytes, at + 7, 2)
      return { width: Math.max(screen.width, right), height: Math.max(screen.height, bottom) }
    }
    if (introducer !== 0x21) return screen
    at += 2
    // The sub-blocks of an extension, up to an empty one.
    for (; part < maxParts && (bytes[at] ?? 0) > 0; part += 1) at += 1 + (bytes[at] ?? 0)
    at += 1
  }
  return undefined
}

/** The table of colours that the flags of a GIF, or of a picture in it, tell of. */
export function colourTableBytes(flags = 0): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1)
}

/** The bitstream of a simple file; of an extended one the canvas, or the first frame where that is larger. */
function webpSize(bytes: Uint8Array): Size | undefined {
  let canvas: Size | undefined
  let at = 12
  for (let part = 0; at + 8 <= bytes.byteLength; part += 1) {
    if (part === maxParts) return undefined
    const data = at + 8
    if (isName(bytes, at, 'VP8X')) canvas = sizeLessOne(bytes, data + 4)
    else {
      const frame = webpFrameSize(bytes, at, data)
      if (frame) return largest(canvas ?? frame, frame)
      // An extended file may have colour profiles and the like before its first frame, a simple one nothing.
      if (!canvas || isFrameName(bytes, at)) return undefined
    }
    const length = littleEndian(bytes, at + 4, 4)
    at = data + length + (length % 2)
  }
  return canvas
}

function isFrameName(bytes: Uint8Array, at: number): boolean {
  return isName(bytes, at, 'VP8 ') || isName(bytes, at, 'VP8L') || isName(bytes, at, 'ANMF')
}

function webpFrameSize(bytes: Uint8Array, at: number, data: number): Size | undefined {
  if (isName(bytes, at, 'ANMF')) return sizeLessOne(bytes, data + 6)
  if (isName(bytes, at, 'VP8L') && bytes[data] === 0x2f) {
    const bits = littleEndian(bytes, data + 1, 4)
    return { width: (bits % 0x4000) + 1, height: (Math.floor(bits / 0x4000) % 0x4000) + 1 }
  }
  if (isName(bytes, at, 'VP8 ') && isName(bytes, data + 3, '\x9d\x01\x2a')) {
    // The upper two bits of each say how to scale it for display.
    return { width: littleEndian(bytes, data + 6, 2) % 0x4000, height: littleEndian(bytes, data + 8, 2) % 0x4000 }
  }
  return undefined
}

/** Two numbers of 24 bits, each one less than it means. */
function sizeLessOne(bytes: Uint8Array, at: number): Size {
  return { width: littleEndian(bytes, at, 3) + 1, height: littleEndian(bytes, at + 3, 3) + 1 }
}

/** The largest `ispe` property in `meta/iprp/ipco`: that of the image, or of the grid that it is made of. */
function avifSize(bytes: Uint8Array): Size | undefined {
  const meta = findBox(bytes, 'meta', 0, bytes.byteLength)
  // `meta` is a full box: version and flags come before its children.
  const properties = meta && findBox(bytes, 'iprp', meta.start + 4, meta.end)
  const container = properties && findBox(bytes, 'ipco', properties.start, properties.end)
  let size: Size | undefined
  for (const { kind, start } of container ? boxesOf(bytes, container.start, container.end) : []) {
    // What cannot be read may hide a larger size.
    if (kind === 'unreadable') return undefined
    if (kind !== 'ispe') continue
    const stated = { width: bigEndian(bytes, start + 4, 4), height: bigEndian(bytes, start + 8, 4) }
    size = largest(size ?? stated, stated)
  }
  return size
}

type BoxKind = 'meta' | 'iprp' | 'ipco' | 'ispe'
const boxKinds: readonly BoxKind[] = ['meta', 'iprp', 'ipco', 'ispe']

/** A box of ISO 14496-12; what is inside is `[start, end)`. */
interface Box {
  readonly kind: BoxKind | 'other' | 'unreadable'
  readonly start: number
  readonly end: number
}

function findBox(bytes: Uint8Array, kind: BoxKind, start: number, end: number): Box | undefined {
  for (const box of boxesOf(bytes, start, end)) if (box.kind === kind) return box
  return undefined
}

/** Boxes side by side; an `unreadable` one is the last. */
function* boxesOf(bytes: Uint8Array, start: number, end: number): Generator<Box> {
  let at = start
  for (let part = 0; at < end; part += 1) {
    const short = bigEndian(bytes, at, 4)
    const head = short === 1 ? 16 : 8
    const next = short === 0 ? end : at + (short === 1 ? bigEndian(bytes, at + 8, 8) : short)
    if (!(next >= at + head && next <= end) || part === maxParts) {
      yield { kind: 'unreadable', start: at, end }
      return
    }
    const kind = boxKinds.find((name) => isName(bytes, at + 4, name)) ?? 'other'
    yield { kind, start: at + head, end: next }
    at = next
  }
}

function largest(one: Size, other: Size): Size {
  return { width: Math.max(one.width, other.width), height: Math.max(one.height, other.height) }
}

/** An unsigned number; NaN where it reaches beyond the end. */
function bigEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let index = 0; index < length; index += 1) value = value * 256 + (bytes[at + index] ?? Number.NaN)
  return value
}

function littleEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let index = length - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? Number.NaN)
  return value
}

function isName(bytes: Uint8Array, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    if (bytes[at + index] !== name.charCodeAt(index)) return false
  }
  return true
}
