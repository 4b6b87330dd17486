import type { ExpandedFrame, GeneratedTrace, TraceMatch, TraceScore } from '@contrail/formats/cwm'
import type { Paint } from '../../terminal/command-result.ts'
import { formatCount } from '../../terminal/format.ts'
import { toPrintable } from '../../terminal/printable.ts'

/** Deeper scopes are not indented further. */
const deepestIndent = 20
const widestSource = 60

/** A line for each frame of a trace as it stands: its event, its source, its locals or value. */
export function tellParsed({ frames, tail, truncated }: GeneratedTrace, paint: Paint): string[] {
  const rows = frames.map(({ event, source, localsStr, arg, hasLocals, malformed }) => ({
    mark: malformed ? paint('bad', '✗') : ' ',
    what: event,
    source: toPrintable(source, widestSource),
    rest: toPrintable(hasLocals ? localsStr : `-> ${arg ?? 'nothing'}`),
  }))
  const piece = truncated ? [`  ${paint('warning', 'cut off')}: ${toPrintable(tail, widestSource)}`] : []
  return [...toTable(rows), ...piece]
}

/** A line for each expanded frame: its scope, its source as deep as its scope is, its whole state. */
export function tellExpanded(frames: readonly ExpandedFrame[], paint: Paint): string[] {
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
  return toTable(rows)
}

/** The figures of a score, one table for the three ways of comparing. */
export function tellScore(score: TraceScore, paint: Paint): string[] {
  const { validFormat, truncated, frames, firstDivergence, lengthRatio } = score
  const ways = ['positional', 'aligned', 'expanded'] as const
  const figures = Object.keys(score.expanded) as (keyof TraceMatch)[]
  const columns = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(10)).join('  ')
  return [
    `format ${validFormat ? paint('good', 'valid') : paint('bad', 'not valid')}${truncated ? ', cut off' : ''}; ` +
      `${formatCount(frames.predicted, 'frame')} predicted for ${frames.truth} (ratio ${toFigure(lengthRatio)}): ` +
      `${frames.matched} matched, ${frames.inserted} inserted, ${frames.deleted} deleted; ` +
      (firstDivergence === null ? 'no divergence' : `first divergence in frame ${firstDivergence + 1}`),
    `${' '.repeat(15)}  ${columns(ways)}`,
    ...figures.map((figure) => `${figure.padEnd(15)}  ${columns(ways.map((way) => toFigure(score[way][figure])))}`),
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

function toTable(rows: readonly Row[]): string[] {
  const widest = (column: 'mark' | 'what' | 'source'): number => {
    return rows.reduce((width, row) => Math.max(width, row[column].length), 0)
  }
  const [mark, what, source] = [widest('mark'), widest('what'), widest('source')]
  const digits = String(rows.length).length
  return rows.map((row, index) => {
    const start = `${String(index + 1).padStart(digits)}  ${row.mark.padEnd(mark)}  ${row.what.padEnd(what)}`
    return `${start}  ${row.source.padEnd(source)}  ${row.rest}`.trimEnd()
  })
}
