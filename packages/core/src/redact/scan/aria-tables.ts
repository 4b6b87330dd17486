import type { KeyNames, SecretName } from '../names/keys.ts'
import type { RedactionKind, TextRange } from '../text/placeholder.ts'
import type { Report } from '../text/report.ts'
import { endOfLineAt, readAriaLine, withoutQuotes, type AriaLine } from '../text/aria-line.ts'
import { columnsOf, isSecretCell, isTold, kindOfLabel } from '../told/label.ts'

const mostColumns = 40
const ofTables = /- (?:row|(?:grid)?cell)/

/** Roles that may hold the content of a cell beside a control, such as one that copies it. */
const contents = new Set('text code generic paragraph strong emphasis StaticText textbox'.split(' '))

/**
 * Report the cells of a column that is headed by the name of a secret, and what stands beside such a name in a row, wherever lines of an aria
 * snapshot stand in a text. Read line by line: the heads of a table, then its rows, whose own names repeat their cells. Of a cell
 * with a control in it (`cell "k3jd8x92lm Copy"`) the first word is read, and what the cell holds.
 */
export function scanAriaTables(text: string, names: KeyNames, report: Report): void {
  if (!ofTables.test(text)) return
  let heads: string[] = []
  let columns: readonly (SecretName | undefined)[] = []
  let row: AriaLine | undefined
  let cells = 0
  /** The head of a row, right before a cell. */
  let head: string | undefined
  let kindOf: ((content: string) => RedactionKind | undefined) | undefined
  const readContent = (found: Content | undefined): void => {
    const kind = found && kindOf?.(found.content)
    if (!found || !kind) return
    const { start, end, content } = found
    report(start, end, kind)
    const inRow = row?.name ? text.slice(row.name.start, row.name.end).indexOf(content) : -1
    if (row?.name && inRow >= 0) report(row.name.start + inRow, row.name.start + inRow + content.length, kind)
  }
  for (let start = 0; start < text.length; start = endOfLineAt(text, start) + 1) {
    const line = readAriaLine(text, start)
    if (!line) continue
    if (line.role === 'table' || line.role === 'grid') [heads, columns] = [[], []]
    if (line.role === 'row') [row, cells, head, kindOf] = [line, 0, undefined, undefined]
    if (line.role === 'columnheader') {
      if (cells === 0) [heads, columns] = [[], []]
      if (heads.length < mostColumns) heads.push(contentOf(text, line)?.content ?? '')
      cells += 1
    }
    if (kindOf && contents.has(line.role)) readContent(contentOf(text, line))
    if (line.role !== 'cell' && line.role !== 'gridcell' && line.role !== 'rowheader') continue
    if (columns.length !== heads.length) columns = columnsOf(heads, names)
    const name = columns[cells]
    cells += 1
    const cell = contentOf(text, line)
    const named = head === undefined ? undefined : kindOfLabel(head, names)
    kindOf =
      named || name
        ? (content) =>
            named && isTold(named, content) ? named : name && isSecretCell(name, content, names) ? name.kind : undefined
        : undefined
    head = cell && (line.role === 'rowheader' || cells === 1) ? cell.content : undefined
    readContent(cell && beforeControl(cell))
  }
}

interface Content extends TextRange {
  readonly content: string
}

/** `k3jd8x92lm` of `k3jd8x92lm Copy key` */
function beforeControl(cell: Content): Content {
  const { 1: content } = /^(\S{6,200})(?: [A-Z][a-z]{1,12})(?: [a-z]{1,12}){0,2}$/.exec(cell.content) ?? []
  return content === undefined ? cell : { start: cell.start, end: cell.start + content.length, content }
}

/** The name of a line, or its value. */
function contentOf(text: string, line: AriaLine): Content | undefined {
  const found = line.name ?? line.value
  const content = found && withoutQuotes(text, found)
  return content && { ...content, content: text.slice(content.start, content.end) }
}
