import type { KeyNames, SecretName } from '../names/keys.ts'
import type { Report } from '../text/report.ts'
import { endOfLineAt, readAriaLine, withoutQuotes, type AriaLine } from '../text/aria-line.ts'
import { columnsOf, isSecretCell, isTold, kindOfLabel } from '../told/label.ts'

const mostColumns = 40

/**
 * Report the cells of a column that is headed by the name of a secret, and what stands beside such a name in a row, wherever lines of an aria
 * snapshot stand in a text. Read line by line: the heads of a table, then its rows, whose own names repeat their cells.
 */
export function scanAriaTables(text: string, names: KeyNames, report: Report): void {
  if (!text.includes('- cell') && !text.includes('- row') && !text.includes('- gridcell')) return
  let heads: string[] = []
  let columns: readonly (SecretName | undefined)[] = []
  let row: AriaLine | undefined
  let cells = 0
  /** The head of a row, right before a cell. */
  let head: string | undefined
  for (let start = 0; start < text.length; start = endOfLineAt(text, start) + 1) {
    const line = readAriaLine(text, start)
    if (!line) continue
    if (line.role === 'table' || line.role === 'grid') [heads, columns] = [[], []]
    if (line.role === 'row') [row, cells, head] = [line, 0, undefined]
    if (line.role === 'columnheader') {
      if (cells === 0) [heads, columns] = [[], []]
      if (heads.length < mostColumns) heads.push(contentOf(text, line)?.content ?? '')
      cells += 1
    }
    if (line.role !== 'cell' && line.role !== 'gridcell' && line.role !== 'rowheader') continue
    if (columns.length !== heads.length) columns = columnsOf(heads, names)
    const name = columns[cells]
    cells += 1
    const cell = contentOf(text, line)
    const named = head === undefined ? undefined : kindOfLabel(head, names)
    const isNamed = cell && named && isTold(named, cell.content)
    const kind = isNamed ? named : name && cell && isSecretCell(name, cell.content, names) ? name.kind : undefined
    head = cell && (line.role === 'rowheader' || cells === 1) ? cell.content : undefined
    if (!cell || !kind) continue
    report(cell.start, cell.end, kind)
    const inRow = row?.name ? text.slice(row.name.start, row.name.end).indexOf(cell.content) : -1
    if (row?.name && inRow >= 0) report(row.name.start + inRow, row.name.start + inRow + cell.content.length, kind)
  }
}

/** The name of a line, or its value. */
function contentOf(text: string, line: AriaLine): { start: number; end: number; content: string } | undefined {
  const found = line.name ?? (line.valueStart === undefined ? undefined : { start: line.valueStart, end: line.end })
  const content = found && withoutQuotes(text, found)
  return content && { ...content, content: text.slice(content.start, content.end) }
}
