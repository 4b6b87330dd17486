import type { TraceDiagnostic } from '@contrail/formats/cwm'
import type { Paint } from '../../terminal/command-result.ts'
import { defaultColumns, fit, widthOf } from '../../terminal/fit.ts'
import { formatCount } from '../../terminal/format.ts'
import { toPrintable } from '../../terminal/printable.ts'

const mostTold = 20
/** The number of characters of a line that are shown before and behind a fault. */
const [before, behind] = [40, 40]

/** Lines that say what is wrong with a text, each fault underlined where it stands; the last line sums up. */
export function tellDiagnostics(
  text: string,
  diagnostics: readonly TraceDiagnostic[],
  paint: Paint,
  columns = defaultColumns,
): string[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning')
  const told = [...errors, ...warnings].slice(0, mostTold)
  const left = diagnostics.length - told.length
  const sum = [
    ...(errors.length > 0 ? [paint('bad', formatCount(errors.length, 'error'))] : [paint('good', 'No error')]),
    ...(warnings.length > 0 ? [paint('warning', formatCount(warnings.length, 'warning'))] : []),
  ]
  return [
    ...told.flatMap((diagnostic) => tell(text, diagnostic, paint, columns)),
    ...(left > 0 ? [`… and ${left} more`] : []),
    `${sum.join(', ')}.`,
  ]
}

function tell(
  text: string,
  { code, severity, offset, frame }: TraceDiagnostic,
  paint: Paint,
  columns: number,
): string[] {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const start = Math.max(offset > 0 ? lineStart : 0, offset - before)
  const lineEnd = text.indexOf('\n', offset)
  const end = Math.min(lineEnd < 0 ? text.length : lineEnd, offset + behind)
  const half = Math.floor(columns / 2) - 1
  const left = fit(toPrintable(text.slice(start, offset)), half)
  const right = fit(toPrintable(text.slice(offset, end)), half)
  const colour = severity === 'error' ? 'bad' : 'warning'
  return [
    `${paint(colour, severity)} ${code} in frame ${frame + 1}, at ${offset}`,
    `  ${left}${right}`,
    `  ${' '.repeat(widthOf(left))}${paint(colour, '^')}`,
  ]
}
