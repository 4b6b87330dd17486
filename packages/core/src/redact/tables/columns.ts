import type { KeyNames } from '../names/keys.ts'
import { columnsOf, isTold } from '../told/label.ts'
import { isLetterOrDigit, isNoSpace } from '../text/characters.ts'
import type { Report } from '../text/report.ts'
import { isPair, readHeads, reportRow } from './heads.ts'
import { endOfLine, isRule, mostCells, type Cell } from './rows.ts'

const longestLine = 1_000

/**
 * Report what is a secret in tables that are drawn with blanks, as `vault`, PowerShell, `kubectl`, pandas and R draw them: two of
 * them part cells, and a cell belongs to the head over it, whatever cells its row lacks. A line of a name and its value is a table too.
 */
export function scanColumns(text: string, names: KeyNames, report: Report): void {
  const inside = /[^ \n] {2}/g
  let lineEnd = -1
  for (let found = inside.exec(text); found; found = inside.exec(text)) {
    const gap = found.index + 1
    const isFirst = gap > lineEnd
    if (isFirst) lineEnd = endOfLine(text, gap)
    if (names.canEndAt(text, gap) || (isFirst && names.canEndAt(text, endOfWords(text, lineEnd))))
      inside.lastIndex = readLine({ text, names, report }, gap, lineEnd)
  }
}

/** Read the table that begins in the line of a gap. @returns where it ends */
function readLine(reading: Reading, gap: number, lineEnd: number): number {
  const lineStart = reading.text.lastIndexOf('\n', gap) + 1
  if (lineEnd - lineStart > longestLine) return lineEnd
  const cells = cellsAt(reading.text, lineStart, lineEnd)
  return cells.length < 2 ? lineEnd : readTable(reading, cells, lineEnd)
}

function endOfWords(text: string, lineEnd: number): number {
  let end = lineEnd
  while (lineEnd - end < longestLine && (text.charCodeAt(end - 1) === 0x20 || text.charCodeAt(end - 1) === 0x0d))
    end -= 1
  return end
}

interface Reading {
  readonly text: string
  readonly names: KeyNames
  readonly report: Report
}

/** @returns where the table ends */
function readTable({ text, names, report }: Reading, head: readonly Cell[], headEnd: number): number {
  const texts = head.map(({ content }) => content)
  const [name] = head.length === 2 ? columnsOf([texts[0]!], names) : []
  if (isPair(name, texts[1]) && !isType.test(texts[1]!)) {
    report(head[1]!.start, head[1]!.start + texts[1]!.length, name.kind)
    return headEnd
  }
  const heads = head.length <= mostCells && areHeads(texts) ? readHeads(texts, names) : undefined
  if (!heads) return headEnd
  const lineStart = text.lastIndexOf('\n', head[0]!.start) + 1
  let end = headEnd
  while (end < text.length) {
    const start = end + 1
    const rowEnd = endOfLine(text, start)
    const cells = rowEnd - start > longestLine ? [] : cellsAt(text, start, rowEnd)
    const isDrawn =
      !isLetterOrDigit(text.charCodeAt(cells[0]?.start ?? start)) &&
      (isRule(text.slice(start, rowEnd)) || cells.every(({ content }) => types.test(content)))
    if (cells.length < (isDrawn ? 1 : 2)) break
    end = rowEnd
    if (isDrawn) continue
    const row = cells.length === head.length ? cells : head.map((over) => cellUnder(over, lineStart, cells, start))
    const [first] = row
    // In the first column stands what a row is of.
    const isTellingFirst = first !== undefined && isTold(heads.columns[0]?.kind ?? 'card', first.content)
    reportRow(heads, isTellingFirst || heads.pair ? row : [undefined, ...row.slice(1)], names, report)
  }
  return end
}

/** The names of types that stand behind those of columns and fields. */
const isType = /^(?:n?var)?char2?$|^(?:u?int|float|string|text|uuid|bool|bytes?)\d*$/i

/** The types of columns under their heads, as R has them. */
const types = /^<\w+>(?: <\w+>)*$/

/** Heads are written alike, in capitals, with one in front, or without any, and say nothing of flags. */
function areHeads(texts: readonly string[]): boolean {
  return [/^[\p{Lu}\d_() -]+$/u, /^\p{Lu}[\p{L}\d_() -]*$/u, /^\p{Ll}[\p{Ll}\d_.]*$/u].some((style) =>
    texts.every((text) => text.length <= 40 && style.test(text)),
  )
}

/** The cell that begins or ends where a head does, or lies under it; of one that goes on before it, the word that does. */
function cellUnder(head: Cell, headLine: number, cells: readonly Cell[], line: number): Cell | undefined {
  const from = head.start - headLine + line
  const to = from + head.content.length
  const cell = cells.find(({ start, content }) => start < to && start + content.length > from)
  if (!cell || cell.start >= from || cell.start + cell.content.length === to) {
    if (!cell || cell.start >= from || !cell.content.includes(' ')) return cell
    const start = cell.content.lastIndexOf(' ') + 1
    return { start: cell.start + start, content: cell.content.slice(start) }
  }
  const offset = from - cell.start
  return cell.content[offset - 1] === ' ' ? { start: from, content: cell.content.slice(offset) } : undefined
}

/** The parts of a line between two blanks and more. */
function cellsAt(text: string, lineStart: number, lineEnd: number): Cell[] {
  const cells: Cell[] = []
  for (let at = lineStart; at < lineEnd; at += 1) {
    if (!isNoSpace(text.charCodeAt(at))) continue
    const start = at
    while (at < lineEnd && (isNoSpace(text.charCodeAt(at)) || isNoSpace(text.charCodeAt(at + 1)))) at += 1
    const end = Math.min(at, lineEnd)
    cells.push({ start, content: text.slice(start, isNoSpace(text.charCodeAt(end - 1)) ? end : end - 1) })
  }
  return cells
}
