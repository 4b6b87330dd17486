import type { Paint, PaintStyle } from '../../terminal/command-result.ts'
import { fit, widthOf, wrapWords } from '../../terminal/fit.ts'
import { toPrintable } from '../../terminal/printable.ts'

/** The widest line that is told; also where there is no terminal, for who reads it there counts no columns. */
const widestLine = 118
const narrowestLine = 40
const labelColumns = 15
/** Columns before what stands below its label. */
const belowColumns = 4
/** Of a recorded text no more is looked at before it is fitted, in characters. */
const textLimit = 4_000

/** Options that say how lines are written. */
export interface Lining {
  readonly paint: Paint
  readonly columns: number
}

/** Lining for a terminal of so many columns. */
export function createLining(paint: Paint, columns: number | undefined): Lining {
  return { paint, columns: Math.min(Math.max(columns ?? widestLine, narrowestLine), widestLine) }
}

/** Columns behind a label. */
export function roomOf({ columns }: Lining, label = ''): number {
  return columns - indentOf(label)
}

/** A label that is longer than others has its text behind it all the same. */
function indentOf(label: string): number {
  return Math.max(labelColumns, label.length + 2)
}

/** Options of one line beside its text. */
interface LineOptions {
  /** At most so many lines; default 1. */
  readonly lines?: number
  /** Told behind the text: what the agent says is no evidence. */
  readonly claim?: boolean
  readonly style?: PaintStyle
}

/** A text under a label, in as few lines as it takes. Recorded text may be given as it is. */
export function line(label: string, text: string, lining: Lining, options: LineOptions = {}): string[] {
  const { paint } = lining
  const { lines = 1, claim = false, style } = options
  const mark = claim ? '  (claim)' : ''
  const room = roomOf(lining, label) - mark.length
  const words = onOneLine(text)
  const told = lines === 1 ? [fit(words, room)] : wrapWords(words, room, lines)
  return told.map((part, at) => {
    const start = paint('faint', (at === 0 ? label : '').padEnd(indentOf(label)))
    return `${start}${style ? paint(style, part) : part}${at === told.length - 1 ? paint('faint', mark) : ''}`
  })
}

/**
 * Recorded text without breaks of its own; what a terminal would act on, colours too, is written as escapes.
 *
 * @param limit longest result in characters, then it is cut and ends with `…`; default 4,000
 */
export function onOneLine(text: string, limit = textLimit): string {
  const parts = text.slice(0, limit * 4).split('\n')
  const words = parts.map((part) => part.trim()).filter(Boolean)
  return toPrintable(words.join(' '), limit)
}

/** Texts under a label, each on a line of its own; of more than so many the last line tells how many more there are. */
export function tellList(label: string, items: readonly string[], limit: number, lining: Lining): string[] {
  const some = items.length > limit ? items.slice(0, limit - 1) : items
  const told = some.flatMap((item, at) => line(at === 0 ? label : '', item, lining))
  return some.length < items.length ? [...told, ...line('', `and ${items.length - some.length} more`, lining)] : told
}

/** Facts beside each other with two spaces between them, in as many lines as they take. */
export function facts(label: string, told: readonly string[], lining: Lining): string[] {
  return besideEachOther(told, roomOf(lining, label)).flatMap((row, at) => line(at === 0 ? label : '', row, lining))
}

/**
 * Commands or paths beside each other, to be copied: none is ever cut. Where one is too long to stand behind the label all stand below
 * it, and one as wide as a line begins where a line does.
 */
export function copied(label: string, told: readonly string[], lining: Lining): string[] {
  const { paint, columns } = lining
  const room = roomOf(lining, label)
  const beside = besideEachOther(told, room)
  if (beside.every((row) => widthOf(row) <= room)) {
    return beside.map((row, at) => `${paint('faint', (at === 0 ? label : '').padEnd(indentOf(label)))}${row}`)
  }
  const below = besideEachOther(told, columns - belowColumns)
  const indented = below.map((row) =>
    widthOf(row) > columns - belowColumns ? row : `${' '.repeat(belowColumns)}${row}`,
  )
  return [paint('faint', label), ...indented]
}

function besideEachOther(told: readonly string[], room: number): string[] {
  const rows: string[] = []
  for (const fact of told.map((one) => onOneLine(one))) {
    const joined = `${rows.at(-1) ?? ''}  ${fact}`
    if (rows.length > 0 && widthOf(joined) <= room) rows[rows.length - 1] = joined
    else rows.push(fact)
  }
  return rows
}
