import { expect, test } from 'vitest'
import { parseAnnotator, parseDuration, parsePort, parseSize } from '../../src/terminal/parse-quantity.ts'

test.each([
  ['90s', 90_000],
  ['90min', 5_400_000],
  ['90m', 5_400_000],
  ['1.5 h', 5_400_000],
  ['30d', 2_592_000_000],
  ['2W', 1_209_600_000],
  ['0d', 0],
])('a duration of %s has %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each([
  ['0B', 0],
  ['5GB', 5_000_000_000],
  ['500mb', 500_000_000],
  ['1.5 kB', 1500],
  ['2GiB', 2_147_483_648],
  ['1TB', 1e12],
])('a size of %s has %i bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes)
})

test.each([
  '',
  '30',
  'd',
  '-1d',
  '30 parsecs',
  '1e9d',
  '30d 2h',
  'NaNd',
  'Infinityd',
  '3O d',
  'constructor',
  '5GB',
  '1y',
])('no duration: %j, and the message shows some', (text) => {
  expect(() => parseDuration(text)).toThrow(TypeError)
  expect(() => parseDuration(text)).toThrow(/expected a duration with its unit, e\.g\. .*30d.*, got/)
})

test.each(['', '5', 'GB', '-5GB', '5 apples', '5 G B', '5,5GB', '0x5GB', '5m', '30d'])(
  'no size: %j, and the message shows some',
  (text) => {
    expect(() => parseSize(text)).toThrow(TypeError)
    expect(() => parseSize(text)).toThrow(/expected a size with its unit, e\.g\. .*5GB.*, got/)
  },
)

test('a port is a number from 0 to 65535', () => {
  expect(['0', '80', '65535'].map(parsePort)).toEqual([0, 80, 65_535])
  for (const text of ['', '-1', '65536', '8o', '1e3', ' 80']) expect(() => parsePort(text)).toThrow(TypeError)
})

test('who labels has a name, and no path for one', () => {
  expect([' eve ', 'Zoë A.', '日本'].map(parseAnnotator)).toEqual(['eve', 'Zoë A.', '日本'])
  for (const text of ['', '  ', '..', '../x', 'a\\b', 'a\nb', 'x'.repeat(81)])
    expect(() => parseAnnotator(text)).toThrow(/expected a name of 1 to 80 characters and no path, got/)
})
