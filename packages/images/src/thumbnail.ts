import sharp from 'sharp'
import { decode } from './decode.ts'

const mostPixels = 2_048
/** A page of 100,000 pixels' height would be a thread: what is below three times the width is left out. */
const highest = 3

/**
 * Make a small picture of an image. See `ImageTools.thumbnail`.
 *
 * @throws {TypeError} for a width that is no whole number of pixels from 1 to 2,048
 * @throws {ContrailError} FILE_TOO_LARGE, FILE_INVALID
 */
export async function thumbnail(bytes: Uint8Array, { width }: { width: number }): Promise<Uint8Array> {
  if (!Number.isInteger(width) || width < 1 || width > mostPixels) {
    throw new TypeError(`options.width of a thumbnail: expected 1 to ${mostPixels} pixels, got ${width}`)
  }
  const pixels = await decode(bytes)
  const height = Math.min(pixels.height, pixels.width * highest)
  const image = sharp(pixels.data, { raw: { width: pixels.width, height: pixels.height, channels: 4 } })
  const small = image
    .extract({ left: 0, top: 0, width: pixels.width, height })
    .resize({ width: Math.min(width, pixels.width) })
  return small.webp({ quality: 80, effort: 2 }).toBuffer()
}
