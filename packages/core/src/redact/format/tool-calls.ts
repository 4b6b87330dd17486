import { isPostalCode } from '../names/fields.ts'
import { doesType, kindOfFieldText, namingOf } from '../names/named-field.ts'
import { isSecretOfKind } from '../names/value.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import type { Report } from '../text/report.ts'

/**
 * Report what the arguments of a call type into a field for a secret, where they stand as JSON or as Python writes them in a
 * text: `{"selector": "#password", "text": "..."}`, `{"description": "Password field", "method": "fill", "arguments": ["..."]}`.
 */
export function scanToolCalls(text: string, report: Report): void {
  let done = 0
  for (const { index, 0: whole, 1: key = '', 3: name = '' } of text.matchAll(naming)) {
    const kind = index < done ? undefined : kindOfFieldText(key, name)
    if (!kind) continue
    const start = startOfRecord(text, index, done)
    done = endOfRecord(text, index + whole.length)
    if (start === undefined) continue
    const call: Call = { record: text.slice(start, done), start, name, kind, report }
    if (namingOf(key) === 'name') reportTyped(call)
    else reportDescribed(call)
  }
}

/** A description says much: of a call that types it tells the field, of any other record a name in it may. */
function reportDescribed(call: Call): void {
  const verb = /["'](?:method|action|type|name|tool)["']\s{0,9}:\s{0,9}["']([\w.]{1,40})["']/.exec(call.record)?.[1]
  if (verb !== undefined && doesType(verb) === true) return reportTyped(call)
  for (const { 1: key = '', 3: name = '' } of call.record.matchAll(naming)) {
    const kind = namingOf(key) === 'name' ? kindOfFieldText(key, name) : undefined
    if (kind) return reportTyped({ ...call, name, kind })
  }
}

const naming =
  /["'](selector|locator|element|label|placeholder|field|target|css|xpath|aria_?label|element_?description|description)["']\s{0,9}:\s{0,9}(["'])((?:(?!\2)[^\\\n]|\\.){1,300})\2/gi
const farthest = 600

/** The bracket that opens the record in which a place is. */
function startOfRecord(text: string, at: number, from: number): number | undefined {
  let depth = 0
  for (let start = at - 1; start >= from && at - start < farthest; start -= 1) {
    const unit = text[start]
    if (unit === '}') depth += 1
    else if (unit === '{' && (depth -= 1) < 0) return start
  }
  return undefined
}

function endOfRecord(text: string, at: number): number {
  let depth = 0
  for (let end = at; end < text.length && end - at < farthest; end += 1) {
    const unit = text[end]
    if (unit === '{') depth += 1
    else if (unit === '}' && (depth -= 1) < 0) return end
  }
  return Math.min(text.length, at + farthest)
}

interface Call {
  readonly record: string
  readonly start: number
  readonly name: string
  readonly kind: RedactionKind
  readonly report: Report
}

function reportTyped({ record, start, name, kind, report }: Call): void {
  for (const { index, 0: whole, 1: opening } of record.matchAll(typed)) {
    let next = index + whole.length
    for (let found = itemAt(record, next); found; found = opening === '[' ? itemAt(record, next) : undefined) {
      const [part, before = '', , value = ''] = found
      const from = start + next + before.length + 1
      // What stands in an element is its text as well: a word of a page.
      const isWord = /^[A-Za-z]{1,12}$/.test(value) && /text|content/i.test(whole)
      if (!isWord && isSecretOfKind(kind, value) && !isPostalCode(name, value)) report(from, from + value.length, kind)
      next += part.length
    }
  }
}

function itemAt(record: string, at: number): RegExpExecArray | undefined {
  item.lastIndex = at
  return item.exec(record) ?? undefined
}

const typed = /["'](?:text|value|input|content|input_?text|textToType|arguments|args)["']\s{0,9}:\s{0,9}(\[)?/gi
const item = /(,?\s{0,20})(["'])((?:(?!\2)[^\\\n]|\\.){1,4000})\2/y
