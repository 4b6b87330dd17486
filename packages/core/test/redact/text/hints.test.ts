import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRedactor } from '../../../src/redact/redactor.ts'
import { scanAria } from '../../../src/redact/scan/aria.ts'
import { hints, hintsOf } from '../../../src/redact/text/hints.ts'
import { createKeyNames } from '../../../src/redact/names/keys.ts'
import { scanPairs } from '../../../src/redact/scan/pairs.ts'
import type { Report } from '../../../src/redact/text/report.ts'
import { scanUserinfo } from '../../../src/redact/scan/addresses.ts'
import { seenView } from '../../../src/redact/text/seen.ts'
import { viewsOf } from '../../../src/redact/text/views.ts'

const names = createKeyNames()
const pieces = [
  ...['4111 1111 1111 1111', '4111111111111111', '411', '1111', '5500-0000-0000-0004'],
  ...['- textbox "Password": ', "- 'combobox': ", '\n  - text: ', 'searchbox ', '- '],
  ...['uid=1_2 textbox "a"', '[0-1] textbox: PIN', ' value="x"', '*[1]<input value=a>', '\n  [0-2] StaticText: b', '<'],
  ...['password=', 'token: ', '--api-key ', 'secret', '"cookie":"a=b"', ' hunter2x ', 'authorization', '-'],
  ...['https://ada:x9y8@', 'https://', ' //', 'ada', ':', 'x9y8', '@', '/', 'ghp_', 'a'.repeat(20)],
  ...['name="password"', '\r\n\r\n', 'x-api-key: abcdefgh', '{"password":\n123'],
  ...['%41', '\\u0041', '&amp;', '\\"', `${'QUJD'.repeat(16)}\n`, 'QUJD', '%'],
  ...['\u200b', '\u00ad', '\u00a0', '\u001b[31m', '^[[0m', '\u2028'],
]
const text = fc
  .array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 4 })), { maxLength: 8 })
  .map((parts) => parts.join(''))

/** The scans that a redactor leaves out, and the hints without which it does. */
const scans: [name: string, needs: number, scan: (text: string, report: Report) => void][] = [
  ['fields of trees', hints.separator | hints.cells, (view, report) => scanAria(view, () => 'password', report)],
  ['names and values', hints.separator | hints.hyphen, (view, report) => scanPairs(view, names, report)],
  ['users of URLs', hints.separator, scanUserinfo],
  ['escapes', hints.escape, (view, report) => viewsOf(view).length > 1 && report(0, view.length, 'secret')],
  ['what is seen otherwise', hints.unseen, (view, report) => seenView(view) && report(0, view.length, 'secret')],
]

test.each(scans)('whatever is found of %s is in a text that has the hints of it', (_, needs, scan) => {
  let found = 0
  fc.assert(
    fc.property(text, (view) => {
      scan(view, () => {
        found += 1
        expect(hintsOf(view) & needs).not.toBe(0)
      })
    }),
    { numRuns: 3_000 },
  )
  expect(found).toBeGreaterThan(20)
})

test('a text that was left as it was is looked at again when something was learned', () => {
  const redactor = createRedactor({ fingerprint: () => '0123abcd' })
  expect(redactor.text('correct horse')).toBe('correct horse')
  expect(redactor.text('correct horse')).toBe('correct horse')
  redactor.learn('correct horse')
  expect(redactor.text('correct horse')).toBe('[redacted:password:0123abcd]')
  expect(redactor.ariaTree('- text: correct horse')).toBe('- text: "[redacted:password:0123abcd]"')
})
