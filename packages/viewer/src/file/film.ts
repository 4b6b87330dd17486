import { isContrailError, type Image, type ImageTools } from '@contrail/core'
import { base64Length, type FittedFrame } from './fit-frames.ts'

/** Pixels of a picture in the film of a page. */
const width = 160

/**
 * Make the small pictures of a film: whole frames, decoded all at once, would take 4 MB of memory each. What cannot be read or
 * decoded has none, and what would be more than may be is left out.
 *
 * @param options.maxBytes of all together, as base64
 */
export async function makeFilm(
  frames: readonly Image[],
  options: { maxBytes: number; images: () => Promise<Pick<ImageTools, 'thumbnail'>> },
): Promise<FittedFrame[]> {
  const made: FittedFrame[] = []
  let left = options.maxBytes
  for (const image of frames) {
    if (left <= 0) break
    const bytes = await makeSmall(image, options.images)
    if (!bytes || base64Length(bytes) > left) continue
    left -= base64Length(bytes)
    made.push({ sha256: image.sha256, mediaType: 'image/webp', bytes })
  }
  return made
}

async function makeSmall(
  image: Image,
  images: () => Promise<Pick<ImageTools, 'thumbnail'>>,
): Promise<Uint8Array | undefined> {
  try {
    const bytes = await image.read()
    return await (await images()).thumbnail(bytes, { width })
  } catch (cause) {
    // The frame itself says in its place why it is not there.
    if (isContrailError(cause)) return undefined
    throw cause
  }
}
