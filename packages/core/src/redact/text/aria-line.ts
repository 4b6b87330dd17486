import { endOfRun, isLetter, isQuote, isWordUnit } from './characters.ts'
import type { TextRange } from './placeholder.ts'

/** The roles of fields that people type into. */
export const fieldRoles: readonly string[] = ['textbox', 'searchbox', 'spinbutton', 'combobox']

/**
 * A line of a tree of a page, as tools write it for a model. Places are in the text that was read.
 *
 * - `- textbox "Password" [ref=e4]: value` (Playwright), `- textbox "Password" [required, ref=e4]: value` (agent-browser)
 * - `uid=1_4 textbox "Password" value="..."`, and `uid=1_3 "Password"` for a text (Chrome DevTools), `[a4] textbox 'Password' value='...'`
 *   (BrowserGym)
 * - `[0-4] textbox: Password` with the value in a line below (Stagehand)
 * - `*[4]<input type=password value=... />` (browser-use)
 */
export interface AriaLine {
  /** White space before it. */
  readonly indent: number
  /** The role of the element, or the name of its tag. */
  readonly role: string
  readonly roleStart: number
  /** Between the quotes of the name, as it is written there. */
  readonly name: TextRange | undefined
  /** The attributes of a tag. */
  readonly tag: TextRange | undefined
  /** The word by which an action points at the element: `e4`, `1_4`, `0-4`. */
  readonly reference: string | undefined
  /** The value, with the quotes around it. Nothing is in it where children follow a colon. */
  readonly value: TextRange | undefined
  /** The end of the line, without its line break. */
  readonly end: number
  /** Nothing else is in the line, as it is in that of a list of Markdown. */
  readonly isWhole: boolean
}

const longestName = 2_000
const longestAttribute = 500
const longestTag = 4_500

