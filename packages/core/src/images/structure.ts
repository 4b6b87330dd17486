import { readImageHeader } from './header.ts'
import { sniffMediaType } from './media-type.ts'
import { colourTableBytes } from './size.ts'

/**
 * Tells whether bytes are built as an image is, and do not only begin like one: the parts of a PNG, a GIF or a BMP lead
 * to its end, and a JPEG, WebP or AVIF states the size of its picture, a WebP its own too. No pixel is decoded; a
 * picture of 150 KB takes a few microseconds.
 */
export function isWholeImage(bytes: Uint8Array): boolean {
  const mediaType = sniffMediaType(bytes)
  if (mediaType === 'image/png') return endOfPng(bytes) === bytes.byteLength
  if (mediaType === 'image/gif') return endOfGif(bytes) === bytes.byteLength
  if (mediaType === 'image/bmp') return viewOf(bytes).getUint32(2, true) === bytes.byteLength
  if (mediaType === 'image/webp' && viewOf(bytes).getUint32(4, true) + 8 !== bytes.byteLength) return false
  return mediaType !== undefined && readImageHeader(bytes) !== undefined
}

/** The end of the last chunk, or anything else for what has none. Each chunk has a length, a name and a checksum. */
function endOfPng(bytes: Uint8Array): number {
  const view = viewOf(bytes)
  for (let at = 8; at + 12 <= bytes.byteLength;) {
    const name = view.getUint32(at + 4)
    const isFirst = at === 8
    if (isFirst !== (name === 0x49484452)) return -1
    at += 12 + view.getUint32(at)
    if (name === 0x49454e44) return at
  }
  return -1
}

/** The place of the trailer behind all extensions and frames, or anything else for what has none. */
function endOfGif(bytes: Uint8Array): number {
  let at = 13 + colourTableBytes(bytes[10])
  while (at < bytes.byteLength) {
    const introducer = bytes[at]
    if (introducer === 0x3b) return at + 1
    if (introducer === 0x21) at += 2
    else if (introducer === 0x2c) at += 11 + colourTableBytes(bytes[at + 9])
    else return -1
    for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) at += 1 + length
    at += 1
  }
  return -1
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
