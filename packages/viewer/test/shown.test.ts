import { expect, test } from 'vitest'
import { shown } from '../src/page/parts/shown.ts'

test('colours of a terminal are left out, and all else that nobody sees is an escape', () => {
  const error = 'Timeout 30000ms exceeded.\n\u001b[2m  - waiting for \u001b[1;31m#buy\u001b[22m\u001b[0m'
  expect(shown(error)).toBe('Timeout 30000ms exceeded.\n  - waiting for #buy')
  expect(shown('\u001b[2J\u001b]0;title\u0007 \u202e \u200b \ud800')).toBe(
    String.raw`\u001b[2J\u001b]0;title\u0007 \u202e \u200b \ud800`,
  )
})
