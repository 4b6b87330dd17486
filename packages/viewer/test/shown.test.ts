import { expect, test } from 'vitest'
import { formatNumber } from '../src/page/parts/format.ts'
import { shown } from '../src/page/parts/shown.ts'

test('all that nobody sees is an escape, colours of a terminal too', () => {
  const [escape, hidden] = ['\u001b', '\u0007 \u202e \u200b \ud800']
  expect(shown(`${escape}[1;31mred${escape}[0m\n\t${escape}]0;title${hidden}`)).toBe(
    String.raw`\u001b[1;31mred\u001b[0m` + '\n\t' + String.raw`\u001b]0;title\u0007 \u202e \u200b \ud800`,
  )
})

test('a number of any size takes a few characters', () => {
  expect([1_102_700, 1e15, 1.234_56e300].map(formatNumber)).toEqual(['1,102,700', '1e+15', '1.23e+300'])
})
