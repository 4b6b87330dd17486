import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createByteFilter } from '../../../src/redact/known/byte-filter.ts'
import { createRedactor } from '../../../src/index.ts'
import { createByteScanner } from '../scan-bytes.ts'
import { inFast } from '../../../../../scripts/test-size.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
/** Bytes of few values, in which beginnings of a spelling are common. */
const noise = fc.uint8Array({ minLength: 0, maxLength: 300, max: 6 })

test('every place of every spelling lies in one of the ranges, whole and with what stands beside it', () => {
  const spelling = fc.uint8Array({ minLength: 4, maxLength: 14, max: 6 }).map((bytes) => String.fromCharCode(...bytes))
  fc.assert(
    fc.property(fc.array(spelling, { minLength: 1, maxLength: 6 }), noise, noise, (spellings, before, after) => {
      const bytes = Uint8Array.from([...before, ...bytesOf(spellings[0]!), ...after])
      const ranges = createByteFilter(spellings)(bytes)
      for (const text of spellings) {
        for (const at of placesOf(bytes, bytesOf(text))) {
          const inside = ranges.filter(({ start, end }) => start <= Math.max(0, at - 2) && at + text.length <= end)
          expect(inside).toHaveLength(1)
        }
      }
      for (const [index, { start, end }] of ranges.entries())
        expect(end).toBeLessThan(ranges[index + 1]?.start ?? Infinity + start)
    }),
  )
})

test('with nothing to look for there is no range, and bytes shorter than a spelling have none', () => {
  expect(createByteFilter([])(bytesOf('anything'))).toStrictEqual([])
  for (const length of [0, 1, 3, 4, 7])
    expect(createByteFilter(['swordfish'])(bytesOf('swordfish').subarray(0, length))).toStrictEqual([])
})

const secrets = ['hunter2-Zürich!', 'a"b\\c<d&e', 'Tr0ub4dor&3', 'sk', 'p@ss word', '4711'.repeat(3)]
const forms: readonly [string, (secret: string) => Uint8Array][] = [
  ['plain', bytesOf],
  ['in JSON', (secret) => bytesOf(JSON.stringify({ secret }))],
  ['in JSON in JSON', (secret) => bytesOf(JSON.stringify(JSON.stringify({ secret })))],
  ['in an address', (secret) => bytesOf(`https://shop.test/?q=${encodeURIComponent(secret)}`)],
  [
    'in HTML',
    (secret) => bytesOf(`<b>${secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}</b>`),
  ],
  ['in hex', (secret) => bytesOf(Buffer.from(secret).toString('hex'))],
  ['in base64', (secret) => bytesOf(Buffer.from(secret).toString('base64'))],
  ['in base64 behind a byte', (secret) => bytesOf(Buffer.from(`x${secret}`).toString('base64'))],
  ['in base64url behind two', (secret) => bytesOf(Buffer.from(`xy${secret}`).toString('base64url'))],
]
const surroundings: readonly [string, (size: number) => Uint8Array][] = [
  ['noise', noiseOf],
  ['one byte over and over', (size) => new Uint8Array(size).fill(7)],
  ['a text', (size) => bytesOf('row; of, a "table"\n'.repeat(size / 19))],
]

test.each(surroundings)('a registered value is found anywhere in many bytes of %s, in every form', (_, around) => {
  const known = secrets.filter((secret) => secret.length >= 4)
  const redactor = createRedactor({ secrets: known, fingerprint: () => '00000000' })
  expect(redactor.bytes(around(500_000))).toBeUndefined()
  for (const [index, [, write]] of forms.entries()) {
    // Before, within and behind what is searched as a text.
    const before = [0, 260_000, 499_999][index % 3]!
    // One in which every form escapes something, and another in turn; the larger sizes write each in each.
    for (const secret of inFast(new Set([known[1]!, known[index % known.length]!]), new Set(known))) {
      const rest = around(500_000 - before)
      const bytes = Buffer.concat([around(before), bytesOf(' '), write(secret), bytesOf(' '), rest])
      // In a text the name beside it may tell it, too.
      expect(redactor.bytes(bytes)).toMatch(/^\[redacted:(registered|secret):00000000\]$/)
    }
  }
})

test('a learned value is found in many bytes from the moment it is learned', () => {
  const redactor = createRedactor({ fingerprint: () => '00000000' })
  const bytes = Buffer.concat([Buffer.alloc(400_000), bytesOf('correct-horse-battery')])
  expect(redactor.bytes(bytes)).toBeUndefined()
  redactor.learn('correct-horse-battery')
  expect(redactor.bytes(bytes)).toBe('[redacted:password:00000000]')
})

test('what is known by its name or shape is found in the first 256 kB of a text, and all of a shorter one', () => {
  const redactor = createRedactor({ fingerprint: () => '00000000' })
  const key = `ghp_${'a1B2c3D4e5'.repeat(4)}`
  const text = (before: number, after: number): Uint8Array =>
    bytesOf(`${'word '.repeat(before / 5)}${key} ${'word '.repeat(after / 5)}`)
  expect(redactor.bytes(text(200_000, 0))).toBe('[redacted:github_token:00000000]')
  expect(redactor.bytes(text(200_000, 900_000))).toBe('[redacted:github_token:00000000]')
})

test('20 MB of noise are searched for a hundred values in the time of a few passes over them', () => {
  const known = Array.from({ length: 100 }, (_, index) => `secret-${index}-${'xyz'.repeat(index % 9)}`)
  const redactor = createRedactor({ secrets: known, fingerprint: () => '00000000' })
  const bytes = noiseOf(20_000_000)
  redactor.bytes(bytes.subarray(0, 100_000))
  const before = process.threadCpuUsage()
  expect(redactor.bytes(bytes)).toBeUndefined()
  // 1 to 3 ms a MB on a quiet machine; as a text it took 50.
  const { user, system } = process.threadCpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(20 * 12)
})

test('a scan of a file tells the same places as ever', () => {
  const scan = createByteScanner(['hunter2-Zürich!'])
  const bytes = Buffer.concat([Buffer.alloc(10), bytesOf('hunter2-Zürich!')])
  expect(scan(bytes)).toStrictEqual([{ offset: 10, sizeBytes: 16, secret: 0 }])
})

/** The same bytes for the same size. A loop, since there are tens of millions of them. */
function noiseOf(size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at += 1) bytes[at] = Math.imul(at + 1, 2654435761) >>> 13
  return bytes
}

function placesOf(bytes: Uint8Array, part: Uint8Array): number[] {
  const places: number[] = []
  for (let at = 0; at + part.length <= bytes.length; at += 1) {
    if (part.every((byte, index) => bytes[at + index] === byte)) places.push(at)
  }
  return places
}
