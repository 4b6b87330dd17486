import type { KeyNames, SecretName } from '../names/keys.ts'
import { isMnemonic } from '../names/prose.ts'
import type { Report } from '../text/report.ts'
import { endOfLineAt, readAriaLine, textOfLineBefore, type AriaLine } from './aria.ts'
import { isSecretCell, isTold, kindOfLabel } from '../told/label.ts'

/** Roles of what stands under its label on a page, and is no field. */
const shownRoles = ['definition', 'code', 'paragraph', 'generic', 'strong', 'text']

/**
 * Report secrets that a page shows, wherever lines of an aria snapshot stand in a text: the cells of a column that is headed by the
 * name of one, and what stands behind a line that is such a name: `- term: Password`, `- definition: ...`.
 */
export function scanAriaLabels(text: string, names: KeyNames, report: Report): void {
  if (text.includes('- cell') || text.includes('- row') || text.includes('- gridcell'))
    scanAriaTables(text, names, report)
  for (const role of shownRoles) {
    const mark = `- ${role}: `
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
      let start = at + mark.length
      const rest = text.slice(start, start + longestLine)
      let end = rest.includes('\n') ? start + rest.indexOf('\n') : rest.length < longestLine ? text.length : start
      const lineStart = lineStartBefore(text, at)
      // YAML quotes what reads like a number.
      if (text[start] === '"' && text[end - 1] === '"' && end - start > 1) [start, end] = [start + 1, end - 1]
      const kind = lineStart === undefined ? undefined : kindOfLabel(labelBefore(text, lineStart), names)
      const content = text.slice(start, end)
      if (kind && (isTold(kind, content) || (kind === 'secret' && isMnemonic(content)))) report(start, end, kind)
    }
  }
}

const longestLine = 300

/** The beginning of a line that has nothing but spaces before a place. */
function lineStartBefore(text: string, at: number): number | undefined {
  let start = at
  while (at - start < longestLine && text[start - 1] === ' ') start -= 1
  return start === 0 || text[start - 1] === '\n' ? start : undefined
}

/** The text of the line before, or the one before that where it only opens what stands here: `- definition:`. */
function labelBefore(text: string, start: number): string {
  const label = textOfLineBefore(text, start)
  if (label !== '' || start === 0) return label
  const before = text.slice(Math.max(0, start - longestLine), start - 1)
  return textOfLineBefore(text, start - 1 - before.length + before.lastIndexOf('\n') + 1)
}

const mostColumns = 40

/** Reads line by line: the heads of a table, then its rows, whose own names repeat their cells. */
function scanAriaTables(text: string, names: KeyNames, report: Report): void {
  let columns: (SecretName | undefined)[] = []
  let row: AriaLine | undefined
  let cells = 0
  /** The head of a row, right before a cell. */
  let head: string | undefined
  for (let start = 0; start < text.length; start = endOfLineAt(text, start) + 1) {
    const line = readAriaLine(text, start)
    if (!line) continue
    if (line.role === 'table' || line.role === 'grid') columns = []
    if (line.role === 'row') [row, cells, head] = [line, 0, undefined]
    if (line.role === 'columnheader') {
      if (cells === 0) columns = []
      if (columns.length < mostColumns) columns.push(names.named(contentOf(text, line)?.content ?? ''))
      cells += 1
    }
    if (line.role !== 'cell' && line.role !== 'gridcell' && line.role !== 'rowheader') continue
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
  if (!found) return undefined
  const isQuoted = text[found.start] === '"' && text[found.end - 1] === '"' && found.end - found.start > 1
  const [start, end] = isQuoted ? [found.start + 1, found.end - 1] : [found.start, found.end]
  return { start, end, content: text.slice(start, end) }
}
