/** Why an image was left as it is: nothing smaller was found, it cannot be proven to stay the same, or it is no PNG. */
export type ReencodeRefusal = 'not_smaller' | 'not_exact' | 'not_png'

/** The same pixels in fewer bytes; or `kept`, and why. */
export type Reencoded =
  | { readonly bytes: Uint8Array; readonly mediaType: 'image/webp' | 'image/png' }
  | { readonly kept: ReencodeRefusal }

/** The difference between two images, in pixels. */
export interface ImageDifference {
  readonly differingPixels: number
  /** Width times height; of images of unequal size that of a canvas that holds both. */
  readonly pixels: number
}

/** A rectangle in pixels of an image as it is shown, from its top left corner. */
export interface PixelBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** One picture of an animation, with what is written under it. */
export interface AnimationFrame {
  /** Absent, or not to be decoded: then the words of `blank` stand in its place, in as many lines as they take. */
  readonly bytes?: Uint8Array | undefined
  readonly blank?: string | undefined
  /** The first line under the picture. */
  readonly title: string
  /** The second line. */
  readonly detail?: string | undefined
  /** The second line and the bar are red. */
  readonly failed?: boolean | undefined
  /** The place of a click, in parts of the picture from 0 to 1. */
  readonly point?: { readonly x: number; readonly y: number } | undefined
  /** The length of the bar of time, 0 to 1. */
  readonly progress: number
  readonly durationMs: number
}

/** Options of `ImageTools.animate`. */
export interface AnimationOptions {
  readonly format: 'gif' | 'webp'
  /** 160 to 800 pixels; default 800. */
  readonly width?: number
  /** Of WebP, 1 to 100; default 80. */
  readonly quality?: number
}

/**
 * Tools for the pixels of an image. An image is what a recording holds: bytes that somebody else has made. Each method
 * decodes, so each refuses what is too large before it does.
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

  /**
   * Cover boxes of a PNG, JPEG or WebP with one opaque colour. The media type, the size and the pixels outside of the boxes stay
   * as they are, but for what a lossy format loses; nothing else of the file stays. Every pixel that a box touches is
   * covered; what of it lies outside of the image, and a box without an area, is nothing. Where that leaves no pixel to
   * cover, the bytes are given back as they were.
   *
   * @param boxes a negative width or height reaches to the left or up
   * @param options.colour `#rrggbb`; default `#6b7280`
   * @throws {TypeError} for a box whose numbers are not finite, or what is no colour
   * @throws {ContrailError} as `reencode`; FILE_INVALID for another format
   */
  paint(bytes: Uint8Array, boxes: readonly PixelBox[], options?: { colour?: string }): Promise<Uint8Array>

  /**
   * Make a small picture of an image: WebP, as wide as asked for and never wider than the image, in its proportions. Of a
   * tower only the top is shown, three times as high as it is wide.
   *
   * @param options.width 1 to 2,048 pixels
   * @throws {TypeError} for a width that is no whole number of pixels in that range
   * @throws {ContrailError} as `reencode`
   */
  thumbnail(bytes: Uint8Array, options: { width: number }): Promise<Uint8Array>

  /**
   * Write an image in fewer bytes, with loss: WebP, in its proportions, never wider than it is.
   *
   * @param options.quality 1 to 100
   * @param options.width most pixels of its width; default as wide as it is
   * @throws {TypeError} for what is no whole number in those ranges
   * @throws {ContrailError} as `reencode`
   */
  shrink(bytes: Uint8Array, options: { quality: number; width?: number }): Promise<Uint8Array>

  /**
   * Make a moving picture that goes round for ever: each frame with two lines of words, a mark where it was clicked and a bar of
   * time. The words need no font. The first picture that can be decoded gives the proportions.
   *
   * @throws {TypeError} for no frame or more than 2,000, or an option out of range
   */
  animate(frames: readonly AnimationFrame[], options: AnimationOptions): Promise<Uint8Array>
}
