import { crc32, deflateSync, inflateSync } from 'node:zlib'

/**
 * A PNG without filters of pixels that stand as red, green and blue, row after row.
 *
 * @param width of a row in pixels
 * @param level how hard zlib tries; 0, for pixels that are noise, not at all
 */
export function encodePng(width: number, pixels: Uint8Array, level = 1): Buffer {
  const height = pixels.length / (width * 3)
  const rows = Buffer.alloc(height * (width * 3 + 1)) // every row begins with its filter, 0: none
  for (let row = 0; row < height; row++) {
    rows.set(pixels.subarray(row * width * 3, (row + 1) * width * 3), row * (width * 3 + 1) + 1)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8) // 8 bits a channel, red green blue
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const data = deflateSync(rows, { level })
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}

/**
 * The colour of one pixel of a PNG as a number, 0xrrggbb. Decodes no more rows than it must.
 *
 * @param x from the left, y from the top, both from 0
 * @throws {TypeError} for a PNG that is not 8 bits a channel, red green blue (and alpha), and not interlaced
 */
export function readPixel(png: Uint8Array, x: number, y: number): number {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength)
  const width = bytes.readUInt32BE(16)
  const [depth, colour, , , interlace] = bytes.subarray(24, 29)
  const pixelBytes = colour === 2 ? 3 : 4
  if (depth !== 8 || (colour !== 2 && colour !== 6) || interlace !== 0) {
    throw new TypeError(`expected a PNG of 8 bits RGB or RGBA, got depth ${depth}, colour type ${colour}`)
  }
  const rowBytes = width * pixelBytes
  const rows = inflateSync(pixelsOf(bytes))
  let above: Buffer = Buffer.alloc(rowBytes)
  for (let row = 0; row <= y; row++) {
    const start = row * (rowBytes + 1)
    above = unfilter(rows[start] ?? 0, rows.subarray(start + 1, start + 1 + rowBytes), above, pixelBytes)
  }
  return above.readUIntBE(x * pixelBytes, 3)
}

/** The chunks of pixels, one after the other. */
function pixelsOf(png: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  return Buffer.concat(parts)
}

/** Undo the filter of a row: https://www.w3.org/TR/png-3/#9Filters. */
function unfilter(type: number, row: Buffer, above: Buffer, pixelBytes: number): Buffer {
  const out = Buffer.alloc(row.length)
  for (let at = 0; at < row.length; at++) {
    const left = at < pixelBytes ? 0 : (out[at - pixelBytes] as number)
    const up = above[at] as number
    const upLeft = at < pixelBytes ? 0 : (above[at - pixelBytes] as number)
    const guess = [0, left, up, (left + up) >> 1, paeth(left, up, upLeft)][type] ?? 0
    out[at] = (row[at] as number) + guess
  }
  return out
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft
  const [byLeft, byUp, byUpLeft] = [left, up, upLeft].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ]
  if (byLeft <= byUp && byLeft <= byUpLeft) return left
  return byUp <= byUpLeft ? up : upLeft
}
