import { crc32, deflateSync } from 'node:zlib'

/** The sample types of a PNG. */
export const colourTypes = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const

/** A chunk of a PNG. */
export interface Chunk {
  readonly name: string
  readonly data: Uint8Array
}

/**
 * Write a PNG by hand, so that its pixels are known without asking any decoder.
 *
 * @param rows the packed samples of each row
 * @param more.before chunks before the pixels, e.g. a palette
 * @param more.after chunks behind them
 */
export function pngFile(
  image: { width: number; height: number; bitDepth?: number; colourType: number },
  rows: readonly Uint8Array[],
  more: { before?: readonly Chunk[]; after?: readonly Chunk[]; trailing?: Uint8Array } = {},
): Buffer {
  const { width, height, bitDepth = 8, colourType } = image
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([bitDepth, colourType, 0, 0, 0], 8)
  // Without filters, and stored rather than compressed well: as large as a PNG gets.
  const pixels = deflateSync(Buffer.concat(rows.flatMap((row) => [Buffer.from([0]), row])), { level: 1 })
  const chunks: Chunk[] = [
    { name: 'IHDR', data: header },
    ...(more.before ?? []),
    { name: 'IDAT', data: pixels },
    ...(more.after ?? []),
    { name: 'IEND', data: Buffer.alloc(0) },
  ]
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...chunks.map(toBytes),
    ...(more.trailing ? [more.trailing] : []),
  ])
}

/** A PNG of RGBA pixels, four bytes each. */
export function rgbaPng(data: Uint8Array, width: number, more: Parameters<typeof pngFile>[2] = {}): Buffer {
  const height = data.byteLength / width / 4
  const rows = Array.from({ length: height }, (_, row) => data.subarray(row * width * 4, (row + 1) * width * 4))
  return pngFile({ width, height, colourType: colourTypes.rgba }, rows, more)
}

/** Something like a page: panels and lines of text on white, the same for the same seed. Opaque RGBA. */
export function pagePixels(width: number, height: number, seed = 1): Buffer {
  const data = Buffer.alloc(width * height * 4, 255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isInk = y % 14 < 9 && (x * 7919 + Math.floor(y / 2) * 104_729 * seed) % 11 < 3
      const shade = isInk ? 20 + ((x * seed) % 30) : x > width / 2 ? 240 : 255
      data.set([shade, shade, Math.min(255, shade + (y % 3)), 255], (y * width + x) * 4)
    }
  }
  return data
}

function toBytes({ name, data }: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.byteLength)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}
