import sharp from 'sharp'
import { Random } from '../random.ts'

/** Pixels of a photo: wide enough for the banner of the home page. */
const [width, height] = [960, 420]

/**
 * Photos as JPEGs of 960 x 420, the same at every start. They have what makes photos dear to encode, soft shapes of many
 * sizes under a grain, so that a screenshot of them costs what one of a real shop costs.
 */
export async function makePhotos(count: number): Promise<Buffer[]> {
  const photos: Buffer[] = []
  for (let number = 1; number <= count; number++) {
    const picture = sharp(drawPhoto(number), { raw: { width, height, channels: 3 } })
    photos.push(await picture.jpeg({ quality: 85 }).toBuffer())
  }
  return photos
}

/** The pixels of the photo with this number: the same number always gives the same. */
function drawPhoto(number: number): Buffer {
  const random = new Random(number)
  const hue = [...random.bytes(3)].map((byte) => 60 + byte / 2)
  const octaves = [160, 64, 24, 9, 4].map((cell, depth) => createOctave(random, cell, 70 / (depth + 1)))
  const grain = random.bytes(width * height)
  const pixels = Buffer.alloc(height * width * 3)
  let at = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let light = 0
      for (const octave of octaves) light += octave(x, y)
      light += ((grain[y * width + x] as number) / 255 - 0.5) * 18
      for (let channel = 0; channel < 3; channel++) {
        const value = (hue[channel] as number) + light * (1 - channel * 0.2)
        pixels[at++] = value < 0 ? 0 : value > 255 ? 255 : value
      }
    }
  }
  return pixels
}

/** Values between -amplitude/2 and amplitude/2 at the corners of a grid, and straight lines between them. */
function createOctave(random: Random, cell: number, amplitude: number): (x: number, y: number) => number {
  const columns = Math.ceil(width / cell) + 1
  const bytes = random.bytes(columns * (Math.ceil(height / cell) + 1))
  const corners = Float64Array.from(bytes, (byte) => (byte / 255 - 0.5) * amplitude)
  return (x, y) => {
    const [column, row] = [Math.floor(x / cell), Math.floor(y / cell)]
    const [right, down] = [x / cell - column, y / cell - row]
    const corner = row * columns + column
    const top = mix(corners[corner] as number, corners[corner + 1] as number, right)
    const bottom = mix(corners[corner + columns] as number, corners[corner + columns + 1] as number, right)
    return mix(top, bottom, down)
  }
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share
}
