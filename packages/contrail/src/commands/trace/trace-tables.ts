import type { ExpandedFrame, GeneratedTrace, TraceMatch, TraceScore } from '@contrail/formats/cwm'
import type { Paint } from '../../terminal/command-result.ts'
import { defaultColumns, fill, fit, widthOf } from '../../terminal/fit.ts'
import { formatCount } from '../../terminal/format.ts'
import { toPrintable } from '../../terminal/printable.ts'

/** Deeper scopes are not indented further. */
const deepestIndent = 20
const widestSource = 60

/** A line for each frame of a trace as it stands: its event, its source, its locals or value. */
export function tellParsed({ frames, tail, truncated }: GeneratedTrace, paint: Paint, columns?: number): string[] {
  const rows = frames.map(({ event, source, localsStr, arg, hasLocals, malformed }) => ({
    mark: malformed ? paint('bad', '✗') : ' ',
    what: event,
    source: toPrintable(source, widestSource),
    rest: toPrintable(hasLocals ? localsStr : `-> ${arg ?? 'nothing'}`),
  }))
  const piece = truncated ? [`  ${paint('warning', 'cut off')}: ${toPrintable(tail, widestSource)}`] : []
  return [...toTable(rows, columns), ...piece]
}

/** A line for each expanded frame: its scope, its source as deep as its scope is, its whole state. */
export function tellExpanded(frames: readonly ExpandedFrame[], paint: Paint, columns?: number): string[] {
  const rows = frames.map(({ scope, depth, kind, source, state, value, added, changed, event }) => {
    const isNew = new Set([...added, ...changed])
    const variables = [...state].map(([name, content]) => {
      const text = toPrintable(`${name} = ${content}`, 60)
      return isNew.has(name) ? paint('strong', text) : text
    })
    const hasValue = event === 'return' || event === 'exception'
    const indent = '  '.repeat(Math.min(depth - 1, deepestIndent))
    return {
      mark: `scope ${scope}`,
      what: kind,
      source: `${indent}${toPrintable(source, widestSource)}`,
      rest: hasValue ? `-> ${toPrintable(value ?? 'nothing')}` : variables.join(', '),
    }
  })
  return toTable(rows, columns)
}

/** The figures of a score, one table for the three ways of comparing. */
export function tellScore(score: TraceScore, paint: Paint, columns = defaultColumns): string[] {
  const { validFormat, truncated, frames, firstDivergence, lengthRatio } = score
  const ways = ['positional', 'aligned', 'expanded'] as const
  const figures = Object.keys(score.expanded) as (keyof TraceMatch)[]
  const width = Math.min(10, Math.floor((columns - 15) / ways.length) - 2)
  const cellsOf = (cells: readonly string[]): string => cells.map((cell) => fit(cell, width).padStart(width)).join('  ')
  return [
    `format ${validFormat ? paint('good', 'valid') : paint('bad', 'not valid')}${truncated ? ', cut off' : ''}; ` +
      `${formatCount(frames.predicted, 'frame')} predicted for ${frames.truth} (ratio ${toFigure(lengthRatio)}): ` +
      `${frames.matched} matched, ${frames.inserted} inserted, ${frames.deleted} deleted; ` +
      (firstDivergence === null ? 'no divergence.' : `first divergence in frame ${firstDivergence + 1}.`),
    `${' '.repeat(15)}  ${cellsOf(ways)}`,
    ...figures.map((figure) => `${figure.padEnd(15)}  ${cellsOf(ways.map((way) => toFigure(score[way][figure])))}`),
  ]
}

function toFigure(value: number | null): string {
  return value === null ? '-' : value.toFixed(3)
}

interface Row {
  readonly mark: string
  readonly what: string
  readonly source: string
  readonly rest: string
}

/** The source and the rest share what the others leave. */
function toTable(rows: readonly Row[], columns = defaultColumns): string[] {
  const widest = (column: 'mark' | 'what' | 'source'): number => {
    return rows.reduce((width, row) => Math.max(width, widthOf(row[column])), 0)
  }
  const [mark, what] = [widest('mark'), widest('what')]
  const digits = String(rows.length).length
  const room = columns - digits - mark - what - 8
  const source = Math.min(widest('source'), Math.ceil(room / 2))
  return rows.map((row, index) => {
    const start = `${String(index + 1).padStart(digits)}  ${fill(row.mark, mark)}  ${fill(row.what, what)}`
    return `${start}  ${fill(row.source, source)}  ${fit(row.rest, room - source)}`.trimEnd()
  })
}
