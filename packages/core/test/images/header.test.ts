import fc from 'fast-check'
import { crc32, deflateRawSync, inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { assertDecodable, readImageHeader } from '../../src/images/header.ts'
import { encodings } from '../encodings.ts'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

test.each(encodings)('the size of a %s is read from its header', (_name, mediaType, bytes) => {
  expect(readImageHeader(bytes)).toEqual({ mediaType, width: 300, height: 20 })
  expect(assertDecodable(bytes)).toEqual({ mediaType, width: 300, height: 20 })
})

test.each(encodings)('a %s that is cut anywhere says its right size or none', (_name, mediaType, bytes) => {
  for (let length = 0; length <= bytes.byteLength; length += 1) {
    expect([undefined, { mediaType, width: 300, height: 20 }]).toContainEqual(
      readImageHeader(bytes.subarray(0, length)),
    )
  }
})

function bigEndian(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntBE(value, 0, length)
  return bytes
}

function littleEndian(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntLE(value, 0, length)
  return bytes
}

/** A PNG of one bit a pixel, all black: its rows are one compressed block, repeated. */
function pngBomb(width: number, height: number): Buffer {
  const rowBytes = 1 + Math.ceil(width / 8)
  const rowsAtOnce = 200
  const block = deflateRawSync(Buffer.alloc(rowBytes * rowsAtOnce), { finishFlush: 3 })
  const blocks = Array.from({ length: height / rowsAtOnce }, () => block)
  // A last empty block, then the Adler-32 of zeros.
  const end = Buffer.concat([Buffer.from([0x03, 0x00]), bigEndian((rowBytes * height) % 65_521, 2), bigEndian(1, 2)])
  const chunk = (name: string, data: Buffer): Buffer => {
    const named = Buffer.concat([latin1(name), data])
    return Buffer.concat([bigEndian(data.byteLength, 4), named, bigEndian(crc32(named), 4)])
  }
  return Buffer.concat([
    latin1('\x89PNG\r\n\x1a\n'),
    chunk('IHDR', Buffer.concat([bigEndian(width, 4), bigEndian(height, 4), Buffer.from([1, 0, 0, 0, 0])])),
    chunk('IDAT', Buffer.concat([Buffer.from([0x78, 0x01]), ...blocks, end])),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function jpegHeader(width: number, height: number, before: Buffer = Buffer.alloc(0)): Buffer {
  const frame = Buffer.concat([latin1('\xff\xc2\0\x11\x08'), bigEndian(height, 2), bigEndian(width, 2)])
  return Buffer.concat([
    latin1('\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0'),
    before,
    frame,
    Buffer.alloc(10),
  ])
}

const riff = (...chunks: Buffer[]): Buffer => Buffer.concat([latin1('RIFF\xff\0\0\0WEBP'), ...chunks])
const riffChunk = (name: string, data: Buffer): Buffer =>
  Buffer.concat([latin1(name), littleEndian(data.byteLength, 4), data])
const lossyFrame = (width: number, height: number): Buffer =>
  riffChunk('VP8 ', Buffer.concat([latin1('\0\0\0\x9d\x01\x2a'), littleEndian(width, 2), littleEndian(height, 2)]))
const losslessFrame = (width: number, height: number): Buffer =>
  riffChunk('VP8L', Buffer.concat([latin1('\x2f'), littleEndian((height - 1) * 0x4000 + width - 1, 4), latin1('\0')]))
const canvas = (width: number, height: number): Buffer =>
  riffChunk('VP8X', Buffer.concat([Buffer.alloc(4), littleEndian(width - 1, 3), littleEndian(height - 1, 3)]))
const animationFrame = (width: number, height: number): Buffer =>
  riffChunk(
    'ANMF',
    Buffer.concat([Buffer.alloc(6), littleEndian(width - 1, 3), littleEndian(height - 1, 3), Buffer.alloc(4)]),
  )

function gif(screen: number, frame: number): Buffer {
  const extension = latin1('\x21\xfe\x05hello\0')
  const descriptor = [littleEndian(0, 4), littleEndian(frame, 2), littleEndian(frame, 2), latin1('\0')]
  return Buffer.concat([
    latin1('GIF89a'),
    littleEndian(screen, 2),
    littleEndian(screen, 2),
    latin1('\0\0\0'),
    extension,
    latin1('\x2c'),
    ...descriptor,
  ])
}

const box = (name: string, ...inside: Buffer[]): Buffer => {
  const data = Buffer.concat(inside)
  return Buffer.concat([bigEndian(8 + data.byteLength, 4), latin1(name), data])
}
const largeBox = (name: string, ...inside: Buffer[]): Buffer => {
  const data = Buffer.concat(inside)
  return Buffer.concat([bigEndian(1, 4), latin1(name), Buffer.alloc(4), bigEndian(16 + data.byteLength, 4), data])
}
const extent = (width: number, height: number): Buffer =>
  box('ispe', Buffer.alloc(4), bigEndian(width, 4), bigEndian(height, 4))
const avif = (...properties: Buffer[]): Buffer =>
  Buffer.concat([
    box('ftyp', latin1('avif\0\0\0\0')),
    box('meta', Buffer.alloc(4), box('iprp', box('ipco', ...properties))),
  ])

const bombs: readonly [string, Uint8Array, number, number][] = [
  ['PNG of 1 bit a pixel', pngBomb(50_000, 50_000), 50_000, 50_000],
  [
    'PNG of the largest size',
    Buffer.concat([latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), bigEndian(2 ** 32 - 1, 4), bigEndian(2 ** 32 - 1, 4)]),
    2 ** 32 - 1,
    2 ** 32 - 1,
  ],
  ['JPEG', jpegHeader(65_535, 65_535), 65_535, 65_535],
  [
    'JPEG behind many segments',
    jpegHeader(65_500, 65_500, Buffer.concat(Array.from({ length: 300 }, () => latin1('\xff\xe1\0\x04ab')))),
    65_500,
    65_500,
  ],
  ['lossy WebP', riff(lossyFrame(16_383, 16_383)), 16_383, 16_383],
  ['lossless WebP', riff(losslessFrame(16_384, 16_384)), 16_384, 16_384],
  ['extended WebP', riff(canvas(16_777_216, 16)), 16_777_216, 16],
  [
    'WebP that hides its frame in a small canvas',
    riff(canvas(1, 1), riffChunk('ICCP', latin1('even')), lossyFrame(16_383, 16_000)),
    16_383,
    16_000,
  ],
  [
    'animated WebP that hides its frame in a small canvas',
    riff(canvas(1, 1), animationFrame(60_000, 60_000)),
    60_000,
    60_000,
  ],
  ['GIF', gif(65_535, 1), 65_535, 65_535],
  ['GIF whose frame leaves its screen', gif(1, 65_535), 65_535, 65_535],
  ['AVIF', avif(extent(60_000, 50_000)), 60_000, 50_000],
  [
    'AVIF that hides its grid behind a tile',
    avif(extent(1, 1), largeBox('free', latin1('xxxx')), extent(9_000, 9_000)),
    9_000,
    9_000,
  ],
]

test.each(bombs)('%s: a bomb is refused from its header', (_name, bytes, width, height) => {
  expect(() => assertDecodable(bytes)).toThrow(
    expect.objectContaining({
      code: 'FILE_TOO_LARGE',
      message: expect.stringContaining(`of ${width} x ${height} pixels; at most 40000000`),
      details: expect.objectContaining({ width, height, maxPixels: 40_000_000 }),
    }),
  )
})

test('the PNG bomb is a real one, of a few hundred kB, and its first 24 bytes are all that is looked at', () => {
  const bomb = pngBomb(50_000, 50_000)
  expect(bomb.byteLength).toBeLessThan(500_000)
  const pixels = bomb.subarray(41, bomb.byteLength - 16)
  expect(() => inflateSync(pixels, { maxOutputLength: 8_000_000 })).toThrow('larger than 8000000')
  const onlyHeader = new Proxy(bomb, {
    get(target, key) {
      if (typeof key === 'string' && /^[0-9]+$/.test(key) && Number(key) >= 24) throw new Error(`looked at byte ${key}`)
      const value: unknown = Reflect.get(target, key, target)
      return value
    },
  })
  expect(() => assertDecodable(onlyHeader)).toThrow('50000 x 50000')
})

test.each([
  ['JPEG of fill bytes', Buffer.concat([latin1('\xff\xd8'), Buffer.alloc(49_000_000, 0xff)])],
  ['JPEG of empty segments', Buffer.concat([latin1('\xff\xd8'), Buffer.alloc(49_000_000, latin1('\xff\xe0\0\x02'))])],
  ['WebP of empty chunks', Buffer.concat([riff(canvas(1, 1)), Buffer.alloc(49_000_000, latin1('ABCD\0\0\0\0'))])],
  [
    'GIF of empty extensions',
    Buffer.concat([latin1('GIF89a\x01\0\x01\0\0\0\0'), Buffer.alloc(49_000_000, latin1('\x21\xfe\0'))]),
  ],
  [
    'GIF of one endless extension',
    Buffer.concat([latin1('GIF89a\x01\0\x01\0\0\0\0\x21\xfe'), Buffer.alloc(49_000_000, 1)]),
  ],
  ['AVIF of empty boxes', Buffer.concat([box('ftyp', latin1('avif\0\0\0\0')), Buffer.alloc(49_000_000, box('free'))])],
])('%s: 49 MB in which the size never comes are refused at once', (_name, bytes) => {
  const tookMs = Array.from({ length: 3 }, () => {
    const before = process.threadCpuUsage()
    expect(() => assertDecodable(bytes)).toThrow(expect.objectContaining({ code: 'FILE_INVALID' }))
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / 1000
  })
  // The thread's own time, whoever else the machine works for.
  expect(Math.min(...tookMs)).toBeLessThan(50)
})

test.each([
  ['no image', latin1('<svg width="1" height="1"/>')],
  ['nothing', new Uint8Array()],
  ['a PNG without width', Buffer.concat([latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), bigEndian(0, 4), bigEndian(9, 4)])],
  ['a PNG whose first chunk is another', latin1(`\x89PNG\r\n\x1a\n\0\0\0\rtEXt${'\0'.repeat(9)}`)],
  ['a JPEG whose height comes after its scan', jpegHeader(9, 0)],
  ['a JPEG without a frame', latin1('\xff\xd8\xff\xda\0\x02')],
  ['a JPEG with a segment of no length', latin1('\xff\xd8\xff\xe0\0\x01\xff\xc0\0\x11\x08\0\x01\0\x01')],
  ['a WebP without a frame', riff(riffChunk('EXIF', latin1('ab')), lossyFrame(1, 1))],
  ['an AVIF without a size', avif(box('free'))],
  ['an AVIF with boxes that overlap', avif(extent(1, 1), Buffer.from([0, 0, 0, 4, 0, 0, 0, 0]))],
])('%s is refused as one that cannot be decoded', (_name, bytes) => {
  expect(readImageHeader(bytes)).toBeUndefined()
  expect(() => assertDecodable(bytes)).toThrow(expect.objectContaining({ code: 'FILE_INVALID' }))
})

test('the limits are inclusive and can be set', () => {
  const bytes = riff(losslessFrame(100, 50))
  expect(assertDecodable(bytes, { maxPixels: 5_000, maxBytes: bytes.byteLength })).toMatchObject({ width: 100 })
  expect(() => assertDecodable(bytes, { maxPixels: 4_999 })).toThrow('at most 4999 pixels')
  expect(() => assertDecodable(bytes, { maxBytes: bytes.byteLength - 1 })).toThrow(
    expect.objectContaining({ code: 'FILE_TOO_LARGE', message: expect.stringContaining('bytes; at most') }),
  )
})

test('any bytes, also behind the beginning of an image, are read or refused', () => {
  const beginnings = encodings.flatMap(([, , bytes]) => [bytes.subarray(0, 12), bytes.subarray(0, 30), bytes])
  const anyBytes = fc
    .tuple(
      fc.constantFrom(new Uint8Array(), ...beginnings),
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 5 }),
    )
    .map(([beginning, rest, changes]) => {
      const bytes = Uint8Array.from([...beginning, ...rest])
      for (const [at, value] of changes) if (at < bytes.byteLength) bytes[at] = value
      return bytes
    })
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const header = readImageHeader(bytes)
      if (!header) return true
      return Number.isInteger(header.width) && Number.isInteger(header.height) && header.width > 0 && header.height > 0
    }),
    { numRuns: 2_000 },
  )
})
