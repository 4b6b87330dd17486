import type { KeyNames } from '../names/keys.ts'
import { columnsOf } from '../told/label.ts'
import { createNextOf, isLetterOrDigit } from '../text/characters.ts'
import { withoutJson } from '../text/json-line.ts'
import type { Report } from '../text/report.ts'
import { scanColumns } from './columns.ts'
import { isPair, readHeads, reportRow } from './heads.ts'
import { scanLists } from './lists.ts'
import { endOfLine, isRule, mostCells, rowAt, type Separator } from './rows.ts'

const longestLine = 2_000

/**
 * Report the cells of a column that is headed by the name of a secret, or that stand beside one in a column of names, in a table of
 * Markdown, of a database's shell (`|`) or in a box, in values parted by tabs, by commas or semicolons without spaces, or by blanks, and in
 * lists of JSON. The table ends with a line that has another number of cells.
 */
export function scanTables(text: string, names: KeyNames, report: Report): void {
  scanLines(text, names, report)
  scanColumns(text, names, report)
  if (text.includes('],[') || text.includes('[[') || text.includes('"columns"')) scanLists(text, names, report)
}

function scanLines(text: string, names: KeyNames, report: Report): void {
  let next = 0
  let lineStart = 0
  let isParted = false
  const boxLines = Array.from('│┃║┆').filter((line) => text.includes(line))
  const nextEnd = createNextOf(text, `\n,|;\t${boxLines.join('')}`)
  for (let at = nextEnd(0); at <= text.length; at = nextEnd(at + 1)) {
    const unit = at === text.length ? 0x0a : text.charCodeAt(at)
    const start = lineStart
    // Nothing is parted by a comma before a space, and a line without a separator has no cells.
    const isCell: boolean =
      unit === 0x0a ? isParted : (unit !== 0x2c && unit !== 0x3b) || text.charCodeAt(at + 1) !== 0x20
    isParted = unit !== 0x0a && (isParted || isCell)
    if (unit === 0x0a) lineStart = at + 1
    if (!isCell || at < next || at - start > longestLine || !isHeading(text, at, names)) continue
    next = endOfLine(text, start)
    if (next - start > longestLine) continue
    const isJson = text[start] === '{' || text[start] === '['
    const from = isJson ? withoutJson(text, start, next).start : start
    const separator = separatorOf(text.slice(from, next))
    if (separator) next = readTable({ text, names, report, separator }, from, next)
  }
}

/** Tells whether a cell ends here whose last word is the name of a secret. */
function isHeading(text: string, end: number, names: KeyNames): boolean {
  let at = end
  for (; end - at < 40; at -= 1) {
    const unit = text.charCodeAt(at - 1)
    // `token: |`: a pair, or a block of YAML.
    if (unit === 0x3a) return false
    if (unit !== 0x20 && unit !== 0x22 && unit !== 0x0d && unit !== 0x2a && unit !== 0x7c) break
  }
  return names.canEndAt(text, at)
}

/** Behind the last word of code a semicolon stands too. */
const semicolons = /^"?[\p{L}_-][\p{L}\d_. -]{0,60}"?(?:;"?[\p{L}_-][\p{L}\d_. -]{0,60}"?){1,39}$/u

function separatorOf(line: string): Separator | undefined {
  // What stands in quotes may hold anything.
  const bare = line.startsWith('"') ? line.replaceAll(/"[^"]*"/g, '""') : line
  // Code says "or" by two of them; between others they are an empty cell.
  if (line.includes('|')) return / \|\|(?:\s|$)/.test(line) && !/^\s*\|.*\|\s*$/.test(line) ? undefined : '|'
  if (/[│┃║┆]/.test(line)) return '│'
  if (line.includes('\t')) return '\t'
  if (line.includes(';') && semicolons.test(line.trim())) return ';'
  return line.includes(',') && !/,\s|[^\p{L}\w",.\- ]/u.test(bare.trim()) ? ',' : undefined
}

interface Table {
  readonly text: string
  readonly names: KeyNames
  readonly report: Report
  readonly separator: Separator
}

/** @returns where the table ends */
function readTable({ text, names, report, separator }: Table, headStart: number, headEnd: number): number {
  const inQuotes = rowAt(text, headStart, separator, mostCells)
  // A head has one line: where its quote goes on, it opens a string of JSON that the table is.
  const head = inQuotes?.end === headEnd ? inQuotes : rowAt(text, headStart, separator, mostCells, false)
  if (!head) return headEnd
  const texts = head.cells.map(({ content }) => (isOfCode(content, separator) ? '' : withoutMarks(content)))
  const isClosed = (separator === '|' || separator === '│') && head.cells.at(-1)?.content === ''
  // A line that is only indented has one cell, and a choice of words ends with one: `| 'password'`.
  const isAlone = !isClosed && texts.filter(Boolean).length < 2
  if (isAlone && !numberedRow.test(text.slice(headEnd, headEnd + 30))) return headEnd
  if (separator !== ',' && separator !== ';') {
    const columns = columnsOf(texts, names)
    const at = columns.findIndex((name, index) => isPair(name, head.cells[index + 1]?.content))
    const name = columns[at]
    if (name) {
      const { start, content } = head.cells[at + 1]!
      report(start, start + content.length, name.kind)
      return headEnd
    }
  }
  // An item of a list of code ends with a comma.
  const heads = separator === ',' && texts.length === 2 && texts[1] === '' ? undefined : readHeads(texts, names)
  if (!heads) return headEnd
  let { end } = head
  while (end < text.length) {
    const start = end + 1
    const row = rowAt(text, start, separator, texts.length + 1)
    if (!row) break
    if (!isRule(text.slice(start, Math.min(row.end, start + longestLine)))) {
      const { cells } = row
      const isWhole = cells.length === texts.length || (cells.length > texts.length && cells.at(-1)?.content === '')
      if (!isWhole && (row.end < text.length || cells.length < 2)) break
      reportRow(heads, cells, names, report)
    }
    end = row.end
  }
  return end
}

/** The end of an item or a statement, and what is said of a type, which no head has: `apiToken,`, `secret?: string`, `'password'`. */
const ofCode = /[,;({[=]$|^\S+: /

function isOfCode(content: string, separator: Separator): boolean {
  const mayBeCode = !isLetterOrDigit(content.charCodeAt(content.length - 1)) || content.includes(': ')
  return (mayBeCode && ofCode.test(content)) || (separator === '|' && /^'.*'$/.test(content))
}

/** The row behind a head without a name for the numbers of rows. */
const numberedRow = /^\n\d{1,9}\t\S/

/** A head without the signs around it that make it bold or code. */
function withoutMarks(content: string): string {
  if (isLetterOrDigit(content.charCodeAt(0)) && isLetterOrDigit(content.charCodeAt(content.length - 1))) return content
  return content.replaceAll(/[*_`"]{1,2}$|^[*_`"]{1,2}/g, '')
}
