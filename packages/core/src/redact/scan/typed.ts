import type { RedactionKind } from '../text/placeholder.ts'
import { endOfRun, isLetterOrDigit, isQuote, isSpace } from '../text/characters.ts'
import { kindOfField, kindOfSelector } from '../names/fields.ts'
import { isProse, isStateWord } from '../names/prose.ts'
import { isReference, isStandIn } from '../names/value.ts'
import type { Report } from '../text/report.ts'
import { isTold } from '../told/label.ts'
import { quotedValue, type FoundValue } from './pair-values.ts'

/**
 * The calls that type in the languages of test tools: Playwright, Puppeteer, Selenium, Cypress, WebdriverIO, the page
 * itself.
 */
const calls = new Set(
  'fill type val presssequentially press_sequentially send_keys sendkeys setvalue set_value addvalue inputvalue typetext input_text clear_and_type'.split(
    ' ',
  ),
)
/** Calls that write anything anywhere, and type into a field where a comment says so. */
const writers = new Set(['write', 'typewrite', 'inserttext'])
const longestStatement = 300

/**
 * Report what code types into a field that it names as one for a secret: `getByLabel('Password').fill('...')`,
 * `page.fill('#password', '...')`, `find_element(By.ID, "pwd").send_keys("...")`, `querySelector('#pin').value = '...'`.
 */
export function scanTypedCode(text: string, report: Report): void {
  let last = 0
  let assigned: ReadonlyMap<string, readonly FoundValue[]> | undefined
  const followed = new Set<string>()
  const reportVariable = (from: number, kindOf: () => RedactionKind | undefined): void => {
    const name = variable.exec(text.slice(from, from + 60))?.[0]
    if (name === undefined || followed.has(name)) return
    const kind = kindOf()
    if (!kind) return
    followed.add(name)
    assigned ??= assignedIn(text)
    for (const { start, end } of assigned.get(name) ?? []) {
      const content = text.slice(start, end)
      if (!isReference(content) && !isStandIn(content)) report(start, end, kind)
    }
  }
  for (let at = text.indexOf('.'); at >= 0; at = text.indexOf('.', at + 1)) {
    const end = endOfRun(text, at + 1, isCallUnit, 24)
    const isCall = text[end] === '('
    if (end - at < 4 || !(isCall || text.startsWith('value', at + 1))) continue
    const name = text.slice(at + 1, end).toLowerCase()
    const isAssignment = name === 'value' && /^\s{0,2}=(?!=)/.test(text.slice(end, end + 4))
    const isWriter = isCall && writers.has(name)
    if (!isAssignment && !isWriter && !(isCall && calls.has(name))) continue
    const from = endOfRun(text, isAssignment ? text.indexOf('=', end) + 1 : end + 1, isSpace, 40)
    const first = isQuote(text.charCodeAt(from)) ? quotedValue(text, from) : undefined
    if (!first && isCall && !isWriter) reportBehindElement(text, from, report)
    if (!first && !isWriter) reportVariable(from, () => kindOfReceiver(text, Math.max(last, at - longestStatement), at))
    if (!first) continue
    const comma = endOfRun(text, first.next, isSpace, 4)
    const secondAt = text[comma] === ',' ? endOfRun(text, comma + 1, isSpace, 40) : -1
    if (secondAt > 0 && isCall) reportVariable(secondAt, () => kindOfElement(text.slice(first.start, first.end)))
    const second = secondAt > 0 && isQuote(text.charCodeAt(secondAt)) ? quotedValue(text, secondAt) : undefined
    const found = second
      ? kindOfElement(text.slice(first.start, first.end))
      : kindOfReceiver(text, Math.max(last, at - longestStatement), at)
    const value = second ?? first
    const known = isWriter ? undefined : found
    last = value.next
    const content = text.slice(value.start, value.end)
    const remark = known ? undefined : kindOfComment(text.slice(value.next, value.next + longestComment))
    const kind = known ?? (remark && isTold(remark, content) ? remark : undefined)
    if (kind && !isReference(content) && !isStandIn(content)) report(value.start, value.end, kind)
  }
}

