import { expect, test } from 'vitest'
import { createRedactor } from '../../../src/redact/redactor.ts'
import { beginningOf, endBeforeCut } from '../../../src/redact/text/cut.ts'

const secret = 'open sesame 94'

function redact(text: string): string {
  const redactor = createRedactor({ fingerprint: () => '00000000', secrets: [secret] })
  redactor.learn('lavender tea', 'password')
  const redacted = redactor.text(text)
  expect(redactor.text(redacted)).toBe(redacted)
  return redacted
}

test('a text is cut behind a word, a comma or a bracket, and one word that is too long is left out', () => {
  expect(beginningOf('one two three', 20)).toBe('one two three')
  expect(beginningOf('one two three', 7)).toBe('one two')
  expect(beginningOf('one two three', 6)).toBe('one ')
  expect(beginningOf('{"a":1,"bcd":2}', 10)).toBe('{"a":1,')
  expect(beginningOf('ghp_q8Wz3RtY6', 8)).toBe('')
  expect(beginningOf('東京😀都', 3)).toBe('東京')
})

test('a text that was cut says so by its end', () => {
  expect(endBeforeCut('{"a":... [truncated]')).toBe(5)
  expect(endBeforeCut('- a\n\n[TRUNCATED: the first 5 of about 9 tokens]')).toBe(3)
  expect(endBeforeCut('- a\n\n[CONTENT TRUNCATED at ~5 tokens — more]')).toBe(3)
  expect(endBeforeCut('... [truncated] and more')).toBeUndefined()
  expect(endBeforeCut('[1]')).toBeUndefined()
})

test.each([
  ['a registered value', 'it is open ses', 'it is [redacted:registered:00000000]'],
  ['what was learned', 'it is lavender ', 'it is [redacted:password:00000000]'],
  ['a value in quotes', '{"password":"blue monday', '{"password":"[redacted:password:00000000]'],
  ['less than four characters', 'it is ope', 'it is ope'],
  ['other words', 'it is opera', 'it is opera'],
])('of %s no beginning is left before a cut', (_what, text, expected) => {
  expect(redact(`${text}... [truncated]`)).toBe(`${expected}... [truncated]`)
  expect(redact(text)).toBe(text)
})
