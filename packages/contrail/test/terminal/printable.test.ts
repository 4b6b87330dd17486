import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toPrintable, toPrintableJson } from '../../src/terminal/printable.ts'
import { anyCharacter } from '../../../../scripts/arbitraries.ts'

const actsOnTerminals = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

test('escape sequences, bidirectional overrides and line breaks are shown, not obeyed', () => {
  expect(toPrintable('\u001b[2J\u009b31m')).toBe('\\x1b[2J\\x9b31m')
  expect(toPrintable('user\u202etxt.exe')).toBe('user\\u202etxt.exe')
  expect(toPrintable('a\r\nb\tc\0')).toBe('a\\r\\nb\\tc\\x00')
  expect(toPrintable('zero\u200bwidth\ufeff\u2028')).toBe('zero\\u200bwidth\\ufeff\\u2028')
  expect(toPrintable('tag\u{e0041}')).toBe('tag\\u{e0041}')
  expect(toPrintable('half\ud83d')).toBe('half\\ud83d')
})

test('what shows nothing is shown', () => {
  const invisible = Array.from(
    '\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u2800\u3164\ufe00\ufe0f\uffa0\u{e0100}\u{e0041}',
  )
  expect(invisible.filter((character) => toPrintable(`e${character}f`).includes(character))).toEqual([])
  expect(toPrintable('a\u3164b\u{e0100}')).toBe('a\\u3164b\\u{e0100}')
})

test('what people write is left as it is', () => {
  expect(toPrintable('Größe: 45 cm – “schön” 東京 عربى 💡 € ❤️')).toBe('Größe: 45 cm – “schön” 東京 عربى 💡 € ❤️')
})

test('no text at all can act on a terminal, or be longer than the limit', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), fc.integer({ min: 1, max: 250 }), (text, limit) => {
      const shown = toPrintable(text, limit)
      expect(shown).not.toMatch(actsOnTerminals)
      expect(Array.from(shown).length).toBeLessThanOrEqual(limit)
    }),
  )
})

test('text that fits its limit is whole, and text that is cut says so', () => {
  expect(toPrintable('12345', 5)).toBe('12345')
  expect(toPrintable('123456', 5)).toBe('1234…')
  expect(toPrintable('x'.repeat(10_000_000), 10)).toBe('xxxxxxxxx…')
})

test('a JSON document of a long run is the same text in pieces, none of which holds much more than 1 MB', () => {
  const steps = Array.from({ length: 3_000 }, (_, index) => ({
    index,
    ariaTree: `${'é'.repeat(500)}\u001b \ud83d ${index}`,
  }))
  const value = { directory: '/a', steps, read: () => 1, gaps: [], nothing: undefined }
  const pieces = [...toPrintableJson(value)]
  expect(pieces.length).toBeGreaterThan(2)
  for (const piece of pieces) expect(piece.length).toBeLessThan(1_100_000)
  expect(pieces.join('')).toBe(JSON.stringify(value, undefined, 2))
})

test('a JSON document parses to the same value and holds nothing that acts on a terminal', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: anyCharacter }), fc.string({ unit: anyCharacter })), (value) => {
      const document = [...toPrintableJson(value)].join('')
      expect(JSON.parse(document)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(document.replaceAll('\n', '')).not.toMatch(actsOnTerminals)
    }),
  )
})
