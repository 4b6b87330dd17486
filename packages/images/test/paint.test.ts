import type { PixelBox } from '@contrail/core'
import fc from 'fast-check'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { openImageTools } from '../src/index.ts'
import { paint } from '../src/paint.ts'
import { loadSharp } from '../src/decode.ts'
import { colourTypes, pagePixels, pngFile, rgbaPng } from './png-file.ts'

beforeAll(loadSharp)

const colour = '#ff0080'
const painted = [255, 0, 128, 255]
const page = rgbaPng(pagePixels(60, 40), 60)

/** The picture as it is shown, four samples a pixel. */
async function shown(bytes: Uint8Array, depth: 'uchar' | 'ushort' = 'uchar') {
  const image = sharp(bytes, { animated: true }).autoOrient()
  const { data, info } = await image
    .toColourspace(depth === 'ushort' ? 'rgb16' : 'srgb')
    .ensureAlpha()
    .raw({ depth })
    .toBuffer({ resolveWithObject: true })
  const samples = depth === 'ushort' ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data
  const at = (x: number, y: number): number[] => [
    ...samples.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4),
  ]
  return { at, width: info.width, height: info.height }
}

/** A map of the changes of a picture, as text: `#` painted, `.` as it was, `?` anything else. */
async function changes(before: Uint8Array, after: Uint8Array): Promise<string[]> {
  const [one, other] = [await shown(before), await shown(after)]
  expect([other.width, other.height]).toEqual([one.width, one.height])
  return Array.from({ length: one.height }, (_, y) =>
    Array.from({ length: one.width }, (_unused, x) => {
      const pixel = other.at(x, y).join()
      return pixel === painted.join() ? '#' : pixel === one.at(x, y).join() ? '.' : '?'
    }).join(''),
  )
}

const small = rgbaPng(Buffer.alloc(8 * 4 * 4, 200), 8)

test.each<[string, PixelBox, string[]]>([
  ['within', { x: 1, y: 1, width: 3, height: 2 }, ['........', '.###....', '.###....', '........']],
  ['of fractions', { x: 1.9, y: 0.5, width: 0.2, height: 1 }, ['.##.....', '.##.....', '........', '........']],
  ['over the edges', { x: -5, y: -1e9, width: 7, height: 2e9 }, Array(4).fill('##......')],
  ['backwards', { x: 4, y: 3, width: -2, height: -2 }, ['........', '..##....', '..##....', '........']],
  ['of a hair', { x: 7.999, y: 3, width: 1e-9, height: 9 }, ['........', '........', '........', '.......#']],
  ['beyond all numbers', { x: 2, y: 2, width: 1e308, height: 1e308 }, ['........', '........', '..######', '..######']],
])('a box %s covers every pixel that it touches, and no other', async (_, box, expected) => {
  expect(await changes(small, await paint(small, [box], { colour }))).toEqual(expected)
})

test.each<[string, PixelBox[]]>([
  ['none', []],
  [
    'empty ones',
    [
      { x: 1, y: 1, width: 0, height: 3 },
      { x: 1, y: 1, width: 3, height: 0 },
    ],
  ],
  [
    'those outside',
    [
      { x: 8, y: 0, width: 5, height: 5 },
      { x: -5, y: 0, width: 5, height: 5 },
      { x: 0, y: 4, width: 9, height: 1 },
    ],
  ],
])('boxes that cover nothing leave the very bytes: %s', async (_, boxes) => {
  expect(await paint(small, boxes, { colour })).toEqual(small)
})

const boxes = fc.array(
  fc.record({
    x: fc.double({ min: -20, max: 80, noNaN: true }),
    y: fc.double({ min: -20, max: 60, noNaN: true }),
    width: fc.double({ min: -30, max: 30, noNaN: true }),
    height: fc.double({ min: -30, max: 30, noNaN: true }),
  }),
  { maxLength: 12 },
)

test('any boxes, wherever they overlap: what is painted is what one after the other would touch', async () => {
  await fc.assert(
    fc.asyncProperty(boxes, async (some) => {
      const touches = (x: number, y: number): boolean =>
        some.some((box) => {
          const [left, right] = [Math.min(box.x, box.x + box.width), Math.max(box.x, box.x + box.width)]
          const [top, bottom] = [Math.min(box.y, box.y + box.height), Math.max(box.y, box.y + box.height)]
          return box.width !== 0 && box.height !== 0 && x + 1 > left && x < right && y + 1 > top && y < bottom
        })
      const expected = Array.from({ length: 40 }, (_, y) =>
        Array.from({ length: 60 }, (_unused, x) => (touches(x, y) ? '#' : '.')).join(''),
      )
      expect(await changes(page, await paint(page, some, { colour }))).toEqual(expected)
    }),
    { numRuns: 40 },
  )
})

