import type { KeyNames, SecretName } from '../names/keys.ts'
import { isSecretUnder, looksLikeKey } from '../names/value.ts'
import { endBeforeCut } from '../text/cut.ts'
import type { Report } from '../text/report.ts'

const longestCell = 64
const longestLine = 2_000
const mostCells = 40

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
    const heads = isHead ? items.map(({ content }) => names.named(content)) : []
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
  for (let at = 0; at <= text.length; at += 1) {
    const unit = at === text.length ? 0x0a : text.charCodeAt(at)
    if (unit > 0x2c && unit !== 0x7c && unit !== 0x3b && unit !== 0x2502) continue
    if (unit !== 0x7c && unit !== 0x2502 && unit !== 0x2c && unit !== 0x3b && unit !== 0x09 && unit !== 0x0a) continue
    const start = lineStart
    // Nothing is parted by a comma before a space, and a line without a separator has no cells.
    const isCell: boolean =
      unit === 0x0a ? isParted : (unit !== 0x2c && unit !== 0x3b) || text.charCodeAt(at + 1) !== 0x20
    isParted = unit !== 0x0a && (isParted || isCell)
    if (unit === 0x0a) lineStart = at + 1
    if (!isCell || at < next || at - start > longestLine || !isHeading(text, at, names)) continue
    next = endOfLine(text, start)
    const line = next - start > longestLine ? '' : text.slice(start, next)
    const separator = separatorOf(line)
    if (separator) next = readTable({ text, names, report, separator }, start, next)
  }
}

/** Tells whether a cell ends here whose last word is the name of a secret. */
function isHeading(text: string, end: number, names: KeyNames): boolean {
  let at = end
  for (; end - at < 40; at -= 1) {
    const unit = text.charCodeAt(at - 1)
    if (unit !== 0x20 && unit !== 0x22 && unit !== 0x0d && unit !== 0x2a) break
  }
  return names.canEndAt(text, at)
}

type Separator = '|' | '│' | '\t' | ',' | ';'

/** Behind the last word of code a semicolon stands too. */
const semicolons = /^"?[\p{L}_-][\p{L}\d_. -]{0,60}"?(?:;"?[\p{L}_-][\p{L}\d_. -]{0,60}"?){1,39}$/u

function separatorOf(line: string): Separator | undefined {
  if (line.includes('|')) return '|'
  if (line.includes('│')) return '│'
  if (line.includes('\t')) return '\t'
  if (line.includes(';') && semicolons.test(line.trim())) return ';'
  return line.includes(',') && !/,\s|[^\w",.\- ]/.test(line.trim()) ? ',' : undefined
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
  const head = cellsOf(text.slice(headStart, headEnd), separator)
  const columns = head.map(({ content }) => (content.length > longestCell ? undefined : headingOf(content, names)))
  if (head.length < 2 || head.length > mostCells || !columns.some(Boolean)) return headEnd
  // A row of names and values: `| api_key | 9f8e... |`.
  for (const [index, name] of columns.entries()) {
    const value = head[index + 1]
    if (separator === '|' && name && value && !columns[index + 1] && looksLikeKey(value.content, 10))
      report(headStart + value.start, headStart + value.start + value.content.length, name.kind)
  }
  let end = headEnd
  while (end < text.length) {
    const start = end + 1
    const lineEnd = endOfLine(text, start)
    const row = text.slice(start, Math.min(lineEnd, start + longestLine))
    if (isRule(row)) {
      end = lineEnd
      continue
    }
    const ends = endsOfCells(row, separator, head.length, lineEnd === text.length)
    if (!ends) break
    for (const [index, name] of columns.entries()) {
      const isThere = name && index < ends.length
      const cell = isThere && cellAt(row, index === 0 ? 0 : ends[index - 1]! + 1, ends[index]!)
      if (cell && isSecretUnder(name, cell.content, names))
        report(start + cell.start, start + cell.start + cell.content.length, name.kind)
    }
    end = lineEnd
  }
  return end
}

/** The ends of a row's cells; `undefined` for another number of them, unless the end of the text may cut them off. */
function endsOfCells(row: string, separator: string, count: number, isLast: boolean): number[] | undefined {
  const ends: number[] = []
  for (let at = row.indexOf(separator); at >= 0; at = row.indexOf(separator, at + 1)) {
    if (ends.push(at) >= count) return undefined
  }
  ends.push(row.length)
  return ends.length === count || (isLast && ends.length > 1) ? ends : undefined
}

function headingOf(content: string, names: KeyNames): SecretName | undefined {
  return names.named(content.replaceAll(/[*_`"]{1,2}$|^[*_`"]{1,2}/g, ''))
}

/** `--- | ---`, `----+----`, `+-----+-----+`, `├──┼──┤` */
function isRule(row: string): boolean {
  return (
    (/^[|+\s]{0,4}:?[-=]/.test(row) && /^[\s|+:=-]{3,}$/.test(row)) || /^\s{0,4}[├╞┌└╰╭][─═┼╪┤╡┬┴┐┘╮╯]+\s*$/.test(row)
  )
}

function cellsOf(line: string, separator: string): Cell[] {
  const cells: Cell[] = []
  let from = 0
  for (const part of line.split(separator)) {
    cells.push(cellAt(line, from, from + part.length))
    from += part.length + 1
  }
  return cells
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
