import { columnOf, type KeyNames, type SecretName } from '../names/keys.ts'
import { isSecretUnder, looksLikeKey } from '../names/value.ts'
import { columnsOf, isTelling, isTold } from '../told/label.ts'
import { createNextOf, isLetterOrDigit } from '../text/characters.ts'
import { endBeforeCut } from '../text/cut.ts'
import { withoutJson } from '../text/json-line.ts'
import type { Report } from '../text/report.ts'

const longestCell = 64
const longestLine = 2_000
const mostCells = 40
/** A cell in quotes may hold a note of many lines. */
const longestRow = 20_000

/**
 * Report the cells of a column that is headed by the name of a secret, in a table of Markdown or of a database's shell (`|`), in
 * values parted by tabs, and by commas or semicolons without spaces, and in lists of JSON. The table ends with a line that has another number
 * of cells.
 */
export function scanTables(text: string, names: KeyNames, report: Report): void {
  scanLines(text, names, report)
  if (text.includes('],[') || text.includes('[[') || text.includes('"columns"')) scanLists(text, names, report)
}

/**
 * Lists of JSON in a text: one of names is the head of those of as many items behind it,
 * `{"columns":["user","password"],"rows":[["ada","..."]]}`.
 */
function scanLists(text: string, names: KeyNames, report: Report): void {
  let columns: (SecretName | undefined)[] = []
  for (let open = text.indexOf('['); open >= 0; open = text.indexOf('[', open + 1)) {
    const { items, isCut } = itemsAt(text, open + 1)
    if (items.length < 2) continue
    const isHead = items.every(({ content }) => /^[\p{L} _-]{1,40}$/u.test(content))
    const heads = isHead ? items.map(({ content }) => columnOf(content, names)) : []
    if (heads.some(Boolean) && columns.length !== items.length) {
      columns = heads
      continue
    }
    const isRow = columns.length === items.length || (isCut && items.length < columns.length)
    for (const [index, { start, content }] of items.entries()) {
      const name = isRow ? columns[index] : undefined
      if (name && isSecretUnder({ ...name, isSure: false }, content, names))
        report(start, start + content.length, name.kind)
    }
  }
}

/**
 * The items of a list of JSON that holds texts, numbers and words alone; a few, and none of them long. Of a list that the end of
 * the text cuts off, those that are there.
 */
function itemsAt(text: string, start: number): { items: Cell[]; isCut: boolean } {
  const items: Cell[] = []
  const textEnd = endBeforeCut(text) ?? text.length
  const item = /\s{0,20}(?:"([^"\\\n]{0,200})"|([\w.+-]{1,40}))\s{0,20}([,\]])/y
  item.lastIndex = start
  let last = start
  for (let found = item.exec(text); found && items.length < mostCells; found = item.exec(text)) {
    const content = found[1] ?? found[2] ?? ''
    items.push({ start: found.index + found[0].indexOf(content), content })
    if (found[3] === ']') return { items, isCut: false }
    last = item.lastIndex
  }
  const open = textEnd - last < 200 ? /^\s{0,20}"?([^"\\\n\]]{0,200})"?$/.exec(text.slice(last, textEnd)) : null
  if (!open || items.length >= mostCells) return { items: [], isCut: false }
  const content = open[1] ?? ''
  return { items: [...items, { start: last + open[0].indexOf(content), content }], isCut: true }
}

function scanLines(text: string, names: KeyNames, report: Report): void {
  let next = 0
  let lineStart = 0
  let isParted = false
  const nextEnd = createNextOf(text, '\n,|;\t│')
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
    if (unit !== 0x20 && unit !== 0x22 && unit !== 0x0d && unit !== 0x2a) break
  }
  return names.canEndAt(text, at)
}

type Separator = '|' | '│' | '\t' | ',' | ';'

/** Behind the last word of code a semicolon stands too. */
const semicolons = /^"?[\p{L}_-][\p{L}\d_. -]{0,60}"?(?:;"?[\p{L}_-][\p{L}\d_. -]{0,60}"?){1,39}$/u

