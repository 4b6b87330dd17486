import stringWidth from 'string-width'

/** Columns of a terminal that does not say how many it has. */
export const defaultColumns = 80

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Columns that a text takes on a terminal: wide characters two, combining ones and escapes of colour none. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

/**
 * A text in at most so many columns. What is cut goes from the middle, where names, paths and addresses differ least; `…` stands
 * for it.
 */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  const room = Math.max(columns - 1, 0)
  const parts = Array.from(segmenter.segment(text), ({ segment }) => segment)
  const head = takeColumns(parts, Math.ceil(room / 2))
  const tail = takeColumns(parts.slice(head.length).toReversed(), room - widthOf(head.join('')))
  return columns < 1 ? '' : `${head.join('')}…${tail.toReversed().join('')}`
}

/** A text in exactly so many columns: cut as by {@link fit}, or with spaces behind it. */
export function fill(text: string, columns: number): string {
  const fitted = fit(text, columns)
  return fitted + ' '.repeat(Math.max(columns - widthOf(fitted), 0))
}

/** Facts with dots between them, in as few lines of so many columns as they take; none is broken but one that is longer. */
export function joinInLines(facts: readonly string[], columns: number): string[] {
  const lines: string[] = []
  for (const fact of facts.map((one) => fit(one, columns))) {
    const joined = `${lines.at(-1) ?? ''} · ${fact}`
    if (lines.length > 0 && widthOf(joined) <= columns) lines[lines.length - 1] = joined
    else lines.push(fact)
  }
  return lines
}

/** Words in lines of so many columns, broken at spaces where there are some; what is left after the last line is cut. */
export function wrapWords(text: string, columns: number, lineLimit: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    const joined = last === '' ? word : `${last} ${word}`
    // The last line takes everything, to be cut.
    if (widthOf(joined) <= columns || lines.length === lineLimit) lines[lines.length - 1] = joined
    else if (last === '') lines.splice(-1, 1, ...hardWrap(word, columns, lineLimit - lines.length + 1))
    else lines.push(word)
  }
  return lines.map((line) => fitEnd(line, columns))
}

/** A word without spaces that is longer than a line. */
function hardWrap(word: string, columns: number, lineLimit: number): string[] {
  const lines: string[] = []
  let rest = Array.from(segmenter.segment(word), ({ segment }) => segment)
  while (rest.length > 0 && lines.length < lineLimit - 1) {
    const taken = takeColumns(rest, columns)
    if (taken.length === 0) break
    lines.push(taken.join(''))
    rest = rest.slice(taken.length)
  }
  return rest.length > 0 ? [...lines, rest.join('')] : lines
}

function fitEnd(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  const parts = Array.from(segmenter.segment(text), ({ segment }) => segment)
  return `${takeColumns(parts, columns - 1).join('')}…`
}

/** As many of the parts as so many columns hold. */
function takeColumns(parts: readonly string[], columns: number): string[] {
  let width = 0
  const end = parts.findIndex((part) => (width += widthOf(part)) > columns)
  return end < 0 ? [...parts] : parts.slice(0, end)
}
