import type { ImageTools } from '@contrail/core'
import { crc32, deflateSync, inflateSync } from 'node:zlib'

/** The number of pixels of a picture that are red as the text of the fields, and grey as the boxes over them. */
export interface Pixels {
  readonly red: number
  readonly grey: number
  /** The middle of all that is red, from the top left corner of the picture. */
  readonly middle: { readonly x: number; readonly y: number }
}

/**
 * Count the pixels of a PNG.
 *
 * @throws where there is none
 */
export function countPixels(picture: Uint8Array | undefined): Pixels {
  const { width, channels, data } = decode(picture)
  let [red, grey] = [0, 0]
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0]
  for (let at = 0; at < data.length; at += channels) {
    const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!]
    if (r > 150 && g < 120 && b < 120) {
      red += 1
      const [x, y] = [(at / channels) % width, Math.floor(at / channels / width)]
      ;[left, top, right, bottom] = [
        Math.min(left, x),
        Math.min(top, y),
        Math.max(right, x + 1),
        Math.max(bottom, y + 1),
      ]
    }
    if (r === 0x6b && g === 0x72 && b === 0x80) grey += 1
  }
  return { red, grey, middle: { x: (left + right) / 2, y: (top + bottom) / 2 } }
}

const notAsked = (): never => {
  throw new Error('nothing but painting is asked of these tools')
}

/** Image tools that paint PNGs. Nothing else is asked of them. */
const painter: ImageTools = {
  reencode: notAsked,
  compare: notAsked,
  thumbnail: notAsked,
  shrink: notAsked,
  animate: notAsked,
  paint: (bytes, boxes, { colour = '' } = {}) => {
    const { width, height, channels, data } = decode(bytes)
    const fill = Buffer.from(`${colour.slice(1)}ff`, 'hex').subarray(0, channels)
    for (const box of boxes) {
      const left = Math.min(width, Math.max(0, box.x))
      const right = Math.max(left, Math.min(width, box.x + box.width))
      for (let y = Math.max(0, box.y); y < Math.min(height, box.y + box.height); y += 1)
        data.fill(fill, (y * width + left) * channels, (y * width + right) * channels)
    }
    return Promise.resolve(encode(bytes, { width, height, channels, data }))
  },
}

/** What captures and looks are given to paint with. */
export const images = (): ImageTools => painter

interface Bitmap {
  readonly width: number
  readonly height: number
  /** Bytes of a pixel. */
  readonly channels: number
  readonly data: Buffer
}

/** Decode a PNG as Chrome writes it: 8 bits a colour, not interlaced. */
function decode(bytes: Uint8Array | undefined): Bitmap {
  const png = Buffer.from(bytes ?? [])
  const [width, height, channels] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25] === 6 ? 4 : 3]
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  const packed = inflateSync(Buffer.concat(parts))
  const rowBytes = width * channels
  const data = Buffer.alloc(rowBytes * height)
  for (let y = 0; y < height; y += 1) {
    const [filter, from, to] = [packed[y * (rowBytes + 1)], y * (rowBytes + 1) + 1, y * rowBytes]
    for (let x = 0; x < rowBytes; x += 1) {
      const left = x < channels ? 0 : data[to + x - channels]!
      const up = y === 0 ? 0 : data[to + x - rowBytes]!
      const corner = x < channels || y === 0 ? 0 : data[to + x - rowBytes - channels]!
      data[to + x] = packed[from + x]! + guess(filter, left, up, corner)
    }
  }
  return { width, height, channels, data }
}

/** The byte that a row's filter expects. https://www.w3.org/TR/png-3/#9Filter-types */
function guess(filter: number | undefined, left: number, up: number, corner: number): number {
  if (filter === 0) return 0
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}

/** Encode a PNG with the header of another of the same kind. */
function encode(like: Uint8Array, { width, height, channels, data }: Bitmap): Uint8Array {
  const rows = Buffer.alloc(height * (width * channels + 1))
  for (let y = 0; y < height; y += 1)
    data.copy(rows, y * (width * channels + 1) + 1, y * width * channels, (y + 1) * width * channels)
  const chunk = (name: string, body: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(name), body])
    const [size, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
    size.writeUInt32BE(body.length)
    checksum.writeUInt32BE(crc32(named))
    return Buffer.concat([size, named, checksum])
  }
  const header = Buffer.from(like.subarray(0, 33)) // the signature and IHDR
  return Buffer.concat([header, chunk('IDAT', deflateSync(rows, { level: 1 })), chunk('IEND', Buffer.alloc(0))])
}
