import type { Reencoded } from '@contrail/core'
import { assertDecodable } from '@contrail/core/decoding'
import type { Sharp } from 'sharp'
import { decode, type Pixels, sharp } from './decode.ts'
import { isPlainPng } from './exact-png.ts'

/** No WebP has a longer side. */
const maxWebpSide = 16_383
/** Up to here the container weighs as much as the pixels, so that a PNG may be the smaller one. */
const fewPixels = 16_384

type Encoding = Exclude<Reencoded, { kept: unknown }>

/**
 * The same pixels in fewer bytes: WebP without loss, else PNG. See `ImageTools.reencode`.
 *
 * PNG is tried where WebP cannot be, where it gains nothing, and of small pictures: of larger ones WebP has been the
 * smaller one in every case that was measured, and a PNG takes as long again.
 *
 * @throws {ContrailError} FILE_TOO_LARGE, FILE_INVALID
 */
export async function reencode(bytes: Uint8Array): Promise<Reencoded> {
  const { mediaType } = assertDecodable(bytes)
  // What a lossy picture looks like is up to its decoder, and what is lossless WebP is as small as can be.
  if (mediaType !== 'image/png') return { kept: 'not_png' }
  if (!isPlainPng(bytes)) return { kept: 'not_exact' }
  const pixels = await decode(bytes)
  const smaller = (encodings: Encoding[]): Encoding[] =>
    encodings
      .filter((encoding) => encoding.bytes.byteLength < bytes.byteLength)
      .toSorted((one, other) => one.bytes.byteLength - other.bytes.byteLength)
  const image = imageOf(pixels)
  const fits = pixels.width <= maxWebpSide && pixels.height <= maxWebpSide
  const webp = fits ? smaller([await toWebp(image)]) : []
  const isSmall = pixels.width * pixels.height <= fewPixels
  const candidates = webp.length > 0 && !isSmall ? webp : smaller([...webp, ...(await toPngs(image))])
  if (candidates.length === 0) return { kept: 'not_smaller' }
  for (const candidate of candidates) if (await holdsPixels(candidate.bytes, pixels)) return candidate
  return { kept: 'not_exact' }
}

/** Without its alpha where that says nothing: encoders do better so. */
function imageOf({ data, width, height }: Pixels): Sharp {
  const image = sharp(data, { raw: { width, height, channels: 4 } })
  for (let alpha = 3; alpha < data.byteLength; alpha += 4) if (data[alpha] !== 255) return image
  return image.removeAlpha()
}

/** Effort 2 makes what effort 4 makes, in less time; `exact` keeps the colours of what cannot be seen. */
async function toWebp(image: Sharp): Promise<Encoding> {
  const bytes = await image.clone().webp({ lossless: true, effort: 2, exact: true }).toBuffer()
  return { bytes, mediaType: 'image/webp' }
}

/** Filters help photographs and harm plain surfaces, so both are tried. */
async function toPngs(image: Sharp): Promise<Encoding[]> {
  const encodings: Encoding[] = []
  for (const adaptiveFiltering of [true, false]) {
    const bytes = await image.clone().png({ compressionLevel: 9, adaptiveFiltering }).toBuffer()
    encodings.push({ bytes, mediaType: 'image/png' })
  }
  return encodings
}

async function holdsPixels(bytes: Uint8Array, { data, width, height }: Pixels): Promise<boolean> {
  const decoded = await decode(bytes)
  return decoded.width === width && decoded.height === height && decoded.data.equals(data)
}
