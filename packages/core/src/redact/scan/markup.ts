import { endOfRun } from '../text/characters.ts'
import type { KeyNames, SecretName } from '../names/keys.ts'
import { isSecretUnder } from '../names/value.ts'
import { isSecretCell, isTold, kindOfLabel } from '../told/label.ts'
import type { Report } from '../text/report.ts'

const longestName = 64
const longestTag = 2_000
const longestHead = 400

/**
 * Report secrets of XML and HTML:
 *
 * - what stands in an element that is named as one: `<password>...</password>`
 * - the value of an element behind its label: `<dt>Password</dt><dd>...</dd>`
 * - the value of an element that gives its name: `<input name="token" value="...">`, `<input type="password" value="...">`,
 *   `<meta name="csrf-token" content="...">`, `<add key="ApiKey" value="..."/>`, `<property name="password">...</property>`
 */
export function scanMarkup(text: string, names: KeyNames, report: Report): void {
  scanElements(text, names, report)
  scanLabels(text, names, report)
  if (text.includes('<th')) scanCells(text, names, report)
}

const labelled =
  /^<\/(?:dt|th|td|label|b|strong|span|div|p|key)>\s{0,40}(?:<\/(?:div|span|p|label)>\s{0,40})?<(?:dd|td|code|span|div|p|strong|input|pre|kbd|string)\b([^<>]{0,300})>([^<]{0,200})/i

/** `<dt>Password</dt><dd>...</dd>`, `<label>Password</label><input value="...">` */
function scanLabels(text: string, names: KeyNames, report: Report): void {
  for (let close = text.indexOf('</'); close >= 0; close = text.indexOf('</', close + 2)) {
    const label = names.canEndAt(text, close)
      ? /[^<>]{1,48}$/.exec(text.slice(Math.max(0, close - 49), close))?.[0]
      : undefined
    const kind = label === undefined ? undefined : kindOfLabel(label.trim(), names)
    const found = kind && labelled.exec(text.slice(close, close + 700))
    if (!found) continue
    const [whole = '', tag = '', content = ''] = found
    const value = /\svalue=["']([^"']*)["']/.exec(tag)?.[1] ?? content.trim()
    const start = close + whole.lastIndexOf(value)
    if (value !== '' && isTold(kind, value)) report(start, start + value.length, kind)
  }
}

/** The cells of a table in the columns that are headed by the name of a secret. */
function scanCells(text: string, names: KeyNames, report: Report): void {
  let columns: (SecretName | undefined)[] = []
  let cells = 0
  for (const { 0: whole, 1: tag = '', 2: content = '', index } of text.matchAll(cell)) {
    if (tag === 'tr') cells = 0
    if (tag === 'th' && cells === 0) columns = []
    if (tag === 'th') columns[Math.min(cells, mostColumns)] = names.named(content.trim())
    const name = tag === 'td' ? columns[cells] : undefined
    if (tag !== 'tr') cells += 1
    const value = content.trim()
    const start = index + whole.lastIndexOf(value)
    if (name && value !== '' && isSecretCell(name, value, names)) report(start, start + value.length, name.kind)
  }
}

const cell = /<(tr|th|td)\b[^<>]{0,300}>([^<]{0,200})/g
const mostColumns = 40

function scanElements(text: string, names: KeyNames, report: Report): void {
  let next = 0
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', Math.max(open + 1, next))) {
    const nameEnd = endOfRun(text, open + 1, isElementUnit, longestName)
    if (nameEnd === open + 1) continue
    const isPlain = text[nameEnd] === '>'
    if (isPlain && !names.canEndAt(text, nameEnd)) continue
    const close = isPlain ? nameEnd : text.slice(nameEnd, nameEnd + longestTag).search(/[<>]/) + nameEnd
    if (close < nameEnd || text[close] !== '>') continue
    next = close
    const tag = text.slice(nameEnd, close)
    const element = names.named(localName(text.slice(open + 1, nameEnd)))
    const name = isPlain ? element : (nameOf(tag, names) ?? element)
    if (!name) continue
    const value = /\s(?:value|content|defaultValue)\s{0,2}=\s{0,2}(?:"([^"]*)"|'([^']*)'|([^\s"'>/]+))/i.exec(tag)
    if (value) {
      const content = value[1] ?? value[2] ?? value[3] ?? ''
      const behind = value[3] === undefined ? 1 : 0
      tell(names, name, nameEnd + value.index + value[0].length - behind - content.length, content, report)
    }
    const isQuotedContent = text.startsWith('<![CDATA[', close + 1)
    const contentEnd =
      text[close - 1] === '/' ? close : isQuotedContent ? endOfQuoted(text, close + 1) : text.indexOf('<', close)
    const content = contentEnd > close && contentEnd - close < longestTag ? text.slice(close + 1, contentEnd) : ''
    // `<property name="password"><value>...</value>`
    if (content.trim() === '' && /^<value>/i.test(text.slice(contentEnd, contentEnd + 7))) {
      const valueEnd = text.indexOf('<', contentEnd + 1)
      if (valueEnd > 0 && valueEnd - contentEnd < longestTag)
        tell(names, name, contentEnd + 7, text.slice(contentEnd + 7, valueEnd), report)
    }
    const isData =
      content.trim() !== '' && text[contentEnd + 1] === '/' && isElementOfData(text.slice(open + 1, nameEnd))
    // The name of a secret that is kept elsewhere, as browser-use has it: `<secret>shop_password</secret>`.
    const isAlias = isData && isPlain && alias.test(content) && text.startsWith('<secret>', open)
    if (isData && !isAlias) tell(names, name, close + 1, content, report)
  }
}

