// Long, since a field is read in every way in which trees have it: as a line, as a tag, by the line before it and those below.
import { findPlaceholders, type RedactionKind } from '../text/placeholder.ts'
import { endOfLineAt, fieldRoles, lineStartBefore, readAriaLine, type AriaLine } from '../text/aria-line.ts'
import { kindOfField } from '../names/fields.ts'
import { isPinOfCard } from '../names/field-value.ts'
import { isProse } from '../names/prose.ts'
import { isSecretOfKind } from '../names/value.ts'
import type { Report } from '../text/report.ts'
import { viewsOf } from '../text/views.ts'
import { takesNoText } from './markup.ts'

/** Tells the kind of secret that a field takes, by its accessible name; `value` is what stands in it, as it is written. */
export type KindOfField = (name: string, value: string) => RedactionKind | undefined

/** A field beside one with its name: `- textbox "Key": DB_PASSWORD`, `- textbox "Value": ...`. */
const ofOther = /^(?:\w{1,20} )?value$/i
/** The words at which the fields of trees are found: their roles, and the tags of those that are told as tags. */
const fieldWords = new RegExp([...fieldRoles, 'input', 'textarea'].join('|'), 'g')

/**
 * Read the fields of the trees that stand in a text, in the lines of any tool, see {@link AriaLine}.
 *
 * @param read is given the line of a field and all that names it, and returns where reading goes on
 */
export function readFields(
  text: string,
  read: (line: AriaLine, names: () => readonly string[]) => number | undefined,
): void {
  const endOfLine = createLineEnds(text)
  const behind = new Map<string, number>()
  let last: AriaLine | undefined
  for (let from = 0; ;) {
    fieldWords.lastIndex = from
    const word = fieldWords.exec(text)
    if (!word) return
    const { index: found, 0: role } = word
    from = found + role.length
    if (found < (behind.get(role) ?? 0)) continue
    const start = lineStartBefore(text, found)
    const line = start === undefined ? undefined : readAriaLine(text, start, endOfLine)
    if (start === undefined || line?.roleStart !== found || (line.tag === undefined) === tags.has(role)) continue
    const before = last?.end === start - 1 ? last : undefined
    last = line
    const end = read(line, () => namesOf(text, line, start, before))
    if (end !== undefined) behind.set(role, end)
  }
}

const tags = new Set(['input', 'textarea'])
/** So far the fields beside one say of what it is. */
const nearby = 500

/**
 * Report the values of fields that take a secret, wherever lines of a tree stand in a text: values in the line,
 * with or without quotes, block scalars, and the text of child lines. A field without a name is known by the text before it, and one for
 * a value by the name in the field before it.
 *
 * @param isEmbedded the snapshot stood as a string in JSON: its last line ends where that string ends
 */
export function scanAria(text: string, kindOf: KindOfField, report: Report, isEmbedded = false): void {
  const endOfValue = isEmbedded ? createEmbeddedEnds(text) : (_: number, lineEnd: number): number => lineEnd
  readFields(text, (line, names) => {
    let told: readonly string[] | undefined
    const kindOfValue = (value: string): RedactionKind | undefined => {
      for (const name of (told ??= names())) {
        const around = (): string => text.slice(Math.max(0, line.end - nearby), line.end + nearby)
        const kind = kindOf(name, value) ?? (isPinOfCard(name, value, around) ? 'one_time_code' : undefined)
        if (kind) return kind
      }
      return undefined
    }
    // What has been reported is not read again: fields within fields would take more than linear time.
    return reportField({ text, line, kindOf: kindOfValue, report, endOfValue })
  })
}

/** Give quotes to values that begin with a placeholder, as Playwright does for all that begin with a bracket. */
export function quotePlaceholders(ariaTree: string): string {
  if (!ariaTree.includes(': [redacted:')) return ariaTree
  const lines = ariaTree.split('\n').map((text) => {
    const { start, end } = readAriaLine(text, 0)?.value ?? { start: 0, end: 0 }
    const value = text.slice(start, end)
    if (findPlaceholders(value)[0]?.start !== 0) return text
    return text.slice(0, start) + JSON.stringify(value) + text.slice(end)
  })
  return lines.join('\n')
}

