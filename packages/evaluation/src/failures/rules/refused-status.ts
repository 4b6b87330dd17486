import type { ImageReference, Step } from '@contrail/core'
import { dataIn, textOf } from '../../run/texts.ts'

/** Tells whether a status of HTTP refuses: 401, 403, 407, 429, 451 or 5xx. */
export function isRefusal(status: number): boolean {
  return [401, 403, 407, 429, 451].includes(status) || (status >= 500 && status <= 599)
}

/** Tell the refusing status that a tool was answered with, by its error or in its result, however deep it stands there. */
export function refusedStatusOf({ toolOutput }: Pick<Step<ImageReference>, 'toolOutput'>): number | undefined {
  const { ok, error, result } = toolOutput
  const inError = error === undefined ? undefined : statusInError(error)
  if (inError !== undefined) return inError
  if (typeof result === 'string') return statusInResult(result, ok)
  return statusInData(result, ok)
}

const codes = '(401|403|407|429|451|5\\d\\d)'
const reasons =
  '(?:(?:client |server )?error\\b|unauthorized|forbidden|access denied|proxy authentication required|too many requests|unavailable for legal reasons|internal server error|not implemented|bad gateway|service (?:temporarily )?unavailable|gateway time-?out)'
/** The words beside a status where a tool speaks of one. */
const named = new RegExp(
  String.raw`\b(?:HTTP(?:\/[\d.]+)?|status(?:[ _-]?code)?|answered(?: with)?|returned|responded with|response code|error code)"?[ :=]{1,3}"?${codes}\b`,
  'i',
)
const reasoned = new RegExp(String.raw`\b${codes}:? ${reasons}`, 'i')
/** An error that is hardly more than a status. */
const begun = new RegExp(String.raw`^(?:\w*[Ee]rror:? )?${codes}(?=$|[:.,;]|\s+\p{Lu})`, 'u')
/** A line that is a status and nothing else: of a protocol, of a header, of a heading. */
const whole = new RegExp(
  String.raw`^(?:HTTP\/[\d.]+ ${codes}\b.{0,60}|(?:error|failed|failure)?:?\s?(?:(?:HTTP|status(?:[ _-]?code)?)(?: error)?[ :=]{1,3})?${codes}[ :-]{0,3}(?:${reasons})?[.!]?)$`,
  'i',
)
/** A text that begins so tells of a failure in its first line. */
const failing =
  /^\W{0,3}(?:error|failed|failure|exception|(?:request|fetch|navigation|call) failed|could not|cannot|unable to)\b/i

const longestError = 2_000
/** A result that is longer is a text that was read, and may tell of statuses. */
const longestResult = 200
/** So many lines of a long result are asked whether they are a status. */
const mostLines = 12

function statusInError(text: string): number | undefined {
  const head = text.slice(0, longestError)
  return numberIn(head, named, reasoned, begun)
}

function statusInResult(text: string, ok: boolean): number | undefined {
  const data = dataIn(text)
  if (data !== undefined) return statusInData(data, ok)
  if (!ok) return statusInError(text)
  if (text.length <= longestResult) return numberIn(text, named, reasoned)
  const lines = text.slice(0, 5_000).split('\n', mostLines)
  const first = lines[0] ?? ''
  if (failing.test(first)) return numberIn(first.slice(0, longestError), named, reasoned)
  for (const line of lines.flatMap(headingsIn)) {
    const status = line.length > 100 ? undefined : numberIn(line, whole)
    if (status !== undefined) return status
  }
  return undefined
}

/** A line without the marks of a heading; of markup its titles and headings alone. */
function headingsIn(line: string): string[] {
  const tagged = [...line.slice(0, 2_000).matchAll(/<(?:title|h[1-6])\b[^<>]{0,200}>([^<]{0,100})/gi)].map(
    ([, text = '']) => text,
  )
  return [...tagged, line.replace(/^[\s#*>-]+/, '')].map((text) => text.trim())
}

function numberIn(text: string, ...patterns: readonly RegExp[]): number | undefined {
  for (const pattern of patterns) {
    const found = pattern
      .exec(text)
      ?.slice(1)
      .find((group) => group !== undefined)
    if (found !== undefined) return Number(found)
  }
  return undefined
}

const statusFields = new Set(['status', 'statuscode', 'httpstatus', 'httpstatuscode', 'responsestatus', 'responsecode'])
const errorFields = new Set(['error', 'err', 'errors', 'cause', 'exception'])
const textFields = new Set(['text', 'body', 'content', 'statustext', 'message', 'detail', 'reason', 'output', 'stderr'])
const deepest = 8
const mostValues = 2_000

/** Look for a status in data, field by field. A long list is what was asked for, and speaks of others; a short one may be how a tool answers. */
function statusInData(value: unknown, ok: boolean): number | undefined {
  let left = mostValues
  const visit = (found: unknown, depth: number, inError: boolean): number | undefined => {
    if (typeof found !== 'object' || found === null || depth > deepest || (left -= 1) < 0) return undefined
    const isList = Array.isArray(found)
    if (isList && found.length > 3) return undefined
    for (const [key, one] of Object.entries(found as Record<string, unknown>)) {
      const name = key.toLowerCase().replaceAll(/[_-]/g, '')
      const isError = inError || errorFields.has(name)
      const status = statusFields.has(name) || (isError && name === 'code') ? statusIn(one) : undefined
      const inside = status ?? (textOf(one) === undefined ? visit(one, depth + 1, isError) : undefined)
      if (inside !== undefined) return inside
      if (typeof one !== 'string') continue
      if (isError) {
        const told = statusInError(one)
        if (told !== undefined) return told
      } else if (isList || textFields.has(name)) {
        const told = statusInResult(one, ok)
        if (told !== undefined) return told
      }
    }
    return undefined
  }
  return visit(value, 0, false)
}

/** A status as a number, or as a text that begins with one: `403`, `403 Forbidden`, `HTTP/1.1 403`. */
function statusIn(value: unknown): number | undefined {
  const digits =
    typeof value === 'number' ? String(value) : /^\s*(?:HTTP\S* )?(\d{3})\b/i.exec(textOf(value) ?? '')?.[1]
  const status = Number(digits ?? Number.NaN)
  return isRefusal(status) ? status : undefined
}
