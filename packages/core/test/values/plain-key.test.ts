import { expect, test } from 'vitest'
import { unescapeKey } from '../../src/values/plain-key.ts'
import { toPlainValue } from '../../src/values/plain-value.ts'

test.each([
  ['$frame', '$$frame'],
  ['$$frame', '$$$frame'],
  ['$type', '$$type'],
  ['$truncated', '$$truncated'],
  ['$other', '$other'],
  ['$$', '$$'],
  ['frame', 'frame'],
  ['$framed', '$framed'],
])('the key %s is stored as %s and read back', (key, stored) => {
  expect(Object.keys(toPlainValue({ [key]: 1 }) as object)).toStrictEqual([stored])
  expect(unescapeKey(stored)).toBe(key)
})