test('thousands of boxes over the whole picture are no more work than one', async () => {
  const whole = { x: 0, y: 0, width: 2000, height: 1250 }
  const large = await sharp({ create: { width: 2000, height: 1250, channels: 3, background: 'white' } })
    .png()
    .toBuffer()
  const many = Array.from({ length: 20_000 }, (_, index) => ({ ...whole, x: index / 1e6 }))
  const after = await shown(await paint(large, many, { colour }))
  expect([after.at(0, 0), after.at(1999, 1249), after.at(1000, 1)]).toEqual([painted, painted, painted])
})

test('a PNG of any kind keeps all other pixels, and a deep one its depth', async () => {
  const box = { x: 2, y: 1, width: 3, height: 2 }
  const rows = (bytes: number) =>
    Array.from({ length: 4 }, (_, row) =>
      Uint8Array.from({ length: bytes }, (_unused, at) => (row * 67 + at * 29) % 256),
    )
  const palette = { name: 'PLTE', data: Uint8Array.from({ length: 768 }, (_, at) => (at * 7) % 256) }
  const kinds = [
    pngFile({ width: 8, height: 4, colourType: colourTypes.palette }, rows(8), { before: [palette] }),
    pngFile({ width: 8, height: 4, bitDepth: 1, colourType: colourTypes.grey }, rows(1)),
    pngFile({ width: 8, height: 4, colourType: colourTypes.greyAlpha }, rows(16)),
    pngFile({ width: 8, height: 4, colourType: colourTypes.rgb }, rows(24)),
  ]
  for (const png of kinds) {
    const expected = ['........', '..###...', '..###...', '........']
    const after = await paint(png, [box], { colour })
    expect(await changes(png, after)).toEqual(expected)
    expect(await sharp(after).metadata()).toMatchObject({ format: 'png', depth: 'uchar' })
  }
  const deep = pngFile({ width: 8, height: 4, bitDepth: 16, colourType: colourTypes.rgb }, rows(48))
  const after = await paint(deep, [box], { colour })
  const [one, other] = [await shown(deep, 'ushort'), await shown(after, 'ushort')]
  expect(other.at(2, 1)).toEqual([0xffff, 0, 0x8080, 0xffff])
  expect([other.at(1, 1), other.at(7, 3)]).toEqual([one.at(1, 1), one.at(7, 3)])
  expect(one.at(1, 1)[0]! % 257).not.toBe(0)
})

test('what is painted is opaque, also in a picture that is not', async () => {
  const clear = rgbaPng(Buffer.alloc(8 * 4 * 4, Buffer.from([9, 99, 199, 0])), 8)
  const after = await paint(clear, [{ x: 0, y: 0, width: 1, height: 1 }], { colour })
  expect((await shown(after)).at(0, 0)).toEqual(painted)
  expect((await shown(after)).at(1, 0)).toEqual([9, 99, 199, 0])
})

test('a JPEG is covered where it is seen, also one that is shown turned, and stays close to what it was', async () => {
  const plain = await sharp(pagePixels(64, 32), { raw: { width: 64, height: 32, channels: 4 } })
    .jpeg()
    .toBuffer()
  const turned = await sharp(plain).withMetadata({ orientation: 6 }).toBuffer()
  for (const [jpeg, width, height] of [
    [plain, 64, 32],
    [turned, 32, 64],
  ] as const) {
    const before = await shown(jpeg)
    const after = await shown(await paint(jpeg, [{ x: 4, y: 4, width: 16, height: 16 }], { colour }))
    expect([before.width, before.height, after.width, after.height]).toEqual([width, height, width, height])
    for (const [x, y] of [
      [4, 4],
      [19, 19],
      [12, 8],
    ] as const)
      expect(distance(after.at(x, y), painted)).toBeLessThan(24)
    let furthest = 0
    for (let x = 0; x < width; x += 1)
      furthest = Math.max(furthest, distance(after.at(x, height - 1), before.at(x, height - 1)))
    expect(furthest).toBeLessThan(24)
  }
  expect(await sharp(await paint(turned, [{ x: 0, y: 0, width: 1, height: 1 }])).metadata()).toMatchObject({
    format: 'jpeg',
    width: 32,
  })
})

