import { ContrailError } from '../errors.ts'
import { sizeReaders } from './size.ts'
import { sniffMediaType } from './media-type.ts'

/** The facts that an image states of itself before anything is decoded. Width and height are in pixels, at least 1. */
export interface ImageHeader {
  readonly mediaType: string
  readonly width: number
  readonly height: number
}

/**
 * Read the size of an image from its header: png, jpeg, webp, gif, avif. Nothing is decoded and no memory is taken; the
 * time is bounded whatever the bytes are. Of an image that states several sizes the largest counts.
 *
 * @returns `undefined` where there is no such header, or it states no size
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const mediaType = sniffMediaType(bytes)
  const readSize = mediaType === undefined ? undefined : sizeReaders.get(mediaType)
  const size = readSize?.(bytes)
  // Written so that NaN, which stands for bytes beyond the end, is no size either.
  if (mediaType === undefined || !size || !(size.width >= 1 && size.height >= 1)) return undefined
  return { mediaType, width: size.width, height: size.height }
}

/**
 * Refuse an image that would cost too much to decode. Whatever decodes an image calls this first.
 *
 * @param options.maxPixels width times height; default 40,000,000
 * @param options.maxBytes size of the encoded image; default 50,000,000
 * @returns the header
 * @throws {ContrailError} FILE_TOO_LARGE beyond a limit; FILE_INVALID where there is no header that can be read
 */
export function assertDecodable(
  bytes: Uint8Array,
  options: { maxPixels?: number; maxBytes?: number } = {},
): ImageHeader {
  const { maxPixels = 40_000_000, maxBytes = 50_000_000 } = options
  const sizeBytes = bytes.byteLength
  if (sizeBytes > maxBytes) {
    throw new ContrailError('FILE_TOO_LARGE', `an image of ${sizeBytes} bytes; at most ${maxBytes} are decoded`, {
      details: { sizeBytes, maxBytes },
    })
  }
  const header = readImageHeader(bytes)
  if (!header) {
    throw new ContrailError(
      'FILE_INVALID',
      'no image that can be decoded: expected the header of a PNG, JPEG, WebP, GIF or AVIF',
      {
        details: { sizeBytes, mediaType: sniffMediaType(bytes) },
      },
    )
  }
  const { mediaType, width, height } = header
  if (width * height > maxPixels) {
    throw new ContrailError(
      'FILE_TOO_LARGE',
      `an ${mediaType} of ${width} x ${height} pixels; at most ${maxPixels} pixels in all are decoded`,
      { details: { mediaType, width, height, maxPixels, sizeBytes } },
    )
  }
  return header
}
