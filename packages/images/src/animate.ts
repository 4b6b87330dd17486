import type { AnimationFrame, AnimationOptions } from '@contrail/core'
import { isContrailError } from '@contrail/core/decoding'
import { decode, type Pixels, sharp } from './decode.ts'
import { fill, ring, write, writeWords, type Board, type Colour } from './draw.ts'

const widest = 800
const narrowest = 160
/** Below this the words would be cut, so that a small picture is made larger. */
const readable = 320
const mostFrames = 2_000
const ground: Colour = [24, 24, 27]
const paper: Colour = [63, 63, 70]
const white: Colour = [250, 250, 250]
const faint: Colour = [161, 161, 170]
const bad: Colour = [248, 113, 113]
const mark: Colour = [240, 86, 10]
const margin = 8
const lineHeight = 20
const captionHeight = 2 * lineHeight + 12
const barHeight = 5

/**
 * Make a moving picture of frames. See `ImageTools.animate`.
 *
 * @throws {TypeError} for no frame or more than 2,000, or an option out of range
 */
export async function animate(frames: readonly AnimationFrame[], options: AnimationOptions): Promise<Uint8Array> {
  const { format, quality = 80 } = options
  if (frames.length < 1 || frames.length > mostFrames) {
    throw new TypeError(`frames: expected 1 to ${mostFrames}, got ${frames.length}`)
  }
  const asked = options.width ?? widest
  if (!Number.isInteger(asked) || asked < narrowest || asked > widest) {
    throw new TypeError(`options.width: expected ${narrowest} to ${widest} pixels, got ${asked}`)
  }
  const { width, pictureHeight } = await sizeFor(frames, asked)
  const height = pictureHeight + captionHeight + barHeight
  const data = Buffer.alloc(width * height * 3 * frames.length)
  for (const [at, frame] of frames.entries()) {
    const board = { data: data.subarray(at * width * height * 3, (at + 1) * width * height * 3), width, height }
    await draw(board, frame, pictureHeight)
  }
  const film = sharp(data, { raw: { width, height: height * frames.length, channels: 3, pageHeight: height } })
  const timing = { delay: frames.map(({ durationMs }) => durationMs), loop: 0 }
  return format === 'gif'
    ? film.gif({ ...timing, effort: 4, dither: 0 }).toBuffer()
    : film.webp({ ...timing, quality, effort: 2 }).toBuffer()
}

/** The first picture gives the proportions and is not made much larger than it is; others are fitted into them. */
async function sizeFor(
  frames: readonly AnimationFrame[],
  asked: number,
): Promise<{ width: number; pictureHeight: number }> {
  for (const { bytes } of frames) {
    const picture = bytes && (await pixelsOf(bytes))
    if (!picture) continue
    const width = Math.min(asked, Math.max(readable, picture.width))
    return { width, pictureHeight: Math.round(Math.min(1.5, picture.height / picture.width) * width) }
  }
  return { width: asked, pictureHeight: Math.round(asked * 0.4) }
}

/** Pixels of an image, or none where it cannot be decoded: the words are there all the same. */
async function pixelsOf(bytes: Uint8Array): Promise<Pixels | undefined> {
  try {
    return await decode(bytes)
  } catch (cause) {
    if (isContrailError(cause)) return undefined
    throw cause
  }
}

async function draw(board: Board, frame: AnimationFrame, pictureHeight: number): Promise<void> {
  const { width, height } = board
  fill(board, { x: 0, y: 0, width, height }, ground)
  const pixels = frame.bytes && (await pixelsOf(frame.bytes))
  if (pixels) await drawPicture(board, pixels, pictureHeight, frame.point)
  else {
    fill(board, { x: 0, y: 0, width, height: pictureHeight }, paper)
    const room = { x: margin, width: width - 2 * margin, height: pictureHeight }
    writeWords(board, frame.blank ?? 'no picture', room, white)
  }
  write(board, frame.title, { x: margin, y: pictureHeight + margin, scale: 2 }, white)
  const below = { x: margin, y: pictureHeight + margin + lineHeight, scale: 2 }
  write(board, frame.detail ?? '', below, frame.failed ? bad : faint)
  fill(board, { x: 0, y: height - barHeight, width, height: barHeight }, paper)
  const done = Math.max(0, Math.min(1, frame.progress)) * width
  fill(board, { x: 0, y: height - barHeight, width: done, height: barHeight }, frame.failed ? bad : mark)
}

async function drawPicture(
  board: Board,
  pixels: Pixels,
  pictureHeight: number,
  point: AnimationFrame['point'],
): Promise<void> {
  const { data, info } = await sharp(pixels.data, { raw: { width: pixels.width, height: pixels.height, channels: 4 } })
    .resize({ width: board.width, height: pictureHeight, fit: 'inside' })
    .flatten({ background: '#ffffff' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const left = Math.floor((board.width - info.width) / 2)
  for (let row = 0; row < info.height; row += 1) {
    const line = data.subarray(row * info.width * 3, (row + 1) * info.width * 3)
    board.data.set(line, (row * board.width + left) * 3)
  }
  if (point) ring(board, { x: left + point.x * info.width, y: point.y * info.height }, 14, mark)
}