/** Attributes of a tag that name its field. */
const naming =
  /(?:^|\s)(?:type|name|id|placeholder|aria-label|title|label|autocomplete)=(?:"([^"\n]{1,200})"|'([^'\n]{1,200})'|(|[^\n]{0,199}?\S)(?=\s+[a-z-]{2,30}=|\s*\/?>|\s*\]|\s*$))/g

/** Attributes without a value, behind one without quotes. */
const flags = /(?: (?:required|disabled|readonly|autofocus|checked|multiple))+$/

/** The attributes that name the field of a tag; one to tick or to press takes no text. */
export function namesInTag(attributes: string): string[] {
  if (/\stype=["']?password\b/i.test(attributes)) return ['password']
  if (takesNoText.test(attributes)) return []
  return Array.from(attributes.matchAll(naming), ([, double, single, bare]) =>
    (double ?? single ?? bare ?? '').replace(flags, ''),
  )
}

/** The names of a field: of a tag its attributes; where it has none, the text before it. */
function namesOf(text: string, line: AriaLine, start: number, before: AriaLine | undefined): string[] {
  if (line.tag) return namesInTag(text.slice(line.tag.start, line.tag.end))
  const name = nameOf(text, line)
  const isOfOther = ofOther.test(name)
  return [name === '' || isOfOther ? textOfLineBefore(text, start, isOfOther, before) : name]
}

function nameOf(text: string, { name }: AriaLine): string {
  const written = name ? text.slice(name.start, name.end) : ''
  return written.includes('\\') ? written.replaceAll('\\"', '"') : written
}

/** The text of the line before: `- text: Password`, `- generic "Password"`; of a field its value only. */
function textOfLineBefore(text: string, start: number, isField: boolean, known: AriaLine | undefined): string {
  const from = Math.max(0, start - 300)
  const line = known ?? readAriaLine(text, Math.max(from, text.slice(from, start - 1).lastIndexOf('\n') + 1 + from))
  if (line?.value && line.value.start < start - 1)
    return text.slice(line.value.start, Math.min(line.value.end, start - 1)).replace(/^"(.*)"$/, '$1')
  return line && !isField ? nameOf(text, line) : ''
}

interface Field {
  readonly text: string
  readonly line: AriaLine
  readonly kindOf: (value: string) => RedactionKind | undefined
  readonly report: Report
  /** The end of a value that begins at a place, in a line that ends at another. */
  readonly endOfValue: (start: number, lineEnd: number) => number
}

/** Of these a field that may take a secret takes one. */
const samples = ['493817', 'hX3kP9mZ2qV7']

/** @returns where the field ends, with its children, if it may take a secret */
function reportField(field: Field): number | undefined {
  const { text, line, report } = field
  const { value } = line
  const isFilled = value !== undefined && value.start < value.end
  const isBlock =
    isFilled &&
    (text[value.start] === '|' || text[value.start] === '>') &&
    /^[|>][-+0-9]{0,2}$/.test(text.slice(value.start, Math.min(value.end, value.start + 4)))
  if (isFilled && !isBlock) reportValue(field, value.start, value.end)
  if (line.tag) reportContent(field, line.tag)
  if (line.role === 'combobox') return line.end
  const blockStart = nextLineStart(text, line.end)
  let end = line.end
  for (let start = blockStart; start !== undefined; start = nextLineStart(text, end)) {
    if (indentAt(text, start) <= line.indent) break
    if (end === line.end && !samples.some((sample) => field.kindOf(sample))) return undefined
    const child = isBlock ? undefined : readAriaLine(text, start)
    end = child?.end ?? endOfLineAt(text, start)
    if (isBlock || child?.role.startsWith('/') || isHint(text, child)) continue
    if (!child && line.tag) reportValue(field, start + indentAt(text, start), end)
    if (child?.name) reportValue(field, child.name.start, child.name.end)
    if (child?.value) reportValue(field, child.value.start, child.value.end)
  }
  if (isBlock && blockStart !== undefined && end > blockStart) {
    const first = blockStart + indentAt(text, blockStart)
    const content = text
      .slice(first, end)
      .split('\n')
      .map((part) => part.trim())
      .join('\n')
    const kind = field.kindOf(content)
    if (kind) report(first, end, kind, content)
  }
  return end
}

/** Tells whether a line below a field is what it shows while nothing is in it: `StaticText: Enter your password`. */
function isHint(text: string, line: AriaLine | undefined): boolean {
  const shown = line?.role === 'StaticText' ? (line.name ?? line.value) : undefined
  return (
    shown !== undefined &&
    shown.end - shown.start > 3 &&
    isProse(text.slice(shown.start, Math.min(shown.end, shown.start + 200)))
  )
}

/** The text of a tag behind its attributes: `<textarea name=key>...</textarea>`. It may be the label of the field, too. */
function reportContent({ text, line, kindOf, report }: Field, tag: { start: number; end: number }): void {
  const attributes = text.slice(tag.start, tag.end)
  const close = attributes.indexOf('>')
  if (close < 0 || close + 1 >= attributes.length) return
  const [, content = ''] = /[^/\s]>\s{0,4}([^<>\s][^<>\n]{0,200}?)\s{0,4}(?:\/>|<\/|$)/.exec(attributes) ?? []
  const kind = content === '' ? undefined : kindOf(content)
  const start = text.lastIndexOf(content, line.end)
  if (kind && isSecretOfKind(kind, content) && kindOfField(content) === undefined)
    report(start, start + content.length, kind)
}

function reportValue({ text, kindOf, report, endOfValue }: Field, start: number, lineEnd: number): void {
  const end = endOfValue(start, lineEnd)
  const quote = text[start]
  const isQuoted = (quote === '"' || quote === "'") && end - start > 1 && text[end - 1] === quote
  if (hidden.test(isQuoted ? text.slice(start + 1, end - 1) : text.slice(start, Math.min(end, start + 40)))) return
  const inner = isQuoted ? text.slice(start + 1, end - 1) : text.slice(start, end)
  const kind = kindOf(inner)
  if (!kind) return
  if (!isQuoted) return report(start, end, kind)
  const value = quote === '"' ? (viewsOf(inner)[1]?.text ?? inner) : inner.replaceAll("''", "'")
  report(start + 1, end - 1, kind, value)
}

/** Signs that stand for digits, and the last four: `•••• •••• •••• 4242`. */
const hidden = /^[•●*·xX#]{2,30}(?:[-\s][•●*·xX#]{2,6}){0,4}[-\s]?\d{0,4}$/

/**
 * Find the ends of values in a text that stood as a string of JSON, which ends with a quote before a comma, a bracket or a line break.
 * Many fields may stand in one line: where a search has passed over some of them in vain, they take its end.
 */
function createEmbeddedEnds(text: string): (start: number, lineEnd: number) => number {
  const nextClosing = [',}]', ',}]"'].map((behind) => {
    let [from, to] = [0, -1]
    return (start: number): number => {
      if (start >= from && start < to) return to
      from = start
      for (to = text.indexOf('"', start + 1); to >= 0 && !behind.includes(text[to + 1] ?? '\n');)
        to = text.indexOf('"', to + 1)
      if (to < 0) to = Infinity
      return to
    }
  })
  return (start, lineEnd) => {
    const isQuoted = text[start] === '"'
    const closing = nextClosing[isQuoted ? 1 : 0]!(start)
    const isAtEnd = closing >= lineEnd && lineEnd - 1 > start && text[lineEnd - 1] === '"'
    const at = isAtEnd ? lineEnd - 1 : closing
    return at >= lineEnd ? lineEnd : isQuoted ? at + 1 : at
  }
}

function indentAt(text: string, start: number): number {
  let at = start
  while (text[at] === ' ' || text[at] === '\t') at += 1
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