/** `type(screen.getByLabelText(/password/i), '...')`: the element is found in the call itself. */
function reportBehindElement(text: string, from: number, report: Report): void {
  const found = /^[\w.]{1,60}\((?:\/([^/\n]{1,60})\/i?|["']([^"'\n]{1,60})["'])[^()\n]{0,60}\)\s?,\s?(?=["'`])/.exec(
    text.slice(from, from + 200),
  )
  const value = found ? quotedValue(text, from + found[0].length) : undefined
  const kind = found && kindOfElement((found[1] ?? found[2] ?? '').replaceAll(/[\^$]/g, ''))
  if (!value || !kind) return
  const content = text.slice(value.start, value.end)
  if (!isReference(content) && !isStandIn(content)) report(value.start, value.end, kind)
}

/** A name of a variable that is all of an argument. */
const variable = /^[A-Za-z_$][\w$]{0,40}(?=\s{0,4}(?:[,;)}\n]|$))/
const assignment = /(?<![\w.$])([A-Za-z_$][\w$]{0,40})(?:\s?:\s?\w{1,20})?\s{0,4}=\s{0,4}(?=["'`])/g
const mostAssigned = 200

/** The texts that code assigns to its variables: `const v = '...'`. */
function assignedIn(text: string): ReadonlyMap<string, readonly FoundValue[]> {
  const values = new Map<string, FoundValue[]>()
  for (const { index, 0: whole, 1: name = '' } of text.matchAll(assignment)) {
    const value = quotedValue(text, index + whole.length)
    if (value) values.set(name, [...(values.get(name) ?? []), value].slice(-4))
    if (values.size >= mostAssigned) break
  }
  return values
}

const longestComment = 120

/** The kind that a comment in the line behind a value tells: `write('...')  # password`. */
function kindOfComment(behind: string): RedactionKind | undefined {
  const comment = /^[^\n]{0,40}?\);?\s{0,8}(?:#|\/\/)\s{0,4}((?:[^\s]+[^\S\n]?){1,6})(?:\n|$)/.exec(behind)?.[1]
  return comment === undefined ? undefined : kindOfField(comment)
}

function isCallUnit(unit: number): boolean {
  return isLetterOrDigit(unit) || unit === 0x5f
}

/** The kind of a field by a selector, or by the name that it is found by. */
function kindOfElement(text: string): RedactionKind | undefined {
  return /[#.[\]=/:>]/.test(text) ? kindOfSelector(text) : (kindOfField(text) ?? kindOfSelector(text))
}

/** The kind of the field that the expression before a call finds: by its texts in quotes, or by its own name. */
function kindOfReceiver(text: string, start: number, end: number): RedactionKind | undefined {
  const before = text.slice(start, end)
  const statement = before.slice(
    Math.max(before.lastIndexOf(';'), before.lastIndexOf('\n\n'), before.lastIndexOf('await ')) + 1,
  )
  const line = statement.slice(statement.lastIndexOf('\n') + 1)
  // A chain of calls may go over several lines.
  const scope = line.trim() === '' || line.trim().startsWith('.') ? statement : line
  const quoted = scope.match(/'[^'\n]{1,120}'|"[^"\n]{1,120}"|`[^`\n]{1,120}`/g) ?? []
  for (const part of quoted.toReversed()) {
    const kind = kindOfElement(part.slice(1, -1))
    if (kind) return kind
  }
  const owner = /[\w$]{1,60}$/.exec(scope)?.[0]
  return owner === undefined || quoted.length > 0 ? undefined : kindOfSelector(owner)
}

/** The end of code that reads the value of a field: `document.querySelector('#password').value`, `inputValue('#pin')`. */
const readsValue =
  /\.(?:value|(?:inputValue|input_value|val|getValue|get_value)\((?:["'`]([^"'`\n]{1,200})["'`])?\)|get_?[aA]ttribute\(["'`]value["'`]\))[\s;()}]{0,20}$/

/**
 * The kind of secret that code reads out of a field, by what it finds that field by.
 *
 * @param named gives the kind of the field that the code is called with: `el => el.value`
 */
export function kindOfRead(code: string, named: () => RedactionKind | undefined): RedactionKind | undefined {
  const found = readsValue.exec(code)
  if (!found) return undefined
  if (found[1] !== undefined) return kindOfElement(found[1])
  return kindOfReceiver(code, Math.max(0, found.index - longestStatement), found.index) ?? named()
}

/** A secret that a sentence says to type. */
export interface TypedInWords {
  readonly start: number
  readonly end: number
  readonly kind: RedactionKind
}

const verbs =
  /\b(?:type|types|typed|enter|enters|entered|fill|fills|filled|input|inputs|write|set|paste|use|put|insert)\b/i
const longestSentence = 400

/**
 * The value that an instruction says to type into a field for a secret: `type "..." into the password field`,
 * `enter ... in the PIN box`, `fill the password with ...`. Only for texts that are instructions: anybody else's prose
 * says much of passwords.
 */
export function typedInWords(text: string): TypedInWords | undefined {
  if (text.length > longestSentence || !verbs.test(text)) return undefined
  const kind = kindOfField(text)
  if (!kind) return undefined
  const quoted = /(["'“‘`])([^"'“”‘’`\n]{1,200})["'”’`]/g
  for (const found of text.matchAll(quoted)) {
    const start = found.index + 1
    if (!kindOfField(found[2]!) || /\d/.test(found[2]!)) return { start, end: start + found[2]!.length, kind }
  }
  const found =
    /\b(?:type|enter|fill|input|write|paste|put|insert)s?\s+(?:in\s+|the\s+(?:password|code|pin|value|text)\s+)?(?<value>\S{1,200})\s+(?:in|into|to|as|for)\s/i.exec(
      text,
    ) ?? assigning.exec(text)
  const value = found?.groups?.['value']
  if (found === null || value === undefined || isWordOfForm(value)) return undefined
  const start = text.indexOf(value, found.index)
  return { start, end: start + value.length, kind }
}

/** Behind a bare `to` stands a purpose: `the password to type`. */
const assigning =
  /(?:\b(?:with|as|value)|\b(?:set|chang|updat|reset|fill|put|assign|switch|equal)[a-z]{0,5}\b.{0,200}\bto)\s*:?\s+(?<value>\S{1,200})$/i

function isWordOfForm(value: string): boolean {
  const word = /^([A-Za-z]{2,})[.,;:!?]{0,3}$/.exec(value)?.[1]
  return (
    isReference(value) ||
    isStandIn(value) ||
    (word !== undefined && (verbs.test(word) || isStateWord(word) || isProse(word))) ||
    kindOfField(value) !== undefined ||
    /^(?:the|your|my|a|an|it|this|that|into|in|field|box|form|user's|username|email|login|continue|submit|proceed)$/i.test(
      value,
    )
  )
}
