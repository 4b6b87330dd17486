import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'string-width'

/** Columns of a terminal that does not say how many it has. */
export const defaultColumns = 80

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
// oxlint-disable-next-line no-control-regex -- the escapes that a paint writes
const escape = /(\u001b\[\d+m)/

/** Columns that a text takes on a terminal: wide characters two, combining ones and escapes of colour none. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

/**
 * A text in at most so many columns. What is cut goes from the middle, where names, paths and addresses differ least; `…` stands
 * for it. Escapes of colour stay.
 */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  const room = Math.max(columns - 1, 0)
  const parts = partsOf(text)
  const head = takeColumns(parts, Math.ceil(room / 2))
  const rest = parts.slice(head.length)
  const tail = takeColumns(rest.toReversed(), room - widthOf(head.join(''))).toReversed()
  const cut = rest.slice(0, rest.length - tail.length).filter((part) => escape.test(part))
  return columns < 1 ? '' : [...head, '…', ...cut, ...tail].join('')
}

/** No part of a row is cut to less than this, in columns. */
const shortestPart = 16
/** Columns before what stands below its row. */
const belowColumns = 4

/**
 * A row of a listing in at most so many columns, with its longest parts cut as by {@link fit}, all to one width. Parts are what stands
 * between colons, commas, dots and double spaces. Where that would cut them too short the others stand below the first, and a
 * sentence of its own is broken at spaces.
 *
 * @returns one line as a rule
 */
export function fitRow(row: string, columns: number): string[] {
  if (widthOf(row) <= columns) return [row]
  const indent = ' '.repeat(row.search(/[^ ]|$/))
  const room = columns - indent.length
  const words = row.slice(indent.length)
  if (stripVTControlCharacters(words).endsWith('.') && !words.includes('  ')) {
    return wrapWords(words, room, 8).map((line) => `${indent}${line}`)
  }
  const { text, widest } = cutParts(words, room)
  if (widest >= shortestPart) return [indent + text]
  const [first = '', ...below] = words.split(/ {2,}|[,:;] | · /)
  const lines = joinInLines(
    below.filter((fact) => widthOf(fact) > 0),
    columns - belowColumns,
  )
  return [indent + cutParts(first, room).text, ...lines.map((line) => ' '.repeat(belowColumns) + line)]
}

/** Cut the longest parts of a row; the first one, which says what it is about, stays where it is short. Also gives their width. */
function cutParts(row: string, columns: number): { text: string; widest: number } {
  const parts = row.split(/( {2,}|[,:;] | · | → )/)
  const isKept = (at: number): boolean => at % 2 === 1 || (at === 0 && widthOf(parts[0]!) * 3 <= columns)
  const kept = parts.filter((_, at) => isKept(at)).join('')
  const widths = parts.filter((_, at) => !isKept(at)).map(widthOf)
  const widest = widestPart(widths, columns - widthOf(kept))
  const text = parts.map((part, at) => (isKept(at) ? part : fit(part, widest))).join('')
  return { text: fit(text, columns), widest }
}

/** The width to cut the widest of some parts to, so that together they take so many columns. */
function widestPart(widths: readonly number[], columns: number): number {
  let left = columns
  let share = 0
  for (const [at, width] of widths.toSorted((one, other) => one - other).entries()) {
    share = Math.floor(left / (widths.length - at))
    if (width > share) break
    left -= width
  }
  return share
}

function partsOf(text: string): string[] {
  return text
    .split(escape)
    .flatMap((part) => (escape.test(part) ? [part] : Array.from(segmenter.segment(part), ({ segment }) => segment)))
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
    if (lines.length === lineLimit || widthOf(joined) <= columns) lines[lines.length - 1] = joined
    else if (last === '') lines.splice(-1, 1, ...hardWrap(word, columns, lineLimit - lines.length + 1))
    else lines.push(word)
  }
  return lines.map((line) => fitEnd(line, columns))
}

/** A word without spaces that is longer than a line. */
function hardWrap(word: string, columns: number, lineLimit: number): string[] {
  const lines: string[] = []
  let rest = partsOf(word)
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
  return `${takeColumns(partsOf(text), columns - 1).join('')}…`
}

/** As many of the parts as so many columns hold. */
function takeColumns(parts: readonly string[], columns: number): string[] {
  let width = 0
  const end = parts.findIndex((part) => (width += widthOf(part)) > columns)
  return end < 0 ? [...parts] : parts.slice(0, end)
}
