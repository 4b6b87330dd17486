import { crc32, deflateSync, inflateSync } from 'node:zlib'
import type { ImageTools, Reencoded } from '@contrail/core'

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/** The pixels of a picture that this file has made: RGB, three bytes each. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly rgb: Buffer
}

/** A PNG that is larger than it must be: nothing in it is compressed. */
export function picturePng(picture: Picture, level = 0): Buffer {
  const { width, height, rgb } = picture
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const rows = Array.from({ length: height }, (_, y) => rgb.subarray(y * width * 3, (y + 1) * width * 3))
  const pixels = deflateSync(Buffer.concat(rows.flatMap((row) => [Buffer.from([0]), row])), { level })
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

/** A picture of one colour, by name: equal names are equal pictures. */
export function plainPicture(name: string): Buffer {
  const colour = Buffer.from(crc32(name).toString(16).padStart(8, '0'), 'hex').subarray(0, 3)
  return picturePng({ width: 12, height: 9, rgb: Buffer.alloc(12 * 9 * 3, colour) })
}

/** A picture of stripes, by name. */
export function stripedPicture(name: string): Buffer {
  const colours = Buffer.from(`${name} ${name.length}`.padEnd(18, '~').slice(0, 18), 'latin1')
  return picturePng({ width: 12, height: 9, rgb: Buffer.alloc(12 * 9 * 3, colours) })
}

/** The pixels of a PNG or a WebP that this file has made. */
export function pixelsOf(bytes: Uint8Array): Picture {
  const buffer = Buffer.from(bytes)
  if (buffer.subarray(0, 4).toString('latin1') === 'RIFF') return webpPixels(buffer)
  const width = buffer.readUInt32BE(16)
  const height = buffer.readUInt32BE(20)
  const packed = inflateSync(buffer.subarray(41, 41 + buffer.readUInt32BE(33)))
  const rows = Array.from({ length: height }, (_, y) =>
    packed.subarray(y * (width * 3 + 1) + 1, (y + 1) * (width * 3 + 1)),
  )
  return { width, height, rgb: Buffer.concat(rows) }
}

/**
 * A second implementation of the port for images, small and fast enough for thousands of runs. It really re-encodes, and
 * without loss: a PNG of one colour becomes a WebP (VP8L, whose every code has one symbol), any other a PNG that is compressed.
 * It knows only the PNGs that this file makes, and compares nothing.
 */
export const losslessImages: Pick<ImageTools, 'reencode'> = {
  reencode: async (bytes): Promise<Reencoded> => {
    if (!signature.equals(bytes.subarray(0, 8))) return { kept: 'not_png' }
    const picture = pixelsOf(bytes)
    const { rgb } = picture
    const isPlain = Buffer.alloc(rgb.byteLength, rgb.subarray(0, 3)).equals(rgb)
    const encoded = isPlain ? plainWebp(picture) : picturePng(picture, 9)
    if (encoded.byteLength >= bytes.byteLength) return { kept: 'not_smaller' }
    return { bytes: encoded, mediaType: isPlain ? 'image/webp' : 'image/png' }
  },
}

/** https://developers.google.com/speed/webp/docs/webp_lossless_bitstream_specification */
function plainWebp({ width, height, rgb }: Picture): Buffer {
  const bits: number[] = []
  const put = (value: number, count: number): void => {
    for (let bit = 0; bit < count; bit++) bits.push((value >> bit) & 1)
  }
  put(0x2f, 8)
  put(width - 1, 14)
  put(height - 1, 14)
  put(0, 1) // nothing is transparent
  put(0, 3) // version
  put(0, 1) // no transform
  put(0, 1) // no cache of colours
  put(0, 1) // one group of codes for the whole picture
  for (const symbol of [rgb[1], rgb[0], rgb[2], 255, 0]) {
    put(1, 1) // a simple code
    put(0, 1) // of one symbol
    put(1, 1) // that has eight bits
    put(symbol ?? 0, 8)
  }
  const data = Buffer.alloc(Math.ceil(bits.length / 8))
  for (const [at, bit] of bits.entries()) data[at >> 3] = (data[at >> 3] ?? 0) | (bit << (at & 7))
  const padded = Buffer.concat([data, Buffer.alloc(data.byteLength % 2)])
  const head = Buffer.from('RIFF....WEBPVP8L....', 'latin1')
  head.writeUInt32LE(12 + padded.byteLength, 4)
  head.writeUInt32LE(data.byteLength, 16)
  return Buffer.concat([head, padded])
}

function webpPixels(buffer: Buffer): Picture {
  const bitsAt = (start: number, count: number): number => {
    let value = 0
    for (let bit = 0; bit < count; bit++)
      value |= (((buffer[20 + ((start + bit) >> 3)] ?? 0) >> ((start + bit) & 7)) & 1) << bit
    return value
  }
  const [width, height] = [bitsAt(8, 14) + 1, bitsAt(22, 14) + 1]
  const symbol = (code: number): number => bitsAt(43 + code * 11 + 3, 8)
  return { width, height, rgb: Buffer.alloc(width * height * 3, Buffer.from([symbol(1), symbol(0), symbol(2)])) }
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.byteLength)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}
