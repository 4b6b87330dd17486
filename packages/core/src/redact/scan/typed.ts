import { remember } from '../text/memoize.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import { createNextOf, endOfRun, isDigit, isQuote, isSpace } from '../text/characters.ts'
import { createAssignments, isCallUnit, startOfVariable, type LastAssignment } from '../format/assignments.ts'
import { kindOfElement, kindOfField, kindOfSelector } from '../names/fields.ts'
import { isReference, isStandIn } from '../names/value.ts'
import type { Report } from '../text/report.ts'
import { isTold } from '../told/label.ts'
import { quotedValue, type FoundValue } from './pair-values.ts'

/**
 * The calls that type in the languages of test tools: Playwright, Puppeteer, Selenium, Cypress, WebdriverIO, the page
 * itself.
 */
const calls = new Set(
  'fill type val presssequentially press_sequentially send_keys sendkeys setvalue set_value addvalue inputvalue typetext input_text clear_and_type setattribute call'.split(
    ' ',
  ),
)
/** Calls that write anything anywhere, and type into a field where a comment says so. */
const writers = new Set(['write', 'typewrite', 'inserttext'])
const longestStatement = 300

/**
 * Report what code types into a field that it names as one for a secret: `getByLabel('Password').fill('...')`,
 * `page.fill('#password', '...')`, `find_element(By.ID, "pwd").send_keys("...")`, `querySelector('#pin').value = '...'`.
 *
 * @param ofElement tells the kind of what is typed into the element that the code is called with: `(el) => { el.value = '...' }`
 */
export function scanTypedCode(
  text: string,
  report: Report,
  ofElement?: (typed: string) => RedactionKind | undefined,
): void {
  let last = 0
  let firstSetter: number | undefined
  const assignedTo = createAssignments(text)
  scanEvaluated(text, report)
  const parameter = ofElement && parameterName.exec(text)?.[1]
  let assigned: ReadonlyMap<string, readonly FoundValue[]> | undefined
  const followed = new Set<string>()
  const reportVariable = (from: number, kindOf: () => RedactionKind | undefined): void => {
    const name = variable.exec(text.slice(from, from + 60))?.[0]
    const values = name === undefined || followed.has(name) ? undefined : (assigned ??= assignedIn(text)).get(name)
    const kind = values && kindOf()
    if (name === undefined || !values || !kind) return
    followed.add(name)
    for (const value of values) reportValue(text, value, kind, report)
  }
  const kindOfOwner = (at: number, value: FoundValue): RedactionKind | undefined => {
    const owner = ownerOf(text, at)
    const isGiven = owner !== undefined && owner === parameter
    return (
      kindOfVariable(text, assignedTo(owner, at), at) ??
      (isGiven ? ofElement?.(text.slice(value.start, value.end)) : undefined)
    )
  }
  for (let at = text.indexOf('.'); at >= 0; at = text.indexOf('.', at + 1)) {
    const end = endOfRun(text, at + 1, isCallUnit, 24)
    const isCall = text[end] === '('
    if (end - at < 4 || !(isCall || text.startsWith('value', at + 1))) continue
    const name = text.slice(at + 1, end).toLowerCase()
    const isAssignment = name === 'value' && /^\s{0,2}=(?!=)/.test(text.slice(end, end + 4))
    const isWriter = isCall && writers.has(name)
    if (!isAssignment && !isWriter && !(isCall && calls.has(name))) continue
    // The function that sets the value of any field: `setter.call(element, '...')`.
    const isSetter = name === 'call'
    if (isSetter && (firstSetter ??= endOfMatch(setter, text)) > at + 5) continue
    const from = endOfRun(text, isAssignment ? text.indexOf('=', end) + 1 : end + 1, isSpace, 40)
    const first = isQuote(text.charCodeAt(from)) ? quotedValue(text, from) : undefined
    if (!first && isCall && !isWriter) reportBehindElement(text, from, assignedTo, report)
    if (!first && isSetter) continue
    if (!first && !isWriter) reportVariable(from, () => kindOfReceiver(text, Math.max(last, at - longestStatement), at))
    if (!first) continue
    const isAttribute = name === 'setattribute'
    if (isAttribute && text.slice(first.start, first.end) !== 'value') continue
    const comma = endOfRun(text, first.next, isSpace, 4)
    const secondAt = text[comma] === ',' ? endOfRun(text, comma + 1, isSpace, 40) : -1
    if (secondAt > 0 && isCall) reportVariable(secondAt, () => kindOfElement(text.slice(first.start, first.end)))
    const second = secondAt > 0 && isQuote(text.charCodeAt(secondAt)) ? quotedValue(text, secondAt) : undefined
    const value = second ?? first
    const isPressed = isCall && text.startsWith('keyboard', at - 8)
    const begin = Math.max(last, at - longestStatement)
    const found = isPressed
      ? kindOfFocused(text, begin, at)
      : second && !isAttribute
        ? kindOfElement(text.slice(first.start, first.end))
        : (kindOfReceiver(text, begin, at) ?? kindOfOwner(at, value))
    const known = isWriter && !isPressed ? undefined : found
    last = value.next
    const content = text.slice(value.start, value.end)
    const remark = known ? undefined : kindOfComment(text.slice(value.next, value.next + longestComment))
    const kind = known ?? (remark && isTold(remark, content) ? remark : undefined)
    if (kind) reportValue(text, value, kind, report)
  }
}

