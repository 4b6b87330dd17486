import { holds, reaches, type Bound, type Figure } from './figure.ts'

/** The figures of one part, or the reason why it has none. */
export interface PartReport {
  readonly part: string
  readonly seconds: number
  readonly figures: readonly Figure[]
  readonly error?: string
}

/**
 * All figures as text: one table of figure, measured, target, reached or MISSED, gate, held or BROKEN, runs and min, with what
 * must be known below it; and one of how they grow.
 */
export function toText(reports: readonly PartReport[]): string {
  const withFigures = reports.filter(({ figures }) => figures.some(({ growth }) => !growth))
  const growing = reports.flatMap(({ figures }) => figures.filter(({ growth }) => growth))
  return [
    ...(withFigures.length > 0 ? [figureTable(withFigures)] : []),
    ...(growing.length > 0 ? [growthTable(growing)] : []),
  ].join('\n\n')
}

function figureTable(reports: readonly PartReport[]): string {
  const head = ['figure', 'measured', 'target', '', 'gate', '', 'runs', 'min']
  const notes = createNotes()
  const rows = reports.flatMap(({ part, figures }) => [
    [`[${part}]`],
    ...figures
      .filter(({ growth }) => !growth)
      .map((figure) => {
        const { name, unit, median, min, runs, note, target, gate } = figure
        return [
          name + notes.mark(note),
          withUnit(median, unit),
          boundOf(target, unit),
          verdictOn(figure),
          boundOf(gate, unit),
          gate ? (holds(figure) ? 'held' : 'BROKEN') : '',
          runs === undefined ? '' : String(runs),
          min === undefined ? '' : toNumber(min),
        ]
      }),
  ])
  return [...align([head, ...rows], new Set([0, 3, 5])), ...notes.lines()].join('\n')
}

/** One column for each size; a cost that was not measured at a size has none there. */
function growthTable(figures: readonly Figure[]): string {
  const sizes = [...new Set(figures.flatMap(({ growth }) => growth?.points.map(({ size }) => size) ?? []))].toSorted(
    (a, b) => a - b,
  )
  const notes = createNotes()
  const head = ['how it grows', 'with', ...sizes.map((size) => toNumber(size)), '', 'exponent', 'target', '']
  const rows = figures.map((figure) => {
    const { name, unit, median, growth, note, target } = figure
    const costs = new Map(growth?.points.map(({ size, cost }) => [size, cost]))
    return [
      name + notes.mark(note),
      growth?.of ?? '',
      ...sizes.map((size) => (costs.has(size) ? toNumber(costs.get(size) ?? Number.NaN) : '')),
      unit,
      toNumber(median),
      boundOf(target, ''),
      verdictOn(figure),
    ]
  })
  const left = new Set([0, 1, sizes.length + 2, sizes.length + 5])
  return [...align([head, ...rows], left), ...notes.lines()].join('\n')
}

/** The reports for the JSON file: each figure with its verdicts, and one that grows with its `exponent`. */
export function toResults(reports: readonly PartReport[]): object[] {
  return reports.map((report) => {
    const figures = report.figures.map((figure) => {
      const exponent = figure.growth ? { exponent: figure.median } : {}
      return { ...figure, ...exponent, reached: reaches(figure), held: holds(figure) }
    })
    return { ...report, figures }
  })
}

/**
 * The failures that make a build fail: gates that are broken, and parts that could not run. Times and missed targets
 * never do.
 */
export function failures(reports: readonly PartReport[]): string[] {
  return reports.flatMap(({ part, figures, error }) => [
    ...(error === undefined ? [] : [`${part}: ${error}`]),
    ...figures
      .filter((figure) => !holds(figure))
      .map(({ name, median, unit, gate }) => {
        return `${part}: ${name} is ${withUnit(median, unit)}, the gate is ${boundOf(gate, unit)}`
      }),
  ])
}

/** Numbers notes as they come, each once. */
function createNotes(): { mark: (note: string | undefined) => string; lines: () => string[] } {
  const notes: string[] = []
  return {
    mark: (note) => {
      if (note === undefined) return ''
      if (!notes.includes(note)) notes.push(note)
      return ` (${notes.indexOf(note) + 1})`
    },
    lines: () => notes.map((note, index) => `(${index + 1}) ${note}`),
  }
}

/** Pad the cells: those of the columns in `left` on the right, the others on the left. */
function align(rows: readonly (readonly string[])[], left: ReadonlySet<number>): string[] {
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => (left.has(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

function verdictOn(figure: Figure): string {
  if (!figure.target) return ''
  return reaches(figure) ? 'reached' : 'MISSED'
}

function boundOf(bound: Bound | undefined, unit: string): string {
  if (!bound) return ''
  return 'atMost' in bound ? `<= ${withUnit(bound.atMost, unit)}` : `>= ${withUnit(bound.atLeast, unit)}`
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
