import fc from 'fast-check'
import { expect, test } from 'vitest'
import { extensionOf, imageMediaType, sniffMediaType } from '../../src/images/media-type.ts'

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')

const png = latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')
const avif = latin1('\0\0\0\x20ftypavif\0\0\0\0')
const mif1 = latin1('\0\0\0\x18ftypmif1\0\0\0\0avifmiaf')
const bmp = latin1(`BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0${'\0'.repeat(8)}`)

test.each([
  ['image/png', png],
  ['image/jpeg', latin1('\xff\xd8\xff\xe0\0\x10JFIF')],
  ['image/gif', latin1('GIF89a')],
  ['image/gif', latin1('GIF87a')],
  ['image/webp', latin1('RIFF\x24\0\0\0WEBPVP8 ')],
  ['image/avif', avif],
  ['image/avif', mif1],
  ['image/bmp', bmp],
  [undefined, latin1('BM, or so they say, is no picture')],
  [undefined, latin1('RIFF\x24\0\0\0WAVEfmt ')],
  [undefined, latin1('\0\0\0\x18ftypisom\0\0\0\0mp42')],
  [undefined, png.subarray(0, 7)],
  [undefined, new Uint8Array()],
])('%s is told from its first bytes', (mediaType, bytes) => {
  expect(sniffMediaType(bytes)).toBe(mediaType)
})

test('any bytes can be looked at', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => imageMediaType(undefined, bytes).startsWith('image/')))
})

test.each([
  ['image/webp', png, 'image/webp'],
  [' Image/JPEG ; quality=80', png, 'image/jpeg'],
  ['not a media type', png, 'image/png'],
  ['', latin1('GIF89a'), 'image/gif'],
  [7, latin1('GIF89a'), 'image/gif'],
  ['image/../../etc', latin1('GIF89a'), 'image/gif'],
  [`image/${'x'.repeat(100)}`, latin1('GIF89a'), 'image/gif'],
  [undefined, latin1('what is this'), 'image/png'],
])('declared as %j: the declaration, else the bytes, else png', (declared, bytes, mediaType) => {
  expect(imageMediaType(declared, bytes)).toBe(mediaType)
})

test.each([
  ['image/png', 'png'],
  ['IMAGE/JPEG; q=1', 'jpg'],
  ['image/jpg', 'jpg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
  ['image/avif', 'avif'],
  ['image/bmp', 'bmp'],
  ['image/svg+xml', 'svg'],
  ['application/octet-stream', 'bin'],
  ['image/../../x', 'bin'],
  ['constructor', 'bin'],
  ['', 'bin'],
])('%s is stored as .%s', (mediaType, extension) => {
  expect(extensionOf(mediaType)).toBe(extension)
})

test('no media type makes an extension that could leave a file name', () => {
  fc.assert(fc.property(fc.string(), (mediaType) => /^[a-z0-9]{1,8}$/.test(extensionOf(mediaType))))
})