/** Marks before an element, by which actions point at it, and its role or tag. */
const marked =
  /((?:\*?\[[\w:-]{1,24}\] ?|(?:uid|ref)=[\w:-]{1,24} |@[\w-]{1,12} |\|[A-Z]{1,12}\| ?|[•*] |[\w-]{1,12}: (?=[a-z]{7,10} ["'])){0,4})(<|\[(?=input |[a-z]{7,10} ["']))?(\/?[A-Za-z]{1,40})/y
/** Without a mark before it, the role of a field has its name in quotes. */
const opensName = /^ ["']/
const lastMark = /([\w:-]{1,24}?)\]?:?\s?$/
const longestMarks = 40

/** The beginning of the line that may have its role or tag at a place; {@link readAriaLine} tells whether it has. */
export function lineStartBefore(text: string, role: number): number | undefined {
  const last = text[role - 1]
  if (last !== undefined && !' \'<[\n\t"'.includes(last)) return undefined
  let start = last === '<' || last === '[' ? role - 1 : role
  for (let count = 0; start > 0; start -= 1) {
    const unit = text.charCodeAt(start - 1)
    if (unit === 0x20 || unit === 0x09) continue
    if (unit === 0x0a || unit === 0x22) return start
    if ((count += 1) > longestMarks || !isOfMark(unit)) return undefined
  }
  return 0
}

/** A unit of what stands before a role: `- '`, `uid=1_2`, `@e4`, `*[0-12]<`, `|SCROLL|`. */
function isOfMark(unit: number): boolean {
  return isWordUnit(unit) || "'[]=@*|:•".includes(String.fromCharCode(unit))
}

/** Read the line of a tree that begins at a place; `undefined` when it is none. */
export function readAriaLine(
  text: string,
  start: number,
  endOfLine: (at: number) => number = (at) => endOfLineAt(text, at),
): AriaLine | undefined {
  const from = endOfRun(text, start, isIndent)
  const indent = from - start
  if (text[from] !== '-') return readMarked(text, from, indent, endOfLine)
  if (text[from + 1] !== ' ') return undefined
  const isQuoted = text[from + 2] === "'"
  const roleStart = from + (isQuoted ? 3 : 2)
  // `- ref=e4 textbox "Password"`
  if (text.startsWith('ref=', roleStart)) return readMarked(text, roleStart, indent, endOfLine)
  const roleEnd = endOfRun(text, text[roleStart] === '/' ? roleStart + 1 : roleStart, isLetter, 40)
  return readRole(
    text,
    { indent, roleStart, roleEnd, isQuoted, isMarked: false, reference: undefined },
    roleEnd,
    endOfLine,
  )
}

function readMarked(
  text: string,
  from: number,
  indent: number,
  endOfLine: (at: number) => number,
): AriaLine | undefined {
  if (!canBeMarked(text, from)) return undefined
  const bare = text.startsWith('uid=', from) ? readBareText(text, from, indent, endOfLine) : undefined
  if (bare) return bare
  marked.lastIndex = from
  const found = marked.exec(text)
  if (!found) return undefined
  const [whole, marks = '', bracket, role = ''] = found
  const roleEnd = from + whole.length
  const roleStart = roleEnd - role.length
  const isField = fieldRoles.includes(role) && opensName.test(text.slice(roleEnd, roleEnd + 2))
  if (marks === '' && role !== 'StaticText' && !isField) return undefined
  const reference = marks === '' ? undefined : lastMark.exec(marks)?.[1]
  const head: Head = { indent, roleStart, roleEnd, isQuoted: false, isMarked: true, reference }
  // `<textbox>` and `[textbox "Password"]` are roles in brackets, `<input type=...>` is a tag.
  const isInBrackets = text[roleEnd] === '>'
  if (bracket !== undefined && !isField && !isInBrackets) return readTag(text, head, endOfLine)
  return readRole(text, head, isInBrackets ? roleEnd + 1 : roleEnd, endOfLine)
}

const bareText = /uid=([\w:-]{1,24})(?= ")/y

/** A text without a role, as Chrome DevTools has it: `uid=7_5 "Password"`. */
function readBareText(
  text: string,
  from: number,
  indent: number,
  endOfLine: (at: number) => number,
): AriaLine | undefined {
  bareText.lastIndex = from
  const found = bareText.exec(text)
  if (!found) return undefined
  const at = from + found[0].length
  const head = { indent, roleStart: at, roleEnd: at, isQuoted: false, isMarked: true, reference: found[1] }
  const line = readRole(text, head, at, endOfLine)
  return line && { ...line, role: 'StaticText' }
}

/** Tells by its first word whether a line can be one of a tree without a hyphen before it, which most lines of pages cannot. */
function canBeMarked(text: string, from: number): boolean {
  const first = text.charCodeAt(from)
  if (!isWordUnit(first)) return first > 0x7f ? text[from] === '•' : '*[@|<'.includes(text[from] ?? ' ')
  const end = endOfRun(text, from, isWordUnit, 13)
  const next = text[end]
  if (next === ' ') return isQuote(text.charCodeAt(end + 1)) || text.startsWith('StaticText', from)
  return next === '=' || next === ':' || text.startsWith('StaticText', from)
}

interface Head {
  readonly indent: number
  readonly roleStart: number
  readonly roleEnd: number
  /** The element is told by a mark before it, and no hyphen is there. */
  readonly isMarked: boolean
  /** All before the value is in quotes of YAML. */
  readonly isQuoted: boolean
  readonly reference: string | undefined
}

const ofAttributes = /[[\s](?:ref=([\w:-]{1,24})|(ref_\w{1,12}))[\],\s]/

function readRole(text: string, head: Head, from: number, endOfLine: (at: number) => number): AriaLine | undefined {
  const { indent, roleStart, roleEnd, isMarked } = head
  const role = text.slice(roleStart, roleEnd)
  let at = from
  let name = text[at] === ' ' ? quotedName(text, at + 1) : undefined
  if (name) at = name.end + 1
  const attributes = at
  while (text.startsWith(' [', at)) {
    const closing = text.slice(at, at + longestAttribute).indexOf(']')
    if (closing < 0) return undefined
    at += closing + 1
  }
  const told = at === attributes ? null : ofAttributes.exec(text.slice(attributes, at))
  const reference = head.reference ?? told?.[1] ?? told?.[2]
  if (head.isQuoted && text[at] === "'") at += 1
  const end = endOfLine(at)
  const isWhole = isMarked || text[at] === ':' || at === end
  let value: TextRange | undefined
  if (text[at] === ':') {
    value = { start: text[at + 1] === ' ' ? at + 2 : at + 1, end }
    // `[0-4] textbox: Password`
    if (isMarked && !name && at === attributes) [name, value] = [value, undefined]
  } else if (at < end || at > attributes) value = valueIn(text, attributes, end)
  return { indent, role, roleStart, name, tag: undefined, reference, value, end, isWhole }
}

function readTag(text: string, head: Head, endOfLine: (at: number) => number): AriaLine {
  const { indent, roleStart, roleEnd, reference } = head
  const end = endOfLine(roleEnd)
  const tag = { start: roleEnd, end: Math.min(end, roleEnd + longestTag) }
  const role = text.slice(roleStart, roleEnd)
  const value = valueIn(text, tag.start, tag.end)
  return { indent, role, roleStart, name: undefined, tag, reference, value, end, isWhole: true }
}

function isIndent(unit: number): boolean {
  return unit === 0x20 || unit === 0x09
}

/** The beginning of a value: `value="`, `value='`, `value: `. */
const opensValue = /[\s,([]value(?:=|: )/g
/** The end of one in quotes, by what stands behind it. */
const closesValue = { '"': /"(?=["}\s\]),/>]|$)/g, "'": /'(?=["}\s\]),/>]|$)/g }
/** One without quotes, up to the next attribute or the end of the tag; it ends before white space, which is looked at once. */
const bareValue = /[^\s"'](?:.*?\S)??(?=\s+[a-z-]{2,30}=|\s*,\s|\s*\/?>|\s+\/|\s*[)\]]|\s*$)/y

function valueIn(text: string, start: number, end: number): TextRange | undefined {
  const attributes = text.slice(start, Math.min(end, start + longestTag))
  if (!attributes.includes('value')) return undefined
  const unclosed = new Set<string>()
  for (const { index, 0: opening } of attributes.matchAll(opensValue)) {
    const from = index + opening.length
    const quote = attributes[from]
    if (quote === '"' || quote === "'") {
      if (unclosed.has(quote)) continue
      closesValue[quote].lastIndex = from + 1
      const closing = closesValue[quote].exec(attributes)
      if (closing) return { start: start + from, end: start + closing.index + 1 }
      unclosed.add(quote)
      continue
    }
    bareValue.lastIndex = from
    const bare = bareValue.exec(attributes)?.[0]
    if (bare !== undefined) return { start: start + from, end: start + from + bare.length }
  }
  return undefined
}

/** A range of a text without the quotes around it. */
export function withoutQuotes(text: string, { start, end }: TextRange): TextRange {
  const first = text[start]
  const isQuoted = (first === '"' || first === "'") && text[end - 1] === first && end - start > 1
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end }
}

function quotedName(text: string, start: number): TextRange | undefined {
  const quote = text[start]
  if (quote !== '"' && quote !== "'") return undefined
  for (let end = start + 1; end < text.length && end - start < longestName; end += 1) {
    if (text[end] === quote) return { start: start + 1, end }
    if (text[end] === '\n') return undefined
    if (text[end] === '\\') end += 1
  }
  return undefined
}

/** The end of the line that holds a place, without its line break. */
export function endOfLineAt(text: string, at: number): number {
  const lineBreak = text.indexOf('\n', at)
  const end = lineBreak < 0 ? text.length : lineBreak
  return end > at && text[end - 1] === '\r' ? end - 1 : end
}
