import { isContrailError, sniffMediaType, type Image, type ImageTools } from '@contrail/core'
import { describeUnreadable, describeUnshown, shownTypeOf } from '../view/unshown.ts'

/** A thing that was done to keep a file under its size. `to` is a WebP quality, a width in pixels, characters, or steps. */
export interface Reduction {
  readonly change:
    | 'lossless'
    | 'quality'
    | 'width'
    | 'frames_left_out'
    | 'journal_left_out'
    | 'trees_cut'
    | 'texts_cut'
    | 'steps_left_out'
  /** The number of frames; absent where it is not about frames. */
  readonly frames?: number
  readonly to?: number
}

/** Opens what makes pictures smaller, once it is needed. */
export type OpenTools = () => Promise<Pick<ImageTools, 'reencode' | 'shrink' | 'thumbnail'>>

/** A frame as it is written: base64 in text, and the type that its bytes say. */
export interface FittedFrame {
  readonly sha256: string
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** Frames within a size, and why others are not there. */
export interface FittedFrames {
  readonly frames: readonly FittedFrame[]
  readonly missing: Readonly<Record<string, string>>
  readonly reduced: readonly Reduction[]
}

type Level = Readonly<{ quality?: number; width?: number }>

/** As recorded, without loss, then worse and worse; widths only once quality has gone as far as text stays readable. */
const levels: readonly Level[] = [
  {},
  {},
  { quality: 80 },
  { quality: 60 },
  { quality: 40 },
  { quality: 40, width: 960 },
  { quality: 40, width: 640 },
  { quality: 40, width: 480 },
  { quality: 40, width: 320 },
]
const worst = levels.length - 1

/**
 * Make frames fit: as recorded where they do, else without loss, else smaller in quality and then in width. The best ones are
 * made smaller only where all others are as small as can be; what does not fit even so is left out, the best ones last.
 *
 * @param options.maxBytes of all frames together, as base64
 * @param options.inspect hears the recorded bytes of each frame before anything is kept of it
 * @throws what `inspect` throws
 */
export async function fitFrames(
  frames: readonly Image[],
  options: {
    best: ReadonlySet<string>
    maxBytes: number
    images: OpenTools
    inspect: (bytes: Uint8Array, sha256: string) => Promise<void>
  },
): Promise<FittedFrames> {
  const { best, maxBytes, images, inspect } = options
  const missing: Record<string, string> = {}
  const seen = new Set<string>()
  const read = async (image: Image): Promise<Uint8Array | undefined> => {
    const bytes = await image.read().catch((cause: unknown) => void (missing[image.sha256] = describeUnreadable(cause)))
    if (bytes && !seen.has(image.sha256)) await inspect(bytes, image.sha256)
    seen.add(image.sha256)
    return bytes
  }
  const encode = async (image: Image, level: number): Promise<FittedFrame | undefined> => {
    const bytes = missing[image.sha256] === undefined ? await read(image) : undefined
    if (!bytes) return undefined
    const mediaType = shownTypeOf(bytes)
    if (mediaType === undefined) {
      missing[image.sha256] = describeUnshown(bytes, image.mediaType)
      return undefined
    }
    const smaller = await reduce(bytes, level, images)
    return { sha256: image.sha256, mediaType: smaller ? sniffMediaType(smaller)! : mediaType, bytes: smaller ?? bytes }
  }
  const encodeAll = async (
    group: readonly Image[],
    level: number,
    room: number,
  ): Promise<FittedFrame[] | undefined> => {
    const done: FittedFrame[] = []
    let left = room
    for (const image of group) {
      const frame = await encode(image, level)
      if (!frame) continue
      left -= base64Length(frame.bytes)
      // What is too much already is not gone on with.
      if (left < 0) return undefined
      done.push(frame)
    }
    return done
  }
  const others = frames.filter(({ sha256 }) => !best.has(sha256))
  const chosen = frames.filter(({ sha256 }) => best.has(sha256))
  const recordedBytes = frames.reduce((sum, { sizeBytes }) => sum + base64Length({ byteLength: sizeBytes }), 0)
  for (const [bestLevel, level] of plan(recordedBytes <= maxBytes)) {
    const first = await encodeAll(chosen, bestLevel, maxBytes)
    const rest = first && (await encodeAll(others, level, maxBytes - sizeOf(first)))
    if (!rest) continue
    return { frames: [...first, ...rest], missing, reduced: tell(first.length, bestLevel, rest.length, level) }
  }
  return leaveOut([...chosen, ...others], (image) => encode(image, worst), { maxBytes, missing })
}

/** Pairs of levels, of the best frames and of the others, in the order in which they are tried. */
function plan(mayFitAsRecorded: boolean): (readonly [number, number])[] {
  const forOthers = levels.map((_, level) => [Math.min(level, 1), level] as const)
  const forBest = levels.slice(2).map((_, at) => [at + 2, worst] as const)
  return [...(mayFitAsRecorded ? forOthers : forOthers.slice(1)), ...forBest]
}

/** @returns undefined where the bytes stay as they are, also those that cannot be decoded */
async function reduce(bytes: Uint8Array, level: number, images: OpenTools): Promise<Uint8Array | undefined> {
  const { quality, width } = levels[level] ?? {}
  if (level === 0) return undefined
  const tools = await images()
  try {
    if (quality !== undefined) {
      const smaller = await tools.shrink(bytes, { quality, ...(width === undefined ? {} : { width }) })
      return smaller.byteLength < bytes.byteLength ? smaller : undefined
    }
    const result = await tools.reencode(bytes)
    return 'kept' in result ? undefined : result.bytes
  } catch (cause) {
    // A picture that no decoder takes is for the browser to judge; it is what was recorded.
    if (isContrailError(cause)) return undefined
    throw cause
  }
}

async function leaveOut(
  frames: readonly Image[],
  encode: (image: Image) => Promise<FittedFrame | undefined>,
  { maxBytes, missing }: { maxBytes: number; missing: Record<string, string> },
): Promise<FittedFrames> {
  const kept: FittedFrame[] = []
  let left = maxBytes
  let leftOut = 0
  for (const image of frames) {
    const frame = left > 0 ? await encode(image) : undefined
    if (missing[image.sha256] !== undefined) continue
    if (frame && base64Length(frame.bytes) <= left) {
      left -= base64Length(frame.bytes)
      kept.push(frame)
    } else {
      leftOut += 1
      missing[image.sha256] = 'Left out to keep the file small.'
    }
  }
  const reduced = [...tell(kept.length, worst, 0, worst), { change: 'frames_left_out' as const, frames: leftOut }]
  return { frames: kept, missing, reduced }
}

function tell(bestCount: number, bestLevel: number, restCount: number, restLevel: number): Reduction[] {
  const counts = new Map<number, number>()
  counts.set(bestLevel, bestCount)
  counts.set(restLevel, (counts.get(restLevel) ?? 0) + restCount)
  return [...counts].flatMap(([level, frames]): Reduction[] => {
    const { quality, width } = levels[level] ?? {}
    if (level === 0 || frames === 0) return []
    if (quality === undefined) return [{ change: 'lossless', frames }]
    return [
      { change: 'quality', frames, to: quality },
      ...(width === undefined ? [] : [{ change: 'width' as const, frames, to: width }]),
    ]
  })
}

function sizeOf(frames: readonly FittedFrame[]): number {
  return frames.reduce((sum, { bytes }) => sum + base64Length(bytes), 0)
}

/** Say the length of bytes in base64. */
export function base64Length({ byteLength }: Pick<Uint8Array, 'byteLength'>): number {
  return Math.ceil(byteLength / 3) * 4
}
