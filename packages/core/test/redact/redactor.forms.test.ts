import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { webAddress } from '../../../../scripts/arbitraries.ts'
import { bySize } from '../../../../scripts/test-size.ts'
import type { PlainValue } from '../../src/values/plain-value.ts'
import { createRedactor, isRedactable, type Redactor } from '../../src/redact/redactor.ts'
import { isCommonWord } from '../../src/redact/known/common-words.ts'
import { createByteScanner } from './scan-bytes.ts'

/** The long form tries more of everything. */
const thoroughness = bySize({ fast: 0.5, faults: 1, long: 20 })

const fingerprint = (value: string): string => createHash('sha256').update(value).digest('hex').slice(0, 8)
const make = (secrets: string[]): Redactor => createRedactor({ secrets, fingerprint })

const hex = (text: string): string => Buffer.from(text).toString('hex')
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const unicodeEscaped = (text: string): string =>
  text.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
const percentEncoded = (text: string): string =>
  Buffer.from(text).reduce((encoded, byte) => `${encoded}%${byte.toString(16).padStart(2, '0')}`, '')

/** Ways to write a secret; each is undone by its partner, so that a survivor is seen whatever else became of it. */
const forms: Record<string, { write: (text: string) => string }> = {
  plain: { write: (text) => text },
  base64: { write: base64 },
  'base64 behind one byte': { write: (text) => base64(`a${text}`) },
  'base64 behind two bytes': { write: (text) => base64(`ab${text}c`) },
  'base64 behind three bytes': { write: (text) => base64(`abc${text}cd`) },
  'base64 in lines': { write: (text) => base64('x'.repeat(50) + text + 'y'.repeat(50)).replaceAll(/.{76}/g, '$&\n') },
  base64url: { write: (text) => Buffer.from(text).toString('base64url') },
  'base64url inside': { write: (text) => Buffer.from(`user:${text}:more`).toString('base64url') },
  'JSON in base64': { write: (text) => base64(JSON.stringify({ a: text })) },
  'a URL in base64': { write: (text) => base64(`https://a.test/?q=${encodeURIComponent(text)}`) },
  hex: { write: hex },
  'hex in upper case': { write: (text) => hex(text).toUpperCase() },
  'the name of a file': { write: (text) => text.replaceAll(/["*/:<>?\\|]/g, '_') },
  'a component of a URL': { write: encodeURIComponent },
  'every byte percent-encoded': { write: percentEncoded },
  'percent-encoded twice': { write: (text) => encodeURIComponent(encodeURIComponent(text)) },
  'a form': { write: (text) => new URLSearchParams({ q: text }).toString() },
  JSON: { write: (text) => JSON.stringify(text) },
  'JSON in JSON': { write: (text) => JSON.stringify(JSON.stringify({ a: text })) },
  '\\u escapes': { write: unicodeEscaped },
  'JSON in a URL': { write: (text) => encodeURIComponent(JSON.stringify({ a: text })) },
  HTML: { write: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;') },
}

const wellFormed = fc.string({ unit: 'grapheme', minLength: 4, maxLength: 24 })
const secretText = fc
  .oneof(
    wellFormed,
    fc.string({ minLength: 4, maxLength: 24 }),
    fc.constantFrom('p+/=a s&s<w>"o\\rd', 'hunter2!', 'pässwörd€', '🔑🔑🔑🔑', 'two words', 'a\\n"b"', '100%25 sure'),
  )
  .filter((secret) => isRedactable(secret) && !isCommonWord(secret) && secret === secret.trim())
  // Of these nothing is left in the name of a file.
  .filter((secret) => /[^_"*/:<>?\\|]/.test(secret))
/** Made of what no secret below holds, so that what is around a form neither makes nor breaks one. */
const around = fc.constantFrom('', ' ', ' (', '« ', ' — ', '\n')

describe.each(Object.entries(forms))('a registered secret as %s', (_, { write }) => {
  test('is replaced wherever it stands', () => {
    fc.assert(
      fc.property(secretText, around, around, (secret, before, after) => {
        const written = write(secret)
        const redactor = make([secret])
        const redacted = redactor.text(before + written + after)
        expect(redacted).toContain('[redacted:')
        expect(redacted).not.toContain(written)
        expect(redactor.text(redacted)).toBe(redacted)
        expect(Object.values(redactor.receipt()).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0)
      }),
      { numRuns: 50 * thoroughness },
    )
  })

  test('is found in the bytes of a file, at its offset', () => {
    fc.assert(
      fc.property(secretText, fc.uint8Array({ maxLength: 40 }), (secret, noise) => {
        // A byte that is no digit of any form, so that the noise does not run into it.
        const head = Buffer.concat([noise, Buffer.from([0x00])])
        const bytes = Buffer.concat([head, Buffer.from(write(secret)), Buffer.from([0x00]), noise])
        const hits = createByteScanner(['no such secret', secret])(bytes).filter(({ offset }) => offset >= head.length)
        expect(hits[0]?.secret).toBe(1)
        expect(hits[0]!.offset + hits[0]!.sizeBytes).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 40 * thoroughness },
    )
  })
})

test.each(['"  ⭀', '"pass­', 'a/b/ü€ÿ'])(
  'the name of a file made of %j is found in bytes, whatever these would be as signs',
  (secret) => {
    const name = secret.replaceAll(/["/]|\p{Cf}/gu, '_')
    const bytes = Buffer.from(`saved as ${name}.pdf`)
    expect(createByteScanner([secret])(bytes)).toContainEqual({
      offset: 9,
      sizeBytes: Buffer.byteLength(name),
      secret: 0,
    })
  },
)

describe('any nested value', () => {
  const keys = fc.string({ minLength: 1, maxLength: 6 })
  const formNames = Object.keys(forms)

  test('loses a secret in any form at any place, and keeps its shape', () => {
    const leafOf = (secret: string): fc.Arbitrary<PlainValue> =>
      fc.oneof(
        fc.constantFrom(...formNames).map((name) => forms[name]!.write(secret)),
        fc.tuple(around, fc.constantFrom(...formNames)).map(([text, name]) => text + forms[name]!.write(secret) + text),
        fc.string(),
        fc.integer({ min: 0, max: 99 }),
        fc.constant(null),
      )
    const secret = 'Tr0ub4dor&3 "quoted"'
    const { tree } = fc.letrec<{ tree: PlainValue; leaf: PlainValue }>((tie) => ({
      leaf: leafOf(secret),
      tree: fc.oneof(
        { depthSize: 'medium', withCrossShrink: true },
        tie('leaf'),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 4 }),
      ),
    }))
    const redactor = make([secret])
    const written = Object.values(forms).map(({ write }) => write(secret))
    const scan = createByteScanner([secret])
    fc.assert(
      fc.property(tree, (value) => {
        const redacted = redactor.value(value)
        const json = JSON.stringify(redacted)
        for (const form of written) expect(json).not.toContain(form)
        expect(scan(Buffer.from(json))).toEqual([])
        expect(shapeOf(redacted)).toEqual(shapeOf(value))
        expect(redactor.value(redacted)).toEqual(redacted)
      }),
      { numRuns: 200 * thoroughness },
    )
  })

  test('without a secret is unchanged', () => {
    const plainText = fc.lorem({ maxCount: 20 })
    const plain = fc.oneof(
      plainText,
      fc.uuid(),
      fc.integer(),
      fc.date({ noInvalidDate: true }).map(String),
      // Without what stands between a name of secrets and a value, as in `/pw=1`.
      webAddress,
    )
    fc.assert(
      fc.property(
        fc.dictionary(fc.lorem({ maxCount: 1 }), fc.array(plain, { maxLength: 5 }), { maxKeys: 5 }),
        (value) => {
          expect(make(['a registered one']).value(value)).toEqual(value)
        },
      ),
      { numRuns: 200 },
    )
  })
})

test('redacting any text twice is redacting it once', () => {
  const pieces = fc.constantFrom(
    ...[
      'password',
      'token',
      '=',
      ':',
      '"',
      "'",
      ' ',
      '\\',
      '%22',
      '{',
      '}',
      '&',
      '?',
      'a1b2c3',
      'Bearer ',
      'Cookie: a=b',
    ],
    ...['sk-', 'ghp_', 'eyJ', '.', '://', '@', '4111 1111 1111 1111', 'hunter22', '\n', '- textbox "PIN": ', '[', ']'],
    ...['[redacted:token:0123abcd]', '[redacted:', '-----BEGIN PRIVATE KEY-----', 'A'.repeat(48), '\\"', 'secret'],
  )
  const redactor = make(['hunter22', 'a"b\\c%d'])
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 16 }), (parts) => {
      const once = redactor.text(parts.join(''))
      expect(redactor.text(once)).toBe(once)
      const tree = redactor.ariaTree(parts.join(''))
      expect(redactor.ariaTree(tree)).toBe(tree)
    }),
    { numRuns: 2_000 * thoroughness },
  )
})

test('base64 of what differs from a secret in one letter is left alone', () => {
  const redactor = make(['alpha-beta'])
  for (const near of ['qlpha-beta', 'Alpha-beta', 'alpha-betb', 'alpha-betA', 'alpha-bet', 'lpha-beta']) {
    for (const before of ['', 'x', 'xy'])
      expect(redactor.text(base64(`${before}${near}z`))).toBe(base64(`${before}${near}z`))
  }
})

test.each([
  ['multi\nline9secret', 'multi\r\nline9secret'],
  ['multi\r\nline9secret', 'multi\nline9secret'],
  ['multi\r\nline9\nsecret', 'multi\r\nline9\r\nsecret'],
])('%j is found with the line breaks of %j, in every form', (secret, text) => {
  for (const { write } of Object.values(forms)) {
    const redacted = make([secret]).text(write(text))
    expect(redacted).toContain(`[redacted:registered:${fingerprint(secret)}]`)
    expect(redacted).not.toContain(write(text))
    expect(createByteScanner([secret])(Buffer.from(write(text)))).toHaveLength(1)
  }
})

test('several secrets are told apart, and one inside another leaves nothing of the longer one', () => {
  const redactor = make(['inner', 'an inner secret', 'secret too'])
  expect(redactor.text('an inner secret too, inner')).toBe(
    `[redacted:registered:${fingerprint('an inner secret')}], [redacted:registered:${fingerprint('inner')}]`,
  )
})

/** Keys, lengths and types. */
function shapeOf(value: PlainValue): unknown {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  if (Array.isArray(value)) return value.map(shapeOf)
  return Object.entries(value).map(([key, item]) => [key, shapeOf(item)])
}