function separatorOf(line: string): Separator | undefined {
  // What stands in quotes may hold anything.
  const bare = line.startsWith('"') ? line.replaceAll(/"[^"]*"/g, '""') : line
  if (line.includes('|')) return '|'
  if (line.includes('│')) return '│'
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

interface Cell {
  readonly start: number
  readonly content: string
}

/** @returns where the table ends */
function readTable({ text, names, report, separator }: Table, headStart: number, headEnd: number): number {
  const inQuotes = rowAt(text, headStart, separator, mostCells)
  // A head has one line: where its quote goes on, it opens a string of JSON that the table is.
  const head = inQuotes?.end === headEnd ? inQuotes : rowAt(text, headStart, separator, mostCells, false)
  const heads = head?.cells.map(({ content }) => (content.length > longestCell ? '' : withoutMarks(content))) ?? []
  const columns = columnsOf(heads, names)
  if (!head || heads.length < 2 || !columns.some(Boolean)) return headEnd
  if (separator === '|' || separator === '\t') {
    const pair = columns.findIndex((name, index) => isPair(name, head.cells[index + 1]?.content))
    if (pair >= 0) {
      const { start, content } = head.cells[pair + 1]!
      report(start, start + content.length, columns[pair]!.kind)
      return headEnd
    }
  }
  let { end } = head
  const first = heads[0] === '' ? 1 : 0
  while (end < text.length) {
    const start = end + 1
    const row = rowAt(text, start, separator, heads.length + 1)
    if (!row || isRule(text.slice(start, Math.min(row.end, start + longestLine)))) {
      if (!row) break
      end = row.end
      continue
    }
    const { cells } = row
    const isWhole = cells.length === heads.length || (cells.length > heads.length && cells.at(-1)?.content === '')
    if (!isWhole && (row.end < text.length || cells.length < 2)) break
    for (const [index, name] of columns.entries()) {
      const cell = name && cells[index]
      if (
        cell &&
        !(index === first && namesOther(name, cell.content, names)) &&
        isSecretUnder(name, cell.content, names)
      )
        report(cell.start, cell.start + cell.content.length, name.kind)
    }
    end = row.end
  }
  return end
}

/**
 * Tells whether a cell of the first column is a name: what stands under `API key` may well be that of one, and a row of settings may be
 * taken for the head of those behind it.
 */
function namesOther({ kind }: SecretName, content: string, names: KeyNames): boolean {
  if (kind === 'api_key' || kind === 'secret' || kind === 'token') return !looksLikeKey(content, 8)
  return /^[A-Za-z_]+$/.test(content) && (/^[A-Z][a-z]+$/.test(content) || names.named(content) !== undefined)
}

/** Tells whether a value stands beside its name, as in a table of settings: `| api_key | 9f8e... |`. */
function isPair(name: SecretName | undefined, value: string | undefined): boolean {
  if (!name || !isTelling(name) || value === undefined) return false
  return (name.isSure && looksLikeKey(value, 10)) || isTold(name.kind, value)
}

interface Row {
  readonly cells: readonly Cell[]
  readonly end: number
}

/**
 * The row that begins at a place: up to the end of its line, or further where a cell in quotes goes over lines. `undefined` where it
 * has more cells than it may, or is too long.
 */
function rowAt(
  text: string,
  rowStart: number,
  separator: Separator,
  most: number,
  mayQuote = separator !== '|' && separator !== '│',
): Row | undefined {
  const cells: Cell[] = []
  const separates = separator.charCodeAt(0)
  for (let start = rowStart; ;) {
    const close = mayQuote && text.charCodeAt(start) === quote ? endOfQuoted(text, start, separates) : -1
    let end = close < 0 ? start : close + 1
    for (let unit = text.charCodeAt(end); end < text.length && unit !== separates && unit !== 0x0a;) {
      unit = text.charCodeAt((end += 1))
    }
    if (end - rowStart > longestRow || cells.push(cellAt(text, start, end)) > most) return undefined
    if (text.charCodeAt(end) !== separates) return { cells, end }
    start = end + 1
  }
}

const quote = 0x22

/** The quote that ends a cell, behind which it is over; a quote in it is written twice. */
function endOfQuoted(text: string, start: number, separates: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0 && at - start < longestRow; at = text.indexOf('"', at + 1)) {
    const next = text.charCodeAt(at + 1)
    if (next === quote) at += 1
    else return next === separates || next === 0x0a || next === 0x0d || Number.isNaN(next) ? at : -1
  }
  return -1
}

/** A head without the signs around it that make it bold or code. */
function withoutMarks(content: string): string {
  if (isLetterOrDigit(content.charCodeAt(0)) && isLetterOrDigit(content.charCodeAt(content.length - 1))) return content
  return content.replaceAll(/[*_`"]{1,2}$|^[*_`"]{1,2}/g, '')
}

/** `--- | ---`, `----+----`, `+-----+-----+`, `├──┼──┤` */
function isRule(row: string): boolean {
  return (
    (/^[|+\s]{0,4}:?[-=]/.test(row) && /^[\s|+:=-]{3,}$/.test(row)) || /^\s{0,4}[├╞┌└╰╭][─═┼╪┤╡┬┴┐┘╮╯]+\s*$/.test(row)
  )
}

/** A cell without the white space and the quotes around it. */
function cellAt(line: string, from: number, to: number): Cell {
  let start = from
  let end = to
  while (start < end && isEdge(line.charCodeAt(start))) start += 1
  while (end > start && isEdge(line.charCodeAt(end - 1))) end -= 1
  return { start, content: line.slice(start, end) }
}

function isEdge(unit: number): boolean {
  return unit === 0x20 || unit === 0x22 || unit === 0x60 || unit === 0x0d
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return end < 0 ? text.length : end
}
