import type { TraceDiagnosticCode } from '../format/diagnostics.ts'
import { decodeString, endOfString, endOfValue, isJson, skipBlanks } from './scan-json.ts'

type Tell = (code: TraceDiagnosticCode, offset: number) => void

/**
 * The variables of a frame: a JSON object of strings, each of them a Python repr. A value that is no string keeps its JSON
 * text, of a name that stands twice the last value counts, and `''` is no variables.
 *
 * @returns null for what is no JSON object
 */
export function parseLocals(text: string): Map<string, string> | null {
  const { locals, end } = readLocals(text, 0, text.length, () => undefined)
  return end === text.length ? locals : null
}

/**
 * Read the variables that stand in a part of a text, and tell what is wrong with them.
 *
 * @returns the variables, null where there is no object; and where they end, which is before `end` where more text follows
 */
export function readLocals(
  text: string,
  start: number,
  end: number,
  tell: Tell,
): { locals: Map<string, string> | null; end: number } {
  const locals = new Map<string, string>()
  if (start === end) {
    tell('empty_locals', start)
    return { locals, end }
  }
  const close = readMembers(text, skipBlanks(text, start, end), end, locals, tell)
  if (close >= 0) return { locals, end: skipBlanks(text, close, end) === end ? end : close }
  tell('locals_not_object', start)
  return { locals: null, end }
}

/** @returns the place behind the object, or -1 where it is none */
function readMembers(text: string, start: number, end: number, locals: Map<string, string>, tell: Tell): number {
  if (text[start] !== '{' || start >= end) return -1
  let at = skipBlanks(text, start + 1, end)
  if (at < end && text[at] === '}') return at + 1
  while (at < end && text[at] === '"') {
    const nameEnd = endOfString(text, at, end)
    const name = nameEnd < 0 || nameEnd >= end ? undefined : decodeString(text, at, nameEnd)
    const colon = skipBlanks(text, nameEnd + 1, end)
    if (name === undefined || text[colon] !== ':') return -1
    if (locals.has(name)) tell('locals_duplicate_key', at)

    const valueStart = skipBlanks(text, colon + 1, end)
    const isString = text[valueStart] === '"'
    const valueEnd = isString ? endOfString(text, valueStart, end) : endOfValue(text, valueStart, end)
    if (valueEnd < 0 || valueEnd >= end) return -1
    const value = isString ? decodeString(text, valueStart, valueEnd) : jsonText(text.slice(valueStart, valueEnd))
    if (value === undefined) return -1
    if (!isString) tell('locals_value_not_string', valueStart)
    locals.set(name, value)

    const next = skipBlanks(text, isString ? valueEnd + 1 : valueEnd, end)
    if (next >= end) return -1
    if (text[next] === '}') return next + 1
    if (text[next] !== ',') return -1
    at = skipBlanks(text, next + 1, end)
  }
  return -1
}

function jsonText(text: string): string | undefined {
  return isJson(text) ? text.trimEnd() : undefined
}
