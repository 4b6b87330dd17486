import { decode, sharp } from './decode.ts'

/** No WebP has a longer side. */
const longestSide = 16_383

/**
 * Make an image smaller with loss. See `ImageTools.shrink`.
 *
 * @throws {TypeError} for a quality or a width out of range
 * @throws {ContrailError} FILE_TOO_LARGE, FILE_INVALID
 */
export async function shrink(bytes: Uint8Array, options: { quality: number; width?: number }): Promise<Uint8Array> {
  const { quality, width = longestSide } = options
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) {
    throw new TypeError(`options.quality: expected a whole number from 1 to 100, got ${quality}`)
  }
  if (!Number.isInteger(width) || width < 1 || width > longestSide) {
    throw new TypeError(`options.width: expected 1 to ${longestSide} pixels, got ${width}`)
  }
  const { data, ...size } = await decode(bytes)
  return sharp(data, { raw: { ...size, channels: 4 } })
    .resize({ width, height: longestSide, fit: 'inside', withoutEnlargement: true })
    .webp({ quality, effort: 4 })
    .toBuffer()
}

const widestThumbnail = 2_048
/** A page of 100,000 pixels' height would be a thread: what is below three times the width is left out. */
const highest = 3

/**
 * Make a small picture of an image. See `ImageTools.thumbnail`.
 *
 * @throws {TypeError} for a width that is no whole number of pixels from 1 to 2,048
 * @throws {ContrailError} FILE_TOO_LARGE, FILE_INVALID
 */
export async function thumbnail(bytes: Uint8Array, { width }: { width: number }): Promise<Uint8Array> {
  if (!Number.isInteger(width) || width < 1 || width > widestThumbnail) {
    throw new TypeError(`options.width of a thumbnail: expected 1 to ${widestThumbnail} pixels, got ${width}`)
  }
  const pixels = await decode(bytes)
  const height = Math.min(pixels.height, pixels.width * highest)
  const image = sharp(pixels.data, { raw: { width: pixels.width, height: pixels.height, channels: 4 } })
  const small = image
    .extract({ left: 0, top: 0, width: pixels.width, height })
    .resize({ width: Math.min(width, pixels.width) })
  return small.webp({ quality: 80, effort: 2 }).toBuffer()
}
