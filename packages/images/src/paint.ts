import type { PixelBox } from '@contrail/core'
import { assertDecodable, ContrailError, present } from '@contrail/core/decoding'
import type { Metadata, Sharp } from 'sharp'
import { decoderOptions, orInvalid, sharp } from './decode.ts'
import { coveredStretches } from './covered-rows.ts'

/** Pixels, red first and alpha last where there is any; of an animation all frames, one below the other. */
interface Canvas {
  readonly data: Uint8Array | Uint16Array
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  /** Of one frame. */
  readonly frameHeight: number
}

/**
 * Cover boxes of an image. See `ImageTools.paint`.
 *
 * A JPEG that is to be shown turned is turned, so that boxes are where they are seen. Of an animated WebP every frame is
 * covered; of an animated PNG only the first image stays.
 *
 * @throws {TypeError} for a box whose numbers are not finite, or what is no colour
 * @throws {ContrailError} FILE_TOO_LARGE, FILE_INVALID
 */
export async function paint(
  bytes: Uint8Array,
  boxes: readonly PixelBox[],
  options: { colour?: string } = {},
): Promise<Uint8Array> {
  const colour = parseColour(options.colour ?? '#6b7280')
  const { mediaType } = assertDecodable(bytes)
  const encode = encoders[mediaType as keyof typeof encoders]
  if (!encode) {
    throw new ContrailError('FILE_INVALID', `an ${mediaType} cannot be painted; expected a PNG, a JPEG or a WebP`, {
      details: { mediaType, sizeBytes: bytes.byteLength },
    })
  }
  const metadata = await orInvalid(bytes, () => sharp(bytes, { animated: true, limitInputPixels: false }).metadata())
  assertFewFrames(metadata)
  const decoder = sharp(bytes, { ...decoderOptions, animated: true }).autoOrient()
  const canvas = await orInvalid(bytes, () => decode(decoder, metadata))
  return cover(canvas, boxes, colour) ? encode(toImage(canvas), metadata) : bytes
}

type Colour = readonly [red: number, green: number, blue: number]

function parseColour(colour: string): Colour {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) throw new TypeError(`colour: expected #rrggbb, got ${JSON.stringify(colour)}`)
  const value = Number.parseInt(colour.slice(1), 16)
  return [value >> 16, (value >> 8) & 0xff, value & 0xff]
}

/** A header states the size of one frame. */
function assertFewFrames({ width, pageHeight, pages = 1 }: Metadata): void {
  const pixels = width * (pageHeight ?? 0) * pages
  if (pixels <= decoderOptions.limitInputPixels) return
  throw new ContrailError(
    'FILE_TOO_LARGE',
    `an animation of ${pages} frames, ${pixels} pixels in all; at most ${decoderOptions.limitInputPixels} are decoded`,
    {
      details: { pages, pixels, maxPixels: decoderOptions.limitInputPixels },
    },
  )
}

/** Samples of 16 bits stay so, that a picture loses nothing where nothing is covered. */
async function decode(decoder: Sharp, { depth, pageHeight }: Metadata): Promise<Canvas> {
  const isDeep = depth === 'ushort'
  const { data, info } = await decoder
    .toColourspace(isDeep ? 'rgb16' : 'srgb')
    .raw({ depth: isDeep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const samples = isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data
  const { width, height, channels } = info
  if ((channels !== 3 && channels !== 4) || samples.length !== width * height * channels) {
    throw new Error(`got ${data.byteLength} bytes of pixels in ${channels} channels`)
  }
  return { data: samples, width, height, channels, frameHeight: pageHeight ?? height }
}

/** @returns whether there was anything to cover */
function cover(canvas: Canvas, boxes: readonly PixelBox[], colour: Colour): boolean {
  const { data, width, height, channels, frameHeight } = canvas
  const isDeep = data instanceof Uint16Array
  const pixel = [...colour, 255].slice(0, channels).map((sample) => (isDeep ? sample * 257 : sample))
  const stretches = coveredStretches(boxes, width, frameHeight)
  for (let top = 0; top < height; top += frameHeight) {
    for (const { row, left, right } of stretches) {
      const begin = ((top + row) * width + left) * channels
      const end = ((top + row) * width + right) * channels
      data.set(pixel, begin)
      // Twice as many pixels each time.
      for (let filled = channels; filled < end - begin; filled *= 2) {
        data.copyWithin(begin + filled, begin, Math.min(begin + filled, end - filled))
      }
    }
  }
  return stretches.length > 0
}

function toImage({ data, width, height, channels, frameHeight }: Canvas): Sharp {
  return sharp(data, { raw: { width, height, channels, pageHeight: frameHeight } })
}

const encoders = {
  // The pixels of one page differ little from row to row, and a probe is soon compacted.
  'image/png': (image: Sharp, { depth }: Metadata) =>
    image
      .toColourspace(depth === 'ushort' ? 'rgb16' : 'srgb')
      .png({ compressionLevel: 3 })
      .toBuffer(),
  // What is lost once more is hardly to be seen at this quality.
  'image/jpeg': (image: Sharp) => image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
  // Also where it was lossy: so nothing is lost a second time.
  'image/webp': (image: Sharp, { delay, loop }: Metadata) =>
    image.webp({ lossless: true, exact: true, effort: 2, ...present({ delay, loop }) }).toBuffer(),
}
