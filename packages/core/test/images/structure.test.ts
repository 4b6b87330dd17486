import { describe, expect, test } from 'vitest'
import { isWholeImage } from '../../src/images/structure.ts'
import { encodings } from '../encodings.ts'

const bmp = Buffer.alloc(58)
bmp.write('BM')
bmp.writeUInt32LE(58, 2)
bmp.writeUInt32LE(40, 14)

const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55', 'hex'),
  Buffer.from('0000000a49444154789c6360000000020001e221bc33', 'hex'),
  Buffer.from('0000000049454e44ae426082', 'hex'),
])
// The one among the encodings ends before its last chunk.
const images = new Map<string, Uint8Array>([
  ...encodings.map(([name, , bytes]) => [name, bytes] as const),
  ['PNG', png],
])
images.set('BMP', bmp)

describe.each([...images])('a %s', (_, bytes) => {
  test('is an image, also as a part of other memory', () => {
    const memory = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('behind')])
    expect(isWholeImage(bytes)).toBe(true)
    expect(isWholeImage(memory.subarray(6, 6 + bytes.length))).toBe(true)
  })

  test('is none with text in the place of what comes behind its first bytes', () => {
    for (const length of [8, 12, 16, 26]) {
      const text = Buffer.from('Authorization: Bearer abcdefgh12345678, and more of the like. '.repeat(40))
      expect(isWholeImage(Buffer.concat([bytes.subarray(0, length), text]))).toBe(false)
    }
  })

  test('that was cut anywhere costs no more than a moment', () => {
    for (let length = 0; length < bytes.length; length += 1) isWholeImage(bytes.subarray(0, length))
    expect(isWholeImage(bytes.subarray(0, 12))).toBe(false)
  })
})

test.each(['PNG', 'GIF'])('a %s with text behind its end is no image alone', (name) => {
  const bytes = images.get(name)!
  expect(isWholeImage(Buffer.concat([bytes, Buffer.from('token=abcdefgh')]))).toBe(false)
})

test('no bytes and text are no image', () => {
  expect(isWholeImage(new Uint8Array())).toBe(false)
  expect(isWholeImage(Buffer.from('GIF89a'))).toBe(false)
})
