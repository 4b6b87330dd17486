import { expect, test } from 'vitest'
import { builtInNames } from '../../../src/redact/names/keys.ts'
import { scanSql } from '../../../src/redact/tables/sql.ts'

function toldIn(text: string): string[] {
  const told: string[] = []
  scanSql(text, builtInNames, (start, end) => told.push(text.slice(start, end)))
  return told
}

test('a row of COPY is read once, though each of them holds the head of a table itself', () => {
  const rows = Array.from({ length: 300 }, (_, index) => `a1b2c3d4e5f${index}\tCOPY users (token,name) FROM stdin;`)
  expect(toldIn(`COPY users (token,name) FROM stdin;\n${rows.join('\n')}\n`)).toHaveLength(300)
})

test('a table of one column ends where another begins, without the line that ends it', () => {
  const text = 'COPY a (token) FROM stdin;\na1b2c3d4e5f6\nCOPY b (name,token) FROM stdin;\nada\tf6e5d4c3b2a1\n'
  expect(toldIn(text)).toEqual(['a1b2c3d4e5f6', 'f6e5d4c3b2a1'])
})

test('a head of COPY without a line behind it has no rows', () => {
  expect(toldIn('COPY users (token,name) FROM stdin;')).toEqual([])
})
