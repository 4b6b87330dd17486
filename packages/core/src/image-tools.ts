/** Why an image was left as it is: nothing smaller was found, it cannot be proven to stay the same, or it is no PNG. */
export type ReencodeRefusal = 'not_smaller' | 'not_exact' | 'not_png'

/** The same pixels in fewer bytes; or `kept`, and why. */
export type Reencoded =
  | { readonly bytes: Uint8Array; readonly mediaType: 'image/webp' | 'image/png' }
  | { readonly kept: ReencodeRefusal }

/** How far two images differ, in pixels. */
export interface ImageDifference {
  readonly differingPixels: number
  /** Width times height; of images of unequal size that of a canvas that holds both. */
  readonly pixels: number
}

/**
 * What can be done with the pixels of an image. An image is what a recording holds: bytes that somebody else has made.
 * Each method decodes, so each refuses what is too large before it does.
 */
export interface ImageTools {
  /**
   * Write an image in fewer bytes, without loss: all of red, green, blue and alpha of every pixel is the same when both
   * are decoded, also where a pixel cannot be seen.
   *
   * @throws {ContrailError} FILE_TOO_LARGE above 40 megapixels or 50 MB; FILE_INVALID for what cannot be decoded
   */
  reencode(bytes: Uint8Array): Promise<Reencoded>

  /**
   * Count the pixels in which two images differ to the eye. Images of unequal size differ in every pixel.
   *
   * @param options.threshold how different two colours may be and still count as equal: 0 (not at all) to 1; default 0.1
   * @throws {TypeError} for a threshold that is no number from 0 to 1
   * @throws {ContrailError} as `reencode`
   */
  compare(one: Uint8Array, other: Uint8Array, options?: { threshold?: number }): Promise<ImageDifference>
}
