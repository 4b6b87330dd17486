import type { Paint, PaintStyle } from '../../terminal/command-result.ts'
import { defaultColumns, fit, joinInLines, wrapWords } from '../../terminal/fit.ts'
import { toPrintable } from '../../terminal/printable.ts'

/** A wider terminal has no use for the rest, and a narrower one nothing to tell in. */
const [narrowest, widest] = [24, 118]
/** Longest recorded text that is looked at, in characters, before it is fitted into columns. */
const textLimit = 4_000

/** Options of a story. */
export interface Telling {
  readonly paint: Paint
  readonly columns: number
}

/** Options for a terminal of so many columns; default 80. */
export function createTelling(paint: Paint, columns = defaultColumns): Telling {
  return { paint, columns: Math.min(Math.max(columns, narrowest), widest) }
}

/** Recorded text on one line, with nothing in it that a terminal would act on. */
export function shown(text: string): string {
  return toPrintable(text, textLimit)
}

/** Words under a label, broken at spaces where there are some. The last line is cut where the words are too many. */
export function words(label: string, text: string, limit: number, telling: Telling): string[] {
  return wrapWords(shown(text), telling.columns - 10, limit).map((line, at) =>
    entry(at === 0 ? label : '', line, telling),
  )
}

/** Facts under a label, in as many lines as they take. */
export function facts(label: string, told: readonly (string | undefined)[], telling: Telling): string[] {
  const known = told.flatMap((fact) => (fact ? [shown(fact)] : []))
  return joinInLines(known, telling.columns - 10).map((line, at) => entry(at === 0 ? label : '', line, telling))
}

/** A line under a label, cut where it is too long. */
export function entry(label: string, text: string, { paint, columns }: Telling, style?: PaintStyle): string {
  const fitted = fit(shown(text), columns - 10)
  return `  ${paint('faint', label.padEnd(7))} ${style ? paint(style, fitted) : fitted}`
}

/** Lines under one label; where they are more than so many the last tells how many more there are. */
export function entries(
  label: string,
  told: readonly { readonly text: string; readonly style?: PaintStyle }[],
  limit: number,
  telling: Telling,
): string[] {
  const some = told.length > limit ? told.slice(0, limit - 1) : told
  const lines = some.map(({ text, style }) => entry(label, text, telling, style))
  return some.length < told.length ? [...lines, entry(label, `and ${told.length - some.length} more`, telling)] : lines
}
