import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from '../../src/values/base64.ts'

test('encoding agrees with Node for any bytes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      (bytes) => encodeBase64(bytes) === Buffer.from(bytes).toString('base64'),
    ),
  )
})

test('both alphabets are decoded, with and without padding and line breaks', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const standard = Buffer.from(bytes).toString('base64')
      const spellings = [
        standard,
        standard.replaceAll('=', ''),
        Buffer.from(bytes).toString('base64url'),
        standard.replace(/(.{8})/g, '$1\r\n'),
      ]
      for (const spelling of spellings) expect(decodeBase64(spelling)).toStrictEqual(new Uint8Array(bytes))
    }),
  )
})

test.each([
  ['one digit too many', 'AAAAA'],
  ['prose with spaces', 'image saved to disk'],
  ['prose that ends in a full stop', 'saved.'],
  ['a space', 'AA AA'],
  ['a tab', 'AA\tAA'],
  ['too little padding', 'AA='],
  ['too much padding', 'AAAA='],
  ['padding alone', '===='],
  ['padding in the middle', 'AA==AAAA'],
  ['both alphabets at once', '+/-_'],
  ['bits left over', 'AB=='],
  ['bits left over after two bytes', 'AAB='],
  ['letters beyond ASCII', 'ÀÀÀÀ'],
  ['wide letters whose low byte is a digit', '\u0141\u0141\u0141\u0141'],
  ['a data URL', 'data:image/png;base64,AAAA'],
])('%s is no base64', (_, text) => {
  expect(decodeBase64(text)).toBeUndefined()
})

test('the empty text stands for no bytes', () => {
  expect(decodeBase64('')).toStrictEqual(new Uint8Array())
  expect(encodeBase64(new Uint8Array())).toBe('')
})
