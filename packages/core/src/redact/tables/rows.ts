/** A cell without the white space and the quotes around it. */
export interface Cell {
  readonly start: number
  readonly content: string
}

export interface Row {
  readonly cells: readonly Cell[]
  readonly end: number
}

/** A sign that parts the cells of a row; `│` stands for every line that a box is drawn with. */
export type Separator = '|' | '│' | '\t' | ',' | ';'

/** More is no table that anybody reads. */
export const mostCells = 40
/** A cell in quotes may hold a note of many lines. */
const longestRow = 20_000

/**
 * Read the row that begins at a place: up to the end of its line, or further where a cell in quotes goes over lines. `undefined` where it
 * has more cells than it may, or is too long.
 */
export function rowAt(
  text: string,
  rowStart: number,
  separator: Separator,
  most: number,
  mayQuote = separator !== '|' && separator !== '│',
): Row | undefined {
  const cells: Cell[] = []
  const separates = separator.charCodeAt(0)
  const isBox = separator === '│'
  for (let start = rowStart; ;) {
    const close = mayQuote && text.charCodeAt(start) === quote ? endOfQuoted(text, start, separates) : -1
    let end = close < 0 ? start : close + 1
    for (let unit = text.charCodeAt(end); end < text.length && unit !== separates && unit !== 0x0a;) {
      if (isBox && isBoxLine(unit)) break
      unit = text.charCodeAt((end += 1))
    }
    if (end - rowStart > longestRow || cells.push(cellAt(text, start, end)) > most) return undefined
    if (end >= text.length || text.charCodeAt(end) === 0x0a) return { cells, end }
    start = end + 1
  }
}

/** Tells whether a unit is a line that parts the columns of a box: `│`, `┃`, `║`, `┆`. */
function isBoxLine(unit: number): boolean {
  return unit === 0x2502 || unit === 0x2503 || unit === 0x2551 || unit === 0x2506
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

/** A cell of a line, without the white space and the quotes around it. */
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

/** Tells whether a row is a line that is drawn: `--- | ---`, `----+----`, `+-----+-----+`, `├──┼──┤`, `┡━━╇━━┩`, `--- ---`. */
export function isRule(row: string): boolean {
  return (/^[|+\s]{0,4}:?[-=]/.test(row) && /^[\s|+:=-]{3,}$/.test(row)) || /^\s{0,4}[\u2500-\u257f]{3,}\s*$/.test(row)
}

/** The end (exclusive) of the line that a place is in. */
export function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return end < 0 ? text.length : end
}
