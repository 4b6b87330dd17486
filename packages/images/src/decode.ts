import { assertDecodable, ContrailError } from '@contrail/core'
import sharp from 'sharp'

// One picture at a time on one core: whoever compacts has other work going on beside it.
sharp.concurrency(1)
sharp.cache(false)

/** An image as pixels: four bytes each, red, green, blue and alpha, row by row. */
export interface Pixels {
  readonly data: Buffer
  readonly width: number
  readonly height: number
}

/** The options under which anything is decoded. What has a fault is refused and not guessed at. */
const decoderOptions = { failOn: 'warning', limitInputPixels: 40_000_000, animated: false } as const

/**
 * Decode an image. Its header is looked at first, so that nothing larger than 40 megapixels or 50 MB is tried.
 *
 * @throws {ContrailError} FILE_TOO_LARGE; FILE_INVALID for what cannot be decoded without a fault
 */
export async function decode(bytes: Uint8Array): Promise<Pixels> {
  const { mediaType, width, height } = assertDecodable(bytes)
  try {
    const decoded = await sharp(bytes, decoderOptions)
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const { data, info } = decoded
    if (data.byteLength !== info.width * info.height * 4) throw new Error(`got ${data.byteLength} bytes of pixels`)
    return { data, width: info.width, height: info.height }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ContrailError(
      'FILE_INVALID',
      `an ${mediaType} of ${width} x ${height} pixels cannot be decoded: ${why}`,
      {
        cause,
        details: { mediaType, width, height, sizeBytes: bytes.byteLength },
      },
    )
  }
}
