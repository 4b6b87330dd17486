import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { traceDiagnostics } from '../src/cwm/format/diagnostics.ts'

test('the README has every diagnostic, with its severity and meaning', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const table = /<!-- diagnostics: .*?-->\n(.*)<!-- end of diagnostics -->/s.exec(readme)?.[1] ?? ''
  const rows = table.trim().split('\n').slice(2)
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  expect(cells).toEqual(
    Object.entries(traceDiagnostics).map(([code, { severity, meaning }]) => [`\`${code}\``, severity, meaning]),
  )
})