/** Report a value that is typed, unless something else stands in its place. */
function reportValue(text: string, { start, end }: FoundValue, kind: RedactionKind, report: Report): void {
  const content = text.slice(start, end)
  if (!isReference(content) && !isStandIn(content)) report(start, end, kind)
}

/** The end of what a pattern finds first, `Infinity` where it finds nothing. */
function endOfMatch(pattern: RegExp, text: string): number {
  const found = pattern.exec(text)
  return found ? found.index + found[0].length : Infinity
}

/** The first name of what a function is called with. */
const parameterName = /^\s*(?:async\s*)?(?:function\s*\w{0,40}\s*)?\(?\s*([A-Za-z_$][\w$]{0,40})\s*(?:[,)]|=>)/
const setter = /["'`]value["'`][^;\n]{0,20}?\.set\b/

/** The variable that a call is one of: `el` of `el.fill`. */
function ownerOf(text: string, end: number): string | undefined {
  const start = startOfVariable(text, end)
  const isOwner = start < end && !isDigit(text.charCodeAt(start)) && !'.)]"\''.includes(text[start - 1] ?? ' ')
  return isOwner ? text.slice(start, end) : undefined
}

/** The kind of the field that code has found for a variable, by the place behind its assignment: `const el = document.querySelector('#password')`. */
function kindOfVariable(text: string, from: number | undefined, end: number): RedactionKind | undefined {
  if (from === undefined) return undefined
  const found = /^\s?(?:await\s+)?[\w$.]{1,60}\([^;\n]{1,200}/.exec(text.slice(from, Math.min(end, from + 280)))?.[0]
  return found === undefined ? undefined : kindOfReceiver(found, 0, found.length)
}

/** The kind of the field that code has gone to before it presses keys: `page.focus('#password'); page.keyboard.type('...')`. */
function kindOfFocused(text: string, start: number, end: number): RedactionKind | undefined {
  const found = [...text.slice(start, end).matchAll(going)].at(-1)
  if (!found || found[1] === 'press') return undefined
  const at = start + found.index
  return found[3] === undefined ? kindOfReceiver(text, start, at) : kindOfElement(found[3])
}

const going = /\.(focus|click|dblclick|tap|press)\((?:(["'`])((?:(?!\2)[^\\\n]|\\.){1,120})\2)?/g

/** Report what code gives a function that sets the value of an element: `$eval('#password', (el, v) => (el.value = v), '...')`. */
function scanEvaluated(text: string, report: Report): void {
  const first = text.indexOf('eval')
  if (first < 0 || !setsGiven.test(text)) return
  let assigning = -1
  for (let at = first; at >= 0; at = text.indexOf('eval', at + 4)) {
    if (assigning < at) assigning = text.indexOf('.value', at)
    if (assigning < 0) return
    const call =
      assigning - at < longestStatement + 150 ? evaluated.exec(text.slice(at, at + longestStatement + 300)) : null
    if (!call) continue
    const [whole, name, , selector = '', quote] = call
    const kind =
      name === 'eval' ? kindOfElement(selector) : kindOfReceiver(text, Math.max(0, at - longestStatement), at - 1)
    const value = kind && quotedValue(text, at + whole.length - 1)
    if (kind && value && quote !== undefined) reportValue(text, value, kind, report)
  }
}

const setsGiven = /\.value\s?=\s?[\w$]{1,40}[\s;)}]{0,9},/
const evaluated =
  /^(eval(?:uate)?)\((?:\s?(["'`])((?:(?!\2)[^\\\n]|\\.){1,120})\2,)?[^"'`]{1,300}?\.value\s?=\s?[\w$]{1,40}[\s;)}]{0,9},\s{0,9}(["'`])/

/** `type(screen.getByLabelText(/password/i), '...')`: the element is found in the call itself. */
function reportBehindElement(text: string, from: number, assignedTo: LastAssignment, report: Report): void {
  const found = /^[\w.]{1,60}\((?:\/([^/\n]{1,60})\/i?|["']([^"'\n]{1,60})["'])[^()\n]{0,60}\)\s?,\s?(?=["'`])/.exec(
    text.slice(from, from + 200),
  )
  const owned = found ? null : /^([A-Za-z_$][\w$]{0,40})\s?,\s?(?=["'`])/.exec(text.slice(from, from + 50))
  const value = (found ?? owned) ? quotedValue(text, from + (found ?? owned)![0].length) : undefined
  const kind = found
    ? kindOfElement((found[1] ?? found[2] ?? '').replaceAll(/[\^$]/g, ''))
    : kindOfVariable(text, assignedTo(owned?.[1], from), from)
  if (value && kind) reportValue(text, value, kind, report)
}

/** A name of a variable that is all of an argument. */
const variable = /^[A-Za-z_$][\w$]{0,40}(?=\s{0,4}(?:[,;)}\n]|$))/

const longestComment = 120

/** The kind that a comment in the line behind a value tells: `write('...')  # password`. */
function kindOfComment(behind: string): RedactionKind | undefined {
  if (!behind.includes('#') && !behind.includes('//')) return undefined
  const comment = /^[^\n]{0,40}?\);?\s{0,8}(?:#|\/\/)\s{0,4}(\S+(?:[^\S\n]\S+){0,5}[^\S\n]?)(?:\n|$)/.exec(behind)?.[1]
  return comment === undefined ? undefined : kindOfField(comment)
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
  return owner === undefined || quoted.length > 0 ? undefined : kindOfVariableName(owner)
}

const kindOfVariableName = remember(kindOfSelector)

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

/** The name of a variable, and of its type, before a sign that assigns. */
const assigned = /(?<![\w.$])([A-Za-z_$][\w$]{0,40})(?:\s?:\s?\w{1,20})?\s{0,4}$/
const mostAssigned = 200

/** The texts that code assigns to its variables: `const v = '...'`. */
function assignedIn(text: string): ReadonlyMap<string, readonly FoundValue[]> {
  const values = new Map<string, FoundValue[]>()
  const next = createNextOf(text, '=')
  for (let at = next(0); at < text.length; at = next(at + 1)) {
    const start = endOfRun(text, at + 1, isSpace, 4)
    const name = isQuote(text.charCodeAt(start)) ? assigned.exec(text.slice(Math.max(0, at - 70), at))?.[1] : undefined
    const value = name === undefined ? undefined : quotedValue(text, start)
    if (name !== undefined && value) values.set(name, [...(values.get(name) ?? []), value].slice(-4))
    if (values.size >= mostAssigned) break
  }
  return values
}
