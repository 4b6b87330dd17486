import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeIdentifier } from '../../src/directory/identifier.ts'

const hostileIds = [
  '',
  '.',
  '..',
  '...',
  '-',
  '--help',
  '-rf',
  '.hidden',
  '.recording',
  '/',
  '//',
  '\\',
  '/etc/passwd',
  '../../x',
  '..\\..\\x',
  '../../../../escaped',
  'a/b',
  'a\\b',
  'a:b',
  'C:\\Windows',
  'C:',
  '\\\\server\\share',
  'a\0b',
  '\0',
  'a\nb',
  'a\n',
  'a b',
  ' a',
  'a ',
  'a.',
  'a..',
  'CON',
  'con',
  'Con.txt',
  'con.tar.gz',
  'PRN',
  'AUX',
  'nul',
  'NUL.',
  'COM0',
  'COM9.log',
  'lpt1',
  'LPT0.x',
  'CON/x',
  'con.x/y',
  'x'.repeat(81),
  'x'.repeat(300),
  `${'x'.repeat(300)}y`,
  'é',
  'e\u0301',
  'É',
  '日本語',
  '日本',
  '\ud800',
  '\udfff',
  '\ufffd',
  '😀',
  'a~b',
  'a~000000000000',
  '%2e%2e%2f',
  'a%2fb',
  '<script>',
  '$(reboot)',
  '`id`',
  'a*b?',
  '"',
  "'",
  'a|b',
  '__proto__/',
  'A/b',
  'a/B',
  'id~e3b0c44298fc',
]

test.each([
  'a',
  'A',
  'buy-lamp',
  'task_1.2',
  '0',
  '_x',
  'a..b',
  'x'.repeat(80),
  'console',
  'COM10',
  'nul-2',
  '__proto__',
])('%s is kept as it is', (id) => {
  expect(encodeIdentifier(id)).toBe(id)
})

test.each([
  ['../../x', /^x~[0-9a-f]{12}$/],
  ['CON.txt', /^CON-txt~[0-9a-f]{12}$/],
  ['Buy a lamp!', /^Buy-a-lamp~[0-9a-f]{12}$/],
  ['日本語', /^id~[0-9a-f]{12}$/],
  ['x'.repeat(300), /^x{40}~[0-9a-f]{12}$/],
])('%s stays readable', (id, encoded) => {
  expect(encodeIdentifier(id)).toMatch(encoded)
})

test('hostile ids are all different and each is one safe path component', () => {
  const encoded = hostileIds.map(encodeIdentifier)
  expect(hostileIds.length).toBeGreaterThan(60)
  expect(new Set(encoded).size).toBe(hostileIds.length)
  // Nor do they meet on a file system that takes upper and lower case for one.
  expect(new Set(encoded.map((name) => name.toLowerCase())).size).toBe(hostileIds.length)
  for (const name of encoded) expectSafe(name)
})

const codeUnits = fc.uint16Array({ maxLength: 100 }).map((units) => String.fromCharCode(...units))

test('any id is encoded to one safe path component, and again to the same', () => {
  const id = fc.oneof(codeUnits, fc.string({ unit: fc.constantFrom('.', '/', 'c', 'o', 'n', '-', '~', 'é') }))
  fc.assert(
    fc.property(id, id, (one, other) => {
      expectSafe(encodeIdentifier(one))
      expect(encodeIdentifier(one)).toBe(encodeIdentifier(one))
      expect(encodeIdentifier(one) === encodeIdentifier(other)).toBe(one === other)
    }),
  )
})

function expectSafe(name: string): void {
  expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._~-]*$/)
  expect(name.length).toBeLessThanOrEqual(80)
  expect(name.endsWith('.')).toBe(false)
  expect(name).not.toMatch(/^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i)
  expect(resolve(join('/root', name))).toBe(`/root/${name}`)
}