const alias = /^[a-z]{1,16}(?:_(?:[a-z]{1,16}|\d[a-z]{0,3}))+$/

/** The end of `<![CDATA[...]]>`, within what one value may take. */
function endOfQuoted(text: string, start: number): number {
  const end = text.slice(start, start + longestTag).indexOf(']]>')
  return end < 0 ? start : start + end + 3
}

function tell(names: KeyNames, name: SecretName, start: number, content: string, report: Report): void {
  const value = content.trim()
  const from = start + content.indexOf(value)
  const inner = /^<!\[CDATA\[(.*)\]\]>$/s.exec(value)?.[1] ?? value
  const offset = value.indexOf(inner)
  if (isSecretUnder(name, inner, names)) report(from + offset, from + offset + inner.length, name.kind)
}

/**
 * Tells whether an element holds data; what a person reads on a page is no value:
 * `<label for="password">Secret</label>`.
 */
function isElementOfData(element: string): boolean {
  return !/^(?:label|a|p|h[1-6]|span|button|option|li|td|th|legend|title|strong|b|i|em|small|div|summary)$/i.test(
    element,
  )
}

/** The attributes of an input that is ticked or pressed, and takes no text. */
export const takesNoText = /\stype=["']?(?:checkbox|radio|submit|button|reset|image|file|range|color)\b/i

function nameOf(tag: string, names: KeyNames): SecretName | undefined {
  if (takesNoText.test(tag)) return undefined
  if (/\stype\s{0,2}=\s{0,2}["']?password\b/i.test(tag)) return { kind: 'password', isSure: true }
  for (const found of tag.matchAll(
    /\s(?:name|id|key|property|field|autocomplete)\s{0,2}=\s{0,2}(?:["']([^"']{1,64})["']|([^\s"'<>]{1,64}))/gi,
  )) {
    const name = names.named(found[1] ?? found[2] ?? '')
    if (name) return name
  }
  return undefined
}

function localName(element: string): string {
  return element.slice(element.lastIndexOf(':') + 1)
}

function isElementUnit(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    (unit >= 0x30 && unit <= 0x39) ||
    unit === 0x2d ||
    unit === 0x5f ||
    unit === 0x3a ||
    unit === 0x2e
  )
}

const partStart = 'name="'

/**
 * Report the parts of a form (`multipart/form-data`) that are named as secrets: what begins behind the empty line, up to the end
 * of its first line. Without CRLF only where `form-data` stands before the name.
 */
export function scanFormParts(text: string, names: KeyNames, report: Report): void {
  for (let found = text.indexOf(partStart); found >= 0; found = text.indexOf(partStart, found + partStart.length)) {
    const start = found + partStart.length
    const head = /^([^"\r\n]{1,64})"((?:\r?\n[\w-]{1,40}:[^\r\n]{1,100}){0,2}\r?\n\r?\n)/.exec(
      text.slice(start, start + longestName + longestHead),
    )
    if (!head) continue
    const [whole, part = '', lines = ''] = head
    const name = names.named(part)
    if (!name || !(lines.endsWith('\r\n\r\n') || text.slice(Math.max(0, found - 20), found).includes('form-data')))
      continue
    const valueStart = start + whole.length
    const end = endOfRun(text, valueStart, (unit) => unit !== 0x0d && unit !== 0x0a)
    if (!text.startsWith('--', valueStart)) tell(names, name, valueStart, text.slice(valueStart, end), report)
  }
}
