import { startMarker } from './tokens.ts'

/**
 * The line of a program out of the text of a frame's source: one line end is taken off, then once the start marker at the end
 * with the blanks before it. All else stays, trailing blanks too.
 */
export function toSourceLine(text: string): string {
  const line = withoutLineEnd(text)
  return line.endsWith(startMarker) ? withoutTrailingBlanks(line.slice(0, -startMarker.length)) : line
}

/** A source for comparing: without its line end, start marker and trailing blanks. Indentation stays. */
export function normalizeSource(source: string): string {
  return withoutTrailingBlanks(toSourceLine(withoutTrailingBlanks(withoutLineEnd(source))))
}

function withoutLineEnd(text: string): string {
  if (!text.endsWith('\n')) return text
  return text.slice(0, text.endsWith('\r\n') ? -2 : -1)
}

function withoutTrailingBlanks(text: string): string {
  let end = text.length
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--
  return text.slice(0, end)
}