function distance(one: readonly number[], other: readonly number[]): number {
  return Math.max(...one.map((sample, index) => Math.abs(sample - (other[index] ?? 0))))
}

test('a WebP is covered, and each frame of one that moves', async () => {
  const frames = Buffer.concat([pagePixels(40, 20, 1), pagePixels(40, 20, 2), pagePixels(40, 20, 3)])
  const raw = { width: 40, height: 60, channels: 4 as const, pageHeight: 20 }
  const moving = await sharp(frames, { raw })
    .webp({ delay: [50, 60, 70], loop: 2 })
    .toBuffer()
  const still = await sharp(pagePixels(40, 20), { raw: { width: 40, height: 20, channels: 4 } })
    .webp()
    .toBuffer()
  const box = { x: 30, y: 18, width: 99, height: 99 }
  const lines = [...Array<string>(18).fill('.'.repeat(40)), ...Array<string>(2).fill('.'.repeat(30) + '#'.repeat(10))]
  expect(await changes(still, await paint(still, [box], { colour }))).toEqual(lines)
  const after = await paint(moving, [box], { colour })
  expect(await changes(moving, after)).toEqual([...lines, ...lines, ...lines])
  expect(await sharp(after, { animated: true }).metadata()).toMatchObject({ pages: 3, delay: [50, 60, 70], loop: 2 })
})

test('what cannot be covered is refused, and nothing is given back', async () => {
  const box = { x: 0, y: 0, width: 1, height: 1 }
  const gif = await sharp(page).gif().toBuffer()
  for (const bytes of [gif, Buffer.from('no image'), page.subarray(0, 500), Buffer.alloc(0)]) {
    await expect(paint(bytes, [box])).rejects.toMatchObject({ name: 'ContrailError', code: 'FILE_INVALID' })
    await expect(paint(bytes, [])).rejects.toMatchObject({ code: 'FILE_INVALID' })
  }
  const bomb = pngFile({ width: 60_000, height: 60_000, colourType: colourTypes.grey }, [Buffer.alloc(100)])
  await expect(paint(bomb, [box])).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
  for (const x of [Number.NaN, Number.POSITIVE_INFINITY]) {
    await expect(paint(page, [box, { ...box, x }])).rejects.toThrow(/boxes\[1\]: expected finite numbers, got/)
  }
  await expect(paint(page, [box], { colour: 'red' })).rejects.toThrow('colour: expected #rrggbb, got "red"')
})

test('an animation of more pixels than may be decoded is refused by what it states', async () => {
  const pixels = Buffer.from(Array.from({ length: 48 }, (_, at) => at * 5))
  const raw = { width: 2, height: 8, channels: 3 as const, pageHeight: 2 }
  const moving = await sharp(pixels, { raw }).webp({ lossless: true }).toBuffer()
  const box = { x: 0, y: 0, width: 1, height: 1 }
  await expect(paint(moving, [box])).resolves.toBeInstanceOf(Uint8Array)
  // A canvas of 4,000 x 3,000, on which four frames are small; one of that size alone may be decoded.
  moving.writeUIntLE(3_999, 24, 3)
  moving.writeUIntLE(2_999, 27, 3)
  await expect(paint(moving, [box])).rejects.toMatchObject({ code: 'FILE_TOO_LARGE', details: { pages: 4 } })
})

test('painting is done in the thread of the tools, beside their other work', async () => {
  await using tools = openImageTools()
  const [after, same] = await Promise.all([
    tools.paint(page, [{ x: 3, y: 3, width: 2, height: 2 }], { colour }),
    tools.compare(page, page),
  ])
  expect((await shown(after)).at(4, 4)).toEqual(painted)
  expect(same.differingPixels).toBe(0)
  expect((await shown(await tools.paint(page, [{ x: 0, y: 0, width: 1, height: 1 }]))).at(0, 0)).toEqual([
    0x6b, 0x72, 0x80, 255,
  ])
  await expect(tools.paint(page, [{ x: Number.NaN, y: 0, width: 1, height: 1 }])).rejects.toThrow(TypeError)
})
