import { reaches, type Figure } from './figure.ts'

/** What one part gave, or why it could not. */
export interface PartReport {
  readonly part: string
  readonly seconds: number
  readonly figures: readonly Figure[]
  readonly error?: string
}

/** One aligned table of all figures: figure, ours, target, reached or MISSED, runs, min, and below them what must be known. */
export function toTable(reports: readonly PartReport[]): string {
  const head = ['figure', 'measured', 'target', '', 'runs', 'min']
  const notes: string[] = []
  const rows = reports.flatMap(({ part, figures }) => [
    [`[${part}]`],
    ...figures.map((figure) => {
      const { name, unit, median, min, runs, note } = figure
      if (note !== undefined && !notes.includes(note)) notes.push(note)
      const mark = note === undefined ? '' : ` (${notes.indexOf(note) + 1})`
      return [
        name + mark,
        withUnit(median, unit),
        targetOf(figure),
        verdictOn(figure),
        runs === undefined ? '' : String(runs),
        min === undefined ? '' : toNumber(min),
      ]
    }),
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)))
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) =>
        [0, 3].includes(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
  return [...lines, ...notes.map((note, index) => `(${index + 1}) ${note}`)].join('\n')
}

/** What makes a build fail: counts that must hold and do not, and parts that could not run. Times never do. */
export function failures(reports: readonly PartReport[]): string[] {
  return reports.flatMap(({ part, figures, error }) => [
    ...(error === undefined ? [] : [`${part}: ${error}`]),
    ...figures
      .filter((figure) => figure.isGate === true && !reaches(figure))
      .map(
        (figure) =>
          `${part}: ${figure.name} is ${withUnit(figure.median, figure.unit)}, ${targetOf(figure)} is demanded`,
      ),
  ])
}

function verdictOn(figure: Figure): string {
  if (!figure.target) return ''
  return reaches(figure) ? 'reached' : 'MISSED'
}

function targetOf({ target, unit }: Figure): string {
  if (!target) return ''
  return 'atMost' in target ? `<= ${withUnit(target.atMost, unit)}` : `>= ${withUnit(target.atLeast, unit)}`
}

function withUnit(value: number, unit: string): string {
  return unit === '' || Number.isNaN(value) ? toNumber(value) : `${toNumber(value)} ${unit}`
}

/** Three digits that say something, and never an exponent. */
function toNumber(value: number): string {
  if (Number.isNaN(value)) return '?'
  if (Number.isInteger(value)) return value.toLocaleString('en-US')
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
