import type { TextRange } from './placeholder.ts'

/** The part of a line that belongs to a string of JSON that opens or ends in it: `{"text":"API key`, `9f8e7d","ok":true}`. */
export function withoutJson(text: string, start: number, lineBreak: number): TextRange {
  const line = text.slice(start, lineBreak)
  if (!line.includes('"')) return { start, end: lineBreak }
  const opening = line.lastIndexOf('"')
  const isOpen =
    opening > 0 && /[:,[] ?$/.test(line.slice(Math.max(0, opening - 2), opening)) && line.split('"').length % 2 === 0
  const closing = line.search(/"[,}\]]/)
  return {
    start: isOpen ? start + opening + 1 : start,
    end: closing > 0 ? start + closing : lineBreak,
  }
}
