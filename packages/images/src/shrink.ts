import sharp from 'sharp'
import { decode } from './decode.ts'

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
