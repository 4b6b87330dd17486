import { createNextOf, endOfRun, isQuote, isSpace } from '../text/characters.ts'
import type { KeyNames, SecretName } from '../names/keys.ts'
import { isSecretUnder } from '../names/value.ts'
import type { Report } from '../text/report.ts'
import { quotedValue } from '../scan/pair-values.ts'
import { reportRow } from './heads.ts'
import { rowAt } from './rows.ts'

const longestColumns = 600
const longestTable = 8_000
const mostColumns = 40

/**
 * Report values of a row that goes into a column of a secret's name, in the rows behind it too:
 * `INSERT INTO users (name, password) VALUES ('ada', '...')`; without columns, where `CREATE TABLE users (...)` stands before; and behind
 * `COPY users (name, password) FROM stdin;`, as dumps have them.
 */
export function scanSql(text: string, names: KeyNames, report: Report): void {
  const reading: Reading = { text, names, report }
  let created: Map<string, Columns> | undefined
  for (const word of ['VALUES', 'values']) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      const before = text.slice(Math.max(0, at - longestColumns), at)
      const list = /\(([^()'"]{3,500})\)\s{0,20}$/.exec(before.slice(before.lastIndexOf('(')))?.[1]
      const table = list === undefined ? /\binto\s{1,9}(\S{1,64})\s{1,9}$/i.exec(before.slice(-90))?.[1] : undefined
      const columns = list === undefined ? undefined : columnsIn(list, names)
      const told = table === undefined ? columns : (created ??= tablesIn(text, names)).get(bareName(table))
      if (told?.some(Boolean)) readRows(reading, at + word.length, told)
    }
  }
  const nextLine = createNextOf(text, '\n')
  for (let at = text.indexOf('FROM '), next: number; at >= 0; at = text.indexOf('FROM ', next)) {
    const end = at + 'FROM stdin'.length
    next = text.slice(at + 5, end).toLowerCase() === 'stdin' ? readCopy(reading, at, end, nextLine(end)) : at + 1
  }
}

interface Reading {
  readonly text: string
  readonly names: KeyNames
  readonly report: Report
}

type Columns = readonly (SecretName | undefined)[]

function columnsIn(list: string, names: KeyNames): Columns {
  return list.split(',', mostColumns).map((column) => names.named(bareName(column)))
}

/** A name without quotes and without that of a schema. */
function bareName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).replaceAll(/[\s`"[\]]/g, '')
}

/** The columns of the tables that a text makes, by the names of these. */
function tablesIn(text: string, names: KeyNames): Map<string, Columns> {
  const tables = new Map<string, Columns>()
  const head =
    /\bcreate\s{1,9}(?:temp\w{0,7}\s{1,9}|unlogged\s{1,9})?table\s{1,9}(?:if\s{1,9}not\s{1,9}exists\s{1,9})?([^\s(]{1,64})\s{0,9}\(/gi
  for (let found = head.exec(text); found; found = head.exec(text)) {
    const columns: (SecretName | undefined)[] = []
    const start = found.index + found[0].length
    const limit = Math.min(text.length, start + longestTable)
    let from = start
    let depth = 1
    head.lastIndex = limit
    for (let at = start; at < limit && depth > 0; at += 1) {
      const sign = text[at]
      if (sign === '(') depth += 1
      if (sign === ')') depth -= 1
      if (depth > 1 || (sign !== ',' && depth > 0)) continue
      const [column = ''] = text.slice(from, at).trim().split(/\s/, 1)
      if (!constraints.test(column)) columns.push(names.named(bareName(column)))
      from = at + 1
      if (depth === 0) head.lastIndex = at
    }
    if (columns.some(Boolean)) tables.set(bareName(found[1]!), columns)
  }
  return tables
}

const constraints = /^(?:primary|unique|key|index|constraint|foreign|check|fulltext|exclude)$/i

/**
 * The rows of `COPY`, up to the line that ends them, or begins others: parted by tabs, by commas where it says so.
 *
 * @returns where they end
 */
function readCopy({ text, names, report }: Reading, at: number, end: number, lineEnd: number): number {
  const before = text.slice(Math.max(0, at - longestColumns), at)
  const opening = before.lastIndexOf('(')
  const list = ofCopy.test(before.slice(Math.max(0, opening - 150), Math.max(0, opening)))
    ? /^\(([^()']{3,500})\)\s{0,9}$/.exec(before.slice(opening))?.[1]
    : undefined
  const columns = list === undefined ? [] : columnsIn(list, names)
  if (!columns.some(Boolean)) return end
  const separator = /csv|','/i.test(text.slice(end, Math.min(lineEnd, end + longestColumns))) ? ',' : '\t'
  let start = lineEnd + 1
  while (start < text.length && !text.startsWith('\\.', start) && !beginsCopy.test(text.slice(start, start + 5))) {
    const row = rowAt(text, start, separator, columns.length)
    if (row?.cells.length !== columns.length) break
    reportRow({ columns, pair: undefined, first: -1 }, row.cells, names, report)
    start = row.end + 1
  }
  return Math.max(end, Math.min(start, text.length))
}

const ofCopy = /\bcopy\s{1,9}[^\s(]{1,130}\s{0,9}$/i
const beginsCopy = /^copy\s/i

/** Reads rows while each is right behind the one before it. */
function readRows({ text, names, report }: Reading, start: number, columns: Columns): void {
  const begin = /\s{0,20},?\s{0,20}\(/y
  for (let next = start; ;) {
    begin.lastIndex = next
    if (!begin.test(text)) return
    let at = begin.lastIndex
    for (const name of columns) {
      at = endOfRun(text, at, isSpace)
      const value = isQuote(text.charCodeAt(at)) ? quotedValue(text, at) : undefined
      if (value && name && isSecretUnder(name, text.slice(value.start, value.end), names))
        report(value.start, value.end, name.kind)
      const end = /[^,()'"]{0,80}[,)]/y
      end.lastIndex = value?.next ?? at
      if (!end.test(text)) return
      at = end.lastIndex
      if (text[at - 1] === ')') break
    }
    if (text[at - 1] !== ')') return
    next = at
  }
}
