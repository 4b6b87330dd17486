import { findPlaceholders, type RedactionKind } from '../text/placeholder.ts'
import { endOfLineAt, fieldRoles, readAriaLine, type AriaLine } from '../text/aria-line.ts'
import type { Report } from '../text/report.ts'
import { viewsOf } from '../text/views.ts'

/** Tells the kind of secret that a field takes, by its accessible name; `value` is what stands in it, as it is written. */
export type KindOfField = (name: string, value: string) => RedactionKind | undefined

/** A field beside one with its name: `- textbox "Key": DB_PASSWORD`, `- textbox "Value": ...`. */
const ofOther = /^(?:\w{1,20} )?value$/i

/**
 * Report the values of fields that take a secret, wherever lines of an aria snapshot stand in a text: values in the line,
 * with or without quotes, block scalars, and the text of child lines. A field without a name is known by the text before it, and one for
 * a value by the name in the field before it.
 *
 * @param isEmbedded the snapshot stood as a string in JSON: its last line ends where that string ends
 */
export function scanAria(text: string, kindOf: KindOfField, report: Report, isEmbedded = false): void {
  if (!text.includes('- ')) return
  for (const role of fieldRoles) {
    const endOfLine = createLineEnds(text)
    let next = 0
    for (let found = text.indexOf(role); found >= 0; found = text.indexOf(role, next)) {
      next = found + role.length
      const start = lineStartBefore(text, found)
      const line = start === undefined ? undefined : readAriaLine(text, start, endOfLine)
      if (start === undefined || line?.role !== role || line.valueStart === undefined) continue
      const name = nameOf(text, line)
      const isOfOther = ofOther.test(name)
      const value = text.slice(line.valueStart, line.end)
      const kind = kindOf(name === '' || isOfOther ? textOfLineBefore(text, start, isOfOther) : name, value)
      // What has been reported is not read again: fields within fields would take more than linear time.
      if (kind) next = Math.max(next, reportField({ text, line, kind, report, isEmbedded }, line.valueStart))
    }
  }
}

/** Give quotes to values that begin with a placeholder, as Playwright does for all that begin with a bracket. */
export function quotePlaceholders(ariaTree: string): string {
  if (!ariaTree.includes(': [redacted:')) return ariaTree
  const lines = ariaTree.split('\n').map((text) => {
    const line = readAriaLine(text, 0)
    const value = line?.valueStart === undefined ? '' : text.slice(line.valueStart, line.end)
    if (findPlaceholders(value)[0]?.start !== 0) return text
    return text.slice(0, line?.valueStart) + JSON.stringify(value) + text.slice(line?.end)
  })
  return lines.join('\n')
}

/** The beginning of a line whose role is here, when nothing else comes before that role. */
function lineStartBefore(text: string, role: number): number | undefined {
  const hyphen = text[role - 1] === "'" ? role - 3 : role - 2
  if (text[hyphen] !== '-' || text[hyphen + 1] !== ' ') return undefined
  let start = hyphen
  while (text[start - 1] === ' ') start -= 1
  const before = text[start - 1]
  return before === undefined || before === '\n' || before === '"' ? start : undefined
}

function nameOf(text: string, { name }: AriaLine): string {
  return name ? text.slice(name.start, name.end).replaceAll('\\"', '"') : ''
}

/** The text of the line before: `- text: Password`, `- generic "Password"`; of a field its value only. */
function textOfLineBefore(text: string, start: number, isField: boolean): string {
  const before = text.slice(Math.max(0, start - 300), Math.max(0, start - 1))
  const from = before.lastIndexOf('\n') + 1
  const line = readAriaLine(before, from)
  if (line?.valueStart !== undefined && line.valueStart < before.length)
    return before.slice(line.valueStart).replace(/^"(.*)"$/, '$1')
  return line && !isField ? nameOf(before, line) : ''
}

interface Field {
  readonly text: string
  readonly line: AriaLine
  readonly kind: RedactionKind
  readonly report: Report
  readonly isEmbedded: boolean
}

/** @returns where the field ends, with its children */
function reportField(field: Field, valueStart: number): number {
  const { text, line, kind, report } = field
  const isBlock = /^[|>][-+0-9]{0,2}$/.test(text.slice(valueStart, Math.min(line.end, valueStart + 4)))
  if (valueStart < line.end && !isBlock) return reportValue(field, valueStart, line.end)
  if (line.role === 'combobox') return line.end
  const blockStart = nextLineStart(text, line.end)
  let end = line.end
  for (let start = blockStart; start !== undefined; start = nextLineStart(text, end)) {
    if (indentAt(text, start) <= line.indent) break
    const child = isBlock ? undefined : readAriaLine(text, start)
    end = child?.end ?? endOfLineAt(text, start)
    if (!child || child.role.startsWith('/')) continue
    if (child.name) report(child.name.start, child.name.end, kind)
    if (child.valueStart !== undefined) reportValue(field, child.valueStart, child.end)
  }
  if (isBlock && blockStart !== undefined && end > blockStart) {
    const first = blockStart + indentAt(text, blockStart)
    const lines = text.slice(first, end).split('\n')
    report(first, end, kind, lines.map((value) => value.trim()).join('\n'))
  }
  return end
}

/** @returns where the value ends */
function reportValue({ text, kind, report, isEmbedded }: Field, start: number, lineEnd: number): number {
  const end = isEmbedded ? endOfEmbedded(text, start, lineEnd) : lineEnd
  const quote = text[start]
  const isQuoted = (quote === '"' || quote === "'") && end - start > 1 && text[end - 1] === quote
  if (hidden.test(isQuoted ? text.slice(start + 1, end - 1) : text.slice(start, Math.min(end, start + 40)))) return end
  if (!isQuoted) {
    report(start, end, kind)
  } else {
    const inner = text.slice(start + 1, end - 1)
    const value = quote === '"' ? (viewsOf(inner)[1]?.text ?? inner) : inner.replaceAll("''", "'")
    report(start + 1, end - 1, kind, value)
  }
  return end
}

/** Signs that stand for digits, and the last four: `•••• •••• •••• 4242`. */
const hidden = /^[•●*·xX#]{2,30}(?:[-\s][•●*·xX#]{2,6}){0,4}[-\s]?\d{0,4}$/

/** A string of JSON ends with a quote before a comma, a bracket or a line break. */
function endOfEmbedded(text: string, start: number, lineEnd: number): number {
  const isQuoted = text[start] === '"'
  const behind = isQuoted ? ',}]"' : ',}]'
  const value = text.slice(start, lineEnd)
  for (let at = value.indexOf('"', 1); at >= 0; at = value.indexOf('"', at + 1)) {
    if (at + 1 === value.length || behind.includes(value[at + 1]!)) return start + (isQuoted ? at + 1 : at)
  }
  return lineEnd
}

function indentAt(text: string, start: number): number {
  let at = start
  while (text[at] === ' ') at += 1
  return at - start
}

/** {@link endOfLineAt} for places that only go forward: each line is read once, whatever is asked of it. */
function createLineEnds(text: string): (at: number) => number {
  let lineEnd = -1
  return (at) => {
    if (at > lineEnd) lineEnd = endOfLineAt(text, at)
    return lineEnd
  }
}

/** The beginning of the line behind this end of a line, or `undefined` after the last. */
function nextLineStart(text: string, end: number): number | undefined {
  const lineBreak = text.indexOf('\n', end)
  return lineBreak < 0 || lineBreak + 1 >= text.length ? undefined : lineBreak + 1
}
