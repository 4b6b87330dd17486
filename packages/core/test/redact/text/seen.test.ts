import fc from 'fast-check'
import { expect, test } from 'vitest'
import { viewsOfBytes } from '../../../src/redact/known/bytes.ts'
import { createByteScanner } from '../scan-bytes.ts'
import { findShapesIn } from '../../../src/redact/known/shape-bytes.ts'
import { createRedactor } from '../../../src/redact/redactor.ts'
import { wholeView } from '../../../src/redact/text/rewrite.ts'
import { seenText, seenView } from '../../../src/redact/text/seen.ts'

const redactor = createRedactor({ fingerprint: () => '0123abcd', secrets: ['correct-horse7x'] })
const key = `ghp_${'aZ3kQ9vLm2'.repeat(4)}`
const gone = '[redacted:github_token:0123abcd]'

test.each([
  ['\u001b[1;32ma\u001b[0m', 'a'],
  ['\u001b[38:2::1:2:3ma\u001b[m', 'a'],
  ['\u001b[?25la\u001b[5 q', 'a'],
  ['\u009b32ma\u009b0m', 'a'],
  ['\u001b(B\u001b7a\u001b8', 'a'],
  ['a\u001b[3Cb\u001b[20Gc', 'a b c'],
  ['a\u001b[5;1Hb\u001bEc\u0085d', 'a\nb\nc\nd'],
  ['\u001b]8;;https://a.test/\u001b\\a\u001b]8;;\u0007', '\u001c8;;https://a.test/\u001ca\u001c8;;\u0007'],
  [String.raw`\u001b[32ma\x1B[0m\e[1mb\033[Kc\u{1b}[md`, 'abcd'],
  [String.raw`\\\\u001b[32ma^[[0m`, 'a'],
  ['a\u00adb\u200bc\u200d\u2060\ufeff\u034f\ufe0fd', 'abcd'],
  ['a\u00a0b\u2009c\u202fd\u3000e\u2028f', 'a b c d e\nf'],
])('%j is seen as %j, as a text and as bytes', (text, seen) => {
  expect(seenText(text)).toBe(seen)
  expect(seenView(Buffer.from(text).toString('latin1'), true)?.text).toBe(seen)
})

test.each([
  ['\u001b[redacted:token:0123abcd]'],
  [String.raw`/\u001b\[[0-9;]*m/g and /[^[]/ in C:\x1 \e \033`],
  ['é â@K 東京 💡 \u001bghp_'],
])('%j is seen as it is', (text) => {
  expect(seenView(text)).toBeUndefined()
  expect(seenView(Buffer.from(text).toString('latin1'), true)).toBeUndefined()
})

test.each([
  [`\u001b[32m${key}\u001b[0m`, `\u001b[32m${gone}\u001b[0m`],
  [`\\u001b[32m${key}\\u001b[0m`, `\\u001b[32m${gone}\\u001b[0m`],
  [encodeURIComponent(`\u001b[32m${key}\u001b[0m`), `%1B%5B32m${gone}%1B%5B0m`],
  [`&#27;[32m${key}&#27;[0m`, `&#27;[32m${gone}&#27;[0m`],
  [`a ${key.slice(0, 9)}\u200b${key.slice(9)}\u200b b`, `a ${gone}\u200b b`],
  ['a correct-\u001b[1mhorse\u001b[0m7x b', 'a [redacted:registered:0123abcd] b'],
  ['a correct-\u00adhorse7x b', 'a [redacted:registered:0123abcd] b'],
  ['a correct-&shy;horse7x b', 'a [redacted:registered:0123abcd] b'],
  [
    '\u001b[36mpassword\u001b[0m: "\u001b[33mOtter86-natk10\u001b[0m"',
    '\u001b[36mpassword\u001b[0m: "\u001b[33m[redacted:password:0123abcd]\u001b[0m"',
  ],
])('of %j the secret alone is replaced, and its colours stay: %j', (text, redacted) => {
  expect(redactor.text(text)).toBe(redacted)
  expect(redactor.text(redacted)).toBe(redacted)
})

test('a search of bytes finds what is in colour, or has what no one sees inside, at its place', () => {
  const shown = (text: string): string => JSON.stringify({ result: text })
  const coloured = Buffer.from(shown(`é \u001b[32m${key}\u001b[0m`))
  expect(findShapesIn(viewsOfBytes(coloured))).toEqual([
    { offset: coloured.indexOf(key), sizeBytes: key.length, kind: 'github_token' },
  ])
  const parted = Buffer.from(shown('ü\u00a0cor\u00adrect-\u001b[1mhorse\u001b[0m7\u200bx'))
  const offset = parted.indexOf('cor')
  expect(createByteScanner(['correct-horse7x'])(parted)).toEqual([
    { offset, sizeBytes: parted.length - 2 - offset, secret: 0 },
  ])
})

test('each unit of what is seen leads back to a place that reads so, and places keep their order', () => {
  const pieces = [
    '\u001b[1m',
    '\u00a0',
    '\u200b',
    '\\e[0m',
    '\\',
    '\u001b',
    'a',
    'bc',
    '[',
    '\u009b',
    '%1b',
    '\u001b]',
    'm',
  ]
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, (written) => {
      const view = seenView(written) ?? wholeView(written)
      let last = 0
      for (let at = 0; at < view.text.length; at += 1) {
        const [start, end] = [view.originOf(at), view.endOf(at + 1)]
        expect(start).toBeGreaterThanOrEqual(last)
        expect(seenText(written.slice(start, end))).toBe(view.text[at])
        last = end
      }
    }),
  )
})
