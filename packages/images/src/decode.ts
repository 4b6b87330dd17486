import { assertDecodable, ContrailError, messageOf } from '@contrail/core/decoding'
import type * as Sharp from 'sharp'

/** sharp, once {@link loadSharp} has resolved. A bundle that named it at its top could not start without it. */
export let sharp: typeof Sharp.default
let isLoaded = false

/** Load sharp. @throws {ContrailError} PACKAGE_MISSING where it is not installed, or not for this machine */
export async function loadSharp(): Promise<void> {
  if (isLoaded) return
  try {
    sharp = (await import('sharp')).default
    isLoaded = true
  } catch (cause) {
    const [why] = messageOf(cause).split('\n')
    const message = `pictures are worked on by sharp, which cannot be loaded (${why}): npm install sharp`
    throw new ContrailError('PACKAGE_MISSING', message, { cause })
  }
  // One picture at a time on one core: whoever compacts has other work going on beside it.
  sharp.concurrency(1)
  sharp.cache(false)
}

/** An image as pixels: four bytes each, red, green, blue and alpha, row by row. */
export interface Pixels {
  readonly data: Buffer
  readonly width: number
  readonly height: number
}

/** The options under which anything is decoded. What has a fault is refused and not guessed at. */
export const decoderOptions = { failOn: 'warning', limitInputPixels: 40_000_000, animated: false } as const

/**
 * Decode an image. Its header is looked at first, so that nothing larger than 40 megapixels or 50 MB is tried.
 *
 * @throws {ContrailError} FILE_TOO_LARGE; FILE_INVALID for what cannot be decoded without a fault
 */
export async function decode(bytes: Uint8Array): Promise<Pixels> {
  assertDecodable(bytes)
  return orInvalid(bytes, async () => {
    const decoded = await sharp(bytes, decoderOptions)
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const { data, info } = decoded
    if (data.byteLength !== info.width * info.height * 4) throw new Error(`got ${data.byteLength} bytes of pixels`)
    return { data, width: info.width, height: info.height }
  })
}

/**
 * Tell what a decoder refuses as what is wrong with the image.
 *
 * @throws {ContrailError} FILE_INVALID
 */
export async function orInvalid<Result>(bytes: Uint8Array, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    const { mediaType, width, height } = assertDecodable(bytes)
    throw new ContrailError(
      'FILE_INVALID',
      `an ${mediaType} of ${width} x ${height} pixels cannot be decoded: ${messageOf(cause)}`,
      {
        cause,
        details: { mediaType, width, height, sizeBytes: bytes.byteLength },
      },
    )
  }
}
