import type { ImageDifference } from '@contrail/core'
import pixelmatch from 'pixelmatch'
import { decode } from './decode.ts'

/**
 * Count the pixels in which two images differ to the eye. See `ImageTools.compare`.
 *
 * @throws {TypeError} for a threshold that is no number from 0 to 1
 * @throws {ContrailError} FILE_TOO_LARGE, FILE_INVALID
 */
export async function compare(
  one: Uint8Array,
  other: Uint8Array,
  options: { threshold?: number } = {},
): Promise<ImageDifference> {
  const { threshold = 0.1 } = options
  if (!(typeof threshold === 'number' && threshold >= 0 && threshold <= 1)) {
    throw new TypeError(`threshold: expected a number from 0 to 1, got ${String(threshold)}`)
  }
  const first = await decode(one)
  const second = await decode(other)
  if (first.width !== second.width || first.height !== second.height) {
    const pixels = Math.max(first.width, second.width) * Math.max(first.height, second.height)
    return { differingPixels: pixels, pixels }
  }
  const { width, height } = first
  // Pixels that smooth an edge count too: what differs is to be known, whatever the reason.
  const differingPixels = pixelmatch(first.data, second.data, undefined, width, height, { threshold, includeAA: true })
  return { differingPixels, pixels: width * height }
}
