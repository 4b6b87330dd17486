import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { openImageTools } from '../src/index.ts'
import { pagePixels, rgbaPng } from './png-file.ts'

// A thread takes longer to start than all of these.
const tools = openImageTools()
afterAll(() => tools.close())

const page = rgbaPng(pagePixels(320, 200), 320)
const frame = { title: 'step 1 of 2  click', progress: 0.5, durationMs: 700 }

/** The pixels of one frame, and a way to ask for one of them. */
async function pixelsOf(bytes: Uint8Array, number: number) {
  const { data, info } = await sharp(bytes, { page: number }).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number): number[] => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ]
  return { ...info, at }
}

const isNear = (one: readonly number[], other: readonly number[]): boolean =>
  one.every((value, at) => Math.abs(value - (other[at] ?? 0)) < 40)

test('frames become pages with their times, as wide as asked for, the bar as long as told', async () => {
  const frames = [
    { ...frame, bytes: page },
    { ...frame, failed: true, detail: 'no', progress: 1 },
  ]
  for (const format of ['gif', 'webp'] as const) {
    const bytes = await tools.animate(frames, { format, width: 200 })
    const { pages, delay, loop, width } = await sharp(bytes).metadata()
    expect({ pages, delay, loop, width }).toEqual({ pages: 2, delay: [700, 700], loop: 0, width: 200 })
    const first = await pixelsOf(bytes, 0)
    expect(isNear(first.at(90, first.height - 2), [240, 86, 10])).toBe(true)
    expect(isNear(first.at(110, first.height - 2), [63, 63, 70])).toBe(true)
  }
})

test('words are drawn without a font: letters differ, those with accents lose them, others are question marks', async () => {
  const ascii = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at))
  const lines = [ascii.slice(0, 47).join(''), ascii.slice(47).join(''), '\u00e9e\u6f22?']
  const bytes = await tools.animate(
    lines.map((title) => ({ ...frame, title })),
    { format: 'gif' },
  )
  const letters: string[] = []
  for (const [number, line] of lines.entries()) {
    const { at } = await pixelsOf(bytes, number)
    for (const [place] of Array.from(line).entries()) {
      const pixels = Array.from({ length: 5 * 9 }, (_, n) =>
        at(8 + place * 12 + (n % 5) * 2, 328 + Math.floor(n / 5) * 2),
      )
      letters.push(pixels.map(([red = 0]) => (red > 128 ? '#' : '.')).join(''))
    }
  }
  expect(new Set(letters.slice(0, 94)).size).toBe(94)
  expect(letters.some((letter) => !letter.includes('#'))).toBe(false)
  const [accented, plain, foreign, question] = letters.slice(94)
  expect([accented, foreign]).toEqual([plain, question])
})

test('a click is marked where it was, and what cannot be decoded is told in words', async () => {
  const marked = { ...frame, bytes: page, point: { x: 0.25, y: 0.5 } }
  const bytes = await tools.animate([marked, { ...frame, bytes: page.subarray(0, 300) }], {
    format: 'webp',
    quality: 100,
  })
  const first = await pixelsOf(bytes, 0)
  expect(first.width).toBe(320)
  expect(isNear(first.at(80 + 14, 100), [240, 86, 10])).toBe(true)
  const second = await pixelsOf(bytes, 1)
  expect(isNear(second.at(300, 20), [63, 63, 70])).toBe(true)
})

test('many words in place of a picture stand whole in several lines, small ones where they have to', async () => {
  const blanks = ['HHH HHH', 'HHH\nHHH\nHHH', 'HHHHHHH '.repeat(12), 'HHHHHHH '.repeat(60)]
  const bytes = await tools.animate(
    blanks.map((blank) => ({ ...frame, blank })),
    { format: 'webp', width: 320 },
  )
  const linesOf = async (number: number): Promise<number> => {
    const { at, width } = await pixelsOf(bytes, number)
    const rows = Array.from({ length: 128 }, (_, y) =>
      Array.from({ length: width }, (_column, x) => isNear(at(x, y), [250, 250, 250])).some(Boolean),
    )
    return rows.filter((isSet, y) => isSet && !rows[y - 1]).length
  }
  expect(await Promise.all(blanks.map((_, number) => linesOf(number)))).toEqual([1, 3, 4, 10])
})

test('a smaller picture is WebP of the width asked for, never larger, and options out of range are refused', async () => {
  const sizes = await Promise.all(
    [{ quality: 90 }, { quality: 30 }, { quality: 30, width: 160 }].map((options) => tools.shrink(page, options)),
  )
  const [fine, rough, narrow] = await Promise.all(sizes.map((bytes) => sharp(bytes).metadata()))
  expect([fine?.width, rough?.width, narrow?.width, narrow?.height, narrow?.format]).toEqual([
    320,
    320,
    160,
    100,
    'webp',
  ])
  expect(sizes[1]!.byteLength).toBeLessThan(sizes[0]!.byteLength)
  expect((await sharp(await tools.shrink(page, { quality: 50, width: 2_000 })).metadata()).width).toBe(320)
  await expect(tools.shrink(page, { quality: 0 })).rejects.toThrow('1 to 100')
  await expect(tools.shrink(page, { quality: 50, width: 0.5 })).rejects.toThrow('1 to 16383')
  await expect(tools.animate([], { format: 'gif' })).rejects.toThrow('expected 1 to 2000, got 0')
  await expect(tools.animate([frame], { format: 'gif', width: 801 })).rejects.toThrow('160 to 800')
})
